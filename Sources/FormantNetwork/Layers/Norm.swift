import FormantOperators
import FormantTensor

/// Batch normalisation per channel (Ioffe & Szegedy 2015), or per channel of each of some equal parts of the frequency axis,
/// which is sub-spectral normalisation (Chang et al. 2021).
///
/// Parameters: `weight` and `bias` [sub-bands · channels], and the running `running_mean` and `running_var`
/// [sub-bands · channels], sub-band by sub-band.
public struct BatchNorm: Layer, Codable {
    /// Added to the variance.
    public var epsilon: Float
    /// Share of a batch's statistics in the running ones.
    public var momentum: Float
    /// Equal parts of the frequency axis that have statistics and gains of their own, at least 1.
    public var subBands: Int

    /// The key in a description.
    public var kind: String { "batchNorm" }

    /// Creates a batch norm.
    public init(epsilon: Float = 1e-5, momentum: Float = 0.1, subBands: Int = 1) {
        self.epsilon = epsilon
        self.momentum = momentum
        self.subBands = subBands
    }

    enum CodingKeys: String, SettingsKey { case epsilon, momentum, subBands }

    /// Reads the settings of `batchNorm`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "batchNorm", keyedBy: CodingKeys.self)
        self.init(
            epsilon: try settings.decode(.epsilon, default: 1e-5),
            momentum: try settings.decode(.momentum, default: 0.1),
            subBands: try settings.decode(.subBands, default: 1))
    }

    /// Writes the settings; the number of sub-bands only where there are several, so that readers that know of none
    /// understand a plain batch norm.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(momentum, forKey: .momentum)
        if subBands != 1 { try container.encode(subBands, forKey: .subBands) }
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        try check("epsilon", epsilon, in: Float.leastNormalMagnitude...1, "above 0, at most 1")
        try check("momentum", momentum, in: 0...1, "0 to 1")
        try check("subBands", subBands, in: 1..., "at least 1")
        guard input.height.isMultiple(of: subBands) else {
            throw .shape(expected: "a frequency axis that \(subBands) sub-bands divide", found: input)
        }
        let (epsilon, momentum, subBands) = (epsilon, momentum, subBands)
        var binding = LayerBinding(output: input) { batch -> any Operator in
            guard subBands > 1 else {
                return FormantOperators.BatchNorm(batch: batch, shape: input, epsilon: epsilon, momentum: momentum)
            }
            return SubBandNorm(
                batch: batch, shape: input, subBands: subBands, epsilon: epsilon, momentum: momentum)
        }
        let count = subBands * input.channels
        binding.parameters =
            normParameters(count) + [
                ParameterSpecification(
                    name: "running_mean", extents: [count], role: .running, initialiser: .constant(0)),
                ParameterSpecification(
                    name: "running_var", extents: [count], role: .running, initialiser: .constant(1)),
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
