import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far a recording's pitch lies above A = 440 Hz.
///
/// In JSON and YAML: a number, or `"estimated"`.
public enum ChromaTuning: Hashable, Sendable {
    /// So many bins of the chroma, −0.5 … 0.5.
    case bins(Double)
    /// Where most of the recording's spectral peaks lie, in hundredths of a bin, as `librosa.estimate_tuning` (0.11)
    /// finds it.
    case estimated
}

extension ChromaTuning: Codable {
    /// Reads a number or `"estimated"`.
    public init(from decoder: any Decoder) throws {
        let bins = try decoder.number(
            Double.self, orWord: "estimated", option: "chroma.tuning", expected: "a number of bins, or \"estimated\"")
        self = bins.map { .bins($0) } ?? .estimated
    }

    /// Writes a number or `"estimated"`.
    public func encode(to encoder: any Encoder) throws {
        let bins: Double? = if case .bins(let bins) = self { bins } else { nil }
        try encoder.encode(bins, orWord: "estimated")
    }
}

/// The tuning that the peaks of a power spectrogram share.
///
/// A peak stands above its neighbours and a tenth of its frame's largest power, between 150 and 4000 Hz; its place is
/// that of the parabola through the three. The half of the peaks with the larger powers vote for the hundredth of a bin
/// of the octave that they lie in; the lowest of those with the most votes wins. Arithmetic in single precision where
/// the reference has it, so that ties fall the same way.
struct TuningEstimate {
    let sampleRate: Int
    let fftSize: Int
    let binsPerOctave: Int

    private static let steps = 100

    /// - Parameter power: extents [bins, frames].
    func tuning(of power: Tensor) -> Double {
        let peaks = peaks(of: power)
        guard !peaks.isEmpty else { return 0 }
        let sizes = peaks.map(\.size).sorted()
        let half = sizes.count / 2
        let median = sizes.count % 2 == 1 ? sizes[half] : (sizes[half - 1] + sizes[half]) / 2
        var votes = [Int](repeating: 0, count: Self.steps)
        for peak in peaks where peak.size >= median {
            let place = Float(binsPerOctave) * log2(peak.hertz / 27.5)
            var residual = place - place.rounded(.down)
            if residual >= 0.5 { residual -= 1 }
            let step = Int(((Double(residual) + 0.5) * Double(Self.steps)).rounded(.down))
            votes[min(max(step, 0), Self.steps - 1)] += 1
        }
        let winner = votes.indices.max { votes[$0] < votes[$1] || votes[$0] == votes[$1] && $0 > $1 } ?? 0
        return Double(winner) / Double(Self.steps) - 0.5
    }

    private func peaks(of power: Tensor) -> [(hertz: Float, size: Float)] {
        let (bins, frames) = (power.extents[0], power.extents[1])
        let width = Double(sampleRate) / Double(fftSize)
        let highest = min(4000, Double(sampleRate) / 2)
        let inside = (1..<max(1, bins)).filter { Double($0) * width >= 150 && Double($0) * width < highest }
        var peaks: [(hertz: Float, size: Float)] = []
        power.values.withUnsafeBufferPointer { x in
            for t in 0..<frames {
                var largest: Float = 0
                for k in 0..<bins { largest = max(largest, x[k * frames + t]) }
                let floor = 0.1 * largest
                for k in inside {
                    let (below, own) = (x[(k - 1) * frames + t], x[k * frames + t])
                    let above = k + 1 < bins ? x[(k + 1) * frames + t] : 0
                    guard own > floor, own > below, own >= above else { continue }
                    var (shift, slope): (Float, Float) = (0, own - below)
                    if k + 1 < bins {
                        slope = (above - below) / 2
                        let curve = Double(above) + Double(below) - 2 * Double(own)
                        let rise = (Double(above) - Double(below)) / 2
                        if abs(rise) < abs(curve) { shift = Float(-rise / curve) }
                    }
                    peaks.append((Float((Double(k) + Double(shift)) * width), own + 0.5 * slope * shift))
                }
            }
        }
        return peaks
    }
}
