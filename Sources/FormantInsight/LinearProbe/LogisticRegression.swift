import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Examples for a linear classifier: rows of values with a class each.
public struct LabelledRows: Sendable {
    /// Values of a row.
    public let width: Int
    /// Row by row.
    public private(set) var values: [Float] = []
    /// The class of each row.
    public private(set) var labels: [Int] = []

    /// Creates a table without rows.
    public init(width: Int) { self.width = width }

    /// Adds a row.
    public mutating func append(_ row: [Float], label: Int) {
        precondition(row.count == width, "a row of \(row.count) in a table of \(width)")
        values += row
        labels.append(label)
    }

    /// Number of rows.
    public var count: Int { labels.count }
}

/// Multinomial logistic regression with a penalty on the squares of the weights: how much of the classes can be read off
/// some features by a linear map ("linear probe": Alain & Bengio 2016, "Understanding intermediate layers using linear
/// classifier probes").
///
/// Features are standardised by the mean and deviation of the training rows. The result depends on neither chance nor the
/// number of threads.
public struct LogisticRegression: Sendable {
    /// Number of classes.
    public let classes: Int
    /// The penalty: loss = mean cross-entropy + decay / 2 · Σ w².
    public let decay: Float
    private let width: Int
    private let mean: [Float]
    private let factor: [Float]
    /// [classes, width], then one bias a class.
    private var weights: [Float]

    /// Rows of a piece of work.
    private static let grain = 256

    /// Learns.
    /// - Parameters:
    ///   - rows: at least one.
    ///   - classes: their classes are 0 ..< `classes`.
    ///   - decay: above 0.
    ///   - start: a classifier of the same rows to begin with; nil: zeros.
    ///   - iterations: at most so many steps of L-BFGS.
    public init(
        _ rows: LabelledRows, classes: Int, decay: Float, start: LogisticRegression? = nil, iterations: Int = 100,
        pool: WorkerPool
    ) {
        precondition(rows.count > 0, "no rows to learn from")
        self.classes = classes
        self.decay = decay
        width = rows.width
        (mean, factor) = LogisticRegression.moments(rows)
        weights = start?.weights ?? [Float](repeating: 0, count: classes * (rows.width + 1))
        let standard = LogisticRegression.standardised(rows, mean, factor)
        var minimiser = Minimiser(.lbfgs(memory: 8), from: weights)
        var before = Double.infinity
        for _ in 0..<iterations where !minimiser.isStuck {
            minimiser.step { weights, gradient in
                LogisticRegression.loss(weights, &gradient, standard, rows.labels, classes, decay, pool)
            }
            // What is left to gain no longer decides anything.
            if before - minimiser.loss < 1e-6 * minimiser.loss { break }
            before = minimiser.loss
        }
        weights = minimiser.best.values
    }

    /// The class of a row: the one of the largest output, of equal ones the first.
    public func label(of row: [Float]) -> Int {
        precondition(row.count == width, "a row of \(row.count) for \(width) weights")
        let standard = row.indices.map { (row[$0] - mean[$0]) * factor[$0] }
        let outputs = (0..<classes).map { label in
            standard.product(Array(weights[label * width..<(label + 1) * width]))
                + Double(weights[classes * width + label])
        }
        return outputs.indices.max { (outputs[$0], -$0) < (outputs[$1], -$1) }!
    }

    /// Share of rows whose class is found; nil without rows.
    public func accuracy(on rows: LabelledRows, pool: WorkerPool) -> Double? {
        guard rows.count > 0 else { return nil }
        var right = [Int](repeating: 0, count: rows.count)
        right.withUnsafeMutableBufferPointer { right in
            nonisolated(unsafe) let right = right  // each written by one worker
            pool.forRanges(of: rows.count, grain: LogisticRegression.grain) { range, _ in
                for i in range {
                    right[i] = label(of: Array(rows.values[i * width..<(i + 1) * width])) == rows.labels[i] ? 1 : 0
                }
            }
        }
        return Double(right.reduce(0, +)) / Double(rows.count)
    }

