import FormantAudio
import FormantCorpus
import FormantImage
import FormantTensor
import FormantText
import FormantTraining

/// An input that could not be used, and why.
public struct InputProblem: Sendable, Hashable {
    /// The file, or the line of a table.
    public var input: String
    /// What was expected and found.
    public var reason: String

    /// Creates a problem.
    public init(input: String, reason: String) {
        self.input = input
        self.reason = reason
    }
}

/// The inputs of a corpus, ready for a network, with the answers that are wanted.
///
/// Features of recordings are worked out once and kept, and so are pictures at the network's size; those that cannot be
/// read are named and left out.
struct CorpusInputs: Dataset {
    private enum Values: Sendable {
        case audio(FeatureStore, Shape, BandStatistics?)
        /// Ids row by row, of so many rows.
        case text([[Int32]], height: Int)
        /// Pictures as they are before values are scaled, and how they are varied in training.
        case image(FeatureStore, ImageFrontEnd, PictureVariation)
    }

    private let values: Values
    /// How recordings are varied in training; nil: not at all.
    private let variation: ClipVariation?
    private let targets: [Target]
    private let weights: [Float]

    /// For each example of the corpus whether it can be used: it has a label and could be read.
    let isUsable: [Bool]

    var count: Int { targets.count }

    func shape(of index: Int) -> Shape {
        switch values {
        case .audio(_, let shape, _): shape
        case .text(let ids, let height): Shape(channels: 1, height: height, width: ids[index].count / height)
        case .image(_, let frontEnd, _): frontEnd.shape
        }
    }

    func target(of index: Int) -> Target { targets[index] }

    func weight(of index: Int) -> Float { weights[index] }

    func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws {
        switch values {
        case .audio(let store, let shape, let statistics):
            guard let variation, var chance = generator else {
                normalise(UnsafeBufferPointer(store[index]), into: input, shape, statistics)
                return
            }
            _ = try variation.load(index, features: store[index], using: &chance, into: input, shape) {
                normalise($0, into: input, shape, statistics)
            }
            generator = chance
        case .text(let ids, _):
            for (i, id) in ids[index].enumerated() { input[i] = Float(id) }
        case .image(let store, let frontEnd, let variation):
            let picture = UnsafeBufferPointer(store[index])
            guard !variation.isEmpty, var chance = generator else {
                frontEnd.scale(picture, into: input)
                return
            }
            withUnsafeTemporaryAllocation(of: Float.self, capacity: picture.count) { varied in
                _ = variation.apply(
                    picture, into: varied, shape: frontEnd.shape, background: frontEnd.background, using: &chance)
                frontEnd.scale(UnsafeBufferPointer(varied), into: input)
            }
            generator = chance
        }
    }

    /// Writes features as the network gets them.
    private func normalise(
        _ source: UnsafeBufferPointer<Float>, into input: UnsafeMutableBufferPointer<Float>, _ shape: Shape,
        _ statistics: BandStatistics?
    ) {
        guard let statistics else {
            _ = input.update(fromContentsOf: source)
            return
        }
        // As `Normalisation.corpus` does it, to the last bit.
        let frames = shape.width
        for row in 0..<shape.channels * shape.height {
            let (mean, factor) = (statistics.mean[row], 1 / statistics.deviation[row])
            for i in row * frames..<(row + 1) * frames { input[i] = (source[i] - mean) * factor }
        }
    }

    private init(
        _ values: Values, _ targets: [Target], _ weights: [Float], _ isUsable: [Bool], variation: ClipVariation? = nil
    ) {
        self.values = values
        self.variation = variation
        self.targets = targets
        self.weights = weights
        self.isUsable = isUsable
    }

    /// The answers of a corpus's examples.
    private static func targets(_ corpus: Corpus, _ labels: [String], multiLabel: Bool) -> [Target] {
        var numbers: [String: Int] = [:]
        for (number, label) in labels.enumerated() { numbers[label] = number }
        return corpus.examples.map { example in
            let known = example.labels.compactMap { numbers[$0] }
            return multiLabel ? .labels(known.sorted()) : .label(known.first ?? -1)
        }
    }

    private static func isLabelled(_ corpus: Corpus, multiLabel: Bool) -> [Bool] {
        corpus.examples.map { multiLabel || $0.labels.count == 1 }
    }

    /// Sentences as ids.
    static func text(_ corpus: Corpus, _ frontEnd: TextFrontEnd, labels: [String], multiLabel: Bool, pool: WorkerPool)
        -> CorpusInputs
    {
        var ids = [[Int32]](repeating: [], count: corpus.examples.count)
        ids.withUnsafeMutableBufferPointer { ids in
            nonisolated(unsafe) let ids = ids  // each written by one worker
            pool.forRanges(of: corpus.examples.count, grain: 256) { range, _ in
                for i in range {
                    if case .text(let text) = corpus.examples[i].input { ids[i] = frontEnd.ids(of: text) }
                }
            }
        }
        return CorpusInputs(
            .text(ids, height: frontEnd.height), targets(corpus, labels, multiLabel: multiLabel),
            corpus.examples.map(\.weight),
            isLabelled(corpus, multiLabel: multiLabel))
    }

