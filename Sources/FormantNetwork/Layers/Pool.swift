import FormantOperators
import FormantTensor

/// The largest value under a window.
public struct MaxPool: Layer, Codable {
    /// Extent of the window; `.all` spans the axis.
    public var window: Pair<Extent>
    /// Step of the window; by default its extent.
    public var stride: Pair<Int>?
    /// What happens at the ends; padding never wins.
    public var padding: Pair<Padding>

    /// The key in a description.
    public var kind: String { "maxPool" }

    /// Creates a pooling layer.
    public init(window: Pair<Extent>, stride: Pair<Int>? = nil, padding: Pair<Padding> = Pair(.valid)) {
        self.window = window
        self.stride = stride
        self.padding = padding
    }

    enum CodingKeys: String, SettingsKey { case window, stride, padding }

    /// Reads the settings of `maxPool`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "maxPool", keyedBy: CodingKeys.self)
        self.init(
            window: try settings.decode(Pair<Extent>.self, forKey: .window),
            stride: try settings.decodeIfPresent(Pair<Int>.self, forKey: .stride),
            padding: try settings.decode(.padding, default: Pair(.valid)))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        try bindPool(.maximum, single(inputs), window: window, stride: stride, padding: padding)
    }
}

/// The mean of the values under a window.
public struct AveragePool: Layer, Codable {
    /// Extent of the window; `.all` spans the axis.
    public var window: Pair<Extent>
    /// Step of the window; by default its extent.
    public var stride: Pair<Int>?
    /// What happens at the ends.
    public var padding: Pair<Padding>
    /// Whether zeros of the padding count in the mean.
    public var countsPadding: Bool

    /// The key in a description.
    public var kind: String { "averagePool" }

    /// Creates a pooling layer.
    public init(
        window: Pair<Extent>, stride: Pair<Int>? = nil, padding: Pair<Padding> = Pair(.valid),
        countsPadding: Bool = false
    ) {
        self.window = window
        self.stride = stride
        self.padding = padding
        self.countsPadding = countsPadding
    }

    enum CodingKeys: String, SettingsKey { case window, stride, padding, countsPadding }

    /// Reads the settings of `averagePool`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "averagePool", keyedBy: CodingKeys.self)
        self.init(
            window: try settings.decode(Pair<Extent>.self, forKey: .window),
            stride: try settings.decodeIfPresent(Pair<Int>.self, forKey: .stride),
            padding: try settings.decode(.padding, default: Pair(.valid)),
            countsPadding: try settings.decode(.countsPadding, default: false))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        try bindPool(
            .average(countsPadding: countsPadding), single(inputs), window: window, stride: stride, padding: padding)
    }
}

/// One value per channel over all of frequency and time: the maximum ("max over time") or the mean.
public struct GlobalPool: Layer, Codable {
    /// What becomes of the values.
    public enum Reduction: String, Codable, Hashable, Sendable {
        /// The largest.
        case maximum
        /// The mean.
        case average
    }

    /// What becomes of the values.
    public var reduction: Reduction

    /// The key in a description.
    public var kind: String { reduction == .maximum ? "globalMaxPool" : "globalAveragePool" }

    /// Creates a pooling layer.
    public init(_ reduction: Reduction) { self.reduction = reduction }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        try bindPool(
            reduction == .maximum ? .maximum : .average(countsPadding: false), single(inputs),
            window: Pair(.all), stride: 1, padding: Pair(.valid))
    }
}

/// The k largest values of each channel along time, in the order in which they stand there: which features were found
/// most strongly, and which came first (Kalchbrenner et al. 2014, section 3.3).
///
/// The output is channels×height×k whatever the input's width, which is at least k.
public struct KMaxPool: Layer, Codable {
    /// How many values are kept.
    public var k: Int

    /// The key in a description.
    public var kind: String { "kMaxPool" }

    /// Creates a pooling layer.
    public init(k: Int) { self.k = k }

    enum CodingKeys: String, SettingsKey { case k }

    /// Reads the settings of `kMaxPool`.
    public init(from decoder: any Decoder) throws {
        k = try decoder.settings(of: "kMaxPool", keyedBy: CodingKeys.self).decode(Int.self, forKey: .k)
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        try check("k", k, in: 1...largestExtent, "1 or more")
        guard input.width >= k else { throw .shape(expected: "a time extent of \(k) or more", found: input) }
        let k = k
        return LayerBinding(output: Shape(channels: input.channels, height: input.height, width: k)) { batch in
            LargestPooling(batch: batch, input: input, count: k)
        }
    }
}

private func bindPool(
    _ kind: Pooling.Kind, _ input: Shape, window: Pair<Extent>, stride: Pair<Int>?, padding: Pair<Padding>
) throws(LayerError) -> LayerBinding {
    let extent = Pair(window.height.resolved(input.height), window.width.resolved(input.width))
    let vertical = Window(extent: extent.height, stride: stride?.height ?? extent.height, padding: padding.height)
    let horizontal = Window(extent: extent.width, stride: stride?.width ?? extent.width, padding: padding.width)
    let height = try outputLength(vertical, input.height, along: .frequency)
    let width = try outputLength(horizontal, input.width, along: .time)
    try checkSize("its window", [extent.height, extent.width])
    try checkSize("its output", [height, width, input.channels])
    let make: @Sendable (Int) -> Pooling = { batch in
        guard
            let pooling = try? Pooling(
                kind: kind, batch: batch, input: input, vertical: vertical, horizontal: horizontal)
        else { fatalError("a window that fits one example fits a batch") }
        return pooling
    }
    return LayerBinding(output: make(1).outputShape, makeOperator: make)
}
