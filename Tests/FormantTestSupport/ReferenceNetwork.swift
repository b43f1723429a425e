import FormantNetwork
import enum FormantOperators.Padding
import FormantTensor

/// A network run layer by layer in plain loops and double precision, in the public order: what every faster way of
/// running it must agree with. It shares nothing with the operators but the description.
public struct ReferenceNetwork {
    /// Whose statistics a batch norm uses, and whether dropout drops.
    public enum Mode: Sendable {
        /// The batch's; it does.
        case training
        /// The running ones; it does not.
        case inference
    }

    /// The description.
    public let network: Network
    /// Parameters by name, in the public order.
    public var parameters: [String: [Double]]
    /// By the name of a dropout layer: what each value is multiplied by in training, in the public order.
    public var masks: [String: [Double]] = [:]

    /// Takes the values of a network's parameters.
    public init(_ network: Network, _ parameters: Parameters) throws {
        self.network = network
        self.parameters = [:]
        for entry in parameters.table.entries {
            self.parameters[entry.name] = try parameters.tensor(entry.name).values.map(Double.init)
        }
    }

    /// The output, and in training the running statistics after the step.
    public func run(
        _ input: ReferenceTensor, _ mode: Mode
    ) -> (output: ReferenceTensor, running: [String: [Double]]) {
        var tensors = [Network.inputName: input]
        var running: [String: [Double]] = [:]
        for node in network.nodes {
            let inputs = node.inputs.map { tensors[$0]! }
            if let norm = node.layer as? BatchNorm {
                tensors[node.name] = batchNorm(norm, node.name, inputs[0], mode, &running)
            } else if node.layer is Dropout {
                tensors[node.name] = mode == .training ? masked(inputs[0], node.name) : inputs[0]
            } else {
                tensors[node.name] = apply(node.layer, node.name, inputs)
            }
        }
        return (tensors[network.nodes.last!.name]!, running)
    }

    private func masked(_ input: ReferenceTensor, _ name: String) -> ReferenceTensor {
        guard let mask = masks[name] else { return input }
        return ReferenceTensor(
            batch: input.batch, shape: input.shape, values: zip(input.values, mask).map { $0 * $1 })
    }

    private func batchNorm(
        _ layer: BatchNorm, _ name: String, _ x: ReferenceTensor, _ mode: Mode, _ running: inout [String: [Double]]
    ) -> ReferenceTensor {
        var (mean, variance) = (parameters["\(name).running_mean"]!, parameters["\(name).running_var"]!)
        if mode == .training {
            let batch = x.statistics(subBands: layer.subBands)
            let count = Double(x.batch * x.shape.positions / layer.subBands)
            let share = Double(layer.momentum)
            running["\(name).running_mean"] = zip(mean, batch.mean).map { $0 + share * ($1 - $0) }
            running["\(name).running_var"] = zip(variance, batch.variance).map {
                $0 + share * ((count > 1 ? $1 * count / (count - 1) : $1) - $0)
            }
            (mean, variance) = batch
        }
        return x.normalised(
            mean: mean, variance: variance, epsilon: Double(layer.epsilon), gain: parameters["\(name).weight"]!,
            shift: parameters["\(name).bias"]!, subBands: layer.subBands)
    }

