import CKernels

/// An activation function.
public enum ActivationFunction: Hashable, Sendable {
    /// max(x, 0).
    case relu
    /// x where x > 0, else slope · x.
    case leakyReLU(slope: Float)
    /// x where x > 0, else α (eˣ − 1). Clevert et al. 2016.
    case elu(alpha: Float)
    /// x Φ(x), with Φ the normal distribution function. Hendrycks & Gimpel 2016.
    case gelu
    /// x σ(x). Elfwing et al. 2017.
    case silu
    /// σ(x) = 1 / (1 + e⁻ˣ).
    case sigmoid
    /// Hyperbolic tangent.
    case tanh

    package var kernel: ck_activation {
        switch self {
        case .relu: CK_RELU
        case .leakyReLU: CK_LEAKY_RELU
        case .elu: CK_ELU
        case .gelu: CK_GELU
        case .silu: CK_SILU
        case .sigmoid: CK_SIGMOID
        case .tanh: CK_TANH
        }
    }

    package var alpha: Float {
        switch self {
        case .leakyReLU(let slope): slope
        case .elu(let alpha): alpha
        default: 0
        }
    }

    /// Whether the derivative follows from the output alone, so that the function can be fused into what it follows.
    package var derivativeNeedsInput: Bool {
        switch self {
        case .gelu, .silu: true
        default: false
        }
    }
}

extension ActivationFunction? {
    package var kernel: ck_activation { self?.kernel ?? CK_IDENTITY }
    package var alpha: Float { self?.alpha ?? 0 }

    /// Whether a greater input never gives a smaller output, so that the maximum may be taken before the function.
    package var ascends: Bool {
        switch self {
        case nil, .relu, .sigmoid, .tanh: true
        case .leakyReLU(let slope): slope >= 0
        case .elu(let alpha): alpha >= 0
        case .gelu, .silu: false
        }
    }
}
