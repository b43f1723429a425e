import FormantAudio
import FormantCorpus
import FormantFiles
import FormantImage
import FormantTensor
import FormantTraining

/// Recordings or pictures of a corpus as a recipe's augmentation varies them, written as files to hear and to look at.
public struct AugmentationInspection: Encodable, Sendable {
    /// One example.
    public struct Sample: Encodable, Sendable {
        /// Its number, which its files begin with: `001-before.png`, `001-after.png`, and of sound `001-before.wav`, `001-after.wav`.
        public let number: Int
        /// The recording or picture.
        public let example: String
        /// What it is an example of.
        public let labels: [String]
        /// What was done, in order.
        public let applied: [String]
    }

    let kind = "augmentation"
    /// Name of the recipe.
    public let recipe: String
    /// Where the files are.
    public let folder: String
    /// The examples.
    public let samples: [Sample]
    /// How the names of the files end.
    private let endings: String

    private enum CodingKeys: String, CodingKey { case kind, recipe, folder, samples }

    /// Varies examples as the first epoch of a training could, and writes them.
    ///
    /// The recordings are what the network hears before features are worked out of them, as clips at the front end's
    /// rate. The pictures show the features that go in, masks and mixing included; where the recipe normalises by the
    /// corpus, they are normalised by the examples shown. Both pictures of an example have the same colours. Pictures are written as
    /// they are before their values are scaled.
    /// - Parameters:
    ///   - corpus: a folder, a manifest or a card.
    ///   - count: examples, 1 … 10,000; drawn from all that are not in a validation or test part.
    ///   - output: the folder, made if it is not there.
    /// - Throws: `RecipeError` where the recipe is not for the corpus or varies nothing; what reading and writing throw.
    public init(
        corpus argument: String, root: String?, reading: CorpusReading = .init(), recipe: Recipe, count: Int,
        seed: UInt64,
        output: String
    ) throws {
        guard (1...10_000).contains(count) else {
            throw RunError.option(name: "--count", value: "\(count)", expected: "1 to 10000")
        }
        let corpus = try Corpus.load(argument: argument, root: root, reading: reading)
        let resolved = try recipe.resolved(
            CorpusFacts(
                classes: corpus.labels.count,
                sampleRate: corpus.modality == .audio ? TrainingRun.commonRate(corpus) : nil))
        guard resolved.input.modality == corpus.modality, corpus.modality != .text else {
            throw RecipeError.modality(recipe: recipe.name, takes: try recipe.takes(), found: corpus.modality.takes)
        }
        guard resolved.augmentation != Augmentation() else {
            throw RecipeError.malformed(recipe: recipe.name, reason: "nothing is varied: there is no augmentation")
        }
        var chance = SeededGenerator.derived(seed: seed, purpose: "examples to inspect")
        var candidates = corpus.examples.filter { $0.split == nil || $0.split == .train }
        chance.shuffle(&candidates)
        let examples = Array(candidates.prefix(count))
        guard !examples.isEmpty else {
            throw RunError.tooFew(what: "examples of \(corpus.name) to learn from", found: 0, expected: "1 or more")
        }
        try FolderMaker.make(output)
        let chosen = Corpus(
            name: corpus.name, modality: corpus.modality, root: corpus.root, examples: examples)
        let applied: [[String]]
        switch resolved.input {
        case .audio(let frontEnd):
            applied = try AugmentationInspection.writeClips(chosen, frontEnd, resolved.augmentation, seed, output)
        case .image(let frontEnd):
            applied = try AugmentationInspection.writePictures(chosen, frontEnd, resolved.augmentation, seed, output)
        case .text, .go: applied = []
        }
        self.recipe = recipe.name
        folder = output
        samples = zip(examples, applied).enumerated().map { i, pair in
            Sample(number: i + 1, example: pair.0.id, labels: pair.0.labels, applied: pair.1)
        }
        endings = corpus.modality == .audio ? ".wav and .png" : ".png"
    }

    /// Writes recordings with pictures of their features.
    /// - Returns: what was done to each, in order.
    private static func writeClips(
        _ corpus: Corpus, _ frontEnd: AudioFrontEnd, _ augmentation: Augmentation, _ seed: UInt64, _ output: String
    ) throws -> [[String]] {
        let shown = try ClipVariationSamples(corpus, frontEnd, augmentation, seed: seed, folder: output)
        for (i, sample) in shown.samples.enumerated() {
            let stem = FilePath.join(output, padded(i + 1))
            let known = sample.before.values
            let range = (known.min() ?? 0)...(known.max() ?? 0)
            for (name, state) in [("before", sample.before), ("after", sample.after)] {
                try SoundWriter.write(
                    state.samples, sampleRate: frontEnd.sampleRate, to: "\(stem)-\(name).wav", format: .wavFloat)
                try MatrixPicture(state.values, shape: shown.shape, range: range).write(to: "\(stem)-\(name).png")
            }
        }
        return shown.samples.map(\.applied)
    }

