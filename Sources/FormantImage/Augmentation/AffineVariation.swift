import FormantTensor

/// Moved, turned, larger or smaller, slanted: one draw of each, about the middle of the picture.
public struct AffineVariation: Codable, Hashable, Sendable {
    /// What comes in where the picture has moved away.
    public enum Edge: String, Codable, Hashable, Sendable, CaseIterable {
        /// The background of the front end.
        case background
        /// The nearest pixel of the picture.
        case repeated = "repeat"
    }

    /// How often, 0 … 1.
    public var probability: Float
    /// How far to the right, and down, drawn for each, in widths and heights: −1 … 1.
    public var shift: DrawRange
    /// Degrees clockwise, −180 … 180.
    public var rotation: DrawRange
    /// Larger above 1: 0.1 … 10.
    public var scale: DrawRange
    /// Degrees by which what stood upright leans to the left at its top, −60 … 60.
    public var shear: DrawRange
    /// What comes in at the edges.
    public var edge: Edge

    /// Creates a variation, which by default moves nothing.
    public init(
        probability: Float = 1, shift: DrawRange = DrawRange(0, 0), rotation: DrawRange = DrawRange(0, 0),
        scale: DrawRange = DrawRange(1, 1), shear: DrawRange = DrawRange(0, 0), edge: Edge = .background
    ) {
        self.probability = probability
        self.shift = shift
        self.rotation = rotation
        self.scale = scale
        self.shear = shear
        self.edge = edge
    }

    enum CodingKeys: String, SettingsKey { case probability, shift, rotation, scale, shear, edge }

    /// Reads the settings of `affine`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "affine", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        shift = try settings.decode(.shift, default: shift)
        rotation = try settings.decode(.rotation, default: rotation)
        scale = try settings.decode(.scale, default: scale)
        shear = try settings.decode(.shear, default: shear)
        edge = try settings.name(.edge, default: edge)
        do { try validate() } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }

    /// Checks every number.
    /// - Throws: `ImageError.optionInvalid`.
    public func validate() throws(ImageError) {
        try checkProbability(probability, of: "affine")
        func check(_ name: String, _ range: DrawRange, _ limits: ClosedRange<Float>) throws(ImageError) {
            try require(
                range.isWithin(limits), "augmentation.affine.\(name)", range,
                "[lowest, highest] within \(limits.lowerBound) … \(limits.upperBound)")
        }
        try check("shift", shift, -1...1)
        try check("rotation", rotation, -180...180)
        try check("scale", scale, 0.1...10)
        try check("shear", shear, -60...60)
    }

    func draw(using generator: inout SeededGenerator) -> AppliedPictureVariation.Affine {
        var affine = AppliedPictureVariation.Affine()
        affine.right = shift.draw(using: &generator)
        affine.down = shift.draw(using: &generator)
        affine.rotation = rotation.draw(using: &generator)
        affine.scale = scale.draw(using: &generator)
        affine.shear = shear.draw(using: &generator)
        return affine
    }
}

/// Left and right changed places: for photos, where either side may be left, not for letters.
public struct MirrorVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float

    /// Creates a variation.
    public init(probability: Float = 0.5) { self.probability = probability }

    enum CodingKeys: String, SettingsKey { case probability }

    /// Reads the settings of `mirror`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "mirror", keyedBy: CodingKeys.self)
        self.init(probability: try settings.decode(.probability, default: 0.5))
        do { try checkProbability(probability, of: "mirror") } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}

/// Throws unless `probability` is one.
private func checkProbability(_ probability: Float, of augmentation: String) throws(ImageError) {
    try require(
        (0...1).contains(probability), "augmentation.\(augmentation).probability", probability, "0 … 1")
}
