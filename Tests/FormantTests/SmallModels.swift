import Formant
import FormantTensor
import FormantTestSupport
import Foundation

/// Models that the tests train for themselves, once.
enum SmallModels {
    /// A corpus of tones with a run of it, and a run of sentences.
    struct Place: Sendable {
        let folder: TemporaryFolder
        let sound: Model
        let text: Model
        var tones: String { folder.path("tones") }
        func tone(_ label: String, _ number: Int) -> String { folder.path("tones/\(label)/\(number).wav") }
    }

    static func place() throws -> Place { try made.get() }

    private static let made = Result {
        let folder = try TemporaryFolder()
        kept.folder = folder
        atexit { kept.folder.map { try? FileManager.default.removeItem(atPath: $0.path) } }
        try TestSounds.writeCorpus(in: folder)
        try folder.write("sentences.tsv", sentences)
        try train(folder.path("tones"), TestSounds.recipe, into: folder.path("sound"))
        try train(folder.path("sentences.tsv"), TestSounds.textRecipe, into: folder.path("text"))
        return Place(
            folder: folder, sound: try Model(path: folder.path("sound")), text: try Model(path: folder.path("text")))
    }

    private final class Kept: @unchecked Sendable { var folder: TemporaryFolder? }
    private static let kept = Kept()

    /// 60 sentences of two kinds.
    static let sentences =
        "text\tlabel\n"
        + (0..<30).map { "wake me at \($0) please\talarm\nplay song number \($0)\tmusic\n" }.joined()
}

/// Trains and returns what the run says.
@discardableResult
func train(
    _ corpus: String, _ recipe: String, into output: String, threads: Int = 1, observer: RunObserver = RunObserver(),
    _ change: (inout TrainingRequest) -> Void = { _ in }
) throws -> TrainingSummary {
    var request = TrainingRequest(
        corpus: corpus, output: output, recipe: try Recipe(yaml: recipe, origin: "a test's recipe"))
    change(&request)
    return try TrainingRun(request, pool: WorkerPool(threads: threads), observer: observer).run()
}

/// Things told to an observer, by any thread.
final class Notes: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [String] = []
    var texts: [String] { lock.withLock { all } }
    func add(_ text: String) { lock.withLock { all.append(text) } }
}