    /// Writes pictures.
    /// - Returns: what was done to each, in order.
    private static func writePictures(
        _ corpus: Corpus, _ frontEnd: ImageFrontEnd, _ augmentation: Augmentation, _ seed: UInt64, _ output: String
    ) throws -> [[String]] {
        var applied: [[String]] = []
        var values: [[Float]] = []
        for (i, example) in corpus.examples.enumerated() {
            guard let path = corpus.path(of: example) else { continue }
            let before = frontEnd.fitted(try Picture.read(path))
            try before.write(to: FilePath.join(output, padded(i + 1)) + "-before.png")
            var after = before.values
            var chance = SeededGenerator.derived(seed: seed, purpose: "variation of example \(i) in epoch 1")
            let done = before.values.withUnsafeBufferPointer { source in
                after.withUnsafeMutableBufferPointer {
                    augmentation.picture.apply(
                        source, into: $0, shape: frontEnd.shape, background: frontEnd.background, using: &chance)
                }
            }
            values.append(after)
            applied.append(done.description.isEmpty ? [] : [done.description])
        }
        mix(augmentation.mixup, &values, &applied, seed)
        for (i, values) in values.enumerated() {
            let shape = frontEnd.shape
            try Picture(width: shape.width, height: shape.height, channels: shape.channels, values: values)
                .write(to: FilePath.join(output, padded(i + 1)) + "-after.png")
        }
        return applied
    }

    /// Mixes what the network gets as the first batch of a training could, and says so.
    fileprivate static func mix(
        _ mixup: Mixup?, _ values: inout [[Float]], _ applied: inout [[String]], _ seed: UInt64
    ) {
        guard let mixup else { return }
        var chance = SeededGenerator.derived(seed: seed, purpose: "mixing of batch 0 in epoch 1")
        for pair in mixup.pairs(of: values.count, using: &chance) {
            var (a, b) = (values[pair.first], values[pair.second])
            a.withUnsafeMutableBufferPointer { a in
                b.withUnsafeMutableBufferPointer { b in Mixup.mix(a, b, share: pair.share) }
            }
            (values[pair.first], values[pair.second]) = (a, b)
            let share = "\(Int((pair.share * 100).rounded())) %"
            applied[pair.first].append("the picture has \(share) of it, the rest is \(pair.second + 1)")
            applied[pair.second].append("the picture has \(share) of it, the rest is \(pair.first + 1)")
        }
    }

    private static func padded(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// For people.
    public var text: String {
        let rows = samples.map { sample in
            [
                AugmentationInspection.padded(sample.number), sample.labels.joined(separator: ", "), sample.example,
                sample.applied.isEmpty ? "as it is" : sample.applied.joined(separator: "; "),
            ]
        }
        return TextTable.text(rows) + "\nin \(folder): NUMBER-before and NUMBER-after, \(endings)\n"
    }
}

/// The clips of some examples with what training makes of them.
private struct ClipVariationSamples {
    struct State {
        var samples: [Float]
        var values: [Float]
    }

    struct Sample {
        var before: State
        var after: State
        var applied: [String]
    }

    let shape: Shape
    private(set) var samples: [Sample] = []

    init(_ corpus: Corpus, _ frontEnd: AudioFrontEnd, _ augmentation: Augmentation, seed: UInt64, folder: String) throws
    {
        var raw = frontEnd
        if case .corpus = raw.normalisation { raw.normalisation = .none }
        shape = try raw.featureShape()
        let extents = [shape.channels * shape.height, shape.width]
        let variation = try ClipVariation(
            augmentation, frontEnd: raw, corpus: corpus, folder: folder, hasZeroMean: frontEnd.normalisation != .none)
        let loader = ClipLoader(frontEnd: raw)
        var sums = BandStatisticsAccumulator()
        for (i, example) in corpus.examples.enumerated() {
            guard case .audio(let clip) = example.input, let path = corpus.path(of: example) else { continue }
            let before = try loader.samples(path, start: clip.start, end: clip.end, channel: clip.channel)
            var chance = SeededGenerator.derived(seed: seed, purpose: "variation of example \(i) in epoch 1")
            var after = before
            let applied = try variation?.vary(&after, using: &chance) ?? []
            let features = try [before, after].map {
                Tensor(extents: extents, values: try raw.clipFeatures(of: $0, sampleRate: raw.sampleRate).values)
            }
            try sums.add(features[0])
            samples.append(
                Sample(
                    before: State(samples: before, values: features[0].values),
                    after: State(samples: after, values: features[1].values), applied: applied.map(\.description)))
            // The same chance goes on where the masks are drawn.
            chances.append(chance)
        }
        if case .corpus = frontEnd.normalisation, let statistics = sums.statistics {
            for i in samples.indices {
                samples[i].before.values = try normalised(samples[i].before.values, extents, statistics)
                samples[i].after.values = try normalised(samples[i].after.values, extents, statistics)
            }
        }
        for i in samples.indices {
            let masks = samples[i].after.values.withUnsafeMutableBufferPointer {
                variation?.mask($0, shape, using: &chances[i]) ?? []
            }
            samples[i].applied += masks.map(\.description)
        }
        mix(augmentation.mixup, seed)
    }

    private var chances: [SeededGenerator] = []

    private func normalised(_ values: [Float], _ extents: [Int], _ statistics: BandStatistics) throws -> [Float] {
        var features = Tensor(extents: extents, values: values)
        try Normalisation.corpus(statistics).apply(to: &features)
        return features.values
    }

    private mutating func mix(_ mixup: Mixup?, _ seed: UInt64) {
        var (values, applied) = (samples.map(\.after.values), samples.map(\.applied))
        AugmentationInspection.mix(mixup, &values, &applied, seed)
        for i in samples.indices { (samples[i].after.values, samples[i].applied) = (values[i], applied[i]) }
    }
}
