import FormantCorpus
import FormantEvaluation
import FormantTensor

/// Makes what the page of a report shows beside the examples that it lists.
package struct Illustrator {
    /// The corpus that the examples are from.
    let corpus: Corpus
    /// What judged them; nil where several models did, whose words cannot be told.
    let model: Model?
    let pool: WorkerPool
    /// The most bytes of sounds and pictures.
    package var bytesLimit = ClipMedia.bytesLimit

    package init(corpus: Corpus, model: Model?, pool: WorkerPool) {
        (self.corpus, self.model, self.pool) = (corpus, model, pool)
    }

    /// Sounds and spectrograms of recordings, pictures, or words of sentences.
    /// - Parameter listed: the most important first.
    package func media(for listed: [ReportMedia.Listed]) -> ReportMedia {
        let wanted = Set(listed.map(\.identity))
        var examples: [String: Example] = [:]
        for example in corpus.examples where wanted.contains(example.shown) {
            if examples[example.shown] == nil { examples[example.shown] = example }
        }
        var seen: Set<String> = []
        let order = listed.map(\.identity).filter { seen.insert($0).inserted }.compactMap { examples[$0] }
        switch corpus.modality {
        case .audio: return ClipMedia(corpus: corpus, bytesLimit: bytesLimit).media(of: order)
        case .image: return PictureMedia(corpus: corpus, bytesLimit: bytesLimit).media(of: order)
        case .text: return words(of: listed)
        }
    }

    private func words(of listed: [ReportMedia.Listed]) -> ReportMedia {
        guard let model else {
            return listed.isEmpty
                ? ReportMedia()
                : ReportMedia(notes: ["Words are not explained: the folds have models of their own."])
        }
        return WordEffects(model: model, pool: pool)?.media(for: listed) ?? ReportMedia()
    }
}
