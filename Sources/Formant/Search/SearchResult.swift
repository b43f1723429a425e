import FormantFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a search found.
public struct SearchResult: Codable, Sendable {
    /// One trial.
    public struct Trial: Codable, Sendable, Equatable {
        /// Its number, from 1.
        public var trial: Int
        /// The values of the settings, in the order of `keys`.
        public var settings: [String]
        /// Epochs that it was given.
        public var epochs: Int
        /// Epochs that it took.
        public var done: Int
        /// The best value of the figure on the validation part; nil where training failed or it is not defined.
        public var value: Double?
        /// The folder of its run.
        public var folder: String
        /// Why training failed; nil where it did not.
        public var problem: String?
    }

    /// The figure of the validation part by which trials are ranked.
    public var figure: String
    /// The settings that were varied.
    public var keys: [String]
    /// The trials, best first; those that were given more epochs stand before the others.
    public var trials: [Trial]
    /// Whether it was asked to stop before all trials were done.
    public var interrupted: Bool

    /// The best one.
    public var best: Trial? { trials.first { $0.value != nil } }

    private var rows: [[String]] {
        [["trial"] + keys + ["epochs", figure, "folder", "problem"]]
            + trials.map { trial in
                ["\(trial.trial)"] + trial.settings
                    + ["\(trial.done)", trial.value.map { "\($0)" } ?? "", trial.folder, trial.problem ?? ""]
            }
    }

    /// A table, with the settings of the best trial below it.
    public var text: String {
        let short = [["trial"] + keys + ["epochs", figure]]
        let rows = trials.map { trial in
            ["\(trial.trial)"] + trial.settings
                + ["\(trial.done)", trial.value.map { $0.digits(4) } ?? trial.problem ?? "not defined"]
        }
        let table = TextTable.text(short + rows)
        guard let best else { return table }
        let settings = zip(keys, best.settings).map { "--set \($0)=\($1)" }.joined(separator: " ")
        return table + "\nbest: trial \(best.trial), \(best.folder)\n\(settings)\n"
    }

    /// The same as comma-separated values.
    public var csv: String { rows.map { $0.map(CSVField.quoted).joined(separator: ",") + "\n" }.joined() }

    /// Writes `trials.csv` and `trials.json`.
    func write(to folder: String) throws {
        try AtomicFile.write(text: csv, to: folder + "/trials.csv")
        try AtomicFile.write(text: try JSONLine.text(self) + "\n", to: folder + "/trials.json")
    }
}
