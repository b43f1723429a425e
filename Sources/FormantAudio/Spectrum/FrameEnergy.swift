import FormantTensor

/// Which samples of a frame make its energy.
public enum EnergyTerm: String, Codable, Hashable, Sendable, CaseIterable {
    /// There is no energy among the features.
    case omitted
    /// The frame without its offset, before pre-emphasis and window (Kaldi's and HTK's raw energy).
    case raw
    /// The frame as it goes into the transform.
    case windowed
}

/// Where a row of another kind stands among the features.
public enum RowPlace: String, Codable, Hashable, Sendable, CaseIterable {
    /// Before all others.
    case first
    /// Behind all others.
    case last
}

/// The logarithm of each frame's energy, ln max(Σ x², floor) in nats, as one of the features: the lowest bin of a
/// `log-power` spectrogram, a further row of `log-mel`, the zeroth coefficient of `mfcc`. Other kinds have none.
public struct FrameEnergy: Hashable, Sendable {
    /// Which samples. Default `omitted`.
    public var term: EnergyTerm
    /// Smallest energy, a finite number above 0. Default 1.1920929e-7, the spacing of single precision at 1, which
    /// Kaldi takes.
    public var floor: Float
    /// Where the row of `log-mel` features stands. Default `first`.
    public var place: RowPlace

    /// Creates options; each has its default.
    public init(term: EnergyTerm = .omitted, floor: Float = .ulpOfOne, place: RowPlace = .first) {
        self.term = term
        self.floor = floor
        self.place = place
    }

    /// Checks the floor.
    func validate() throws(AudioError) {
        try require(floor > 0 && floor.isFinite, "energy.floor", floor, "a finite number above 0")
    }
}

extension FrameEnergy: Codable {
    private enum CodingKeys: String, SettingsKey { case term, floor, place }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "energy", keyedBy: CodingKeys.self)
        self.init(
            term: try settings.name(.term, default: .omitted), floor: try settings.decode(.floor, default: .ulpOfOne),
            place: try settings.name(.place, default: .first))
    }
}
