import CKernels
import FormantTensor

extension Convolution {
    /// How one pass of a convolution is computed.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// Patches as rows of a matrix, times the filters.
        case product
        /// Winograd's F(4 × 4, 3 × 3).
        case winograd
        /// Winograd's F(2 × 2, 3 × 3).
        case winograd2
        /// Winograd's F(3, 3) along lines, the taps of a row in groups of three.
        case lines
        /// Straight from padded lines of the source.
        case direct
        /// Each channel by itself.
        case depthwise

        /// Outputs a side of a tile of Winograd's algorithm in two dimensions; nil for other algorithms.
        var tile: Int? {
            switch self {
            case .winograd: 4
            case .winograd2: 2
            default: nil
            }
        }
    }

    /// The algorithm of each pass: the cheapest by `ConvolutionCost`.
    package struct Algorithms: Sendable, Hashable {
        package var forward: Algorithm
        package var data: Algorithm
        package var weights: Algorithm

        package init(_ geometry: ConvolutionGeometry) {
            forward = ConvolutionCost.cheapest(.forward, geometry)
            data = ConvolutionCost.cheapest(.data, geometry)
            weights = ConvolutionCost.cheapest(.weights, geometry)
        }

        /// The algorithm of one pass.
        package subscript(pass: ConvolutionCost.Pass) -> Algorithm {
            get {
                switch pass {
                case .forward: forward
                case .data: data
                case .weights: weights
                }
            }
            set {
                switch pass {
                case .forward: forward = newValue
                case .data: data = newValue
                case .weights: weights = newValue
                }
            }
        }
    }
}

extension ConvolutionGeometry {
    /// Whether each channel is convolved by itself with one filter.
    var isDepthwise: Bool { groups > 1 && groups == input.channels && groups == output.channels }

    /// The convolution of the gradient of the output with filters turned by 180 degrees that gives the gradient of the
    /// input; nil where it is none, because of strides, groups or more padding than filter.
    var mirrored: ConvolutionGeometry? {
        guard groups == 1, vertical.stride == 1, horizontal.stride == 1 else { return nil }
        func mirror(_ window: Window, _ length: Int) -> Window {
            let zeros = window.zeros(for: length)
            return Window(
                extent: window.extent, dilation: window.dilation,
                padding: .explicit(before: window.span - 1 - zeros.before, after: window.span - 1 - zeros.after))
        }
        return try? ConvolutionGeometry(
            batch: batch, input: output, filters: input.channels, vertical: mirror(vertical, input.height),
            horizontal: mirror(horizontal, input.width))
    }

    /// Whether Winograd's algorithm in two dimensions can compute this.
    var suitsWinograd: Bool {
        [(vertical, input.height), (horizontal, input.width)].allSatisfy { window, length in
            let zeros = window.zeros(for: length)
            return window.extent == 3 && window.stride == 1 && window.dilation == 1 && zeros.before <= 2
                && zeros.after <= 2
        }
    }

    /// Whether Winograd's algorithm along lines can compute this.
    var suitsLines: Bool { groups == 1 && horizontal.stride == 1 && horizontal.dilation == 1 && horizontal.extent > 1 }

    /// Groups of three taps in a row of a filter.
    var tapGroups: Int { (horizontal.extent + 2) / 3 }

    /// Values of one filter at the points of Winograd's algorithm along lines.
    var pointsAlongLines: Int { CK_LINES_POINTS * vertical.extent * tapGroups * input.channels }

    /// Tiles of Winograd's algorithm along lines in one line of the output.
    var tilesAlongLine: Int { (output.width + CK_LINES_TILE - 1) / CK_LINES_TILE }

    /// Whether Winograd's algorithm F(7 − taps, taps) for the maximum along one line takes fewer products, transforms
    /// included.
    var suitsWinogradMax: Bool {
        let (inputs, outputs) = (input.channels, output.channels)
        guard input.height == 1, vertical.extent == 1, vertical.zeros(for: 1) == (0, 0), output.height == 1,
            groups == 1, horizontal.stride == 1, horizontal.dilation == 1, (2...5).contains(horizontal.extent)
        else { return false }
        let length = CK_MAX_POINTS + 1 - horizontal.extent
        let tiles = (output.width + length - 1) / length
        let products = tiles * CK_MAX_POINTS * (inputs * outputs + 8 * inputs + 8 * outputs)
        return products < output.width * horizontal.extent * inputs * outputs
    }

    /// Tiles of Winograd's algorithm of one example, each of `tile` × `tile` outputs.
    func tiles(of tile: Int) -> Int { (output.height + tile - 1) / tile * ((output.width + tile - 1) / tile) }

    func winograd(tile: Int) -> ck_winograd {
        ck_winograd(
            tile: tile, height: input.height, width: input.width, inputs: input.channels, out_height: output.height,
            out_width: output.width, outputs: output.channels, before_y: vertical.zeros(for: input.height).before,
            before_x: horizontal.zeros(for: input.width).before)
    }

    var direct: ck_direct {
        ck_direct(
            height: input.height, width: input.width, inputs: input.channels, out_height: output.height,
            out_width: output.width, outputs: output.channels, taps_y: vertical.extent, taps_x: horizontal.extent,
            stride_y: vertical.stride, stride_x: horizontal.stride, dilation_y: vertical.dilation,
            before_y: vertical.zeros(for: input.height).before, before_x: horizontal.zeros(for: input.width).before,
            y_column: output.channels, y_line: output.width * output.channels, y_example: output.count)
    }

    /// The windows of a depthwise convolution.
    var windows: ck_pool {
        ck_pool(
            height: input.height, width: input.width, channels: input.channels, out_height: output.height,
            out_width: output.width, taps_y: vertical.extent, taps_x: horizontal.extent, stride_y: vertical.stride,
            stride_x: horizontal.stride, dilation_y: vertical.dilation, dilation_x: horizontal.dilation,
            before_y: vertical.zeros(for: input.height).before, before_x: horizontal.zeros(for: input.width).before)
    }
}
