import FormantAudio
import FormantCorpus
import FormantFiles
import FormantTensor
import Yams

/// Features of many recordings, written to files that NumPy or a table program reads.
public struct FeatureRun {
    /// Where the features go.
    public enum Output: Sendable, Equatable {
        /// A NumPy archive: one array [rows, frames] per recording, called by its name.
        case archive(String)
        /// One NumPy array, of one recording.
        case array(String)
        /// A table: one line per frame.
        case table(String)
        /// A folder with one `.npy` per recording, in the folders that the recordings have.
        case folder(String)

        /// Chosen by the ending of a path: `.npz`, `.npy`, `.csv`, or none for a folder.
        public init(path: String) throws(RunError) {
            switch FilePath.fileExtension(of: path) {
            case "npz": self = .archive(path)
            case "npy": self = .array(path)
            case "csv": self = .table(path)
            default:
                guard
                    path.hasSuffix("/") || FilePath.kind(of: path) == .folder
                        || FilePath.fileExtension(of: path).isEmpty
                else {
                    throw .option(
                        name: "--out", value: path, expected: "a name ending in .npz, .npy or .csv, or a folder")
                }
                self = .folder(path)
            }
        }
    }

    /// What was done.
    public struct Outcome: Sendable {
        /// Recordings written.
        public var written = 0
        /// Frames written.
        public var frames = 0
        /// Rows of each recording's features.
        public var rows = 0
        /// Recordings that could not be read.
        public var failed: [InputProblem] = []
    }

    private let frontEnd: AudioFrontEnd
    private let pool: WorkerPool

    /// Creates a run with a front end.
    public init(_ frontEnd: AudioFrontEnd, pool: WorkerPool) {
        self.frontEnd = frontEnd
        self.pool = pool
    }

    /// A preset with some of its settings changed: `mel.bands=80` and so on. The settings `feature` and `sampleRate` choose
    /// the preset's own settings for that kind of feature and rate.
    public static func frontEnd(preset name: String, settings: [String]) throws -> AudioFrontEnd {
        func value(_ key: String) -> String? {
            settings.last { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
        }
        let feature = value("feature").flatMap { FeatureKind(rawValue: $0) } ?? .logMel
        let rate = value("sampleRate").flatMap { Int($0) }
        guard let preset = AudioPreset(rawValue: name)?.frontEnd(for: feature, sampleRate: rate) else {
            let names = AudioPreset.allCases.map(\.rawValue)
            let hint = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw RunError.option(
                name: "--preset", value: name, expected: names.joined(separator: " or ") + hint)
        }
        guard !settings.isEmpty else { return preset }
        guard let node = try Yams.compose(yaml: try YAMLEncoder().encode(preset)) else { return preset }
        do {
            return try YAMLDecoder().decode(AudioFrontEnd.self, from: try node.applying(settings: settings))
        } catch let error as RecipeError { throw error } catch {
            throw RecipeError.setting(text: settings.joined(separator: " "), reason: settingsMessage(error))
        }
    }

    /// Reads, extracts and writes; what cannot be read is named and the rest goes on.
    ///
    /// What is done is noted in a ledger beside the output, until that is complete. A run that was interrupted is begun
    /// again by the same call: it goes on, and its output has the same bytes as if nothing had happened.
    /// - Parameters:
    ///   - note: receives what is worth telling.
    ///   - progress: receives the number of recordings done.
    /// - Throws: `LedgerError` where the ledger is of a run with other settings, `RunError.option`, and what writing throws.
    public func run(
        _ inputs: InputList, to output: Output, note: (String) -> Void = { _ in }, progress: (Int) -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        outcome.failed = inputs.problems
        let items = inputs.items
        guard !items.isEmpty else { return outcome }
        try output.check(count: items.count)
        let ledger = try Ledger(output: output.path, settings: try settings(of: output))
        if let text = ledger.story(of: items.map(\.path)) { note(text) }
        var folder = FeatureFolder(output)
        var names = FileNames(isFolder: folder != nil)
        var places: [(item: Int, name: String)] = []
        // So many at once that every worker has work, few enough for memory.
        let block = 8 * pool.threads
        for first in stride(from: 0, to: items.count, by: block) {
            let members = first..<min(items.count, first + block)
            let pending = members.filter { !ledger.holds(items[$0].path) }
            let stamps = pending.map { FileStamp(path: items[$0].path) }
            var fresh = Dictionary(uniqueKeysWithValues: zip(pending, zip(stamps, extract(pending.map { items[$0] }))))
            for i in members {
                let item = items[i]
                if case (let stamp, .failure(let error))? = fresh[i] {
                    try ledger.append(item.path, stamp, .failed("\(error)"))
                    outcome.failed.append(InputProblem(input: item.path, reason: "\(error)"))
                    continue
                }
                guard let name = names.claim(item) else {
                    outcome.failed.append(
                        InputProblem(input: item.path, reason: "given twice; its features are written once"))
                    continue
                }
                if fresh[i] == nil, !(try folder?.holds(name, FeatureRecord(ledger.result(item.path))) ?? true) {
                    // The file of a folder has gone, or would have another name.
                    fresh[i] = (FileStamp(path: item.path), extract([item])[0])
                }
                let record: FeatureRecord
                if let (stamp, features) = fresh[i] {
                    guard let features = try? features.get() else {
                        outcome.failed.append(
                            InputProblem(input: item.path, reason: "its features cannot be had again"))
                        continue
                    }
                    record = FeatureRecord(features, name: folder == nil ? nil : name)
                    try folder?.write(name, features)
                    try ledger.append(item.path, stamp, .done(record.bytes))
                } else {
                    record = try FeatureRecord(ledger.result(item.path, limit: FeatureRecord.headerSize))
                }
                places.append((i, name))
                outcome.written += 1
                outcome.rows = record.rows
                outcome.frames += record.frames
            }
            progress(members.upperBound)
        }
        if !places.isEmpty {
            try output.write(
                places.lazy.map { place in
                    (
                        name: place.name,
                        features: { try FeatureRecord(ledger.result(items[place.item].path)).features() }
                    )
                })
        }
        ledger.remove()
        return outcome
    }

    /// All that decides what is written of a recording.
    private func settings(of output: Output) throws -> [String: String] {
        var settings = ["command": "features", "output": output.kind]
        settings.merge(Batch.machine) { old, _ in old }
        guard let node = try Yams.compose(yaml: try YAMLEncoder().encode(frontEnd)) else { return settings }
        for (key, value) in node.flattened() { settings[key] = value }
        return settings
    }

    private func extract(_ items: [InputList.Item]) -> [Result<Tensor, any Error>] {
        var results = [Result<Tensor, any Error>?](repeating: nil, count: items.count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results  // each written by one worker
            pool.forEach(items.count) { i, _ in
                results[i] = Result {
                    let recording = try frontEnd.load(items[i].path)
                    return try frontEnd.features(of: recording.samples, sampleRate: recording.sampleRate)
                }
            }
        }
        return results.map { $0! }
    }
}
