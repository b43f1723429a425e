import FormantTensor

/// Gains over frequency and time, which a recording is heard through: its own spectra, with their own phases, are weighed and
/// turned back into a waveform.
public struct SpectrogramMask: Sendable {
    /// Gains, row by row, as many as `frequencies` times `times`.
    public let gains: [Float]
    /// Frequency of each row in hertz, ascending.
    public let frequencies: [Double]
    /// Time of each column in seconds, ascending.
    public let times: [Double]

    /// Creates a mask. Between rows and between columns gains go straight from one to the next, beyond them they stay.
    /// - Precondition: there is a row and a column, and as many gains as both say.
    public init(gains: [Float], frequencies: [Double], times: [Double]) {
        precondition(!gains.isEmpty && gains.count == frequencies.count * times.count, "gains of another shape")
        (self.gains, self.frequencies, self.times) = (gains, frequencies, times)
    }

    /// A recording through the mask, as long as before. Gains of 1 leave it as it is, but for rounding.
    /// - Parameters:
    ///   - samples: one channel, finite, from time 0 of the mask on.
    ///   - sampleRate: in hertz.
    ///   - windowSeconds: length of the frames, four of which overlap; a third of it is how sharply times are told apart.
    /// - Throws: `AudioError` for a rate or window out of range, and a sample that is not finite.
    public func applied(
        to samples: [Float], sampleRate: Int, windowSeconds: Double = 0.032
    ) throws(AudioError) -> [Float] {
        let options = SpectrogramOptions(
            windowSeconds: windowSeconds, hopSeconds: windowSeconds / 4, framing: .centeredZeros)
        let geometry = try FrameGeometry(options, sampleRate: sampleRate)
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(file: "samples", seconds: Double(bad) / Double(sampleRate), value: samples[bad])
        }
        guard !samples.isEmpty else { return [] }
        // One more than the recording has frames, so that its end lies under as many windows as its middle.
        let frames = try OverlappingFrames(
            geometry, options, samples: samples.count, frames: geometry.frameCount(samples: samples.count) + 1)
        var spectra = [Float](repeating: 0, count: frames.count * 2 * geometry.bins)
        frames.analyse(samples, into: &spectra)
        let rows = (0..<geometry.bins).map {
            Self.place(of: Double($0) * Double(sampleRate) / Double(geometry.fftSize), among: frequencies)
        }
        for frame in 0..<frames.count {
            let column = Self.place(of: Double(frame * geometry.hop) / Double(sampleRate), among: times)
            for (bin, row) in rows.enumerated() {
                let lower = gain(row.first, column)
                let gain = lower + (gain(min(row.first + 1, frequencies.count - 1), column) - lower) * row.share
                let place = 2 * (frame * geometry.bins + bin)
                spectra[place] *= gain
                spectra[place + 1] *= gain
            }
        }
        var result = samples
        frames.synthesise(spectra, into: &result)
        return result
    }

    private func gain(_ row: Int, _ column: (first: Int, share: Float)) -> Float {
        let a = gains[row * times.count + column.first]
        return a + (gains[row * times.count + min(column.first + 1, times.count - 1)] - a) * column.share
    }

    /// The last of ascending values at or below one, and how far that is from there to the next.
    private static func place(of value: Double, among values: [Double]) -> (first: Int, share: Float) {
        var (low, high) = (0, values.count - 1)
        if value <= values[low] { return (low, 0) }
        if value >= values[high] { return (high, 0) }
        while high - low > 1 {
            let middle = (low + high) / 2
            if values[middle] <= value { low = middle } else { high = middle }
        }
        return (low, Float((value - values[low]) / (values[high] - values[low])))
    }
}
