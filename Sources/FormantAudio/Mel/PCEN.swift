import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Per-channel energy normalisation, frame by frame; what it carries from one frame to the next is outside it.
struct PCEN: Sendable {
    private let options: PCENOptions
    /// The weight b of the newest energy.
    private let weight: Double

    /// - Parameter frameRate: frames a second.
    /// - Throws: `AudioError.optionInvalid`.
    init(_ options: PCENOptions, frameRate: Double) throws(AudioError) {
        try options.validate()
        self.options = options
        let frames = options.timeConstant * frameRate
        weight = ((1 + 4 * frames * frames).squareRoot() - 1) / (2 * frames * frames)
        try require(
            weight.isFinite && weight > 0, "pcen.timeConstant", options.timeConstant,
            "a time that is not vanishing beside a frame (\(1 / frameRate) s)")
    }

    /// Replaces energies, extents [bands, frames].
    /// - Parameter smoothed: each band's smoothed energy; empty before the first frame.
    func apply(to energies: inout Tensor, _ smoothed: inout [Double]) {
        let (bands, frames) = (energies.extents[0], energies.extents[1])
        if smoothed.isEmpty { smoothed = [Double](repeating: 1, count: bands) }
        let (bias, power, epsilon) = (options.bias, options.power, options.epsilon)
        let root = pow(bias, power)
        let shift = log(epsilon)
        energies.values.withUnsafeMutableBufferPointer { values in
            for band in 0..<bands {
                var smooth = smoothed[band]
                for i in band * frames..<(band + 1) * frames {
                    let energy = options.scale * Double(values[i])
                    smooth = (1 - weight) * smooth + weight * energy
                    let ratio = energy * exp(-options.gain * (shift + log1p(smooth / epsilon)))
                    let result =
                        if power == 0 {
                            log1p(ratio)
                        } else if bias == 0 {
                            pow(ratio, power)
                        } else {
                            root * expm1(power * log1p(ratio / bias))
                        }
                    values[i] = Float(result)
                }
                smoothed[band] = smooth
            }
        }
    }
}
