import FormantTensor
import FormantTestSupport
import Foundation

/// Runs that many tests look at, made once.
enum TrainedRuns {
    /// Sounds, recipes, and the runs `sound` and `text`.
    struct Place: Sendable {
        let folder: TemporaryFolder
        let soundSummary: String
        let textSummary: String
        var tones: String { folder.path("tones") }
        var sound: String { folder.path("sound") }
        var text: String { folder.path("text") }
    }

    /// The one place of all tests.
    static func place() throws -> Place { try made.get() }

    private static let made = Result {
        let folder = try TemporaryFolder()
        // Kept until the process ends.
        kept.folder = folder
        atexit { kept.folder.map { try? FileManager.default.removeItem(atPath: $0.path) } }
        try TestSounds.writeCorpus(in: folder)
        try folder.write("sound.yaml", TestSounds.recipe)
        try folder.write("text.yaml", TestSounds.textRecipe)
        let sound = try Command.run(
            "train", folder.path("tones"), "--recipe", folder.path("sound.yaml"), "--out", folder.path("sound"),
            "--json", "--quiet")
        let text = try Command.run(
            "train", bundledIntents, "--recipe", folder.path("text.yaml"), "--out", folder.path("text"), "--json",
            "--quiet")
        guard sound.status == 0, text.status == 0 else { throw Failure.training(sound.errors + text.errors) }
        return Place(folder: folder, soundSummary: sound.text, textSummary: text.text)
    }

    enum Failure: Error { case training(String) }

    private final class Kept: @unchecked Sendable { var folder: TemporaryFolder? }
    private static let kept = Kept()
}

/// The bundled sentences.
let bundledIntents: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("corpora/intents").path
}()

/// The public data, where there are any.
let publicData = ProcessInfo.processInfo.environment["FORMANT_DATA"]
