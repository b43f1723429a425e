import FormantAudio
import FormantCorpus
import FormantImage
import FormantNetwork
import FormantTensor
import FormantText

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A trained model at work: front end, network and labels.
///
/// What an input scores does not depend on what is classified beside it, nor on the number of threads.
public final class Classifier {
    /// The model.
    public let model: Model
    let predictor: Predictor
    private let sentences: SentencePredictor
    private let pool: WorkerPool

    /// What one input scores.
    public struct Result: Sendable {
        /// The labels, strongest first, with their scores from 0 to 1. What stands for examples out of scope is not
        /// among them.
        public var ranking: [(label: String, score: Float)]
        /// What an input is called that is none of the labels; nil where it is one.
        public var rejection: String?
        /// The labels whose thresholds the scores reach, strongest first; nil for a model without thresholds.
        public var given: [String]?
        /// The label of the largest score, of equal ones the first; or what it is called if it is none.
        public var label: String { rejection ?? ranking[0].label }
        /// The largest score.
        public var score: Float { ranking[0].score }

        /// Creates a result.
        /// - Parameters:
        ///   - ranking: at least one label, strongest first.
        ///   - rejection: what the input is called, where it is none of them.
        ///   - given: the labels whose thresholds are reached.
        public init(ranking: [(label: String, score: Float)], rejection: String? = nil, given: [String]? = nil) {
            self.given = given
            self.ranking = ranking
            self.rejection = rejection
        }
    }

    /// Creates a classifier.
    public init(_ model: Model, pool: WorkerPool = WorkerPool()) {
        self.model = model
        self.pool = pool
        predictor = Predictor(network: model.network, parameters: model.parameters, pool: pool)
        sentences = SentencePredictor(network: model.network, parameters: model.parameters, pool: pool)
    }

    /// Classifies a sentence.
    public func classify(text: String) throws -> Result { try classify(texts: [text])[0] }

