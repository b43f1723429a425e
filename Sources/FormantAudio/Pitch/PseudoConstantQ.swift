#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The weights of a magnitude spectrum's bins for each frequency of a constant-Q spectrogram, as `librosa.pseudo_cqt`
/// (0.11) has them: one Fourier transform as long as the longest window, its magnitudes weighed by the filters'.
struct PseudoConstantQ: Sendable {
    let matrix: BandMatrix
    /// Frames and transform that the magnitudes come from.
    let spectrogram: SpectrogramOptions

    /// Most weights that are computed for a front end.
    private static let largestWeights = 1 << 23

    /// - Parameter spectrogram: of which the hop, the framing and what conditions samples are kept.
    /// - Throws: `AudioError.optionInvalid`.
    init(_ options: ConstantQOptions, _ spectrogram: SpectrogramOptions, sampleRate: Int) throws(AudioError) {
        let rate = Double(sampleRate)
        try options.validate()
        let wavelets = Wavelet.all(options, gamma: 0, rate: rate)
        try options.checkHighest(wavelets[options.bins - 1].hertz, sampleRate: rate)
        let longest = wavelets[0].length
        let size = max(
            wavelets[0].transformSize, exp2(1 + log2((spectrogram.hopSeconds * rate).rounded()).rounded(.up)))
        let largest = FourierTransform.largestSize
        try require(
            size <= Double(largest), "constantQ.lowestHertz", options.lowestHertz,
            "a frequency whose windows have at most \(largest) samples; \(longest) of them at \(sampleRate) Hz")
        try require(
            wavelets[options.bins - 1].length >= 2, "constantQ.filterScale", options.filterScale,
            "windows of at least 2 samples at the highest frequency")
        let fftSize = Int(size)
        try require(
            options.bins * (fftSize / 2) <= Self.largestWeights, "constantQ.bins", options.bins,
            "at most \(Self.largestWeights / (fftSize / 2)) with windows of \(fftSize) samples")
        matrix = BandMatrix(
            wavelets.map { wavelet in
                let scale = wavelet.length / size / size.squareRoot()
                return wavelet.spectrum(fftSize: fftSize).map { Float(scale * ($0 * $0).sum().squareRoot()) }
            })
        var own = spectrogram
        own.windowSeconds = size / rate
        own.fftSize = fftSize
        own.window = .hann
        own.symmetry = .periodic
        self.spectrogram = own
    }
}