    /// Recordings as features, which are not normalised by the corpus's statistics.
    /// - Parameters:
    ///   - augmentation: how they are varied in training; where it varies the waveform, the samples are kept too.
    ///   - keptSamples: bytes of samples up to which they are kept.
    ///   - caching: where features are kept from run to run.
    ///   - progress: receives the number of recordings done.
    ///   - warning: receives what went wrong with the cache, which stops nothing.
    static func audio(
        _ corpus: Corpus, _ frontEnd: AudioFrontEnd, labels: [String], multiLabel: Bool, folder: String,
        augmentation: Augmentation = Augmentation(), keptSamples: Int = 0, caching: FeatureCaching,
        pool: WorkerPool, progress: (Int) throws -> Void, warning: (String) -> Void
    ) throws -> (inputs: CorpusInputs, problems: [InputProblem]) {
        var raw = frontEnd
        if case .corpus = raw.normalisation { raw.normalisation = .none }
        let shape = try raw.featureShape()
        let count = corpus.examples.count
        let variation = try ClipVariation(
            augmentation, frontEnd: raw, corpus: corpus, folder: folder, hasZeroMean: frontEnd.normalisation != .none,
            limit: keptSamples)
        let reader = ClipReader(
            frontEnd: raw, store: try FeatureStore(count: count, length: shape.count, folder: folder),
            samples: variation?.samples, kept: try KeptFeatures(caching, raw))
        var reasons: [String?] = []
        let block = 64 * pool.threads
        for first in stride(from: 0, to: count, by: block) {
            let end = min(count, first + block)
            reasons += reader.read(first..<end, of: corpus, pool: pool)
            try progress(end)
        }
        if let problem = reader.kept.problem { warning("features are not kept: \(problem)") }
        let problems = reasons.enumerated().compactMap { i, reason in
            reason.map { InputProblem(input: corpus.examples[i].id, reason: $0) }
        }
        let usable = zip(isLabelled(corpus, multiLabel: multiLabel), reasons).map { $0 && $1 == nil }
        let inputs = CorpusInputs(
            .audio(reader.store, shape, nil), targets(corpus, labels, multiLabel: multiLabel),
            corpus.examples.map(\.weight),
            usable, variation: variation)
        return (inputs, problems)
    }

    /// Pictures at the network's size.
    /// - Parameters:
    ///   - folder: where the file of a large store is made.
    ///   - variation: how they are varied in training.
    ///   - progress: receives the number of pictures done.
    static func images(
        _ corpus: Corpus, _ frontEnd: ImageFrontEnd, labels: [String], multiLabel: Bool, folder: String,
        variation: PictureVariation = PictureVariation(), pool: WorkerPool, progress: (Int) throws -> Void
    ) throws -> (inputs: CorpusInputs, problems: [InputProblem]) {
        let count = corpus.examples.count
        let store = try FeatureStore(count: count, length: frontEnd.shape.count, folder: folder)
        var problems: [InputProblem] = []
        var usable = isLabelled(corpus, multiLabel: multiLabel)
        let block = 64 * pool.threads
        for first in stride(from: 0, to: count, by: block) {
            let members = first..<min(count, first + block)
            let reasons = pool.results(of: members.count) { offset in
                let example = corpus.examples[first + offset]
                guard let path = corpus.path(of: example) else { return }
                let picture = frontEnd.fitted(try Picture.read(path))
                _ = store[first + offset].update(fromContentsOf: picture.values)
            }
            for (index, result) in zip(members, reasons) {
                guard case .failure(let error) = result else { continue }
                problems.append(InputProblem(input: corpus.examples[index].id, reason: "\(error)"))
                usable[index] = false
            }
            try progress(members.upperBound)
        }
        let inputs = CorpusInputs(
            .image(store, frontEnd, variation), targets(corpus, labels, multiLabel: multiLabel),
            corpus.examples.map(\.weight), usable)
        return (inputs, problems)
    }

    /// Mean and deviation of each band over some recordings; nil for sentences, and where there is none.
    func bandStatistics(over indices: [Int]) throws -> BandStatistics? {
        guard case .audio(let store, let shape, _) = values else { return nil }
        var sums = BandStatisticsAccumulator()
        let extents = [shape.channels * shape.height, shape.width]
        for index in indices { try sums.add(Tensor(extents: extents, values: Array(store[index]))) }
        return sums.statistics
    }

    /// The same recordings, normalised by statistics.
    func normalised(by statistics: BandStatistics) -> CorpusInputs {
        guard case .audio(let store, let shape, _) = values else { return self }
        return CorpusInputs(.audio(store, shape, statistics), targets, weights, isUsable, variation: variation)
    }
}
