#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The weights of a magnitude spectrum's bins for each frequency of a constant-Q spectrogram.
struct ConstantQFilters: Sendable {
    let matrix: BandMatrix
    /// Frames and transform that the magnitudes come from.
    let spectrogram: SpectrogramOptions

    /// Share of a filter's weights, the smallest ones, that is left out.
    private static let sparsity = 0.01
    /// Most weights that are computed for a front end.
    private static let largestWeights = 1 << 23

    /// - Parameter spectrogram: of which the hop, the framing and what conditions samples are kept.
    /// - Throws: `AudioError.optionInvalid`.
    init(_ options: ConstantQOptions, _ spectrogram: SpectrogramOptions, sampleRate: Int) throws(AudioError) {
        let rate = Double(sampleRate)
        try options.validate()
        let octave = Double(options.binsPerOctave)
        let frequencies = (0..<options.bins).map { options.lowestHertz * exp2(Double($0) / octave) }
        try require(
            frequencies[options.bins - 1] < rate / 2, "constantQ.lowestHertz",
            options.lowestHertz,
            "above 0, below \(rate / 2 / exp2(Double(options.bins - 1) / octave)) Hz for \(options.bins) bins"
        )
        // The quality: half the distance between the neighbours of a frequency is 1 ÷ Q of it.
        let ratio = exp2(2 / octave)
        let quality = options.filterScale * (ratio + 1) / (ratio - 1)
        let longest = quality * rate / options.lowestHertz
        let size = exp2(
            max(log2(longest).rounded(.up), 1 + log2((spectrogram.hopSeconds * rate).rounded()).rounded(.up)))
        let largest = FourierTransform.largestSize
        try require(
            size <= Double(largest), "constantQ.lowestHertz", options.lowestHertz,
            "a frequency whose windows have at most \(largest) samples; \(longest) of them at \(sampleRate) Hz")
        try require(
            (quality * rate / frequencies[options.bins - 1]) >= 2, "constantQ.filterScale", options.filterScale,
            "windows of at least 2 samples at the highest frequency")
        let fftSize = Int(size)
        try require(
            options.bins * (fftSize / 2) <= Self.largestWeights, "constantQ.bins", options.bins,
            "at most \(Self.largestWeights / (fftSize / 2)) with windows of \(fftSize) samples")
        matrix = BandMatrix(
            frequencies.map { Self.weights($0, length: quality * rate / $0, fftSize: fftSize, rate: rate) })
        var own = spectrogram
        own.windowSeconds = size / rate
        own.fftSize = fftSize
        own.window = .hann
        own.symmetry = .periodic
        self.spectrogram = own
    }

    /// |Σ_m w[m] e^(2πjfm/rate) e^(−2πjkm/N)| for each bin k, w being a periodic Hann window of sum `length` ÷ (N √N),
    /// in closed form: a Hann window is three exponentials, and the sum of an exponential is sin(nθ/2) ÷ sin(θ/2).
    private static func weights(_ hertz: Double, length: Double, fftSize: Int, rate: Double) -> [Float] {
        let samples = Int((length / 2).rounded(.down) - (-length / 2).rounded(.down))
        let n = Double(samples)
        let step = 2 * Double.pi / n
        // The real amplitude about the window's middle; the phase e^(−jθ(n − 1)/2) turns by π (n − 1)/n with a step.
        func kernel(_ theta: Double) -> Double {
            let s = sin(theta / 2)
            return abs(s) < 1e-12 ? n * cos(n * theta / 2) / cos(theta / 2) : sin(n * theta / 2) / s
        }
        let turn = Double.pi * (n - 1) / n
        let norm = length / Double(fftSize) / (n / 2) / Double(fftSize).squareRoot()
        let magnitudes = (0...fftSize / 2).map { k -> Double in
            let theta = 2 * Double.pi * (Double(k) / Double(fftSize) - hertz / rate)
            let (middle, below, above) = (kernel(theta), kernel(theta - step), kernel(theta + step))
            // 0.5 D(θ) − 0.25 D(θ − step) e^(j turn) − 0.25 D(θ + step) e^(−j turn)
            let real = 0.5 * middle - 0.25 * cos(turn) * (below + above)
            let imaginary = -0.25 * sin(turn) * (below - above)
            return norm * (real * real + imaginary * imaginary).squareRoot()
        }
        let sorted = magnitudes.sorted()
        let total = sorted.reduce(0, +)
        var sum = 0.0
        var threshold = sorted[0]
        for value in sorted {
            sum += value
            threshold = value
            if sum >= sparsity * total { break }
        }
        return magnitudes.map { $0 >= threshold ? Float($0) : 0 }
    }
}
