import FormantCorpus

extension Recipe {
    /// The recipe for a corpus where none is named: that of `standard(for:)`.
    public static func standard(forCorpus argument: String, root: String?, reading: CorpusReading = .init()) throws
        -> String
    {
        standard(for: try Corpus.load(argument: argument, root: root, reading: reading).modality)
    }

    /// `kws-cnn` for sound, `kim-rand` for text, `mnist-augmented` for pictures.
    static func standard(for modality: Modality) -> String {
        switch modality {
        case .audio: "kws-cnn"
        case .text: "kim-rand"
        case .image: "mnist-augmented"
        }
    }

    /// Name and one sentence.
    public func resolvedSummary() throws(RecipeError) -> RecipeSummary {
        RecipeSummary(name: name, summary: try resolved(CorpusFacts(classes: 2)).summary ?? "")
    }
}

/// A recipe in a list.
public struct RecipeSummary: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// One sentence.
    public let summary: String
}
