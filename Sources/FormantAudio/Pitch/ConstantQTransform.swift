import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The magnitudes of a constant-Q or variable-Q transform, as `librosa.cqt` and `librosa.vqt` (0.11) compute it:
/// octave by octave, highest first, the recording resampled to half its rate from each to the next, so that the
/// filters of every octave are short. Schörkhuber et al. 2014.
///
/// Frame t is centred on sample t × hop. The recording is mirrored at its ends with the framing `centered-reflect` and
/// surrounded by zeros with any other.
struct ConstantQTransform: Sendable {
    /// Number of frequencies.
    let rows: Int
    /// What the whole recording is reduced by before the highest octave, which does not need its rate: a power of two.
    let reduction: Int
    /// What happens to the recording before: pre-emphasis of frames is done to all of it, and the offset of a frame,
    /// which no filter passes, stays.
    let spectrogram: SpectrogramOptions

    private let octaves: [Octave]
    private let mirrors: Bool

    /// Most complex weights that are computed for a front end.
    private static let largestWeights = 1 << 22

    /// One octave's filters.
    private struct Octave: Sendable {
        /// Rows of the result.
        let rows: Range<Int>
        /// Samples from one frame to the next at the octave's rate.
        let hop: Int
        /// Whether the recording is resampled to half its rate for the octave below.
        let halves: Bool
        let fourier: FourierTransform
        /// Two rows for each filter, real and imaginary part, over the bins' real and imaginary parts.
        let matrix: BandMatrix
    }

    /// - Parameters:
    ///   - gamma: what is added to each filter's bandwidth, in hertz; 0 for a constant quality.
    ///   - spectrogram: of which the hop, the framing and what conditions samples are kept.
    /// - Throws: `AudioError.optionInvalid`.
    init(
        _ options: ConstantQOptions, gamma: Double, _ spectrogram: SpectrogramOptions, sampleRate: Int
    ) throws(AudioError) {
        try options.validate()
        let rate = Double(sampleRate)
        let geometry = try FrameGeometry(spectrogram, sampleRate: sampleRate)
        var wavelets = Wavelet.all(options, gamma: gamma, rate: rate)
        let highest = wavelets[options.bins - 1]
        try options.checkHighest(highest.hertz, sampleRate: rate)
        let quality = options.filterScale / Wavelet.relativeBandwidth(binsPerOctave: options.binsPerOctave)
        let cutoff = highest.cutoff(quality: quality, gamma: gamma)
        try require(
            cutoff <= rate / 2, "constantQ.filterScale", options.filterScale,
            "filters that end below \(rate / 2) Hz; the highest, \(highest.hertz) Hz, reaches \(cutoff) Hz")

        let perOctave = min(options.binsPerOctave, options.bins)
        let count = (options.bins + perOctave - 1) / perOctave
        var hop = geometry.hop
        // As often as the highest filter allows, with an octave to spare, and the hop stays whole to the lowest octave.
        let early = min(
            Int(min(log2(rate / 2 / cutoff), 64).rounded(.up)) - 2, hop.trailingZeroBitCount - count + 1,
            Resampler.largestReduction.trailingZeroBitCount)
        reduction = 1 << max(0, early)
        hop /= reduction
        for _ in 0..<max(0, early) { wavelets = wavelets.map(\.halved) }

        var octaves: [Octave] = []
        var weights = 0
        for octave in 0..<count {
            let end = options.bins - octave * perOctave
            let rows = max(0, end - perOctave)..<end
            let own = wavelets[rows]
            try require(
                own.allSatisfy { $0.length >= 2 }, "constantQ.filterScale", options.filterScale,
                "windows of at least 2 samples at every frequency")
            let (size, largest) = (own.first!.transformSize, FourierTransform.largestSize)
            try require(
                size <= Double(largest), "constantQ.lowestHertz", options.lowestHertz,
                "a frequency whose windows have at most \(largest) samples; \(own.first!.length) of them "
                    + "at \(own.first!.rate) Hz, below which a hop of \(geometry.hop) samples does not allow to go")
            weights += own.count * (Int(size) / 2 + 1)
            try require(
                weights <= Self.largestWeights, "constantQ.bins", options.bins,
                "filters of at most \(Self.largestWeights) weights in all")
            let halves = octave + 1 < count && hop % 2 == 0
            octaves.append(
                Octave(
                    rows: rows, hop: hop, halves: halves, fourier: try FourierTransform(size: Int(size)),
                    matrix: Self.matrix(own, fftSize: Int(size))))
            if halves {
                hop /= 2
                wavelets = wavelets.map(\.halved)
            }
        }
        self.octaves = octaves
        self.rows = options.bins
        mirrors = spectrogram.framing == .centeredReflect
        var conditioned = spectrogram
        conditioned.framing = mirrors ? .centeredReflect : .centeredZeros
        conditioned.removeOffset = false
        if conditioned.preemphasis.over == .frame { conditioned.preemphasis.over = .recording }
        self.spectrogram = conditioned
    }

