import FormantOperators
import FormantTensor

/// In training sets values, or whole channels, to zero at random and scales up the rest. Srivastava et al. 2014.
public struct Dropout: Layer, Codable {
    /// Probability of zero, 0 ..< 1.
    public var rate: Float
    /// Whether whole channels of an example fall together. Tompson et al. 2015.
    public var spatial: Bool

    /// The key in a description.
    public var kind: String { "dropout" }

    /// Creates a dropout layer.
    public init(rate: Float, spatial: Bool = false) {
        self.rate = rate
        self.spatial = spatial
    }

    enum CodingKeys: String, SettingsKey { case rate, spatial }

    /// Reads the settings of `dropout`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "dropout", keyedBy: CodingKeys.self)
        self.init(
            rate: try settings.decode(Float.self, forKey: .rate), spatial: try settings.decode(.spatial, default: false)
        )
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        try check("rate", rate, in: 0..<1, "0 or more, below 1")
        let (rate, spatial) = (rate, spatial)
        return LayerBinding(output: input) { batch in
            FormantOperators.Dropout(batch: batch, shape: input, rate: rate, spatial: spatial)
        }
    }
}
