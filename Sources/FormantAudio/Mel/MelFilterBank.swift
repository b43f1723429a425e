import CKernels
import FormantTensor

/// Triangular filters over the bins of a power spectrum, their centres equally far apart in mel, each stored as the
/// range of bins where it is above 0.
///
/// Filter b rises linearly, in hertz or in mel, from edge b to edge b + 1 and falls to edge b + 2, the `bands` + 2
/// edges lying equally far apart in mel from `lowerEdge` to `upperEdge`.
public struct MelFilterBank: Sendable {
    /// Number of bands.
    public let bands: Int
    /// Number of bins of the spectra it takes.
    public let bins: Int
    /// Bins that each band draws on; empty for a band so narrow that none falls into it.
    public let ranges: [Range<Int>]

    /// Weights of all bands, one behind the other.
    private let weights: [Float]
    private let filters: [ck_band]

    /// Builds the filters, in double precision.
    /// - Parameters:
    ///   - options: the bands and their edges.
    ///   - sampleRate: in hertz, at least 1.
    ///   - fftSize: points of the transform, at least 2.
    /// - Throws: `AudioError.optionInvalid`, also for a band without a bin unless `emptyBands` is `.zero`.
    public init(_ options: MelOptions, sampleRate: Int, fftSize: Int) throws(AudioError) {
        let rate = Double(sampleRate)
        let upper = options.upperEdge ?? rate / 2
        try require((1...1024).contains(options.bands), "mel.bands", options.bands, "1 … 1024")
        try require(
            upper > 0 && upper <= rate / 2, "mel.upperEdge", upper, "above 0, at most \(rate / 2) Hz (half the rate)")
        try require(
            options.lowerEdge >= 0 && options.lowerEdge < upper, "mel.lowerEdge", options.lowerEdge,
            "0 ..< \(upper) Hz (the upper edge)")
        bands = options.bands
        bins = fftSize / 2 + 1
        let (low, high) = (options.scale.mel(options.lowerEdge), options.scale.mel(upper))
        let edges = (0..<bands + 2).map { i in
            options.scale.hertz(low + (high - low) * Double(i) / Double(options.bands + 1))
        }
        var ranges: [Range<Int>] = []
        var weights: [Float] = []
        var filters: [ck_band] = []
        for band in 0..<bands {
            let triangle = Self.triangle(edges[band..<band + 3], options, bins, rate / Double(fftSize))
            if triangle.values.isEmpty, options.emptyBands == .refused {
                throw .optionInvalid(
                    option: "mel.bands",
                    found: "\(options.bands), of which band \(band) at \(edges[band + 1]) Hz has no bin",
                    expected: "fewer bands, a larger fftSize than \(fftSize), or emptyBands zero")
            }
            ranges.append(triangle.first..<triangle.first + triangle.values.count)
            filters.append(ck_band(first: triangle.first, count: triangle.values.count, offset: weights.count))
            weights += triangle.values
        }
        self.ranges = ranges
        self.weights = weights
        self.filters = filters
    }

    /// The weights of one band, one for each bin of its range.
    public func weights(ofBand band: Int) -> ArraySlice<Float> {
        let first = filters[band].offset
        return weights[first..<first + ranges[band].count]
    }

    /// The energies of every frame: extents [bands, frames].
    /// - Throws: `AudioError.extentMismatch` for a spectrum of another number of bins.
    public func energies(of power: Spectrum<Power>) throws(AudioError) -> Spectrum<Mel> {
        guard power.bands == bins else {
            throw .extentMismatch(what: "bins of a power spectrum", expected: bins, found: power.bands)
        }
        let frames = power.frames
        var result = Tensor(zeros: [bands, frames])
        result.values.withUnsafeMutableBufferPointer { result in
            power.values.values.withUnsafeBufferPointer { power in
                guard let out = result.baseAddress, let x = power.baseAddress else { return }
                apply(x, frames: frames, into: out, stride: frames)
            }
        }
        return Spectrum(result)
    }

    /// mel[b, t] = Σ_k weight[b, k] · power[k, t], in the order of the bins
    /// - Parameters:
    ///   - power: extents [bins, frames].
    ///   - column: where band 0 of the first frame goes.
    ///   - stride: distance from one band to the next.
    func apply(
        _ power: UnsafePointer<Float>, frames: Int, into column: UnsafeMutablePointer<Float>, stride: Int
    ) {
        ck_active().pointee.filter_bank(filters, bands, weights, power, frames, frames, column, stride)
    }

    /// The weights above 0 of one triangle.
    /// - Parameter edges: its lower edge, centre and upper edge in hertz.
    private static func triangle(
        _ edges: ArraySlice<Double>, _ options: MelOptions, _ bins: Int, _ binWidth: Double
    ) -> (first: Int, values: [Float]) {
        let (lower, centre, upper) = (edges[edges.startIndex], edges[edges.startIndex + 1], edges[edges.startIndex + 2])
        let scale = options.norm == .slaney ? 2 / (upper - lower) : 1
        func position(_ hertz: Double) -> Double { options.slopes == .hertz ? hertz : options.scale.mel(hertz) }
        let (foot, peak, end) = (position(lower), position(centre), position(upper))
        let first = min(bins, Int((lower / binWidth).rounded(.up)))
        var start = first
        var values: [Float] = []
        for k in first..<bins {
            let hertz = Double(k) * binWidth
            if hertz >= upper { break }
            let place = position(hertz)
            let weight = Float(max(0, min((place - foot) / (peak - foot), (end - place) / (end - peak))) * scale)
            if weight > 0 {
                values.append(weight)
            } else if values.isEmpty {
                start = k + 1
            } else {
                break
            }
        }
        return (min(start, bins), values)
    }
}
