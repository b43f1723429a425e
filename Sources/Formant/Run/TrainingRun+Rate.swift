import FormantCorpus
import FormantFiles
import FormantTensor
import FormantTraining

extension TrainingRun {
    /// A range test of the learning rate: what `train` would begin with, and no model.
    public func findRate() throws -> RateFinding {
        let corpus = try load()
        let copies = try checkedCopies(corpus)
        let base = try baseModel(corpus)
        let prepared = try prepare(corpus, copies, [:], base)
        var chance = SeededGenerator.derived(seed: request.seed, purpose: "split")
        let start = try begin(
            prepared, try Splitter.plan(for: corpus, options: SplitOptions(copies: copies), using: &chance))
        return try start.loop.findRate(
            start.parameters, training: Subset(start.fitted.inputs, indices: start.parts[.train] ?? []),
            observer: TrainingObserver(shouldStop: observer.shouldStop))
    }
}

extension RateFinding {
    /// A table of some of the steps, and the rate that they suggest.
    public var text: String {
        var rows = [["rate", "loss", "smoothed"]]
        let every = max(1, steps.count / 25)
        for (i, step) in steps.enumerated() where i % every == 0 || i + 1 == steps.count {
            rows.append(["\(step.rate)", step.loss.digits(4), step.smoothed.digits(4)])
        }
        let advice =
            suggested.map { "suggested: --set training.rate=\($0)" }
            ?? "the loss never fell: there is no rate to suggest"
        return TextTable.text(rows, rightAligned: [0, 1, 2]) + "\n\(advice)\n"
    }
}

extension TrainingRequest {
    /// A folder for what a run without a folder of its own keeps while it works.
    public static var noFolder: String { FilePath.temporaryFolder }
}