    private static func moments(_ rows: LabelledRows) -> (mean: [Float], factor: [Float]) {
        let (width, count) = (rows.width, Double(rows.count))
        var sums = [Double](repeating: 0, count: width)
        var squares = sums
        for i in 0..<rows.count { for j in 0..<width { sums[j] += Double(rows.values[i * width + j]) } }
        for i in 0..<rows.count {
            for j in 0..<width {
                let distance = Double(rows.values[i * width + j]) - sums[j] / count
                squares[j] += distance * distance
            }
        }
        let factor = squares.map { square -> Float in
            let deviation = (square / count).squareRoot()
            // A feature that is always the same says nothing.
            return deviation > 1e-8 ? Float(1 / deviation) : 0
        }
        return (sums.map { Float($0 / count) }, factor)
    }

    private static func standardised(_ rows: LabelledRows, _ mean: [Float], _ factor: [Float]) -> [Float] {
        let width = rows.width
        return rows.values.indices.map { (rows.values[$0] - mean[$0 % width]) * factor[$0 % width] }
    }

    /// Mean cross-entropy with the penalty, and its gradient.
    private static func loss(
        _ weights: [Float], _ gradient: inout [Float], _ values: [Float], _ labels: [Int], _ classes: Int,
        _ decay: Float, _ pool: WorkerPool
    ) -> Double {
        let (count, size) = (labels.count, weights.count)
        let width = size / classes - 1
        let kernels = ck_active().pointee
        let panels = (classes + Int(kernels.panel) - 1) / Int(kernels.panel)
        let packed = AlignedBuffer(count: panels * Int(kernels.panel) * width)
        kernels.pack(weights, width, true, width, classes, packed.pointer)
        let chunks = (count + grain - 1) / grain
        var parts = [Float](repeating: 0, count: chunks * size)
        var losses = [Double](repeating: 0, count: chunks)
        parts.withUnsafeMutableBufferPointer { parts in
            losses.withUnsafeMutableBufferPointer { losses in
                nonisolated(unsafe) let (parts, losses) = (parts, losses)  // a piece has its own part
                pool.forRanges(of: count, grain: grain) { range, _ in
                    let chunk = range.lowerBound / grain
                    let target = parts.baseAddress! + chunk * size
                    var outputs = [Float](repeating: 0, count: range.count * classes)
                    values.withUnsafeBufferPointer { values in
                        weights.withUnsafeBufferPointer { weights in
                            let source = values.baseAddress! + range.lowerBound * width
                            // outputs[i, c] = Σ_j values[i, j] · weights[c, j] + bias[c]
                            kernels.gemm(
                                range.count, classes, width, source, width, packed.pointer,
                                weights.baseAddress! + classes * width, CK_IDENTITY, 0, false, &outputs, classes)
                            losses[chunk] = errors(&outputs, labels[range], classes, count)
                            // gradient[c, j] = Σ_i errors[i, c] · values[i, j]
                            kernels.gemm_transposed(
                                classes, width, range.count, outputs, classes, source, width, false, target, width)
                        }
                    }
                    for i in 0..<range.count {
                        for c in 0..<classes { target[classes * width + c] += outputs[i * classes + c] }
                    }
                }
            }
        }
        gradient.withUnsafeMutableBufferPointer { gradient in
            gradient.update(repeating: 0)
            for chunk in 0..<chunks { for i in 0..<size { gradient[i] += parts[chunk * size + i] } }
        }
        var squares = 0.0
        for i in 0..<classes * width {
            gradient[i] += decay * weights[i]
            squares += Double(weights[i]) * Double(weights[i])
        }
        return losses.reduce(0, +) + Double(decay) / 2 * squares
    }

    /// Turns outputs into what is wrong with their probabilities, divided by the number of all rows.
    /// - Returns: the cross-entropy, divided likewise.
    private static func errors(
        _ outputs: inout [Float], _ labels: ArraySlice<Int>, _ classes: Int, _ count: Int
    ) -> Double {
        var loss = 0.0
        for (i, label) in labels.enumerated() {
            let row = i * classes..<(i + 1) * classes
            let largest = outputs[row].max()!
            var sum = 0.0
            for place in row { sum += exp(Double(outputs[place] - largest)) }
            loss += log(sum) - Double(outputs[row.lowerBound + label] - largest)
            for place in row { outputs[place] = Float(exp(Double(outputs[place] - largest)) / sum / Double(count)) }
            outputs[row.lowerBound + label] -= 1 / Float(count)
        }
        return loss / Double(count)
    }
}
