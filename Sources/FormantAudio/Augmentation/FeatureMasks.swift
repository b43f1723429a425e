import FormantTensor

/// Hides bands or frames of features (Park et al. 2019, "SpecAugment", section 2, without the time warping).
public struct MaskVariation: Codable, Hashable, Sendable {
    /// How often each mask is there, 0 … 1.
    public var probability: Float
    /// Masks, 0 … 100.
    public var count: Int
    /// Widest mask in bands or frames, 0 … 1,000,000; each is drawn from 0 up to this, and is at most the whole axis.
    public var width: Int

    /// Creates a variation.
    public init(probability: Float = 1, count: Int = 2, width: Int = 8) {
        self.probability = probability
        self.count = count
        self.width = width
    }

    enum CodingKeys: String, SettingsKey { case probability, count, width }

    /// Reads the settings of `timeMasks` or `frequencyMasks`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "masks", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        count = try settings.decode(.count, default: count)
        width = try settings.decode(.width, default: width)
        let name = decoder.codingPath.last?.stringValue ?? "masks"
        try decoder.checkAugmentation { () throws(AudioError) in try validate(name) }
    }

    /// Checks every number.
    /// - Parameter name: the key, for the message.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate(_ name: String) throws(AudioError) {
        try validateProbability(probability, of: name)
        try require((0...100).contains(count), "augmentation.\(name).count", count, "0 … 100")
        try require((0...1_000_000).contains(width), "augmentation.\(name).width", width, "0 … 1000000")
    }

    /// Stretches of an axis of `extent` places.
    func draw(extent: Int, using generator: inout SeededGenerator) -> [Range<Int>] {
        var masks: [Range<Int>] = []
        for _ in 0..<count where generator.uniform() < probability {
            let length = generator.index(below: min(width, extent) + 1)
            let start = generator.index(below: extent - length + 1)
            if length > 0 { masks.append(start..<start + length) }
        }
        return masks
    }
}

/// The masks of features.
public struct FeatureMasks: Hashable, Sendable {
    /// Masks over frames; nil: none.
    public var time: MaskVariation?
    /// Masks over bands; nil: none.
    public var frequency: MaskVariation?

    /// Creates masks.
    public init(time: MaskVariation? = nil, frequency: MaskVariation? = nil) {
        self.time = time
        self.frequency = frequency
    }

    /// Whether there is nothing to do.
    public var isEmpty: Bool { time == nil && frequency == nil }

    /// Hides parts of one clip's features, the same in every channel.
    /// - Parameters:
    ///   - features: channel × band × frame.
    ///   - fill: what stands in the masks.
    /// - Returns: what was done: masks over frames, then those over bands.
    /// - Precondition: `features` holds `shape.count` values.
    public func apply(
        to features: UnsafeMutableBufferPointer<Float>, shape: Shape, fill: Float,
        using generator: inout SeededGenerator
    ) -> [AppliedVariation] {
        precondition(features.count == shape.count, "\(features.count) features for the shape \(shape)")
        var applied: [AppliedVariation] = []
        for mask in time?.draw(extent: shape.width, using: &generator) ?? [] {
            for row in 0..<shape.channels * shape.height {
                for i in mask { features[row * shape.width + i] = fill }
            }
            applied.append(.timeMask(frames: mask))
        }
        for mask in frequency?.draw(extent: shape.height, using: &generator) ?? [] {
            for channel in 0..<shape.channels {
                let first = (channel * shape.height + mask.lowerBound) * shape.width
                for i in first..<first + mask.count * shape.width { features[i] = fill }
            }
            applied.append(.frequencyMask(bands: mask))
        }
        return applied
    }
}
