import FormantEvaluation
import FormantTensor
import FormantText

/// What the words of sentences speak for: each is left out in turn, and the score of a label is looked at again (occlusion,
/// as in Li, Monroe & Jurafsky 2016, "Understanding neural networks through representation erasure").
struct WordEffects {
    private let model: Model
    private let frontEnd: TextFrontEnd
    private let pool: WorkerPool
    /// How often sentences may be judged again.
    private let runLimit: Int

    /// The most words of a sentence that are left out in turn; those behind them are shown as they are.
    static let wordLimit = 60
    /// Multiplications that all of it may take, about ten seconds of one core.
    private static let workLimit = 60_000_000_000

    /// Nil for a model that takes no sentences.
    init?(model: Model, pool: WorkerPool) {
        guard case .text(let frontEnd) = model.frontEnd else { return nil }
        (self.model, self.frontEnd, self.pool) = (model, frontEnd, pool)
        let work = (try? model.network.bound().nodes.reduce(0) { $0 + $1.binding.multiplications }) ?? 0
        runLimit = max(200, min(10_000, WordEffects.workLimit / max(1, work)))
    }

    /// The words of sentences, the first ones where all would take too long.
    func media(for listed: [ReportMedia.Listed]) -> ReportMedia {
        var runs: [[Int32]] = []
        var chosen: [(entry: ReportMedia.Listed, words: [String], label: Int, first: Int)] = []
        var leftOut = 0
        for entry in listed {
            guard let label = model.labels.firstIndex(of: entry.label) else { continue }
            let words = entry.identity.split(whereSeparator: \.isWhitespace).map(String.init)
            guard !words.isEmpty else { continue }
            let count = min(words.count, WordEffects.wordLimit)
            guard runs.count + count + 1 <= runLimit else {
                leftOut += 1
                continue
            }
            chosen.append((entry, words, label, runs.count))
            let sentence = SentenceWords(between: words, frontEnd)
            runs.append(sentence.ids(without: []))
            for i in 0..<count { runs.append(sentence.ids(without: [i])) }
        }
        let predictor = SentencePredictor(network: model.network, parameters: model.parameters, pool: pool)
        guard !chosen.isEmpty,
            let outputs = try? predictor.outputs(of: runs, frontEnd)
        else { return ReportMedia() }
        var media = ReportMedia()
        for item in chosen {
            let score = { (run: Int) in Double(model.scores(outputs[run])[item.label]) }
            let whole = score(item.first)
            media.words[item.entry] = item.words.enumerated().map { i, word in
                ReportMedia.Word(
                    text: word, effect: i < WordEffects.wordLimit ? whole - score(item.first + 1 + i) : 0)
            }
        }
        media.notes.append(
            "Words: each was left out of its sentence in turn (occlusion); a tint says how far the score of the "
                + "predicted (or suggested) label falls or rises without it, against the strongest word of the sentence."
        )
        if leftOut > 0 { media.notes.append("\(leftOut) more sentences are not tinted, to save time.") }
        return media
    }
}
