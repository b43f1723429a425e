import FormantCorpus
import FormantFiles
import FormantNetwork
import FormantTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A trained model: everything that classifying needs, in one file.
public struct Model: Sendable {
    /// From input to network.
    public var frontEnd: FrontEnd
    /// The network.
    public var network: Network
    /// Its weights.
    public var parameters: Parameters
    /// What the outputs stand for, in order.
    public var labels: [String]
    /// How outputs become scores.
    public var scoring: Scoring
    /// What outputs are divided by before they become scores, `TemperatureScaling.range`; nil: nothing.
    public var temperature: Float?
    /// The score from which a label is given, one per label, 0 … 1; `sigmoid` only, and nil: 0.5 each.
    public var thresholds: [Float]?
    /// When an input is none of the labels; nil: never.
    public var rejection: Rejection?
    /// Where the model comes from.
    public var provenance: Provenance
    /// How recordings with annotations became windows for the training: settings `KEY=VALUE`, as `TrainingRequest` has
    /// them; empty where none were given.
    public var annotations: [String]

    /// How outputs become scores.
    public enum Scoring: String, Codable, Sendable {
        /// Probabilities that add up to one: one label is right.
        case softmax
        /// A probability of its own for each label: any number of labels is right.
        case sigmoid
    }

    /// Where a model comes from.
    public struct Provenance: Codable, Hashable, Sendable {
        /// Version of the program that trained it.
        public var version: String
        /// Name of the recipe.
        public var recipe: String
        /// Name of the corpus.
        public var corpus: String
        /// Fingerprint of the corpus.
        public var fingerprint: String
        /// Seed of the training.
        public var seed: UInt64
        /// The epoch whose weights these are.
        public var epoch: Int
        /// The fold that was left out for the test; nil where the corpus was split once.
        public var fold: Fold?
        /// A digest of the file of the model that training began with; nil where it began with chance.
        public var base: String?
        /// Where the split came from a table: `SplitPlan.digest` of it.
        public var division: String?
    }

    /// One of several folds of a corpus.
    public struct Fold: Codable, Hashable, Sendable {
        /// How the corpus was cut: what `TrainingRequest.Folds.name` says.
        public var kind: String
        /// The fold's name.
        public var name: String
    }

    /// The version of the format that this code writes, and the latest that it reads.
    public static let formatVersion = 1

    private struct Metadata: Codable {
        var formatVersion: Int
        var network: Network
        var frontEnd: FrontEnd
        var labels: [String]
        var scoring: Scoring
        var temperature: Float?
        var thresholds: [Float]?
        var rejection: Rejection?
        var provenance: Provenance
        var annotations: [String]?
    }

    private struct Version: Codable { var formatVersion: Int }

    /// Creates a model.
    public init(
        frontEnd: FrontEnd, network: Network, parameters: Parameters, labels: [String], scoring: Scoring,
        rejection: Rejection? = nil, provenance: Provenance, annotations: [String] = []
    ) {
        self.frontEnd = frontEnd
        self.network = network
        self.parameters = parameters
        self.labels = labels
        self.scoring = scoring
        self.rejection = rejection
        self.provenance = provenance
        self.annotations = annotations
    }

    /// The bytes of a model file; the same model gives the same bytes.
    public func encoded() throws -> [UInt8] {
        let metadata = Metadata(
            formatVersion: Model.formatVersion, network: network, frontEnd: frontEnd, labels: labels, scoring: scoring,
            temperature: temperature, thresholds: thresholds, rejection: rejection, provenance: provenance,
            annotations: annotations.isEmpty ? nil : annotations)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(metadata), as: UTF8.self)
        var tensors: [String: Tensor] = [:]
        for entry in parameters.table.entries { tensors[entry.name] = try parameters.tensor(entry.name) }
        return try SafeTensors(tensors: tensors, metadata: ["formant": json]).encoded()
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws { try AtomicFile.write(bytes: try encoded(), to: path) }

    /// Reads a model file, or the one in a run's folder.
    /// - Throws: `ModelFileError`.
    public init(path: String) throws(ModelFileError) {
        let file = try Model.file(of: path)
        try self.init(try SafeTensors(path: file), path: file)
    }

    /// The model file that a path names: itself, or that of a run's folder.
    /// - Throws: `ModelFileError` for a folder without one.
    static func file(of path: String) throws(ModelFileError) -> String {
        guard FilePath.kind(of: path) == .folder else { return path }
        let file = RunFolder(path).model
        guard FilePath.kind(of: file) == .file else {
            throw .file(path: path, reason: "a folder without model.safetensors; expected a model file or a run")
        }
        return file
    }

    /// Takes a model out of the contents of a file.
    /// - Parameter path: the file's name, for messages.
    package init(_ contents: SafeTensors, path: String) throws(ModelFileError) {
        guard let json = contents.metadata["formant"] else {
            throw .notAModel(path: path, reason: "its metadata have no entry \"formant\"")
        }
        let metadata: Metadata
        do {
            let version = try JSONDecoder().decode(Version.self, from: Data(json.utf8)).formatVersion
            guard (1...Model.formatVersion).contains(version) else {
                throw ModelFileError.version(path: path, found: version, known: Model.formatVersion)
            }
            metadata = try JSONDecoder().decode(Metadata.self, from: Data(json.utf8))
        } catch let error as ModelFileError { throw error } catch {
            throw .notAModel(path: path, reason: settingsMessage(error))
        }
        frontEnd = metadata.frontEnd
        network = metadata.network
        labels = metadata.labels
        scoring = metadata.scoring
        temperature = metadata.temperature
        thresholds = metadata.thresholds
        rejection = metadata.rejection
        provenance = metadata.provenance
        annotations = metadata.annotations ?? []
        do {
            let bound = try network.bound(to: try frontEnd.networkInput(network))
            guard bound.output.positions == 1, bound.output.channels == labels.count else {
                throw ModelFileError.notAModel(
                    path: path, reason: "\(labels.count) labels for an output of \(bound.output)")
            }
            let stored = bound.parameters.entries.reduce(0) { $0 + $1.specification.count }
            let present = contents.tensors.values.reduce(0) { $0 + $1.values.count }
            guard stored == present else {
                throw ModelFileError.notAModel(
                    path: path, reason: "its network has \(stored) weights, the file holds \(present)")
            }
            parameters = Parameters(zeros: bound.parameters)
            for entry in bound.parameters.entries {
                guard let tensor = contents.tensors[entry.name] else {
                    throw ModelFileError.notAModel(path: path, reason: "tensor \(entry.name) is missing")
                }
                guard tensor.isFinite else {
                    throw ModelFileError.notAModel(
                        path: path, reason: "tensor \(entry.name) has values that are infinite or no numbers")
                }
                try parameters.set(entry.name, to: tensor)
            }
        } catch let error as ModelFileError { throw error } catch {
            throw .notAModel(path: path, reason: "\(error)")
        }
        try check(rejection, path: path)
        try checkScores(path: path)
    }
}

extension Tensor {
    /// Whether all values are finite.
    fileprivate var isFinite: Bool {
        // An exponent of all ones marks the others; whole numbers are compared many at a time.
        var largest: UInt32 = 0
        for value in values { largest = max(largest, value.bitPattern & 0x7fff_ffff) }
        return largest < Float.infinity.bitPattern
    }
}

extension FrontEnd {
    /// The shape that the network gets, where the front end decides it; sentences have lengths of their own.
    func networkInput(_ network: Network) throws -> Shape {
        switch self {
        case .audio(let frontEnd): try frontEnd.featureShape()
        case .text: network.input
        case .image(let frontEnd): frontEnd.shape
        }
    }
}
