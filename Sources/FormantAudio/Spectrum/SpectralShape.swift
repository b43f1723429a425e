#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One number, or a few, about the shape of a magnitude spectrum.
struct SpectralShape: Sendable {
    /// Which.
    enum Measure: Sendable {
        /// Σ f m ÷ Σ m, in hertz.
        case centroid
        /// √(Σ (f − centroid)² m ÷ Σ m), in hertz.
        case bandwidth
        /// The lowest frequency below which a share of Σ m lies, in hertz.
        case rolloff
        /// Geometric mean of the powers ÷ their arithmetic mean, 0 … 1.
        case flatness
        /// The mean of each band's largest magnitudes; below all of them, that of its smallest (Jiang et al., 2002).
        case peaksAndValleys
    }

    /// Values of a frame.
    var rows: Int { measure == .peaksAndValleys ? 2 * bands.count : 1 }

    private let measure: Measure
    private let options: SpectralOptions
    private let binWidth: Double
    /// Bins of each band of the contrast, and how many of them make a peak.
    private let bands: [(bins: Range<Int>, extremes: Int)]

    /// - Throws: `AudioError.optionInvalid`.
    init(_ measure: Measure, _ options: SpectralOptions, _ geometry: FrameGeometry) throws(AudioError) {
        self.measure = measure
        self.options = options
        let binWidth = Double(geometry.sampleRate) / Double(geometry.fftSize)
        self.binWidth = binWidth
        try options.validate()
        guard measure == .peaksAndValleys else {
            bands = []
            return
        }
        let half = Double(geometry.sampleRate) / 2
        let highest = options.contrastLowest * exp2(Double(options.contrastBands - 1))
        try require(
            options.contrastLowest > 0 && highest < half, "spectral.contrastLowest", options.contrastLowest,
            "above 0, below \(half / exp2(Double(options.contrastBands - 1))) Hz for \(options.contrastBands) bands")
        var bands: [(bins: Range<Int>, extremes: Int)] = []
        for band in 0...options.contrastBands {
            let low = band == 0 ? 0 : options.contrastLowest * exp2(Double(band - 1))
            let high = options.contrastLowest * exp2(Double(band))
            let inside = (0..<geometry.bins).filter { Double($0) * binWidth >= low && Double($0) * binWidth <= high }
            try require(
                inside.count >= 2, "spectral.contrastLowest", options.contrastLowest,
                "bands of at least two bins (\(binWidth) Hz each); band \(band) from \(low) Hz has \(inside.count)")
            // A band begins a bin early; all but the last leave their last bin to the next.
            let first = band == 0 ? inside[0] : inside[0] - 1
            let end = band == options.contrastBands ? geometry.bins : inside[inside.count - 1] + 1
            let extremes = (options.contrastQuantile * Double(end - first)).rounded(.toNearestOrEven)
            bands.append((first..<(band == options.contrastBands ? end : end - 1), max(1, Int(extremes))))
        }
        self.bands = bands
    }

    /// The values of a block of magnitude spectra.
    /// - Parameters:
    ///   - column: where the first value of the block's first frame goes.
    ///   - stride: distance from one value of a frame to the next.
    func apply(_ block: FrameBlock, into column: UnsafeMutablePointer<Float>, stride: Int) {
        for t in 0..<block.frames {
            switch measure {
            case .centroid: column[t] = Float(centroid(block, t).hertz)
            case .bandwidth: column[t] = bandwidth(block, t)
            case .rolloff: column[t] = rolloff(block, t)
            case .flatness: column[t] = flatness(block, t)
            case .peaksAndValleys: peaksAndValleys(block, t, column + t, stride)
            }
        }
    }

    private func centroid(_ block: FrameBlock, _ t: Int) -> (hertz: Double, total: Double) {
        var (total, moment) = (0.0, 0.0)
        for k in 0..<block.bins {
            let m = Double(block.power[k * block.frames + t])
            total += m
            moment += m * Double(k)
        }
        // What is too small to divide by counts as it is, as in librosa.
        let divisor = total < Double(Float.leastNormalMagnitude) ? 1 : total
        return (moment * binWidth / divisor, divisor)
    }

    private func bandwidth(_ block: FrameBlock, _ t: Int) -> Float {
        let (middle, total) = centroid(block, t)
        var moment = 0.0
        for k in 0..<block.bins {
            let distance = Double(k) * binWidth - middle
            moment += Double(block.power[k * block.frames + t]) * distance * distance
        }
        return Float((moment / total).squareRoot())
    }

    /// Summed in single precision in the order of the bins, as the reference does, so that ties fall the same way.
    private func rolloff(_ block: FrameBlock, _ t: Int) -> Float {
        var total: Float = 0
        for k in 0..<block.bins { total += block.power[k * block.frames + t] }
        let threshold = options.rolloff * total
        var sum: Float = 0
        for k in 0..<block.bins {
            sum += block.power[k * block.frames + t]
            if sum >= threshold { return Float(Double(k) * binWidth) }
        }
        return Float(Double(block.bins - 1) * binWidth)
    }

    private func flatness(_ block: FrameBlock, _ t: Int) -> Float {
        var (logarithms, powers) = (0.0, 0.0)
        for k in 0..<block.bins {
            let m = Double(block.power[k * block.frames + t])
            let power = max(options.flatnessFloor, m * m)
            logarithms += log(power)
            powers += power
        }
        let count = Double(block.bins)
        return Float(exp(logarithms / count) / (powers / count))
    }

    private func peaksAndValleys(
        _ block: FrameBlock, _ t: Int, _ column: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        for (i, band) in bands.enumerated() {
            let sorted = band.bins.map { block.power[$0 * block.frames + t] }.sorted()
            let count = min(band.extremes, sorted.count)
            let mean = { (values: ArraySlice<Float>) in Float(values.reduce(0.0) { $0 + Double($1) } / Double(count)) }
            column[i * stride] = mean(sorted.suffix(count))
            column[(bands.count + i) * stride] = mean(sorted.prefix(count))
        }
    }
}
