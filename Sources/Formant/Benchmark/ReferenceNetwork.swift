import FormantNetwork
import FormantOperators
import FormantTensor

/// A network that speed is compared on, with the batch and the input it is timed with.
public struct ReferenceNetwork: Sendable {
    /// Name on the command line.
    public let name: String
    /// Examples of a training step, and of a batch at inference.
    public let batch: Int
    /// The network.
    public let network: Network
    /// Where inputs are ids of words: how many words there are.
    let words: Int?

    /// The names of all of them.
    public static let names = ["mnist", "kim", "kimstatic", "kws", "go", "tcres"]

    /// The network of a name.
    public init?(named name: String) {
        self.name = name
        switch name {
        case "mnist": (batch, network, words) = (100, ReferenceNetwork.mnist, nil)
        case "kim": (batch, network, words) = (50, ReferenceNetwork.kim(words: 18_000), 18_000)
        case "kimstatic": (batch, network, words) = (50, ReferenceNetwork.kim(words: nil), nil)
        case "kws": (batch, network, words) = (64, ReferenceNetwork.kws, nil)
        case "go": (batch, network, words) = (128, ReferenceNetwork.go, nil)
        case "tcres": (batch, network, words) = (100, ReferenceNetwork.tcres, nil)
        default: return nil
        }
    }

    /// Pictures of 28×28: 25 and 50 filters of 3×3 with pooling, 100 units, 10 classes.
    private static var mnist: Network {
        Network(input: Shape(channels: 1, height: 28, width: 28)) {
            for filters in [25, 50] {
                Convolution2D(filters: filters, kernel: 3)
                Activation(.relu)
                MaxPool(window: 2)
            }
            Flatten()
            Dense(units: 100)
            Activation(.relu)
            Dense(units: 10)
        }
    }

    /// Sentences of 56 words: filters of 3, 4 and 5 words, 100 each, over 300 values a word.
    private static func kim(words: Int?) -> Network {
        Network(input: words == nil ? Shape(channels: 300, width: 56) : Shape(channels: 1, width: 56)) {
            if let words { Embedding(rows: words, dimension: 300) }
            Branches.concatenate(
                [3, 4, 5].map { width in
                    Branch {
                        Convolution1D(filters: 100, width: .count(width))
                        Activation(.relu)
                        GlobalPool(.maximum)
                    }
                })
            Dropout(rate: 0.5)
            Dense(units: 2)
        }
    }

    /// Spectrograms of 64 bands and 100 frames: four 3×3 convolutions with batch norm, 35 classes.
    private static var kws: Network {
        Network(input: Shape(channels: 1, height: 64, width: 100)) {
            for (i, filters) in [32, 64, 128, 128].enumerated() {
                Convolution2D(filters: filters, kernel: 3, padding: Pair(.same), bias: false)
                BatchNorm()
                Activation(.relu)
                if i < 3 { MaxPool(window: 2) }
            }
            GlobalPool(.average)
            Dense(units: 35)
        }
    }

    /// Boards of 19×19 with 8 planes: a 5×5 and four 3×3 convolutions of 64 filters, one score per point.
    private static var go: Network {
        Network(input: Shape(channels: 8, height: 19, width: 19)) {
            Convolution2D(filters: 64, kernel: 5, padding: Pair(.same))
            Activation(.relu)
            for _ in 0..<4 {
                Convolution2D(filters: 64, kernel: 3, padding: Pair(.same))
                Activation(.relu)
            }
            Convolution2D(filters: 1, kernel: 1)
            Flatten()
        }
    }

    /// TC-ResNet8 over 40 bands and 101 frames, 12 classes.
    private static var tcres: Network {
        Network(input: Shape(channels: 40, width: 101)) {
            Convolution1D(filters: 16, width: 3, padding: .same, bias: false)
            for filters in [24, 32, 48] {
                let padding = Padding.explicit(before: 4, after: 4)
                Branches.sum(
                    Branch {
                        Convolution1D(filters: filters, width: 9, stride: 2, padding: padding, bias: false)
                        BatchNorm()
                        Activation(.relu)
                        Convolution1D(filters: filters, width: 9, padding: padding, bias: false)
                        BatchNorm()
                    },
                    Branch {
                        Convolution1D(filters: filters, width: 1, stride: 2, bias: false)
                        BatchNorm()
                        Activation(.relu)
                    })
                Activation(.relu)
            }
            GlobalPool(.average)
            Dense(units: 12)
        }
    }
}
