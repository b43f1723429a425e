import FormantInsight
import FormantTensor

/// What is to be shown of a model, of what, and where it goes.
public struct VisualizeRequest: Sendable {
    /// Kinds of pictures and tables.
    public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
        /// The filters themselves, and their response maps to chosen inputs.
        case filters
        /// Inputs that filters, neurons and labels like most, found by gradient ascent.
        case maximise
        /// The places of the corpus that a filter answers most strongly: patches of sounds and pictures, n-grams of
        /// sentences.
        case patches
        /// What of these patches made it answer.
        case deconvnet
        /// Inputs that are nothing, and yet scored as a label.
        case fooling
        /// How much of the labels a linear classifier reads off each layer.
        case probe

        /// Whether there must be a corpus.
        var needsCorpus: Bool { self == .patches || self == .deconvnet || self == .probe }

        /// The parts of a list with commas; none for nil.
        /// - Throws: `RunError.setting`.
        public static func named(_ list: String?) throws(RunError) -> Set<Part> {
            var parts: Set<Part> = []
            for name in (list ?? "").split(separator: ",") {
                parts.insert(try VisualizeRequest.value(String(name), what: "part", option: "--what"))
            }
            return parts
        }
    }

    /// Presets by their names.
    /// - Throws: `RunError.setting`.
    public static func presets(named names: [String]) throws(RunError) -> [AscentOptions.Preset] {
        var presets: [AscentOptions.Preset] = []
        for name in names {
            let preset: AscentOptions.Preset = try value(name, what: "preset", option: "--preset")
            if !presets.contains(preset) { presets.append(preset) }
        }
        return presets
    }

    private static func value<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, what: String, option: String
    ) throws(RunError) -> Value {
        guard let value = Value(rawValue: name) else {
            throw .setting(
                name: option, value: name,
                reason: UnknownName(what, name, known: Value.allCases.map(\.rawValue)).description)
        }
        return value
    }

    /// A model file or the folder of its run.
    public var model: String
    /// A corpus, or inputs: sound files, pictures; for a model of sentences the sentences themselves.
    public var items: [String]
    /// Where the corpus's files are.
    public var root: String?
    /// How the corpus is read.
    public var reading: CorpusReading
    /// The folder for pages and files.
    public var out: String
    /// Names of layers; empty: all convolutions and dense layers.
    public var layers: [String] = []
    /// What is wanted; empty: all that the inputs allow.
    public var parts: Set<Part> = []
    /// How inputs are maximised.
    public var presets: [AscentOptions.Preset] = [.plain, .penalty]
    /// Steps of gradient ascent; nil: as the preset has them.
    public var steps: Int?
    /// Another model, which says what it makes of the inputs that the labels like.
    public var judge: String?
    /// Filters of a layer that are shown, 1 … 4096.
    public var limit = 32
    /// Of where searches begin.
    public var seed: UInt64 = 1
    /// Where features of recordings are kept from run to run.
    public var caching = FeatureCaching.off

    /// A request with the usual settings.
    public init(model: String, items: [String], root: String?, reading: CorpusReading, out: String) {
        (self.model, self.items, self.root, self.reading, self.out) = (model, items, root, reading, out)
    }

    /// Throws for numbers that cannot be.
    func check() throws(RunError) {
        guard (1...4096).contains(limit) else {
            throw .option(name: "--limit", value: "\(limit)", expected: "1 to 4096")
        }
        if let steps, !(1...10_000).contains(steps) {
            throw .option(name: "--steps", value: "\(steps)", expected: "1 to 10000")
        }
        guard !presets.isEmpty else { throw .option(name: "--preset", value: "", expected: "at least one") }
    }
}
