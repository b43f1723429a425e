import FormantNetwork
import enum FormantOperators.ActivationFunction
import enum FormantOperators.Padding
import FormantTensor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One axis of a sliding window, worked out apart from `Window`.
struct ReferenceAxis {
    var extent: Int
    var stride: Int
    var dilation = 1
    var before = 0
    var after = 0
    var length: Int

    init(extent: Int, stride: Int, dilation: Int = 1, padding: Padding, length: Int) {
        self.extent = extent
        self.stride = stride
        self.dilation = dilation
        self.length = length
        switch padding {
        case .valid: break
        case .explicit(let before, let after): (self.before, self.after) = (before, after)
        case .same:
            let outputs = (length + stride - 1) / stride
            let missing = max(0, (outputs - 1) * stride + (extent - 1) * dilation + 1 - length)
            before = missing / 2
            after = missing - before
        }
    }

    var outputs: Int { (length + before + after - (extent - 1) * dilation - 1) / stride + 1 }

    /// The position that a tap reads, or nil in the padding.
    func position(_ output: Int, _ tap: Int) -> Int? {
        let position = output * stride + tap * dilation - before
        return position >= 0 && position < length ? position : nil
    }
}

extension ReferenceTensor {
    // y[n, o, a, b] = bias[o] + Σ_{i,s,t} x[n, i of o's group, position of s at a, of t at b] · w[o, i, s, t]
    func convolved(
        filters: Int, groups: Int, _ y: ReferenceAxis, _ x: ReferenceAxis, weight: [Double], bias: [Double]?
    ) -> ReferenceTensor {
        var result = ReferenceTensor(
            batch: batch, shape: Shape(channels: filters, height: y.outputs, width: x.outputs))
        let inputs = shape.channels / groups
        let places = result
        places.forEach { n, o, a, b in
            let group = o / (filters / groups)
            var sum = bias?[o] ?? 0
            for i in 0..<inputs {
                for s in 0..<y.extent {
                    guard let row = y.position(a, s) else { continue }
                    for t in 0..<x.extent {
                        guard let column = x.position(b, t) else { continue }
                        sum +=
                            self[n, group * inputs + i, row, column]
                            * weight[((o * inputs + i) * y.extent + s) * x.extent + t]
                    }
                }
            }
            result[n, o, a, b] = sum
        }
        return result
    }

    /// What becomes of the values under each window; the number of taps in the padding comes along.
    func pooled(_ y: ReferenceAxis, _ x: ReferenceAxis, _ reduce: ([Double], Int) -> Double) -> ReferenceTensor {
        var result = ReferenceTensor(
            batch: batch, shape: Shape(channels: shape.channels, height: y.outputs, width: x.outputs))
        let places = result
        places.forEach { n, c, a, b in
            var seen: [Double] = []
            for s in 0..<y.extent {
                for t in 0..<x.extent {
                    if let row = y.position(a, s), let column = x.position(b, t) {
                        seen.append(self[n, c, row, column])
                    }
                }
            }
            result[n, c, a, b] = reduce(seen, y.extent * x.extent - seen.count)
        }
        return result
    }

    func activated(_ function: ActivationFunction) -> ReferenceTensor {
        map { x in
            switch function {
            case .relu: max(x, 0)
            case .leakyReLU(let slope): x > 0 ? x : Double(slope) * x
            case .elu(let alpha): x > 0 ? x : Double(alpha) * (exp(x) - 1)
            case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
            case .silu: x / (1 + exp(-x))
            case .sigmoid: 1 / (1 + exp(-x))
            case .tanh: tanh(x)
            }
        }
    }

    /// Mean and biased variance of each channel over the batch and all positions of each sub-band, sub-band by sub-band.
    func statistics(subBands: Int) -> (mean: [Double], variance: [Double]) {
        let count = Double(batch * shape.positions / subBands)
        var mean = [Double](repeating: 0, count: subBands * shape.channels)
        var variance = mean
        func group(_ c: Int, _ h: Int) -> Int { h * subBands / shape.height * shape.channels + c }
        forEach { n, c, h, w in mean[group(c, h)] += self[n, c, h, w] / count }
        forEach { n, c, h, w in
            let difference = self[n, c, h, w] - mean[group(c, h)]
            variance[group(c, h)] += difference * difference / count
        }
        return (mean, variance)
    }

