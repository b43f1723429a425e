import FormantTensor

/// Earlier or later within the clip.
public struct ShiftVariation: Codable, Hashable, Sendable {
    /// What comes in where the sound has moved away.
    public enum Edge: String, Codable, Hashable, Sendable, CaseIterable {
        /// Zeros.
        case silence
        /// What left at the other end.
        case wrap
    }

    /// How often, 0 … 1.
    public var probability: Float
    /// The shift in seconds, later if above 0, rounded to samples; within ± 3600, and within the clip.
    public var seconds: DrawRange
    /// What comes in at the edge.
    public var edge: Edge

    /// Creates a variation.
    public init(probability: Float = 1, seconds: DrawRange = DrawRange(-0.1, 0.1), edge: Edge = .silence) {
        self.probability = probability
        self.seconds = seconds
        self.edge = edge
    }

    enum CodingKeys: String, SettingsKey { case probability, seconds, edge }

    /// Reads the settings of `shift`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "shift", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        seconds = try settings.decode(.seconds, default: seconds)
        edge = try settings.name(.edge, default: edge)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "shift")
        try seconds.validate("shift.seconds", within: -3600...3600, unit: " s")
    }

    // y[i] = x[i − samples]; outside of x it is 0, or x goes round
    func apply(_ samples: Int, to clip: inout [Float]) {
        let count = clip.count
        guard count > 0, samples != 0 else { return }
        switch edge {
        case .silence:
            let kept = max(0, count - samples.magnitude.clamped)
            let source = samples > 0 ? clip[..<kept] : clip[(count - kept)...]
            let zeros = [Float](repeating: 0, count: count - kept)
            clip = samples > 0 ? zeros + source : Array(source) + zeros
        case .wrap:
            let turn = ((-samples) % count + count) % count
            clip = Array(clip[turn...] + clip[..<turn])
        }
    }
}

extension UInt {
    /// The number as an `Int`, at most its largest.
    fileprivate var clamped: Int { Int(clamping: self) }
}
