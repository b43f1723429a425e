import FormantAudio
import FormantCorpus
import FormantEvaluation
import FormantFiles
import FormantNetwork
import FormantTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How much of a corpus an inspection reads.
public enum InspectionDepth: Sendable {
    /// Headers of recordings alone.
    case headers
    /// All of it: every recording is decoded, and copies are looked for.
    case whole
}

/// What can be said of a thing without training or classifying anything.
public enum Inspection: Sendable {
    /// A trained model.
    case model(ModelInspection)
    /// A corpus.
    case corpus(CorpusInspection)
    /// A recording.
    case recording(RecordingInspection)
    /// A picture.
    case picture(PictureInspection)
    /// A recipe.
    case recipe(RecipeInspection)

    /// Finds out what a path is and looks at it: a model file or run, a sound file or picture, else a corpus.
    /// - Parameters:
    ///   - depth: how much of a corpus is read.
    ///   - progress: is told how many files of a corpus were decoded, of how many, from any thread.
    public static func of(
        _ path: String, root: String? = nil, reading: CorpusReading = .init(), depth: InspectionDepth = .whole,
        pool: WorkerPool, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws -> Inspection {
        let kind = FilePath.kind(of: path)
        let isRun = kind == .folder && FilePath.kind(of: RunFolder(path).model) == .file
        if isRun || FilePath.fileExtension(of: path) == "safetensors" {
            return .model(try ModelInspection(path: path))
        }
        switch kind == .file ? Modality(ofFile: path) : nil {
        case .audio: return .recording(try RecordingInspection(path: path))
        case .image: return .picture(try PictureInspection(path: path))
        case .text, nil: break
        }
        return .corpus(
            try CorpusInspection(
                path: path, root: root, reading: reading, depth: depth, pool: pool, progress: progress))
    }

    /// Files of a corpus that could not be read.
    public var failed: Int {
        if case .corpus(let corpus) = self { return corpus.unreadable }
        return 0
    }

    /// Draws the network of a model or a recipe as an SVG file.
    /// - Throws: `RunError.setting` for other things, `ImageError`, `FileError`.
    public func writeDiagram(to path: String) throws {
        switch self {
        case .model(let model): try NetworkDiagram(model.bound).write(to: path)
        case .recipe(let recipe): try NetworkDiagram(recipe.bound).write(to: path)
        case .corpus, .recording, .picture:
            throw RunError.setting(
                name: "--diagram", value: path, reason: "only a model or a recipe has a network to draw")
        }
    }

    /// The convolutions of a model or a recipe beside fully connected layers between the same shapes.
    /// - Throws: `RunError.setting` for other things.
    public func denseEquivalent() throws(RunError) -> DenseEquivalent {
        switch self {
        case .model(let model): return DenseEquivalent(model.bound)
        case .recipe(let recipe): return DenseEquivalent(recipe.bound)
        case .corpus, .recording, .picture:
            throw .setting(
                name: "--dense-equivalent", value: "true", reason: "only a model or a recipe has convolutions to count")
        }
    }

    /// For people.
    public var text: String {
        switch self {
        case .model(let model): model.text
        case .corpus(let corpus): corpus.text
        case .recording(let recording): recording.text
        case .picture(let picture): picture.text
        case .recipe(let recipe): recipe.text
        }
    }

    /// For programs: one JSON object.
    public func json() throws -> String {
        switch self {
        case .model(let model): try JSONLine.text(model)
        case .corpus(let corpus): try JSONLine.text(corpus)
        case .recording(let recording): try JSONLine.text(recording)
        case .picture(let picture): try JSONLine.text(picture)
        case .recipe(let recipe): try JSONLine.text(recipe)
        }
    }
}

/// A model: where it comes from and what it consists of.
public struct ModelInspection: Encodable, Sendable {
    let kind = "model"
    let labels: [String]
    let rejection: Model.Rejection?
    let provenance: Model.Provenance
    let takes: String
    let network: NetworkTable
    let times: [LayerTimes.Step]
    fileprivate let bound: BoundNetwork

    private enum CodingKeys: String, CodingKey { case kind, labels, rejection, provenance, takes, network, times }

