#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Hann window over a number of periods of a frequency: one filter of a constant-Q or variable-Q transform, as
/// `librosa.filters.wavelet` (0.11) has it.
struct Wavelet: Sendable {
    /// Its frequency in hertz.
    let hertz: Double
    /// The window's nominal length in samples, which need not be whole.
    let length: Double
    /// Samples a second, in hertz; a halved rate need not be whole.
    let rate: Double

    /// Share of a spectrum's magnitudes, the smallest ones, that is left out.
    private static let sparsity = 0.01
    /// Equivalent noise bandwidth of a Hann window in bins, as librosa states it.
    private static let hannBandwidth = 1.50018310546875

    /// Bandwidth of frequencies an equal ratio apart: half the distance between a frequency's neighbours, as a share of
    /// it.
    static func relativeBandwidth(binsPerOctave: Int) -> Double {
        let ratio = exp2(2 / Double(binsPerOctave))
        return (ratio - 1) / (ratio + 1)
    }

    /// The wavelets of a transform, lowest first.
    /// - Parameter gamma: what is added to each filter's bandwidth, in hertz; 0 for a constant quality.
    static func all(_ options: ConstantQOptions, gamma: Double, rate: Double) -> [Wavelet] {
        let octave = Double(options.binsPerOctave)
        let alpha = relativeBandwidth(binsPerOctave: options.binsPerOctave)
        return (0..<options.bins).map { bin in
            let hertz = options.lowestHertz * exp2(Double(bin) / octave)
            return Wavelet(
                hertz: hertz, length: options.filterScale / alpha * rate / (hertz + gamma / alpha), rate: rate)
        }
    }

    /// Where the main lobe has decayed by 3 dB above the frequency, in hertz.
    func cutoff(quality: Double, gamma: Double) -> Double {
        hertz * (1 + 0.5 * Self.hannBandwidth / quality) + 0.5 * gamma
    }

    /// The wavelet at half the rate.
    var halved: Wavelet { Wavelet(hertz: hertz, length: length / 2, rate: rate / 2) }

    /// Smallest power of two that holds the window.
    var transformSize: Double { exp2(log2(length).rounded(.up)) }

    /// Σ_m w[m] e^(2πjf(m + begin)/rate) e^(−2πjk(m + left)/N) for each bin k, w being a periodic Hann window of sum 1
    /// that stands in the middle of N samples, without the smallest magnitudes, which make up a hundredth of their sum.
    ///
    /// In closed form: a Hann window is three exponentials, and the sum of an exponential is sin(nθ/2) ÷ sin(θ/2).
    /// - Parameter fftSize: N, at least the window's samples.
    /// - Returns: real and imaginary part, N/2 + 1 of them.
    func spectrum(fftSize: Int) -> [SIMD2<Double>] {
        let begin = (-length / 2).rounded(.down)
        let samples = Int((length / 2).rounded(.down) - begin)
        let left = Double((fftSize - samples) / 2)
        let n = Double(samples)
        let step = 2 * Double.pi / n
        // The real amplitude about the window's middle; the phase e^(−jθ(n − 1)/2) turns by π (n − 1)/n with a step.
        func kernel(_ theta: Double) -> Double {
            let s = sin(theta / 2)
            return abs(s) < 1e-12 ? n * cos(n * theta / 2) / cos(theta / 2) : sin(n * theta / 2) / s
        }
        let turn = Double.pi * (n - 1) / n
        let norm = 1 / (n / 2)
        let values = (0...fftSize / 2).map { k -> SIMD2<Double> in
            let bin = 2 * Double.pi * Double(k) / Double(fftSize)
            let own = 2 * Double.pi * hertz / rate
            let theta = bin - own
            let (middle, below, above) = (kernel(theta), kernel(theta - step), kernel(theta + step))
            // 0.5 D(θ) − 0.25 D(θ − step) e^(j turn) − 0.25 D(θ + step) e^(−j turn)
            let real = norm * (0.5 * middle - 0.25 * cos(turn) * (below + above))
            let imaginary = -norm * 0.25 * sin(turn) * (below - above)
            let phase = own * begin - bin * left - theta * (n - 1) / 2
            return SIMD2(real * cos(phase) - imaginary * sin(phase), real * sin(phase) + imaginary * cos(phase))
        }
        let magnitudes = values.map { ($0 * $0).sum().squareRoot() }
        let sorted = magnitudes.sorted()
        let total = sorted.reduce(0, +)
        var sum = 0.0
        var threshold = sorted[0]
        for value in sorted {
            sum += value
            threshold = value
            if sum >= Self.sparsity * total { break }
        }
        return zip(values, magnitudes).map { $1 >= threshold ? $0 : .zero }
    }
}
