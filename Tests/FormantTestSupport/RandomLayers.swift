import FormantNetwork
import enum FormantOperators.Padding
import FormantTensor

/// Layers of random settings. Not all of them suit their input: whoever draws one tries it.
public enum RandomLayer {
    /// One of the given values.
    static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
        values[generator.index(below: values.count)]
    }

    static func padding(_ generator: inout SeededGenerator) -> Padding {
        switch generator.index(below: 4) {
        case 0: .valid
        case 1, 2: .same
        default: .explicit(before: generator.index(below: 3), after: generator.index(below: 3))
        }
    }

    static func extent(_ most: Int, _ generator: inout SeededGenerator) -> Extent {
        generator.index(below: 8) == 0 ? .all : .count(1 + generator.index(below: most))
    }

    /// Groups, and a number of filters that they divide.
    static func groups(_ channels: Int, _ generator: inout SeededGenerator) -> (groups: Extent, filters: Int) {
        switch generator.index(below: 4) {
        case 0: return (.all, channels * (1 + generator.index(below: 2)))
        case 1:
            let divisors = (1...channels).filter(channels.isMultiple(of:))
            let groups = pick(divisors, &generator)
            return (.count(groups), groups * (1 + generator.index(below: 3)))
        default: return (1, 1 + generator.index(below: 20))
        }
    }

    /// A convolution of any kernel, stride, dilation, padding and grouping.
    public static func convolution(_ channels: Int, using generator: inout SeededGenerator) -> Convolution2D {
        let (groups, filters) = groups(channels, &generator)
        return Convolution2D(
            filters: filters, kernel: Pair(extent(4, &generator), extent(4, &generator)),
            stride: Pair(1 + generator.index(below: 3), 1 + generator.index(below: 3)),
            dilation: Pair(1 + generator.index(below: 3), 1 + generator.index(below: 3)),
            padding: Pair(padding(&generator), padding(&generator)), groups: groups,
            bias: generator.index(below: 3) > 0)
    }

    /// A convolution along one axis.
    public static func convolution1D(
        _ channels: Int, axis: Axis, using generator: inout SeededGenerator
    ) -> Convolution1D {
        let (groups, filters) = groups(channels, &generator)
        return Convolution1D(
            filters: filters, width: extent(5, &generator), axis: axis, stride: 1 + generator.index(below: 3),
            dilation: 1 + generator.index(below: 3), padding: padding(&generator), groups: groups,
            bias: generator.index(below: 3) > 0)
    }

    /// Pooling of any kind.
    public static func pooling(using generator: inout SeededGenerator) -> any Layer {
        let window = Pair(extent(5, &generator), extent(5, &generator))
        let stride =
            generator.index(below: 2) == 0 ? nil : Pair(1 + generator.index(below: 3), 1 + generator.index(below: 3))
        let padding = Pair(padding(&generator), padding(&generator))
        switch generator.index(below: 5) {
        case 0, 1: return MaxPool(window: window, stride: stride, padding: padding)
        case 2:
            return AveragePool(
                window: window, stride: stride, padding: padding, countsPadding: generator.index(below: 2) == 0)
        case 3: return AveragePool(window: window, stride: stride, padding: padding)
        default: return GlobalPool(generator.index(below: 2) == 0 ? .maximum : .average)
        }
    }

    /// Any activation function.
    public static func activation(using generator: inout SeededGenerator) -> Activation {
        Activation(
            pick(
                [
                    .relu, .relu, .relu, .leakyReLU(slope: 0.125), .elu(alpha: 0.75), .gelu, .silu, .sigmoid, .tanh,
                ], &generator))
    }

    /// A norm whose epsilon keeps a small batch well conditioned.
    public static func norm(using generator: inout SeededGenerator) -> any Layer {
        let epsilon: Float = pick([0.03125, 0.25], &generator)
        return generator.index(below: 3) == 0
            ? LayerNorm(epsilon: epsilon)
            : BatchNorm(
                epsilon: epsilon, momentum: pick([0.125, 0.5], &generator), subBands: pick([1, 1, 2], &generator))
    }

    /// A layer that may follow an output of a shape.
    public static func any(after shape: Shape, using generator: inout SeededGenerator) -> any Layer {
        switch generator.index(below: 18) {
        case 0, 1, 2: return convolution(shape.channels, using: &generator)
        case 3:
            return convolution1D(shape.channels, axis: shape.height == 1 ? .time : .frequency, using: &generator)
        case 4, 5: return pooling(using: &generator)
        case 6, 7, 8: return activation(using: &generator)
        case 9, 10: return norm(using: &generator)
        case 11: return Dropout(rate: 0.25, spatial: generator.index(below: 2) == 0)
        case 12:
            var order = Axis.allCases
            generator.shuffle(&order)
            return Permute(order: order)
        case 13:
            let channels = pick((1...shape.count).filter(shape.count.isMultiple(of:)), &generator)
            let rest = shape.count / channels
            let height = pick((1...rest).filter(rest.isMultiple(of:)), &generator)
            return Reshape(shape: Shape(channels: channels, height: height, width: rest / height))
        case 14:
            let axis = pick(Axis.allCases, &generator)
            let start = generator.index(below: shape[axis])
            return Slice(axis: axis, start: start, count: extent(shape[axis] - start, &generator))
        case 15: return KMaxPool(k: 1 + generator.index(below: shape.width))
        case 16: return shape.positions == 1 ? Dense(units: 1 + generator.index(below: 9)) : Flatten()
        default: return shape.positions == 1 ? Softmax() : Dropout(rate: 0.5)
        }
    }
}
