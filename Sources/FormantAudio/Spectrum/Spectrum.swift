import FormantTensor

/// What the values of a spectrum are; never made, only named: `Spectrum<Power>`.
public protocol SpectrumKind {}

/// |X|, linear.
public enum Magnitude: SpectrumKind {}
/// |X|², linear.
public enum Power: SpectrumKind {}
/// Energies of a mel filter bank, linear.
public enum Mel: SpectrumKind {}
/// Logarithms, in nats or decibels, of any of the linear kinds.
public enum Logarithmic<Linear: SpectrumKind>: SpectrumKind {}
/// Cepstral coefficients.
public enum Cepstral: SpectrumKind {}

/// Values over bands and frames, with their kind in the type: extents [bands, frames], a band's frames contiguous.
public struct Spectrum<Kind: SpectrumKind>: Equatable, Sendable {
    /// The values, extents [bands, frames].
    public var values: Tensor

    /// Wraps values that are of this kind.
    /// - Precondition: two axes.
    public init(_ values: Tensor) {
        precondition(values.extents.count == 2, "a spectrum has bands and frames, found extents \(values.extents)")
        self.values = values
    }

    /// Number of bands: bins, mel bands or coefficients.
    public var bands: Int { values.extents[0] }
    /// Number of frames.
    public var frames: Int { values.extents[1] }
}
