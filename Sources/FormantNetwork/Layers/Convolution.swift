import FormantOperators
import FormantTensor

/// Filters that slide along frequency and time; with `groups: .all` each channel has filters of its own (depthwise).
///
/// Parameters: `weight` [filters, channels / groups, height, width], `bias` [filters].
public struct Convolution2D: Layer, Codable {
    /// Number of filters: the channels of the output.
    public var filters: Int
    /// Taps of a filter along height and width; `.all` spans the axis.
    public var kernel: Pair<Extent>
    /// Step of the filters.
    public var stride: Pair<Int>
    /// Distance of neighbouring taps.
    public var dilation: Pair<Int>
    /// What happens at the ends.
    public var padding: Pair<Padding>
    /// Groups of channels that see only each other; must divide channels and filters.
    public var groups: Extent
    /// Whether each filter has a bias.
    public var bias: Bool

    /// The key in a description.
    public var kind: String { "convolution" }

    /// Creates a convolution.
    public init(
        filters: Int, kernel: Pair<Extent>, stride: Pair<Int> = 1, dilation: Pair<Int> = 1,
        padding: Pair<Padding> = Pair(.valid), groups: Extent = 1, bias: Bool = true
    ) {
        self.filters = filters
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.groups = groups
        self.bias = bias
    }

    enum CodingKeys: String, SettingsKey { case filters, kernel, stride, dilation, padding, groups, bias }

    /// Reads the settings of `convolution`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "convolution", keyedBy: CodingKeys.self)
        self.init(
            filters: try settings.decode(Int.self, forKey: .filters),
            kernel: try settings.decode(Pair<Extent>.self, forKey: .kernel),
            stride: try settings.decode(.stride, default: 1), dilation: try settings.decode(.dilation, default: 1),
            padding: try settings.decode(.padding, default: Pair(.valid)),
            groups: try settings.decode(.groups, default: 1), bias: try settings.decode(.bias, default: true))
    }

    /// The convolution on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        let vertical = Window(
            extent: kernel.height.resolved(input.height), stride: stride.height, dilation: dilation.height,
            padding: padding.height)
        let horizontal = Window(
            extent: kernel.width.resolved(input.width), stride: stride.width, dilation: dilation.width,
            padding: padding.width)
        return try bindConvolution(
            input, filters: filters, vertical: vertical, horizontal: horizontal, groups: groups, bias: bias,
            extents: { [vertical.extent, horizontal.extent] })
    }
}

/// Filters that slide along one axis; the other must have extent 1, unless they slide along frequency over all of time
/// or the other way round with `convolution`.
///
/// Parameters: `weight` [filters, channels / groups, width], `bias` [filters].
public struct Convolution1D: Layer, Codable {
    /// Number of filters: the channels of the output.
    public var filters: Int
    /// Taps of a filter; `.all` spans the axis.
    public var width: Extent
    /// The axis along which the filters slide: `.time` or `.frequency`.
    public var axis: Axis
    /// Step of the filters.
    public var stride: Int
    /// Distance of neighbouring taps.
    public var dilation: Int
    /// What happens at the ends.
    public var padding: Padding
    /// Groups of channels that see only each other; must divide channels and filters.
    public var groups: Extent
    /// Whether each filter has a bias.
    public var bias: Bool

    /// The key in a description.
    public var kind: String { "convolution1D" }

    /// Creates a convolution.
    public init(
        filters: Int, width: Extent, axis: Axis = .time, stride: Int = 1, dilation: Int = 1,
        padding: Padding = .valid, groups: Extent = 1, bias: Bool = true
    ) {
        self.filters = filters
        self.width = width
        self.axis = axis
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.groups = groups
        self.bias = bias
    }

    enum CodingKeys: String, SettingsKey { case filters, width, axis, stride, dilation, padding, groups, bias }

