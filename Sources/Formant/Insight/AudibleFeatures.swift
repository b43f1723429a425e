import FormantAudio
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Features whose changes can be heard: as a recording that is made louder or softer at each frequency and moment, with its
/// own phases.
struct AudibleFeatures {
    /// The features of a recording as the network gets them.
    struct Clip {
        /// Channel × band × frame.
        var values: [Float]
        var shape: Shape
        /// By how much a value of 1 changes each row of the features before they were normalised.
        var deviations: [Float]
        /// The first channel before it was normalised, band × frame.
        var plain: [Float]
    }

    private let frontEnd: AudioFrontEnd
    private let bands: [Double?]

    /// Softest and loudest that a part of a sound becomes against what it was, as a factor: ± 40 dB.
    private static let limit: Float = 100

    /// Checks that features can be heard.
    /// - Throws: `InsightError.inaudible`, `AudioError`.
    init(_ frontEnd: AudioFrontEnd) throws {
        switch frontEnd.feature {
        case .magnitude, .power, .logPower, .mel, .logMel: break
        default: throw InsightError.inaudible(feature: frontEnd.feature.rawValue)
        }
        guard let bands = try frontEnd.bandFrequencies() else {
            throw InsightError.inaudible(feature: frontEnd.feature.rawValue)
        }
        self.frontEnd = frontEnd
        self.bands = bands
    }

    /// The features of a whole recording.
    /// - Parameters:
    ///   - samples: at the front end's rate.
    ///   - frames: silence is put behind a shorter one.
    func features(of samples: [Float], atLeast frames: Int) throws -> Clip {
        var open = frontEnd
        open.normalisation = .none
        let rate = frontEnd.sampleRate
        let least = Int((frontEnd.clip.seconds * Double(rate)).rounded())
        var samples = samples
        if samples.count < least { samples += [Float](repeating: 0, count: least - samples.count) }
        let plain = try open.features(of: samples, sampleRate: rate)
        let (rows, found) = (plain.extents[0], plain.extents[1])
        guard found >= frames else {
            throw AudioError.extentMismatch(what: "frames of a clip", expected: frames, found: found)
        }
        var features = plain
        try frontEnd.normalisation.apply(to: &features)
        let channels = try frontEnd.featureShape().channels
        return Clip(
            values: features.values, shape: Shape(channels: channels, height: rows / channels, width: found),
            deviations: (0..<rows).map { deviation(ofRow: $0, plain, features) },
            plain: Array(plain.values[..<(rows / channels * found)]))
    }

    /// The recording with the change of its features from one clip to another; softer as a whole where it would be beyond ± 1.
    /// - Parameter samples: the recording at the front end's rate.
    func heard(_ clip: Clip, in samples: [Float], before: Clip) throws -> [Float] {
        let frames = clip.shape.width
        let heard = bands.indices.filter { bands[$0] != nil }
        var gains: [Float] = []
        gains.reserveCapacity(heard.count * frames)
        for band in heard {
            for frame in 0..<frames {
                let place = band * frames + frame
                let change = (clip.values[place] - before.values[place]) * clip.deviations[band]
                gains.append(gain(change, on: before.plain[place]))
            }
        }
        return try SpectrogramMask(
            gains: gains, frequencies: heard.map { bands[$0]! }, times: try frontEnd.frameTimes(frames)
        ).applied(to: samples, sampleRate: frontEnd.sampleRate).quietened()
    }

    /// The factor of the amplitude that a change of a feature stands for.
    private func gain(_ change: Float, on value: Float) -> Float {
        let isLogarithm = frontEnd.feature == .logMel || frontEnd.feature == .logPower
        let isPower =
            frontEnd.feature != .magnitude
            && (frontEnd.feature == .power || frontEnd.feature == .logPower || frontEnd.mel.source == .power)
        var factor: Float
        if isLogarithm {
            if case .natural = frontEnd.log { factor = exp(change) } else { factor = pow(10, change / 10) }
        } else {
            factor = max(0, value + change) / max(value, .leastNormalMagnitude)
        }
        if isPower { factor = factor.squareRoot() }
        return min(max(factor, 1 / Self.limit), Self.limit)
    }

    /// What a normalised value is multiplied with to be a plain one: from the two values of a row that are farthest apart.
    private func deviation(ofRow row: Int, _ plain: Tensor, _ normalised: Tensor) -> Float {
        let frames = plain.extents[1]
        let range = row * frames..<(row + 1) * frames
        let high = range.max { plain.values[$0] < plain.values[$1] }!
        let low = range.min { plain.values[$0] < plain.values[$1] }!
        let span = normalised.values[high] - normalised.values[low]
        guard span > 0 else {
            if case .corpus(let statistics?) = frontEnd.normalisation { return statistics.deviation[row] }
            return 1
        }
        return (plain.values[high] - plain.values[low]) / span
    }
}

extension [Float] {
    /// Samples within ± 1: all are made softer by what the loudest is beyond.
    func quietened() -> [Float] {
        let loudest = self.map(\.magnitude).max() ?? 0
        return loudest > 1 ? map { $0 / loudest } : self
    }
}
