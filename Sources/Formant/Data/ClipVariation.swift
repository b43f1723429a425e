import FormantAudio
import FormantCorpus
import FormantFiles
import FormantTensor

/// The variation of recordings in training, made ready: noise and impulse responses are in memory.
struct ClipVariation: Sendable {
    /// The samples of every clip at the front end's rate, where the waveform is varied; nil too where they would be so
    /// many that each recording is read again whenever it is wanted.
    let samples: FeatureStore?

    private let corpus: Corpus
    private let augmenter: WaveformAugmenter?
    private let masks: FeatureMasks
    private let frontEnd: AudioFrontEnd
    private let hasZeroMean: Bool

    /// Reads what the variations need; nil where neither samples nor features are varied.
    ///
    /// A folder is looked for below the root of the corpus, then as it stands.
    /// - Parameters:
    ///   - frontEnd: without the normalisation by the corpus.
    ///   - folder: where the file of a large store is made.
    ///   - limit: bytes of samples up to which they are kept.
    ///   - hasZeroMean: whether features are normalised in the end, so that 0 is their mean.
    init?(
        _ augmentation: Augmentation, frontEnd: AudioFrontEnd, corpus: Corpus, folder: String, hasZeroMean: Bool,
        limit: Int = 0
    ) throws {
        guard !augmentation.waveform.isEmpty || !augmentation.masks.isEmpty else { return nil }
        if augmentation.waveform.isEmpty {
            (samples, augmenter) = (nil, nil)
        } else {
            augmenter = try WaveformAugmenter(
                augmentation.waveform, frontEnd: frontEnd,
                noiseFiles: ClipVariation.sounds(augmentation.waveform.noise?.folder, corpus),
                impulseFiles: ClipVariation.sounds(augmentation.waveform.impulse?.folder, corpus))
            let (count, length) = (corpus.examples.count, frontEnd.clipLength)
            samples =
                count * length <= limit / MemoryLayout<Float>.stride
                ? try FeatureStore(count: count, length: length, folder: folder) : nil
        }
        self.corpus = corpus
        masks = augmentation.masks
        self.frontEnd = frontEnd
        self.hasZeroMean = hasZeroMean
    }

    private static func sounds(_ folder: String?, _ corpus: Corpus) -> [String] {
        guard let folder else { return [] }
        let below = FilePath.join(corpus.root, folder)
        let found = FilePath.kind(of: below) == .folder ? below : folder
        return MediaFolder.files(below: found).map { FilePath.join(found, $0) }
    }

    /// One example as training gets it in one epoch.
    /// - Parameters:
    ///   - features: what it is without variation.
    ///   - normalise: writes features into `input`.
    /// - Returns: what was done.
    func load(
        _ index: Int, features: UnsafeMutableBufferPointer<Float>, using generator: inout SeededGenerator,
        into input: UnsafeMutableBufferPointer<Float>, _ shape: Shape,
        normalise: (UnsafeBufferPointer<Float>) -> Void
    ) throws -> [AppliedVariation] {
        guard augmenter != nil else {
            normalise(UnsafeBufferPointer(features))
            return mask(input, shape, using: &generator)
        }
        var clip = try samples.map { Array($0[index]) } ?? read(index)
        let applied = try vary(&clip, using: &generator)
        try frontEnd.clipFeatures(of: clip, sampleRate: frontEnd.sampleRate).values.withUnsafeBufferPointer(normalise)
        return applied + mask(input, shape, using: &generator)
    }

    private func read(_ index: Int) throws -> [Float] {
        let example = corpus.examples[index]
        guard case .audio(let clip) = example.input, let path = corpus.path(of: example) else { return [] }
        return try ClipLoader(frontEnd: frontEnd).samples(
            path, start: clip.start, end: clip.end, channel: clip.channel)
    }

    /// The first half of `load`: varies the samples of a clip.
    func vary(_ clip: inout [Float], using generator: inout SeededGenerator) throws -> [AppliedVariation] {
        try augmenter?.apply(to: &clip, using: &generator) ?? []
    }

    /// The second half of `load`: hides parts of the features as the network gets them.
    func mask(
        _ input: UnsafeMutableBufferPointer<Float>, _ shape: Shape, using generator: inout SeededGenerator
    ) -> [AppliedVariation] {
        guard !masks.isEmpty else { return [] }
        let fill = hasZeroMean ? 0 : input.reduce(0, +) / Float(max(1, input.count))
        return masks.apply(to: input, shape: shape, fill: fill, using: &generator)
    }
}
