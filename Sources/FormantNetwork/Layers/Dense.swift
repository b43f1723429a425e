import FormantOperators
import FormantTensor

/// Units that see every value of a flat input.
///
/// Parameters: `weight` [units, inputs], `bias` [units].
public struct Dense: Layer, Codable {
    /// Number of units: the channels of the output.
    public var units: Int
    /// Whether each unit has a bias.
    public var bias: Bool
    /// The largest Euclidean norm of one unit's weights; the optimiser scales them back to it (Kim 2014).
    public var maximumNorm: Float?

    /// The key in a description.
    public var kind: String { "dense" }

    /// Creates a dense layer.
    public init(units: Int, bias: Bool = true, maximumNorm: Float? = nil) {
        self.units = units
        self.bias = bias
        self.maximumNorm = maximumNorm
    }

    enum CodingKeys: String, SettingsKey { case units, bias, maximumNorm }

    /// Reads the settings of `dense`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "dense", keyedBy: CodingKeys.self)
        self.init(
            units: try decoder.size(settings, .units), bias: try settings.decode(.bias, default: true),
            maximumNorm: try settings.decodeIfPresent(Float.self, forKey: .maximumNorm))
    }

    /// The layer on one flat input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        guard input.positions == 1 else { throw .shape(expected: "a flat input (put flatten before it)", found: input) }
        try check("units", units, in: 1...largestExtent, "1 or more")
        try checkSize("its weights", [input.channels, units])
        if let maximumNorm { try check("maximumNorm", maximumNorm, in: Float.leastNormalMagnitude..., "above 0") }
        let (units, bias) = (units, bias)
        var binding = LayerBinding(output: Shape(channels: units)) { batch in
            let point = Window(extent: 1)
            guard
                let geometry = try? ConvolutionGeometry(
                    batch: batch, input: input, filters: units, vertical: point, horizontal: point)
            else { fatalError("a single position always fits") }
            return Convolution(geometry, hasBias: bias)
        }
        binding.parameters = filterParameters(
            extents: [units, input.channels],
            storage: .filters(groups: 1, taps: 1, inputs: input.channels, outputs: units), fanIn: input.channels,
            bias: bias, initialiser: .fanIn, maximumNorm: maximumNorm)
        binding.weightsPerFilter = input.channels
        binding.multiplications = input.channels * units
        return binding
    }
}
