import FormantTensor

/// What a pre-emphasis runs over, and so what its first sample becomes.
public enum PreemphasisScope: String, Codable, Hashable, Sendable, CaseIterable {
    /// Each frame by itself: y[i] = x[i] − a x[i − 1], y[0] = x[0] − a x[0] (HTK, Kaldi).
    case frame
    /// The recording, before it is mirrored or cut: y[i] = x[i] − a x[i − 1], y[0] = x[0]
    /// (`torchaudio.functional.preemphasis`).
    case recording
    /// The recording, with y[0] = 3 x[0] − x[1] (`librosa.effects.preemphasis`, 0.11); y[0] = x[0] where that is all.
    case extrapolated
}

/// A filter of first order that lifts high frequencies.
public struct Preemphasis: Hashable, Sendable {
    /// The coefficient a, 0 … 1; 0: none. Default 0.
    public var coefficient: Float
    /// What it runs over. Default `frame`.
    public var over: PreemphasisScope

    /// Creates options; each has its default.
    public init(coefficient: Float = 0, over: PreemphasisScope = .frame) {
        self.coefficient = coefficient
        self.over = over
    }
}

extension Preemphasis: Codable {
    private enum CodingKeys: String, SettingsKey { case coefficient, over }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "preemphasis", keyedBy: CodingKeys.self)
        self.init(
            coefficient: try settings.decode(.coefficient, default: 0),
            over: try settings.name(.over, default: .frame))
    }
}
