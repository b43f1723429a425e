import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How energies become logarithms.
///
/// In JSON and YAML: `{"scale": "natural", "floor": 1e-6}` or
/// `{"scale": "decibel", "reference": 1, "floor": 1e-10, "range": 80}`, the reference a number or `"maximum"`.
public enum LogScale: Hashable, Sendable {
    /// ln max(x, floor), in nats; `floor` above 0.
    case natural(floor: Float)
    /// 10 log₁₀ (max(x, floor) ÷ max(reference, floor)), in decibels. With a `range`, nothing lies more than that many
    /// decibels below the largest value of the recording (librosa's `top_db`).
    case decibel(reference: Reference, floor: Float, range: Float?)

    /// What 0 dB is.
    public enum Reference: Hashable, Sendable {
        /// A power.
        case value(Float)
        /// The largest value of the recording.
        case maximum
    }

    /// ln max(x, 10⁻⁶).
    public static let `default` = LogScale.natural(floor: 1e-6)

    /// Checks floor, reference and range.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        switch self {
        case .natural(let floor): try Self.check(floor: floor)
        case .decibel(let reference, let floor, let range):
            try Self.check(floor: floor)
            if case .value(let value) = reference {
                try require(value > 0 && value.isFinite, "reference", value, "a finite number above 0, or \"maximum\"")
            }
            if let range { try require(range >= 0 && range.isFinite, "range", range, "a finite number of dB from 0") }
        }
    }

    /// The logarithms of a power spectrum.
    public func apply(to spectrum: Spectrum<Power>) -> Spectrum<Logarithmic<Power>> { logarithms(of: spectrum) }

    /// The logarithms of mel energies.
    public func apply(to spectrum: Spectrum<Mel>) -> Spectrum<Logarithmic<Mel>> { logarithms(of: spectrum) }

    private func logarithms<Kind: SpectrumKind>(of spectrum: Spectrum<Kind>) -> Spectrum<Logarithmic<Kind>> {
        var values = spectrum.values
        apply(to: &values.values)
        return Spectrum(values)
    }

    /// Replaces energies by their logarithms.
    func apply(to values: inout [Float]) {
        values.withUnsafeMutableBufferPointer { values in
            guard let x = values.baseAddress, !values.isEmpty else { return }
            let kernels = ck_active().pointee
            switch self {
            case .natural(let floor): kernels.logarithm(x, values.count, floor, 0, 1, x)
            case .decibel(let reference, let floor, let range):
                let zero =
                    switch reference {
                    case .value(let value): max(value, floor)
                    case .maximum: max(largest(of: values), floor)
                    }
                // By the same function as the values, so that the reference itself is exactly 0 dB.
                var shift: Float = 0
                kernels.logarithm([zero], 1, floor, 0, 1, &shift)
                kernels.logarithm(x, values.count, floor, shift, Float(10 / log(10.0)), x)
                if let range {
                    let bottom = largest(of: values) - range
                    for i in 0..<values.count where values[i] < bottom { values[i] = bottom }
                }
            }
        }
    }

    private func largest(of values: UnsafeMutableBufferPointer<Float>) -> Float {
        let raw = UnsafeRawBufferPointer(values)
        var lanes = SIMD16<Float>(repeating: values[0])
        let whole = values.count / 16
        for i in 0..<whole {
            lanes = pointwiseMax(lanes, raw.loadUnaligned(fromByteOffset: 64 * i, as: SIMD16<Float>.self))
        }
        return values[(16 * whole)...].reduce(lanes.max()) { max($0, $1) }
    }

    private static func check(floor: Float) throws(AudioError) {
        try require(floor > 0 && floor.isFinite, "floor", floor, "a finite number above 0")
    }
}

extension LogScale: Codable {
    private enum NaturalKeys: String, SettingsKey { case scale, floor }
    private enum DecibelKeys: String, SettingsKey { case scale, reference, floor, range }
    private enum Scale: String, Codable, CaseIterable { case natural, decibel }

    /// Reads the keys that the scale has. Absent, `scale` is `natural`, `floor` 1e-6 (natural) or 1e-10 (decibel),
    /// `reference` 1, and there is no `range`.
    public init(from decoder: any Decoder) throws {
        let scale = try decoder.container(keyedBy: DecibelKeys.self).name(.scale, default: Scale.natural)
        switch scale {
        case .natural:
            let settings = try decoder.settings(of: "log", keyedBy: NaturalKeys.self)
            self = .natural(floor: try settings.decode(.floor, default: 1e-6))
        case .decibel:
            let settings = try decoder.settings(of: "log", keyedBy: DecibelKeys.self)
            self = .decibel(
                reference: try settings.decode(.reference, default: .value(1)),
                floor: try settings.decode(.floor, default: 1e-10),
                range: try settings.decodeIfPresent(Float.self, forKey: .range))
        }
    }

    /// Writes the keys that the scale has.
    public func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: DecibelKeys.self)
        switch self {
        case .natural(let floor):
            try keys.encode(Scale.natural, forKey: .scale)
            try keys.encode(floor, forKey: .floor)
        case .decibel(let reference, let floor, let range):
            try keys.encode(Scale.decibel, forKey: .scale)
            try keys.encode(reference, forKey: .reference)
            try keys.encode(floor, forKey: .floor)
            try keys.encodeIfPresent(range, forKey: .range)
        }
    }
}

extension LogScale.Reference: Codable {
    /// Reads a number or `"maximum"`.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.number(
            Float.self, orWord: "maximum", option: "reference", expected: "a finite number above 0, or \"maximum\"")
        self = value.map { .value($0) } ?? .maximum
    }

    /// Writes a number or `"maximum"`.
    public func encode(to encoder: any Encoder) throws {
        let value: Float? = if case .value(let value) = self { value } else { nil }
        try encoder.encode(value, orWord: "maximum")
    }
}
