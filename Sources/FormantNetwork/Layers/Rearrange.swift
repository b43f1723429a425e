import FormantOperators
import FormantTensor

/// One position that holds all values, in the order channel, frequency, time.
public struct Flatten: Layer, Codable {
    /// The key in a description.
    public var kind: String { "flatten" }

    /// Creates a flatten layer.
    public init() {}

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        return bindReshape(input, Shape(channels: input.count))
    }
}

/// Another shape for the same values, in the order channel, frequency, time.
public struct Reshape: Layer, Codable {
    /// The new shape: [channels, height, width].
    public var shape: [Int]

    /// The key in a description.
    public var kind: String { "reshape" }

    /// Creates a reshape layer.
    public init(shape: Shape) { self.shape = [shape.channels, shape.height, shape.width] }

    enum CodingKeys: String, SettingsKey { case shape }

    /// Reads the settings of `reshape`.
    public init(from decoder: any Decoder) throws {
        shape = try decoder.settings(of: "reshape", keyedBy: CodingKeys.self).decode([Int].self, forKey: .shape)
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        guard shape.count == 3, shape.allSatisfy({ (1...largestExtent).contains($0) }) else {
            throw .setting(name: "shape", value: "\(shape)", expected: "[channels, height, width]")
        }
        let output = Shape(channels: shape[0], height: shape[1], width: shape[2])
        let (partial, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
        guard !overflow, partial <= input.count, output.count == input.count else {
            throw .shape(expected: "as many values as \(output.full)", found: input)
        }
        return bindReshape(input, output)
    }
}

private func bindReshape(_ input: Shape, _ output: Shape) -> LayerBinding {
    LayerBinding(output: output) { batch in
        FormantOperators.Reshape(batch: batch, input: input, output: output)
    }
}

/// A new order of the axes: the output's channel, frequency and time are the input's axes as listed.
///
/// TC-ResNet, for one, takes the frequency bands of a spectrogram as channels: `order: [frequency, channel, time]`.
public struct Permute: Layer, Codable {
    /// The input's axes in their new order.
    public var order: [Axis]

    /// The key in a description.
    public var kind: String { "permute" }

    /// Creates a permutation.
    public init(order: [Axis]) { self.order = order }

    enum CodingKeys: String, SettingsKey { case order }

    /// Reads the settings of `permute`.
    public init(from decoder: any Decoder) throws {
        order = try decoder.settings(of: "permute", keyedBy: CodingKeys.self).decode([Axis].self, forKey: .order)
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        guard order.count == 3, Set(order).count == 3 else {
            throw .setting(
                name: "order", value: "\(order.map(\.rawValue))", expected: "channel, frequency and time, each once")
        }
        let order = order
        let make: @Sendable (Int) -> Permutation = { Permutation(batch: $0, input: input, order: order) }
        return LayerBinding(output: make(1).outputShape, makeOperator: make)
    }
}

/// A part of the input along one axis: `count` places from `start` on.
public struct Slice: Layer, Codable {
    /// The axis that is cut.
    public var axis: Axis
    /// The first place that is kept.
    public var start: Int
    /// How many are kept; `.all` is the rest.
    public var count: Extent

    /// The key in a description.
    public var kind: String { "slice" }

    /// Creates a slice.
    public init(axis: Axis, start: Int = 0, count: Extent = .all) {
        self.axis = axis
        self.start = start
        self.count = count
    }

    enum CodingKeys: String, SettingsKey { case axis, start, count }

    /// Reads the settings of `slice`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "slice", keyedBy: CodingKeys.self)
        self.init(
            axis: try settings.decode(Axis.self, forKey: .axis), start: try settings.decode(.start, default: 0),
            count: try settings.decode(.count, default: .all))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        let extent = input[axis]
        try check("start", start, in: 0...(extent - 1), "less than the input's \(axis.rawValue) extent of \(extent)")
        let count = count.resolved(extent - start)
        try check("count", count, in: 1...(extent - start), "1 to \(extent - start)")
        let (axis, range) = (axis, start..<start + count)
        let make: @Sendable (Int) -> FormantOperators.Slice = { batch in
            FormantOperators.Slice(batch: batch, input: input, axis: axis, range: range)
        }
        return LayerBinding(output: make(1).outputShape, makeOperator: make)
    }
}

/// Softmax over the channels of each position.
public struct Softmax: Layer, Codable {
    /// The key in a description.
    public var kind: String { "softmax" }

    /// Creates a softmax layer.
    public init() {}

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        return LayerBinding(output: input) { batch in FormantOperators.Softmax(batch: batch, shape: input) }
    }
}