    private func apply(_ layer: any Layer, _ name: String, _ inputs: [ReferenceTensor]) -> ReferenceTensor {
        let x = inputs[0]
        let (weight, bias) = (parameters["\(name).weight"], parameters["\(name).bias"])
        switch layer {
        case let layer as Convolution2D:
            let rows = ReferenceAxis(
                extent: layer.kernel.height.resolved(x.shape.height), stride: layer.stride.height,
                dilation: layer.dilation.height, padding: layer.padding.height, length: x.shape.height)
            let columns = ReferenceAxis(
                extent: layer.kernel.width.resolved(x.shape.width), stride: layer.stride.width,
                dilation: layer.dilation.width, padding: layer.padding.width, length: x.shape.width)
            return x.convolved(
                filters: layer.filters, groups: layer.groups.resolved(x.shape.channels), rows, columns, weight: weight!,
                bias: bias)
        case let layer as Convolution1D:
            let length = x.shape[layer.axis]
            let slide = ReferenceAxis(
                extent: layer.width.resolved(length), stride: layer.stride, dilation: layer.dilation,
                padding: layer.padding, length: length)
            let point = ReferenceAxis(extent: 1, stride: 1, padding: .valid, length: 1)
            return x.convolved(
                filters: layer.filters, groups: layer.groups.resolved(x.shape.channels),
                layer.axis == .frequency ? slide : point, layer.axis == .time ? slide : point, weight: weight!,
                bias: bias)
        case let layer as Dense:
            let point = ReferenceAxis(extent: 1, stride: 1, padding: .valid, length: 1)
            return x.convolved(filters: layer.units, groups: 1, point, point, weight: weight!, bias: bias)
        case let layer as MaxPool:
            let axes = axes(x.shape, layer.window, layer.stride, layer.padding)
            return x.pooled(axes.0, axes.1) { seen, _ in seen.max() ?? 0 }
        case let layer as AveragePool:
            let axes = axes(x.shape, layer.window, layer.stride, layer.padding)
            return x.pooled(axes.0, axes.1) { seen, outside in
                let taps = seen.count + (layer.countsPadding ? outside : 0)
                return taps == 0 ? 0 : seen.reduce(0, +) / Double(taps)
            }
        case let layer as GlobalPool:
            let axes = axes(x.shape, Pair(.all), nil, Pair(.valid))
            return x.pooled(axes.0, axes.1) { seen, _ in
                layer.reduction == .maximum ? seen.max()! : seen.reduce(0, +) / Double(seen.count)
            }
        case let layer as Activation: return x.activated(layer.function)
        case let layer as LayerNorm:
            return x.layerNormalised(epsilon: Double(layer.epsilon), gain: weight!, shift: bias!)
        case let layer as Embedding: return embedded(layer, x, weight!)
        case is Flatten:
            return ReferenceTensor(batch: x.batch, shape: Shape(channels: x.shape.count), values: x.values)
        case let layer as Reshape:
            let shape = Shape(channels: layer.shape[0], height: layer.shape[1], width: layer.shape[2])
            return ReferenceTensor(batch: x.batch, shape: shape, values: x.values)
        case let layer as Permute: return x.permuted(layer.order)
        case let layer as Slice:
            return x.sliced(layer.axis, layer.start, layer.count.resolved(x.shape[layer.axis] - layer.start))
        case let layer as KMaxPool: return x.largest(layer.k)
        case is Softmax: return x.softmax()
        case let layer as Concatenate: return .concatenated(inputs, along: layer.axis)
        case is Sum:
            let shape = Shape(
                channels: x.shape.channels, height: inputs.map(\.shape.height).max()!,
                width: inputs.map(\.shape.width).max()!)
            var total = ReferenceTensor(batch: x.batch, shape: shape)
            let places = total
            places.forEach { n, c, h, w in
                total[n, c, h, w] = inputs.reduce(0) {
                    $0 + $1[n, c, min(h, $1.shape.height - 1), min(w, $1.shape.width - 1)]
                }
            }
            return total
        default: fatalError("no reference for \(layer.kind)")
        }
    }

    private func axes(
        _ shape: Shape, _ window: Pair<Extent>, _ stride: Pair<Int>?, _ padding: Pair<Padding>
    ) -> (ReferenceAxis, ReferenceAxis) {
        let (height, width) = (window.height.resolved(shape.height), window.width.resolved(shape.width))
        return (
            ReferenceAxis(
                extent: height, stride: stride?.height ?? height, padding: padding.height, length: shape.height),
            ReferenceAxis(extent: width, stride: stride?.width ?? width, padding: padding.width, length: shape.width)
        )
    }

    private func embedded(_ layer: Embedding, _ ids: ReferenceTensor, _ table: [Double]) -> ReferenceTensor {
        var result = ReferenceTensor(
            batch: ids.batch,
            shape: Shape(channels: layer.dimension, height: ids.shape.height, width: ids.shape.width))
        let places = result
        places.forEach { n, d, h, w in
            let id = ids[n, 0, h, w]
            let row = id >= 0 && id < Double(layer.rows) ? Int(id) : 1
            result[n, d, h, w] = table[row * layer.dimension + d]
        }
        return result
    }
}
