import FormantOperators
import FormantTensor

/// Batch normalisation per channel. Ioffe & Szegedy 2015.
///
/// Parameters: `weight` and `bias` [channels], and the running `running_mean` and `running_var` [channels].
public struct BatchNorm: Layer, Codable {
    /// Added to the variance.
    public var epsilon: Float
    /// Share of a batch's statistics in the running ones.
    public var momentum: Float

    /// The key in a description.
    public var kind: String { "batchNorm" }

    /// Creates a batch norm.
    public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
        self.epsilon = epsilon
        self.momentum = momentum
    }

    enum CodingKeys: String, SettingsKey { case epsilon, momentum }

    /// Reads the settings of `batchNorm`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "batchNorm", keyedBy: CodingKeys.self)
        self.init(
            epsilon: try settings.decode(.epsilon, default: 1e-5),
            momentum: try settings.decode(.momentum, default: 0.1))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        try check("epsilon", epsilon, in: Float.leastNormalMagnitude...1, "above 0, at most 1")
        try check("momentum", momentum, in: 0...1, "0 to 1")
        let (epsilon, momentum) = (epsilon, momentum)
        var binding = LayerBinding(output: input) { batch in
            FormantOperators.BatchNorm(batch: batch, shape: input, epsilon: epsilon, momentum: momentum)
        }
        binding.parameters =
            normParameters(input.channels) + [
                ParameterSpecification(
                    name: "running_mean", extents: [input.channels], role: .running, initialiser: .constant(0)),
                ParameterSpecification(
                    name: "running_var", extents: [input.channels], role: .running, initialiser: .constant(1)),
            ]
        return binding
    }
}

/// Layer normalisation over the channels of each position. Ba et al. 2016.
///
/// Parameters: `weight` and `bias` [channels].
public struct LayerNorm: Layer, Codable {
    /// Added to the variance.
    public var epsilon: Float

    /// The key in a description.
    public var kind: String { "layerNorm" }

    /// Creates a layer norm.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    enum CodingKeys: String, SettingsKey { case epsilon }

    /// Reads the settings of `layerNorm`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "layerNorm", keyedBy: CodingKeys.self)
        self.init(epsilon: try settings.decode(.epsilon, default: 1e-5))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        try check("epsilon", epsilon, in: Float.leastNormalMagnitude...1, "above 0, at most 1")
        let epsilon = epsilon
        var binding = LayerBinding(output: input) { batch in
            FormantOperators.LayerNorm(batch: batch, shape: input, epsilon: epsilon)
        }
        binding.parameters = normParameters(input.channels)
        return binding
    }
}

private func normParameters(_ channels: Int) -> [ParameterSpecification] {
    [
        ParameterSpecification(name: "weight", extents: [channels], initialiser: .constant(1)),
        ParameterSpecification(name: "bias", extents: [channels], initialiser: .constant(0)),
    ]
}
