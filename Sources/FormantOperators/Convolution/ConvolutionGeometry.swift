import CKernels
import FormantTensor

/// The numbers of one convolution over a batch: shared by shape inference, forward and backward pass and tests.
package struct ConvolutionGeometry: Hashable, Sendable {
    package let batch: Int
    package let input: Shape
    package let output: Shape
    package let vertical: Window
    package let horizontal: Window
    package let groups: Int

    /// - Throws: `WindowError` where the window does not fit.
    /// - Precondition: `groups` divides the channels of input and output.
    package init(
        batch: Int, input: Shape, filters: Int, vertical: Window, horizontal: Window, groups: Int = 1
    ) throws(WindowError) {
        precondition(input.channels % groups == 0 && filters % groups == 0)
        self.batch = batch
        self.input = input
        self.vertical = vertical
        self.horizontal = horizontal
        self.groups = groups
        output = Shape(
            channels: filters, height: try vertical.outputLength(for: input.height),
            width: try horizontal.outputLength(for: input.width))
    }

    package var taps: Int { vertical.extent * horizontal.extent }
    package var groupInputs: Int { input.channels / groups }
    package var groupOutputs: Int { output.channels / groups }
    /// Length of one patch: the weights of one filter.
    package var patch: Int { taps * groupInputs }
    /// Output positions of the whole batch.
    package var positions: Int { batch * output.positions }
    package var weightCount: Int { patch * output.channels }

    /// Whether the positions of the output are those of the input: filters of one tap that move by one, without padding.
    package var isPointwise: Bool {
        let vertical0 = vertical.zeros(for: input.height)
        let horizontal0 = horizontal.zeros(for: input.width)
        return taps == 1 && vertical.stride == 1 && horizontal.stride == 1 && vertical0 == (0, 0)
            && horizontal0 == (0, 0)
    }

    /// Whether a patch is a contiguous run of the input, so that nothing has to be gathered: a row of the output is
    /// then a matrix product with overlapping rows.
    package var patchesAreContiguous: Bool {
        let vertical0 = vertical.zeros(for: input.height)
        let horizontal0 = horizontal.zeros(for: input.width)
        return groups == 1 && vertical.extent == 1 && horizontal.dilation == 1
            && vertical0 == (0, 0) && horizontal0 == (0, 0)
    }

    /// The patches that the forward pass reads from the input.
    package func forwardPatches(group: Int) -> ck_patches {
        ck_patches(
            row_stride: input.channels, first_channel: group * groupInputs, channels: groupInputs,
            taps_y: vertical.extent, taps_x: horizontal.extent, out_height: output.height, out_width: output.width,
            y: forwardAxis(vertical, input.height), x: forwardAxis(horizontal, input.width))
    }

    /// The patches that the backward pass to the data reads from the gradient of the output.
    package func backwardPatches(group: Int) -> ck_patches {
        ck_patches(
            row_stride: output.channels, first_channel: group * groupOutputs, channels: groupOutputs,
            taps_y: vertical.extent, taps_x: horizontal.extent, out_height: input.height, out_width: input.width,
            y: backwardAxis(vertical, input.height, output.height),
            x: backwardAxis(horizontal, input.width, output.width))
    }

    // x[i] with i = o · stride + k · dilation − before
    private func forwardAxis(_ window: Window, _ length: Int) -> ck_axis {
        ck_axis(
            multiply: window.stride, step: window.dilation, offset: -window.zeros(for: length).before, divide: 1,
            extent: length)
    }

    // dy[o] with o = (i + before − k · dilation) / stride
    private func backwardAxis(_ window: Window, _ length: Int, _ outputs: Int) -> ck_axis {
        ck_axis(
            multiply: 1, step: -window.dilation, offset: window.zeros(for: length).before, divide: window.stride,
            extent: outputs)
    }
}
