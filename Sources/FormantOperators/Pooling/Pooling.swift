import CKernels
import FormantTensor

/// Max or average pooling; global pooling is a window as large as the input.
///
/// Saved, for the maximum: the tap that won, per output value.
package struct Pooling: Operator {
    /// What becomes of the values under a window.
    package enum Kind: Hashable, Sendable {
        case maximum
        /// The mean, over the positions inside the input or over all taps.
        case average(countsPadding: Bool)
    }

    package let kind: Kind
    package let batch: Int
    package let input: Shape
    package let outputShape: Shape
    let window: ck_pool
    /// Whether the taps that win are kept, for a backward pass.
    package var keepsWinners = true

    /// - Throws: `WindowError` where the window does not fit.
    package init(kind: Kind, batch: Int, input: Shape, vertical: Window, horizontal: Window) throws(WindowError) {
        self.kind = kind
        self.batch = batch
        self.input = input
        outputShape = Shape(
            channels: input.channels, height: try vertical.outputLength(for: input.height),
            width: try horizontal.outputLength(for: input.width))
        window = ck_pool(
            height: input.height, width: input.width, channels: input.channels, out_height: outputShape.height,
            out_width: outputShape.width, taps_y: vertical.extent, taps_x: horizontal.extent,
            stride_y: vertical.stride, stride_x: horizontal.stride, dilation_y: vertical.dilation,
            dilation_x: horizontal.dilation, before_y: vertical.zeros(for: input.height).before,
            before_x: horizontal.zeros(for: input.width).before)
    }

    /// Whether there is one window, and it is the whole input.
    package var isGlobal: Bool {
        outputShape.positions == 1 && window.taps_y == input.height && window.taps_x == input.width
            && window.before_y == 0 && window.before_x == 0
            && (window.dilation_y == 1 || window.taps_y == 1) && (window.dilation_x == 1 || window.taps_x == 1)
    }

    /// Whether every window meets the input, and few enough of them meet at one position that each position may look at
    /// all of its windows.
    var suitsGathering: Bool {
        let axes = [
            (window.taps_y, window.stride_y, window.dilation_y, window.before_y, input.height, outputShape.height),
            (window.taps_x, window.stride_x, window.dilation_x, window.before_x, input.width, outputShape.width),
        ]
        var meeting = 1
        for (taps, stride, dilation, before, extent, outputs) in axes {
            let meets = (0..<outputs).allSatisfy { place in
                let start = place * stride - before
                let first = start < 0 ? (-start + dilation - 1) / dilation : 0
                return first < taps && start + first * dilation < extent
            }
            guard meets else { return false }
            meeting *= min(outputs, ((taps - 1) * dilation + stride) / stride)
            guard meeting <= 16 else { return false }
        }
        return true
    }

    package var savedCount: Int { kind == .maximum && keepsWinners ? batch * outputShape.count : 0 }

    /// The taps that won, per output value; nil where they are not kept.
    func winners(_ saved: Destination) -> UnsafeMutablePointer<Int32>? {
        keepsWinners ? UnsafeMutableRawPointer(saved).assumingMemoryBound(to: Int32.self) : nil
    }

    // maximum: y[p, c] = max over taps t of x[position of t at p, c]; average: their mean
    package func forward(_ operands: Operands, _ execution: Execution) {
        let channels = input.channels
        execution.forRows(batch * outputShape.positions, columns: channels * max(1, window.taps_y * window.taps_x)) {
            range in
            var window = window
            let y = operands.output + range.lowerBound * channels
            switch kind {
            case .maximum:
                let winner = winners(operands.saved).map { $0 + range.lowerBound * channels }
                execution.kernels.pointee.max_pool(&window, operands.input, range.lowerBound, range.count, y, winner)
            case .average(let countsPadding):
                execution.kernels.pointee.average_pool(
                    &window, countsPadding, operands.input, range.lowerBound, range.count, y)
            }
        }
    }

    // maximum: the gradient goes to the tap that won; average: it is shared out
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        execution.forRows(batch, columns: input.count) { range in
            var window = window
            let output = range.lowerBound * outputShape.count
            let x = dx + range.lowerBound * input.count
            switch kind {
            case .maximum:
                execution.kernels.pointee.max_pool_backward(
                    &window, winners(operands.saved)! + output, gradients.output + output, range.count, x)
            case .average(let countsPadding):
                execution.kernels.pointee.average_pool_backward(
                    &window, countsPadding, gradients.output + output, range.count, x)
            }
        }
    }
}