    func normalised(
        mean: [Double], variance: [Double], epsilon: Double, gain: [Double], shift: [Double], subBands: Int
    ) -> ReferenceTensor {
        var result = self
        forEach { n, c, h, w in
            let g = h * subBands / shape.height * shape.channels + c
            result[n, c, h, w] =
                (self[n, c, h, w] - mean[g]) / (variance[g] + epsilon).squareRoot() * gain[g] + shift[g]
        }
        return result
    }

    /// The channels of each position put through a function.
    func mapPositions(_ function: ([Double]) -> [Double]) -> ReferenceTensor {
        var result = self
        for n in 0..<batch {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    let mapped = function((0..<shape.channels).map { self[n, $0, h, w] })
                    for c in 0..<shape.channels { result[n, c, h, w] = mapped[c] }
                }
            }
        }
        return result
    }

    func layerNormalised(epsilon: Double, gain: [Double], shift: [Double]) -> ReferenceTensor {
        mapPositions { x in
            let mean = x.reduce(0, +) / Double(x.count)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
            return x.indices.map { (x[$0] - mean) / (variance + epsilon).squareRoot() * gain[$0] + shift[$0] }
        }
    }

    func softmax() -> ReferenceTensor {
        mapPositions { x in
            let top = x.max()!
            let powers = x.map { exp($0 - top) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
    }

    func permuted(_ order: [Axis]) -> ReferenceTensor {
        let axes: [Axis] = [.channel, .frequency, .time]
        var result = ReferenceTensor(
            batch: batch, shape: Shape(channels: shape[order[0]], height: shape[order[1]], width: shape[order[2]]))
        forEach { n, c, h, w in
            let index: [Axis: Int] = [.channel: c, .frequency: h, .time: w]
            let at = axes.indices.map { index[order[$0]]! }
            result[n, at[0], at[1], at[2]] = self[n, c, h, w]
        }
        return result
    }

    func sliced(_ axis: Axis, _ start: Int, _ count: Int) -> ReferenceTensor {
        func extent(_ other: Axis) -> Int { other == axis ? count : shape[other] }
        var result = ReferenceTensor(
            batch: batch, shape: Shape(channels: extent(.channel), height: extent(.frequency), width: extent(.time)))
        let places = result
        places.forEach { n, c, h, w in
            result[n, c, h, w] =
                self[
                    n, c + (axis == .channel ? start : 0), h + (axis == .frequency ? start : 0),
                    w + (axis == .time ? start : 0)]
        }
        return result
    }

    /// The `k` largest values along time, as they stand there.
    func largest(_ k: Int) -> ReferenceTensor {
        var result = ReferenceTensor(
            batch: batch, shape: Shape(channels: shape.channels, height: shape.height, width: k))
        for n in 0..<batch {
            for c in 0..<shape.channels {
                for h in 0..<shape.height {
                    let sorted = (0..<shape.width).sorted { (self[n, c, h, $0], -$0) > (self[n, c, h, $1], -$1) }
                    for (j, w) in sorted.prefix(k).sorted().enumerated() { result[n, c, h, j] = self[n, c, h, w] }
                }
            }
        }
        return result
    }

    /// Each input behind the one before it along an axis.
    static func concatenated(_ inputs: [ReferenceTensor], along axis: Axis) -> ReferenceTensor {
        var shape = inputs[0].shape
        for input in inputs.dropFirst() {
            switch axis {
            case .channel: shape.channels += input.shape.channels
            case .frequency: shape.height += input.shape.height
            case .time: shape.width += input.shape.width
            }
        }
        var result = ReferenceTensor(batch: inputs[0].batch, shape: shape)
        var start = 0
        for input in inputs {
            input.forEach { n, c, h, w in
                switch axis {
                case .channel: result[n, c + start, h, w] = input[n, c, h, w]
                case .frequency: result[n, c, h + start, w] = input[n, c, h, w]
                case .time: result[n, c, h, w + start] = input[n, c, h, w]
                }
            }
            start += input.shape[axis]
        }
        return result
    }
}
