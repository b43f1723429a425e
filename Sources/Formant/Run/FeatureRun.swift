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
    /// - Parameter progress: receives the number of recordings done.
    public func run(_ inputs: InputList, to output: Output, progress: (Int) -> Void) throws -> Outcome {
        var outcome = Outcome()
        outcome.failed = inputs.problems
        guard !inputs.items.isEmpty else { return outcome }
        let sink = try Sink(output, inputs.items.count)
        // So many at once that every worker has work, few enough for memory.
        let block = 8 * pool.threads
        for first in stride(from: 0, to: inputs.items.count, by: block) {
            let items = inputs.items[first..<min(inputs.items.count, first + block)]
            for (item, features) in zip(items, extract(Array(items))) {
                switch features {
                case .success(let tensor):
                    guard try sink.append(item, tensor) else {
                        outcome.failed.append(
                            InputProblem(input: item.path, reason: "given twice; its features are written once"))
                        continue
                    }
                    outcome.written += 1
                    outcome.rows = tensor.extents[0]
                    outcome.frames += tensor.extents[1]
                case .failure(let error): outcome.failed.append(InputProblem(input: item.path, reason: "\(error)"))
                }
            }
            progress(min(inputs.items.count, first + block))
        }
        if outcome.written > 0 { try sink.finish() }
        return outcome
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

/// Where features are written, recording by recording.
private final class Sink {
    private let output: FeatureRun.Output
    private var paths: Set<String> = []
    private var names: Set<String> = []
    private var archive: NumpyArchiveWriter?
    private var table: FeatureTableWriter?

    init(_ output: FeatureRun.Output, _ count: Int) throws {
        self.output = output
        switch output {
        case .archive(let path): archive = try NumpyArchiveWriter(path)
        case .array(let path) where count > 1:
            throw RunError.option(
                name: "--out", value: path, expected: "a name ending in .npz, or a folder, for \(count) recordings")
        case .folder(let path): try FolderMaker.make(path)
        default: break
        }
    }

    /// Adds a recording under its name or, where another has that, under its path.
    /// - Returns: false where the same file is there already.
    func append(_ item: InputList.Item, _ features: Tensor) throws -> Bool {
        var candidates = [item.name, item.path]
        if case .folder = output { candidates = [Sink.inside(item.name), Sink.inside(item.path, whole: true)] }
        guard paths.insert(item.path).inserted, let name = candidates.first(where: { !names.contains($0) }) else {
            return false
        }
        names.insert(name)
        try append(name, features)
        return true
    }

    /// A path that stays in the folder: of one that leads out of it, absolute or by `..`, the last part or the whole
    /// without what leads out.
    private static func inside(_ path: String, whole: Bool = false) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let leadsOut = path.hasPrefix("/") || parts.contains("..")
        if leadsOut, !whole { return FilePath.name(of: path) }
        return parts.filter { $0 != ".." }.joined(separator: "/")
    }

    private func append(_ name: String, _ features: Tensor) throws {
        switch output {
        case .archive: try archive!.append(name, NumpyArray(features))
        case .array(let path): try NumpyWriter.write(NumpyArray(features), to: path)
        case .table(let path):
            if table == nil { table = try FeatureTableWriter(path, rows: features.extents[0]) }
            try table!.append(name, features)
        case .folder(let path):
            let file = FilePath.join(path, name + ".npy")
            try FolderMaker.make(FilePath.folder(of: file))
            try NumpyWriter.write(NumpyArray(features), to: file)
        }
    }

    func finish() throws {
        try archive?.finish()
        try table?.finish()
    }
}