    init(path: String) throws {
        let model = try Model(path: path)
        labels = model.labels
        rejection = model.rejection
        provenance = model.provenance
        takes = model.frontEnd.takes
        bound = try model.network.bound()
        network = NetworkTable(bound)
        times = try LayerTimes(model.network).steps
    }

    var text: String {
        var facts = [
            ["recipe", provenance.recipe], ["corpus", provenance.corpus], ["takes", takes],
            [
                "labels",
                "\(labels.count): \(labels.prefix(20).joined(separator: ", "))\(labels.count > 20 ? " …" : "")",
            ],
            ["seed", "\(provenance.seed)"], ["epoch", "\(provenance.epoch)"], ["version", provenance.version],
        ]
        if let rejection {
            let scope = rejection.outOfScope.map { " above that of \"\($0)\", which is out of scope" } ?? ""
            facts.append([rejection.label, "below a score of \(Double(rejection.threshold).digits(4))\(scope)"])
        }
        return TextTable.text(facts) + "\n" + network.shapes + "\n\n" + network.text(times)
            + "\ntime: one example, one thread, layer by layer; what is computed in one go stands at its first layer\n"
    }
}

/// A recipe: its document and the layers it gives.
public struct RecipeInspection: Encodable, Sendable {
    let kind = "recipe"
    let name: String
    let document: String
    let classes: Int
    let network: NetworkTable
    fileprivate let bound: BoundNetwork

    private enum CodingKeys: String, CodingKey { case kind, name, document, classes, network }

    /// Looks at a recipe as it is for a corpus of so many labels.
    public init(_ recipe: Recipe, classes: Int = 10) throws {
        name = recipe.name
        document = recipe.yaml
        self.classes = classes
        let resolved = try recipe.resolved(
            CorpusFacts(classes: classes, words: 10_000, subwords: 1000, sampleRate: 16_000))
        let shape: Shape
        switch resolved.input {
        case .audio(let frontEnd): shape = try frontEnd.featureShape()
        case .text(let options): shape = options.shape(ofTokens: 40)
        case .image(let frontEnd): shape = frontEnd.shape
        case .go(let frontEnd): shape = frontEnd.shape
        }
        bound = try resolved.bound(input: shape)
        network = NetworkTable(bound)
    }

    /// The document with the layers as a comment behind it, so that the whole is a recipe again.
    var text: String {
        let layers =
            "With \(classes) labels (and, where they matter, 10000 words and recordings at 16000 Hz):\n"
            + network.shapes + "\n\n" + network.text
        let comment = layers.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        // The text ends with a line feed, behind which nothing stands.
        return document + (document.hasSuffix("\n") ? "" : "\n") + "\n" + comment.dropLast(2)
    }
}

/// A recording: what its header says and what its samples are.
public struct RecordingInspection: Encodable, Sendable {
    let kind = "recording"
    let path: String
    let format: String
    let sampleRate: Int
    let channels: Int
    let frames: Int
    let seconds: Double
    let peak: Float
    let rootMeanSquare: Float
    let problem: String?

    init(path: String) throws {
        let info = try SoundFile.probe(path)
        let reader = try SoundReader(path: path)
        self.path = path
        format = info.format
        sampleRate = info.sampleRate
        channels = info.channels
        var block: [Float] = []
        var (count, largest, squares) = (0, Float(0), 0.0)
        while try reader.read(into: &block) {
            count += block.count
            for sample in block {
                largest = max(largest, abs(sample))
                squares += Double(sample) * Double(sample)
            }
        }
        frames = count
        seconds = Double(count) / Double(info.sampleRate)
        peak = largest
        rootMeanSquare = count > 0 ? Float((squares / Double(count)).squareRoot()) : 0
        problem = reader.problem
    }

    var text: String {
        var facts = [
            ["recording", path], ["format", format], ["rate", "\(sampleRate) Hz"], ["channels", "\(channels)"],
            ["length", "\(seconds) s (\(frames) frames)"], ["peak", "\(peak)"], ["RMS", "\(rootMeanSquare)"],
        ]
        if let problem { facts.append(["problem", problem]) }
        return TextTable.text(facts)
    }
}

/// One object as one line of JSON with sorted keys.
public enum JSONLine {
    /// The text, without a line feed.
    public static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