    /// Reads the settings of `convolution1D`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "convolution1D", keyedBy: CodingKeys.self)
        self.init(
            filters: try settings.decode(Int.self, forKey: .filters),
            width: try settings.decode(Extent.self, forKey: .width), axis: try settings.decode(.axis, default: .time),
            stride: try settings.decode(.stride, default: 1), dilation: try settings.decode(.dilation, default: 1),
            padding: try settings.decode(.padding, default: .valid), groups: try settings.decode(.groups, default: 1),
            bias: try settings.decode(.bias, default: true))
    }

    /// The convolution on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        let slide = Window(
            extent: width.resolved(input[axis]), stride: stride, dilation: dilation, padding: padding)
        let point = Window(extent: 1)
        let extents: () -> [Int] = { [slide.extent] }
        switch axis {
        case .time where input.height == 1:
            return try bindConvolution(
                input, filters: filters, vertical: point, horizontal: slide, groups: groups, bias: bias,
                extents: extents)
        case .frequency where input.width == 1:
            return try bindConvolution(
                input, filters: filters, vertical: slide, horizontal: point, groups: groups, bias: bias,
                extents: extents)
        case .channel:
            throw .setting(name: "axis", value: "channel", expected: "time or frequency")
        default:
            let other: Axis = axis == .time ? .frequency : .time
            throw .shape(
                expected: "an input of \(other.rawValue) extent 1 (permute it, or use convolution)", found: input)
        }
    }
}

private func bindConvolution(
    _ input: Shape, filters: Int, vertical: Window, horizontal: Window, groups: Extent, bias: Bool,
    extents: () -> [Int]
) throws(LayerError) -> LayerBinding {
    try check("filters", filters, in: 1...largestExtent, "1 or more")
    let groups = groups.resolved(input.channels)
    guard groups >= 1, input.channels.isMultiple(of: groups), filters.isMultiple(of: groups) else {
        throw .setting(
            name: "groups", value: "\(groups)",
            expected: "a number that divides the \(input.channels) channels and the \(filters) filters")
    }
    let height = try outputLength(vertical, input.height, along: .frequency)
    let width = try outputLength(horizontal, input.width, along: .time)
    try checkSize("its weights", [vertical.extent, horizontal.extent, input.channels / groups, filters])
    try checkSize("its output", [height, width, filters])
    let geometry: ConvolutionGeometry
    let contacts: Int
    do {
        contacts = try vertical.contacts(with: input.height) * horizontal.contacts(with: input.width)
        geometry = try ConvolutionGeometry(
            batch: 1, input: input, filters: filters, vertical: vertical, horizontal: horizontal, groups: groups)
    } catch { throw .window(axis: .frequency, error) }
    var binding = LayerBinding(output: geometry.output) { batch in
        guard
            let whole = try? ConvolutionGeometry(
                batch: batch, input: input, filters: filters, vertical: vertical, horizontal: horizontal,
                groups: groups)
        else { fatalError("a window that fits one example fits a batch") }
        return Convolution(whole, hasBias: bias)
    }
    binding.parameters = filterParameters(
        extents: [filters, geometry.groupInputs] + extents(),
        storage: .filters(
            groups: groups, taps: geometry.taps, inputs: geometry.groupInputs, outputs: geometry.groupOutputs),
        fanIn: geometry.patch, bias: bias, initialiser: .he, maximumNorm: nil)
    binding.weightsPerFilter = geometry.patch
    binding.connections = contacts * geometry.groupInputs * filters
    binding.multiplications = geometry.patch * geometry.output.count
    return binding
}

/// `weight` and, where wanted, `bias`.
func filterParameters(
    extents: [Int], storage: ParameterSpecification.Storage, fanIn: Int, bias: Bool, initialiser: Initialiser,
    maximumNorm: Float?
) -> [ParameterSpecification] {
    var parameters = [
        ParameterSpecification(
            name: "weight", extents: extents, storage: storage, initialiser: initialiser, fanIn: fanIn, decays: true,
            maximumNorm: maximumNorm)
    ]
    if bias {
        parameters.append(
            ParameterSpecification(name: "bias", extents: [extents[0]], initialiser: .fanIn, fanIn: fanIn))
    }
    return parameters
}
