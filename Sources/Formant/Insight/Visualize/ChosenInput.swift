import FormantCorpus
import FormantFiles
import FormantTensor

/// An input whose response maps are shown.
struct ChosenInput: Sendable {
    /// The file, or the sentence.
    var name: String
    /// What it is said to be, where that is known.
    var label: String?
    /// What the whole network gets: features, or ids.
    var values: [Float]
    var shape: Shape

    /// Inputs by file or, for a model of sentences, as they are written.
    /// - Throws: what the front end finds wrong.
    static func given(_ items: [String], _ frontEnd: FrontEnd) throws -> [ChosenInput] {
        try items.map { item in
            switch frontEnd {
            case .audio(let audio):
                let features = try ClipLoader(frontEnd: audio).features(item)
                return ChosenInput(name: item, values: features.values, shape: try audio.featureShape())
            case .image(let image):
                return ChosenInput(name: item, values: try image.load(item).values, shape: image.shape)
            case .text(let text):
                let ids = text.ids(of: item)
                return ChosenInput(name: item, values: ids.map(Float.init), shape: text.shape(ofIDs: ids))
            }
        }
    }

    /// Which of the items is a corpus: a folder, or a file that lists examples; the others are inputs.
    static func divide(_ items: [String]) throws(RunError) -> (corpus: String?, inputs: [String]) {
        let tables: Set = ["csv", "tsv", "jsonl", "ndjson", "yaml", "yml", "txt"]
        func isCorpus(_ item: String) -> Bool {
            switch FilePath.kind(of: item) {
            case .folder: true
            case .file: tables.contains(FilePath.fileExtension(of: item))
            default: false
            }
        }
        let corpora = items.filter(isCorpus)
        guard corpora.count <= 1 else {
            throw .option(
                name: "CORPUS", value: corpora.joined(separator: " "), expected: "one corpus, and inputs beside it")
        }
        return (corpora.first, items.filter { !isCorpus($0) })
    }
}
