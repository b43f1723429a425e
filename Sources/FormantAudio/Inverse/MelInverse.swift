import FormantTensor

extension MelFilterBank {
    /// Spectra that have given energies: for each frame an x ≥ 0 that brings A x near e, by the multiplicative steps
    /// that lower Kullback & Leibler's divergence of the two (Richardson, 1972; Lucy, 1974) from even x on:
    ///
    /// x[k] ← x[k] · Σ_b A[b, k] · e[b] ÷ (A x)[b] ÷ Σ_b A[b, k]
    ///
    /// Quiet bands come as near in proportion as loud ones. There are more bins than bands, so that many spectra have
    /// the same energies; the one found is even where the bands leave it open. Bins that no band draws on are 0.
    /// - Parameter energies: extents [bands, frames]; energies below 0 count as 0.
    /// - Returns: extents [bins, frames]: powers, or magnitudes where the filters weigh magnitudes.
    /// - Throws: `AudioError.extentMismatch` for another number of bands.
    public func spectra(of energies: Spectrum<Mel>) throws(AudioError) -> Tensor {
        guard energies.bands == bands else {
            throw .extentMismatch(what: "mel bands", expected: bands, found: energies.bands)
        }
        let problem = DivergenceDescent(self)
        let frames = energies.frames
        var result = Tensor(zeros: [bins, frames])
        for frame in 0..<frames {
            let wanted = (0..<bands).map { Double(max(0, energies.values.values[$0 * frames + frame])) }
            let solution = problem.solve(wanted)
            for bin in 0..<bins { result.values[bin * frames + frame] = Float(solution[bin]) }
        }
        return result
    }
}

/// The weights A and what the steps need of them.
private struct DivergenceDescent {
    private let bins: Int
    private let ranges: [Range<Int>]
    private let rows: [[Double]]
    /// 1 ÷ Σ_b A[b, k]; 0 for a bin that no band draws on.
    private let shares: [Double]

    private static let largestCount = 200
    /// Where every band is this near in proportion, it is enough.
    private static let tolerance = 1e-4

    init(_ bank: MelFilterBank) {
        bins = bank.bins
        ranges = bank.ranges
        rows = (0..<bank.bands).map { bank.weights(ofBand: $0).map(Double.init) }
        var sums = [Double](repeating: 0, count: bins)
        for (range, row) in zip(ranges, rows) {
            for (i, k) in range.enumerated() { sums[k] += row[i] }
        }
        shares = sums.map { $0 > 0 ? 1 / $0 : 0 }
    }

    func solve(_ wanted: [Double]) -> [Double] {
        var x = shares.map { $0 > 0 ? 1.0 : 0 }
        var factors = x
        for _ in 0..<Self.largestCount {
            for k in 0..<bins { factors[k] = 0 }
            var isNear = true
            for (band, range) in ranges.enumerated() {
                let row = rows[band]
                var sum = 0.0
                for (i, k) in range.enumerated() { sum += row[i] * x[k] }
                if (sum - wanted[band]).magnitude > Self.tolerance * wanted[band], !range.isEmpty { isNear = false }
                guard sum > .leastNormalMagnitude else { continue }
                let ratio = wanted[band] / sum
                for (i, k) in range.enumerated() { factors[k] += row[i] * ratio }
            }
            if isNear { break }
            for k in 0..<bins { x[k] *= factors[k] * shares[k] }
        }
        return x
    }
}