    /// Re = Σ_k Re w[k] Re x[k] − Im w[k] Im x[k], Im = Σ_k Im w[k] Re x[k] + Re w[k] Im x[k]
    private static func matrix(_ wavelets: ArraySlice<Wavelet>, fftSize: Int) -> BandMatrix {
        var rows: [[Float]] = []
        for wavelet in wavelets {
            let scale = wavelet.length.squareRoot() / Double(fftSize)
            let spectrum = wavelet.spectrum(fftSize: fftSize).map { SIMD2<Float>($0 * scale) }
            rows.append(spectrum.flatMap { [$0.x, -$0.y] })
            rows.append(spectrum.flatMap { [$0.y, $0.x] })
        }
        return BandMatrix(rows)
    }

    /// Number of frames of a recording; 0 only where it has fewer than `reduction` samples.
    func frameCount(samples: Int) -> Int {
        guard samples >= reduction else { return 0 }
        return 1 + Self.ceilingQuotient(samples, reduction) / octaves[0].hop
    }

    /// |Σ_k w[f, k] X[k, t]| for each frequency f and frame t: extents [rows, frames].
    /// - Parameter samples: a whole conditioned recording.
    /// - Throws: `AudioError.tooShort` for fewer samples than `reduction`, `AudioError.resampling`.
    func magnitudes(of samples: [Float]) throws(AudioError) -> Tensor {
        let frames = frameCount(samples: samples.count)
        guard frames > 0 else {
            throw .tooShort(samples: samples.count, needed: reduction, what: "samples of a constant-Q transform")
        }
        let (count, overflow) = rows.multipliedReportingOverflow(by: frames)
        precondition(!overflow, "more values than memory has")
        var values = [Float](repeating: 0, count: count)
        var samples = reduction == 1 ? samples : try Self.reduced(samples, by: reduction)
        for octave in octaves {
            fill(&values, octave, samples, frames: frames)
            if octave.halves { samples = try Self.reduced(samples, by: 2) }
        }
        return Tensor(extents: [rows, frames], values: values)
    }

    /// The samples at a lower rate, their energy kept: ⌈count ÷ factor⌉ of them, √factor as large.
    private static func reduced(_ samples: [Float], by factor: Int) throws(AudioError) -> [Float] {
        var output = try Resampler.convert(samples, from: factor, to: 1)
        let count = ceilingQuotient(samples.count, factor)
        if output.count > count { output.removeLast(output.count - count) }
        output += [Float](repeating: 0, count: count - output.count)
        let gain = Float(Double(factor).squareRoot())
        output.withUnsafeMutableBufferPointer { output in
            for i in 0..<output.count { output[i] *= gain }
        }
        return output
    }

    private static func ceilingQuotient(_ count: Int, _ factor: Int) -> Int { (count + factor - 1) / factor }

    /// Writes an octave's rows, some frames at a time.
    private func fill(_ values: inout [Float], _ octave: Octave, _ samples: [Float], frames: Int) {
        let kernels = ck_active().pointee
        let (size, width, capacity) = (octave.fourier.size, 2 * octave.fourier.bins, FrameBlock.capacity)
        let input = AlignedBuffer(count: size)
        let output = AlignedBuffer(count: width)
        let spectra = AlignedBuffer(count: width * capacity)
        let columns = AlignedBuffer(count: width * capacity)
        let response = AlignedBuffer(count: 2 * octave.rows.count * capacity)
        for first in stride(from: 0, to: frames, by: capacity) {
            let some = min(capacity, frames - first)
            for row in 0..<some {
                frame(samples, from: (first + row) * octave.hop - size / 2, size, input.pointer)
                octave.fourier.execute(input.pointer, output.pointer)
                (spectra.pointer + row * width).update(from: output.pointer, count: width)
            }
            kernels.permute(spectra.pointer, 1, width, some, 0, 1, width, columns.pointer)
            octave.matrix.apply(columns.pointer, frames: some, into: response.pointer, stride: some)
            for (filter, row) in octave.rows.enumerated() {
                let real = response.pointer + 2 * filter * some
                for t in 0..<some {
                    let (re, im) = (real[t], real[some + t])
                    values[row * frames + first + t] = (re * re + im * im).squareRoot()
                }
            }
        }
    }

    /// Copies `size` samples from `start` on, which may lie before the first or beyond the last.
    private func frame(_ samples: [Float], from start: Int, _ size: Int, _ input: UnsafeMutablePointer<Float>) {
        let period = 2 * (samples.count - 1)
        for i in 0..<size {
            var place = start + i
            if place < 0 || place >= samples.count {
                guard mirrors else {
                    input[i] = 0
                    continue
                }
                place = period == 0 ? 0 : ((place % period) + period) % period
                if place >= samples.count { place = period - place }
            }
            input[i] = samples[place]
        }
    }
}
