import FormantOperators
import FormantTensor

/// An activation function, value by value.
public struct Activation: Layer {
    /// The function.
    public var function: ActivationFunction

    /// The key in a description: `relu`, `leakyReLU`, `elu`, `gelu`, `silu`, `sigmoid` or `tanh`.
    public var kind: String {
        switch function {
        case .relu: "relu"
        case .leakyReLU: "leakyReLU"
        case .elu: "elu"
        case .gelu: "gelu"
        case .silu: "silu"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        }
    }

    /// Creates an activation layer.
    public init(_ function: ActivationFunction) { self.function = function }

    private enum SlopeKey: String, SettingsKey { case slope }
    private enum AlphaKey: String, SettingsKey { case alpha }

    static func leakyReLU(from decoder: any Decoder) throws -> Activation {
        let settings = try decoder.settings(of: "leakyReLU", keyedBy: SlopeKey.self)
        return Activation(.leakyReLU(slope: try settings.decode(.slope, default: 0.01)))
    }

    static func elu(from decoder: any Decoder) throws -> Activation {
        let settings = try decoder.settings(of: "elu", keyedBy: AlphaKey.self)
        return Activation(.elu(alpha: try settings.decode(.alpha, default: 1)))
    }

    /// Whether the function has no setting.
    var isBare: Bool {
        switch function {
        case .leakyReLU, .elu: false
        default: true
        }
    }

    /// Writes the setting of a leaky ReLU or ELU.
    public func encode(to encoder: any Encoder) throws {
        switch function {
        case .leakyReLU(let slope):
            var container = encoder.container(keyedBy: SlopeKey.self)
            try container.encode(slope, forKey: .slope)
        case .elu(let alpha):
            var container = encoder.container(keyedBy: AlphaKey.self)
            try container.encode(alpha, forKey: .alpha)
        default: break
        }
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        // The derivative follows from the sign of the output, which must be that of the input.
        switch function {
        case .leakyReLU(let slope): try check("slope", slope, in: 0...1e6, "0 to 1000000")
        case .elu(let alpha): try check("alpha", alpha, in: 0...1e6, "0 to 1000000")
        default: break
        }
        let function = function
        return LayerBinding(output: input) { batch in
            FormantOperators.Activation(batch: batch, shape: input, function: function)
        }
    }
}
