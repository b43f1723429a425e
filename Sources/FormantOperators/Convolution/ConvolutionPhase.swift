import CKernels
import FormantTensor

/// The gradient of those inputs that stand at the same place between two strides: a convolution of the gradient of the
/// output with every stride-th tap, last tap first. With stride 1 it is the only one.
struct ConvolutionPhase: Sendable {
    /// The convolution.
    let direct: ck_direct
    /// First tap of each axis.
    let tap: (y: Int, x: Int)
    /// Where the first of these inputs stands in an example of the input.
    let offset: Int

    /// One axis of a phase.
    private struct Line {
        let tap: Int
        let taps: Int
        let first: Int
        let count: Int
        let before: Int

        // With i + before = q · stride + tap: dx[i] = Σ_j dy[q − j · dilation] · w[tap + j · stride]
        init(_ window: Window, _ length: Int, tap: Int) {
            let (stride, before) = (window.stride, window.zeros(for: length).before)
            self.tap = tap
            taps = max(0, (window.extent - tap + stride - 1) / stride)
            first = ((tap - before) % stride + stride) % stride
            count = max(0, (length - first + stride - 1) / stride)
            self.before = (taps - 1) * window.dilation - (first + before - tap) / stride
        }
    }

    /// All phases of a convolution without groups, and without dilation along an axis with strides.
    static func all(_ geometry: ConvolutionGeometry) -> [ConvolutionPhase] {
        let (input, output) = (geometry.input, geometry.output)
        let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
        var phases: [ConvolutionPhase] = []
        for y in 0..<vertical.stride {
            let row = Line(vertical, input.height, tap: y)
            for x in 0..<horizontal.stride {
                let column = Line(horizontal, input.width, tap: x)
                guard row.count > 0, column.count > 0 else { continue }
                let hasTaps = row.taps > 0 && column.taps > 0
                phases.append(
                    ConvolutionPhase(
                        direct: ck_direct(
                            height: output.height, width: output.width, inputs: output.channels,
                            out_height: row.count, out_width: column.count, outputs: input.channels,
                            taps_y: hasTaps ? row.taps : 0, taps_x: hasTaps ? column.taps : 0, stride_y: 1,
                            stride_x: 1, dilation_y: vertical.dilation, before_y: row.before, before_x: column.before,
                            y_column: horizontal.stride * input.channels,
                            y_line: vertical.stride * input.width * input.channels, y_example: input.count),
                        tap: (y, x), offset: (row.first * input.width + column.first) * input.channels))
            }
        }
        return phases
    }

    /// Values of one filter.
    var patch: Int { direct.taps_y * direct.taps_x * direct.inputs }
}
