import CKernels
import FormantTensor

/// Parts of a convolution's output that are each made and then worked on further while they are in the caches: some
/// rows of one example, or the rows of some examples.
///
/// They depend on the shape and the batch alone, never on the number of threads.
package struct ConvolutionStrips: Sendable {
    /// One of them.
    package struct Strip: Sendable {
        package let examples: Range<Int>
        package let rows: Range<Int>
    }

    private let batch: Int
    private let rows: Int
    private let height: Int
    private let examples: Int

    /// Values of a strip: in the second-level cache together with filters and scratch.
    private static let values = 24 << 10

    /// - Parameters:
    ///   - rows: how many rows of each example are made, from the first.
    ///   - unit: a strip begins at a multiple of so many rows.
    package init(_ convolution: Convolution, rows: Int, unit: Int) {
        let geometry = convolution.geometry
        // A strip begins with a tile of the algorithm, so that a value does not depend on how strips are cut.
        let tile = convolution.algorithms.forward.tileRows
        let unit = unit % tile == 0 ? unit : unit * tile
        let line = max(1, geometry.output.width * geometry.output.channels)
        let least = convolution.leastLines
        let wanted = max(least, ConvolutionStrips.values / line, 1)
        batch = geometry.batch
        self.rows = rows
        if wanted < rows {
            let parts = (rows + wanted - 1) / wanted
            height = ((rows + parts - 1) / parts + unit - 1) / unit * unit
            examples = 1
        } else {
            height = max(1, rows)
            examples = max(1, min(batch, wanted / max(1, rows)))
        }
    }

    private var across: Int { max(1, (rows + height - 1) / height) }

    /// How many there are.
    package var count: Int { (batch + examples - 1) / examples * across }

    /// Rows of one strip: of all but the last of an example, and of that.
    var heights: [Int] { [min(height, rows), rows - (across - 1) * height] }

    /// Rows that one strip has at most, examples together.
    var mostLines: Int { examples * min(height, rows) }

    /// One strip, 0 ..< `count`.
    package subscript(index: Int) -> Strip {
        let (example, part) = (index / across * examples, index % across)
        return Strip(
            examples: example..<min(batch, example + examples), rows: part * height..<min(rows, (part + 1) * height))
    }
}

extension Convolution.Algorithm {
    /// Rows of the output that it makes together.
    var tileRows: Int { tile ?? 1 }
}

extension Convolution {
    /// Rows of the output, examples together, for which the filters are worth passing by.
    fileprivate var leastLines: Int {
        let width = max(1, geometry.output.width)
        switch algorithms.forward {
        case .winograd, .winograd2:
            let tile = algorithms.forward.tileRows
            var problem = geometry.winograd(tile: tile)
            let (tiles, across) = (ck_active().pointee.winograd_block(&problem), (width + tile - 1) / tile)
            return tile * ((tiles + across - 1) / across)
        case .lines:
            var problem = geometry.direct
            return ck_active().pointee.lines_block(&problem)
        case .direct:
            var problem = geometry.direct
            return ck_active().pointee.direct_block(&problem)
        case .product: return (Convolution.block(patch: geometry.patch) + width - 1) / width
        case .depthwise: return 1
        }
    }

    /// Scratch floats of a worker that makes strips.
    func scratch(for strips: ConvolutionStrips) -> Int {
        let kernels = ck_active()!
        return strips.heights.reduce(workerScratchCount) { most, height in
            var problem = geometry.direct
            problem.out_height = height
            switch algorithms.forward {
            case .lines: return max(most, kernels.pointee.lines_scratch(&problem))
            case .direct: return max(most, kernels.pointee.direct_scratch(&problem))
            case .product, .winograd, .winograd2, .depthwise: return most
            }
        }
    }

    /// Writes one strip of the output to `y`, without gaps, on one worker: to [example][row][column][channel].
    func forward(
        _ strip: ConvolutionStrips.Strip, _ operands: Operands, to y: Destination, worker: Int, _ execution: Execution
    ) {
        let bias = preparedBias(operands.prepared)
        let filters = Source(preparedForward(operands.prepared))
        let x = operands.input + strip.examples.lowerBound * geometry.input.count
        let scratch = execution.scratch(of: worker)
        let kernels = execution.kernels
        let lines = strip.examples.count * strip.rows.count
        switch algorithms.forward {
        case .winograd, .winograd2:
            let tile = algorithms.forward.tileRows
            var problem = geometry.winograd(tile: tile)
            problem.out_height = strip.rows.count
            problem.before_y -= strip.rows.lowerBound
            let tiles = (strip.rows.count + tile - 1) / tile * ((geometry.output.width + tile - 1) / tile)
            kernels.pointee.winograd(
                &problem, x, filters, bias, activation.kernel, activation.alpha, 0, strip.examples.count * tiles, 0,
                geometry.output.channels, y, scratch)
        case .lines:
            var problem = directProblem(of: strip)
            kernels.pointee.lines(
                &problem, x, filters, bias, activation.kernel, activation.alpha, 0, lines, y, scratch)
        case .direct:
            var problem = directProblem(of: strip)
            kernels.pointee.direct(
                &problem, x, filters, bias, activation.kernel, activation.alpha, 0, lines, y, scratch)
        case .product:
            forRuns(strip, to: y, of: Convolution.block(patch: geometry.patch)) { positions, y in
                forwardProduct(positions, operands, to: y, worker, execution)
            }
        case .depthwise:
            forRuns(strip, to: y, of: Int.max) { positions, y in
                var windows = geometry.windows
                kernels.pointee.depthwise(
                    &windows, operands.input, filters, bias, activation.kernel, activation.alpha,
                    positions.lowerBound, positions.count, y)
            }
        }
    }

    private func directProblem(of strip: ConvolutionStrips.Strip) -> ck_direct {
        var problem = geometry.direct
        problem.out_height = strip.rows.count
        problem.before_y -= strip.rows.lowerBound * geometry.vertical.stride
        problem.y_example = strip.rows.count * problem.y_line
        return problem
    }

    /// Calls `body` for the positions of a strip, at most `block` at a time, with where their values go.
    private func forRuns(
        _ strip: ConvolutionStrips.Strip, to y: Destination, of block: Int,
        _ body: (_ positions: Range<Int>, _ y: Destination) -> Void
    ) {
        var y = y
        for example in strip.examples {
            let row = example * geometry.output.height
            var first = (row + strip.rows.lowerBound) * geometry.output.width
            let end = (row + strip.rows.upperBound) * geometry.output.width
            while first < end {
                let run = first..<first + min(end - first, block)
                body(run, y)
                y += run.count * geometry.output.channels
                first = run.upperBound
            }
        }
    }
}
