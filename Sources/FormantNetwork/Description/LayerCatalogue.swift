import FormantTensor

/// The kinds of layers that a description may name.
///
/// A new layer enters here: its key, and how it is read.
enum LayerCatalogue {
    private typealias Reader = @Sendable ((any Decoder)?) throws -> any Layer

    private static let readers: [String: Reader] = [
        "convolution": required(Convolution2D.init(from:), "convolution"),
        "convolution1D": required(Convolution1D.init(from:), "convolution1D"),
        "maxPool": required(MaxPool.init(from:), "maxPool"),
        "averagePool": required(AveragePool.init(from:), "averagePool"),
        "kMaxPool": required(KMaxPool.init(from:), "kMaxPool"),
        "globalMaxPool": bare(GlobalPool(.maximum)),
        "globalAveragePool": bare(GlobalPool(.average)),
        "flatten": bare(Flatten()),
        "dense": required(Dense.init(from:), "dense"),
        "relu": bare(Activation(.relu)),
        "leakyReLU": optional(Activation.leakyReLU(from:), Activation(.leakyReLU(slope: 0.01))),
        "elu": optional(Activation.elu(from:), Activation(.elu(alpha: 1))),
        "gelu": bare(Activation(.gelu)),
        "silu": bare(Activation(.silu)),
        "sigmoid": bare(Activation(.sigmoid)),
        "tanh": bare(Activation(.tanh)),
        "batchNorm": optional(BatchNorm.init(from:), BatchNorm()),
        "layerNorm": optional(LayerNorm.init(from:), LayerNorm()),
        "dropout": required(Dropout.init(from:), "dropout"),
        "embedding": required(Embedding.init(from:), "embedding"),
        "concatenate": optional(Concatenate.init(from:), Concatenate()),
        "sum": bare(Sum()),
        "softmax": bare(Softmax()),
        "permute": required(Permute.init(from:), "permute"),
        "slice": required(Slice.init(from:), "slice"),
        "reshape": required(Reshape.init(from:), "reshape"),
    ]

    /// All keys, sorted.
    static var kinds: [String] { readers.keys.sorted() }

    /// Reads a layer of a kind; the settings are nil where only the key was written.
    static func layer(kind: String, settings: (any Decoder)?) throws -> any Layer {
        try readers[kind]!(settings)
    }

    /// A layer with at least one setting that has no default.
    private static func required<Value: Layer>(
        _ read: @escaping @Sendable (any Decoder) throws -> Value, _ kind: String
    ) -> Reader {
        { decoder in
            guard let decoder else {
                throw DecodingError.refused("\(kind) needs settings", at: [AnyKey(kind)])
            }
            return try read(decoder)
        }
    }

    /// A layer whose settings all have defaults.
    private static func optional<Value: Layer>(
        _ read: @escaping @Sendable (any Decoder) throws -> Value, _ standard: Value
    ) -> Reader {
        { decoder in try decoder.map(read) ?? standard }
    }

    /// A layer without settings.
    private static func bare(_ layer: any Layer) -> Reader {
        { decoder in
            _ = try decoder?.settings(of: layer.kind, keyedBy: NoKey.self)
            return layer
        }
    }
}

/// The keys of a layer without settings.
enum NoKey: String, SettingsKey {
    case none = "-"
}

extension Layer {
    /// Whether the layer is written as its key alone.
    var isBare: Bool {
        switch self {
        case is GlobalPool, is Flatten, is Sum, is Softmax: true
        case let activation as Activation: activation.isBare
        default: false
        }
    }
}