    /// Classifies sentences, in their order. An empty one is unknown where the model rejects, and
    /// else classified as a sentence of no words.
    /// - Throws: `ClassifierError.modality` where the model takes sound.
    public func classify(texts: [String]) throws -> [Result] {
        guard case .text(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "text")
        }
        var ids = [[Int32]](repeating: [], count: texts.count)
        ids.withUnsafeMutableBufferPointer { ids in
            nonisolated(unsafe) let ids = ids  // each written by one worker
            pool.forRanges(of: texts.count, grain: 64) { range, _ in
                for i in range { ids[i] = frontEnd.ids(of: texts[i]) }
            }
        }
        let outputs = try sentences.outputs(of: ids, frontEnd)
        var results = [Swift.Result<Result, any Error>?](repeating: nil, count: texts.count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results  // each written by one worker
            pool.forRanges(of: texts.count, grain: 64) { range, _ in
                for i in range {
                    results[i] = Swift.Result {
                        try result(outputs[i], of: "a sentence", isEmpty: texts[i].allSatisfy(\.isWhitespace))
                    }
                }
            }
        }
        return try results.map { try $0!.get() }
    }

    /// Classifies the files that the model takes: recordings or pictures.
    /// - Returns: per file, its result or what was wrong with it.
    /// - Throws: `ClassifierError.modality` where the model takes sentences.
    public func classify(files paths: [String]) throws -> [Swift.Result<Result, any Error>] {
        model.frontEnd.modality == .image ? try classify(pictures: paths) : try classify(recordings: paths)
    }

    /// Classifies pictures, PNG or JPEG; those of another size are fitted as in training.
    /// - Returns: per file, its result or what was wrong with it.
    /// - Throws: `ClassifierError.modality` where the model takes something else.
    public func classify(pictures paths: [String]) throws -> [Swift.Result<Result, any Error>] {
        guard case .image(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "pictures")
        }
        return try classify(paths, shape: frontEnd.shape) { try frontEnd.load($0) }
    }

    /// Classifies recordings, each as one clip: longer ones are cropped and shorter ones padded as in training.
    /// - Returns: per file, its result or what was wrong with it.
    /// - Throws: `ClassifierError.modality` where the model takes something else.
    public func classify(recordings paths: [String]) throws -> [Swift.Result<Result, any Error>] {
        guard case .audio(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "recordings")
        }
        let loader = ClipLoader(frontEnd: frontEnd)
        return try classify(paths, shape: try frontEnd.featureShape()) { try loader.features($0) }
    }

    /// Classifies files, each by what `load` makes of it.
    private func classify(
        _ paths: [String], shape: Shape, load: (String) throws -> Tensor
    ) throws -> [Swift.Result<Result, any Error>] {
        let loaded = pool.results(of: paths.count) { try load(paths[$0]) }
        let features = loaded.map { try? $0.get() }
        let readable = features.indices.filter { features[$0] != nil }
        let outputs = try predictor.outputs(count: readable.count, shape: shape) { i, input in
            features[readable[i]]!.values.withUnsafeBufferPointer { _ = input.update(fromContentsOf: $0) }
        }
        var results = loaded.map { file in file.map { _ in Result(ranking: []) } }
        for (place, output) in zip(readable, outputs) {
            results[place] = Swift.Result { try result(output, of: paths[place]) }
        }
        return results
    }

    /// The features of clips at the front end's rate, by all threads.
    func clipFeatures(of clips: [[Float]], _ frontEnd: AudioFrontEnd) throws -> [Tensor] {
        var features = [Swift.Result<Tensor, AudioError>?](repeating: nil, count: clips.count)
        features.withUnsafeMutableBufferPointer { features in
            nonisolated(unsafe) let features = features  // each written by one worker
            pool.forEach(clips.count) { i, _ in
                do throws(AudioError) {
                    features[i] = .success(
                        try frontEnd.clipFeatures(of: clips[i], sampleRate: frontEnd.sampleRate))
                } catch { features[i] = .failure(error) }
            }
        }
        return try features.map { try $0!.get() }
    }

    /// - Parameter isEmpty: whether there is nothing in the input, which is then none of the labels.
    func result(_ output: [Float], of input: String, isEmpty: Bool = false) throws -> Result {
        guard output.allSatisfy(\.isFinite) else { throw ClassifierError.notFinite(input: input) }
        let scores = model.scores(output)
        var order = scores.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
        guard let rejection = model.rejection else {
            return Result(ranking: order.map { (model.labels[$0], scores[$0]) }, given: model.given(scores))
        }
        let outOfScope = rejection.outOfScope.flatMap(model.labels.firstIndex)
        order.removeAll { $0 == outOfScope }
        let ranking = order.map { (label: model.labels[$0], score: scores[$0]) }
        let lead = ranking[0].score - (outOfScope.map { scores[$0] } ?? 0)
        let isUnknown = isEmpty || lead < rejection.threshold
        return Result(ranking: ranking, rejection: isUnknown ? rejection.label : nil)
    }
}

extension Modality {
    /// What a classifier is given of it.
    var given: String { self == .text ? "text" : thing() }
}

/// Why a classifier cannot take an input.
public enum ClassifierError: Error, Sendable, CustomStringConvertible {
    /// The model was trained on another kind of input.
    case modality(takes: String, given: String)
    /// The network's outputs are infinite or no numbers.
    case notFinite(input: String)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .modality(let takes, let given): "the model takes \(takes), not \(given)"
        case .notFinite(let input):
            "\(input): expected finite outputs of the network, found some that are infinite or no numbers"
        }
    }
}

extension Model.Scoring {
    /// Scores from 0 to 1 out of the network's outputs.
    func scores(_ outputs: [Float]) -> [Float] {
        switch self {
        case .softmax:
            let largest = outputs.max() ?? 0
            let exponentials = outputs.map { exp(Double($0 - largest)) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { Float($0 / sum) }
        case .sigmoid: return outputs.map { Float(1 / (1 + exp(-Double($0)))) }
        }
    }
}
