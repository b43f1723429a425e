import FormantTensor

/// A part of the input along one axis.
package struct Slice: Operator {
    package let batch: Int
    package let input: Shape
    package let outputShape: Shape
    package let axis: Axis
    package let range: Range<Int>

    /// - Precondition: `range` is not empty and lies inside the input's extent along `axis`.
    package init(batch: Int, input: Shape, axis: Axis, range: Range<Int>) {
        self.batch = batch
        self.input = input
        self.axis = axis
        self.range = range
        func extent(_ other: Axis) -> Int { other == axis ? range.count : input[other] }
        outputShape = Shape(channels: extent(.channel), height: extent(.frequency), width: extent(.time))
    }

    /// In memory an example is `outer` runs of `inner` values per place of the axis.
    private var outer: Int {
        switch axis {
        case .channel: input.positions
        case .time: input.height
        case .frequency: 1
        }
    }

    private var inner: Int { input.count / outer / input[axis] }

    // y[o, i, …] = x[o, first + i, …]
    package func forward(_ operands: Operands, _ execution: Execution) {
        let (long, short, first) = (input[axis] * inner, range.count * inner, range.lowerBound * inner)
        execution.forRows(batch * outer, columns: short) { rows in
            for row in rows {
                (operands.output + row * short).update(from: operands.input + row * long + first, count: short)
            }
        }
    }

    // dx is dy inside the range, and zero outside
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        let (long, short, first) = (input[axis] * inner, range.count * inner, range.lowerBound * inner)
        execution.forRows(batch * outer, columns: long) { rows in
            for row in rows {
                let target = dx + row * long
                target.update(repeating: 0, count: first)
                (target + first).update(from: gradients.output + row * short, count: short)
                (target + first + short).update(repeating: 0, count: long - first - short)
            }
        }
    }
}
