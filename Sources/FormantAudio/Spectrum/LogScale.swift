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
            switch self {
            case .natural(let floor):
                for i in 0..<values.count { values[i] = log(max(values[i], floor)) }
            case .decibel(let reference, let floor, let range):
                let zero: Float
                switch reference {
                case .value(let value): zero = value
                case .maximum: zero = values.max() ?? floor
                }
                let offset = 10 * log10(max(zero, floor))
                for i in 0..<values.count { values[i] = 10 * log10(max(values[i], floor)) - offset }
                if let range, let top = values.max() {
                    let bottom = top - range
                    for i in 0..<values.count { values[i] = max(values[i], bottom) }
                }
            }
        }
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
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Float.self) {
            self = .value(value)
            return
        }
        let text = try container.decode(String.self)
        guard text == "maximum" else {
            throw DecodingError.refused(
                AudioError.optionInvalid(
                    option: "reference", found: text, expected: "a finite number above 0, or \"maximum\""),
                at: decoder.codingPath)
        }
        self = .maximum
    }

    /// Writes a number or `"maximum"`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .value(let value): try container.encode(value)
        case .maximum: try container.encode("maximum")
        }
    }
}
