import FormantTestSupport
import Foundation

/// A run whose network pools over the whole time, and so takes windows of any length; made once.
enum PoolingRun {
    /// The run's folder.
    static func place() throws -> String { try made.get() }

    private static let made = Result {
        let place = try TrainedRuns.place()
        let recipe = TestSounds.recipe.replacingOccurrences(
            of: "kernel: 3, padding: same", with: "kernel: [16, 3]"
        ).replacingOccurrences(of: "  - maxPool: {window: 2}\n", with: "")
            .replacingOccurrences(of: "- flatten", with: "- globalAveragePool")
            .replacingOccurrences(of: "epochs: 3", with: "epochs: 12")
        let run = try Command.run(
            "train", place.tones, "--recipe", place.folder.write("pooling.yaml", recipe), "--out",
            place.folder.path("pooling"), "--quiet")
        guard run.status == 0 else { throw TrainedRuns.Failure.training(run.errors) }
        return place.folder.path("pooling")
    }
}
