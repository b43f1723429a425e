import FormantInsight
import FormantNetwork
import FormantTensor

/// Inputs that are nothing to a person and yet a label to the network, with its thresholds' and temperature's answer
/// (Nguyen, Yosinski & Clune 2015, "Deep Neural Networks are Easily Fooled", the variant by gradient ascent).
struct Fooling {
    /// The score at which a search ends.
    static let until: Float = 0.999

    let view: InputView
    let pool: WorkerPool

    /// Looks for one input per label, from noise on.
    func run(_ labels: Range<Int>, shape: Shape, seed: UInt64) throws -> [(fool: VisualizeSummary.Fool, input: [Float])]
    {
        var options = AscentOptions()
        options.rate = 0.01
        var ascent = Ascent(view.subject, range: view.range.with(width: shape.width), options: options, seed: seed)
        ascent.noise = 0.5
        let isSoftmax = view.model.scoring == .softmax
        let found = try ascent.run(
            labels.map { isSoftmax ? .confidence(label: $0, until: Fooling.until) : .activation(.output($0)) })
        let pictures = LabelPictures(view: view, judge: nil, pool: pool)
        let results = try pictures.results(found.map(\.input), shape, by: view)
        var uncalibrated = view.model
        uncalibrated.temperature = nil
        let probe = try view.subject.probe(Probe.Options(shape: shape, differentiates: false))
        return try zip(labels, zip(found, results)).map { label, pair in
            let (found, result) = pair
            // Of a sentence the words count that are nearest, as nothing else can be given to the model.
            let words = view.words?.sentence(found.input, width: shape.width)
            let outputs = try words.map { try sentenceOutputs($0) } ?? probe.forward([found.input])[0]
            let fool = VisualizeSummary.Fool(
                label: view.model.labels[label], steps: found.course.count - 1,
                score: uncalibrated.scores(outputs)[label], calibrated: view.model.scores(outputs)[label],
                answer: result.given.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? result.label,
                words: words)
            return (fool, found.input)
        }
    }

    private func sentenceOutputs(_ sentence: String) throws -> [Float] {
        guard case .text(let frontEnd) = view.model.frontEnd else { return [] }
        let ids = frontEnd.ids(of: sentence)
        let probe = try Probe(
            view.model.network, parameters: view.model.parameters,
            options: Probe.Options(shape: frontEnd.shape(ofIDs: ids), differentiates: false), pool: pool)
        return probe.forward([ids.map(Float.init)])[0]
    }
}
