import FormantTensor

extension DrawRange {
    /// Throws unless both ends lie within `limits`, the lower one first.
    func validate(_ option: String, within limits: ClosedRange<Float>, unit: String) throws(AudioError) {
        try require(
            isWithin(limits), "augmentation." + option, self,
            "[lowest, highest] within \(limits.lowerBound) … \(limits.upperBound)\(unit)")
    }
}

/// Throws unless `probability` is one.
func validateProbability(_ probability: Float, of augmentation: String) throws(AudioError) {
    try require(
        (0...1).contains(probability), "augmentation.\(augmentation).probability", probability, "0 … 1")
}

extension Decoder {
    /// Throws what `validate` does as an error of the document that is read.
    func checkAugmentation(_ validate: () throws(AudioError) -> Void) throws {
        do { try validate() } catch { throw DecodingError.refused(error, at: codingPath) }
    }
}
