import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The weights of a power spectrum's bins for each pitch class.
struct ChromaFilters: Sendable {
    let matrix: BandMatrix

    private let options: ChromaOptions
    private let sampleRate: Int
    private let fftSize: Int

    /// Every bin is shared out to the classes by a bell over the distance in bins of an octave, as wide as the bin; its
    /// shares have the length 1, times a bell over octaves.
    /// - Parameters:
    ///   - options: valid ones, of which the tuning is not looked at.
    ///   - tuning: in bins.
    init(_ options: ChromaOptions, tuning: Double, sampleRate: Int, fftSize: Int) {
        (self.options, self.sampleRate, self.fftSize) = (options, sampleRate, fftSize)
        let classes = Double(options.bins)
        // Place on the scale of pitch, in classes from 27.5 Hz on. The lowest bin, 0 Hz, stands one and a half octaves
        // below the next.
        let lowest = 440 * exp2(tuning / classes) / 16
        var places = (1..<max(2, fftSize)).map { k in
            classes * log2(Double(k) * Double(sampleRate) / Double(fftSize) / lowest)
        }
        places.insert(places[0] - 1.5 * classes, at: 0)
        let half = (classes / 2).rounded(.toNearestOrEven)
        let shift = 3 * (options.bins / 12)
        var dense = [[Float]](repeating: [Float](repeating: 0, count: fftSize / 2 + 1), count: options.bins)
        for bin in 0...fftSize / 2 {
            let width = bin + 1 < places.count ? max(1, places[bin + 1] - places[bin]) : 1
            let bells = (0..<options.bins).map { c in
                let shifted = places[bin] - Double(c) + half + 10 * classes
                let distance = shifted - classes * (shifted / classes).rounded(.down) - half
                return exp(-0.5 * (2 * distance / width) * (2 * distance / width))
            }
            let length = bells.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let octave = (places[bin] / classes - options.centerOctave) / options.octaveWidth
            let weight = exp(-0.5 * octave * octave) / (length < .leastNormalMagnitude ? 1 : length)
            for c in 0..<options.bins {
                // From A, where the places begin, to C.
                dense[(c - shift + options.bins) % options.bins][bin] = Float(bells[c] * weight)
            }
        }
        matrix = BandMatrix(dense)
    }

    /// The chroma of a whole recording, in the tuning that it has.
    /// - Parameter power: extents [bins, frames].
    func tuned(_ power: Tensor) -> Tensor {
        let estimate = TuningEstimate(sampleRate: sampleRate, fftSize: fftSize, binsPerOctave: options.bins)
        let filters = ChromaFilters(
            options, tuning: estimate.tuning(of: power), sampleRate: sampleRate, fftSize: fftSize)
        let (bins, frames) = (power.extents[0], power.extents[1])
        var (power, result) = (power, Tensor(zeros: [options.bins, frames]))
        power.values.withUnsafeMutableBufferPointer { power in
            result.values.withUnsafeMutableBufferPointer { result in
                guard let x = power.baseAddress, let y = result.baseAddress else { return }
                let block = FrameBlock(
                    power: x, measures: UnsafePointer(x), first: 0, bins: bins, frames: frames)
                filters.apply(block, into: y, stride: frames)
            }
        }
        return result
    }

    /// The chroma of a block of power spectra.
    func apply(_ block: FrameBlock, into column: UnsafeMutablePointer<Float>, stride: Int) {
        matrix.apply(block, into: column, stride: stride)
        guard options.norm == .maximum else { return }
        for t in 0..<block.frames {
            var largest: Float = 0
            for c in 0..<matrix.rows { largest = max(largest, column[c * stride + t]) }
            guard largest >= .leastNormalMagnitude else { continue }
            for c in 0..<matrix.rows { column[c * stride + t] /= largest }
        }
    }
}
