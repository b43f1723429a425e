import CKernels
import FormantNetwork
import FormantTensor

/// An optimiser with its state: momentum, moments and the number of steps.
public final class Optimiser {
    /// The rule.
    public let rule: OptimiserRule
    /// L2 penalty on weights; biases, gains and running statistics are free of it.
    public let weightDecay: Float
    /// Steps done.
    public private(set) var steps = 0

    private let state: [Parameters]
    private var lazy: LazyRows
    /// What the rate of each parameter is multiplied by.
    private let factors: [Float]

    /// Creates an optimiser at rest.
    /// - Parameter factors: what the rate of each parameter of the table is multiplied by; empty: 1.
    public init(_ rule: OptimiserRule, weightDecay: Float = 0, factors: [Float] = [], for table: ParameterTable) {
        precondition(factors.isEmpty || factors.count == table.entries.count, "one factor a parameter")
        self.rule = rule
        self.weightDecay = weightDecay
        self.factors = factors.isEmpty ? table.entries.map { _ in 1 } : factors
        state = (0..<rule.stateCount).map { _ in Parameters(zeros: table) }
        lazy = LazyRows(table, rule: rule, state: state, factors: self.factors)
    }

    /// Does on the rows that a batch names the steps which they have missed: to be called before the batch goes
    /// through the network.
    package func catchUp(_ parameters: Parameters, for gradients: Parameters, pool: WorkerPool) {
        for (index, table) in gradients.touched.tables.sorted(by: { $0.key < $1.key }) {
            if lazy.holds(index) { lazy.catchUp(parameters, index, table.rows, pool: pool) }
        }
    }

    /// Does on all rows the steps which they have missed: to be called before the weights are read as a whole.
    public func catchUp(_ parameters: Parameters, pool: WorkerPool) { lazy.catchUp(parameters, pool: pool) }

    /// Puts all that moves into a list of tensors.
    func collect(into tensors: inout [String: Tensor]) {
        for (i, block) in state.enumerated() { block.collect("optimiser.\(i)", into: &tensors) }
        lazy.collect(into: &tensors)
    }

    /// Takes what `collect` put there.
    func restore(steps: Int, from tensors: inout [String: Tensor]) throws(TrainingError) {
        for (i, block) in state.enumerated() { try block.take("optimiser.\(i)", from: &tensors) }
        try lazy.restore(steps: steps, from: &tensors)
        self.steps = steps
    }

    /// Scales the gradients so that their Euclidean norm over all trained parameters is at most `limit`.
    /// - Returns: the norm before.
    @discardableResult
    public static func clip(_ gradients: Parameters, to limit: Float, pool: WorkerPool) -> Float {
        let kernels = ck_active()!.pointee
        let entries = gradients.table.entries.filter { $0.specification.role == .trained }
        var squares = [Double](repeating: 0, count: entries.count)
        squares.withUnsafeMutableBufferPointer { squares in
            // Each sum is written by one worker and all are added in order.
            nonisolated(unsafe) let squares = squares
            pool.forEach(entries.count) { i, _ in
                squares[i] = kernels.sum_of_squares(
                    gradients.buffer.pointer + entries[i].offset, entries[i].specification.count)
            }
        }
        let norm = Float(squares.reduce(0, +).squareRoot())
        guard norm > limit else { return norm }
        for entry in entries {
            let values = gradients.buffer.pointer + entry.offset
            kernels.scale(limit / norm, values, values, entry.specification.count)
        }
        return norm
    }

    /// One step.
    /// - Parameter rate: the learning rate.
    public func step(_ parameters: Parameters, _ gradients: Parameters, rate: Float, pool: WorkerPool) {
        steps += 1
        lazy.begin(rate: rate, correction1: correction1, correction2: correction2)
        for (index, entry) in parameters.table.entries.enumerated() where entry.specification.role == .trained {
            let rate = rate * factors[index]
            if let table = gradients.touched.tables[index], lazy.holds(index) {
                stepRows(parameters, gradients, index, table.rows, rate, pool)
                continue
            }
            let decay = entry.specification.decays ? weightDecay : 0
            pool.forRanges(of: entry.specification.count, grain: 1 << 15) { range, _ in
                update(parameters, gradients, entry.offset + range.lowerBound, range.count, rate, decay)
            }
            if let limit = entry.specification.maximumNorm { constrain(parameters, entry, limit) }
        }
    }

    private func stepRows(
        _ parameters: Parameters, _ gradients: Parameters, _ index: Int, _ rows: [Int32], _ rate: Float,
        _ pool: WorkerPool
    ) {
        let entry = parameters.table.entries[index]
        let dimension = entry.specification.extents[1]
        pool.forRanges(of: rows.count, grain: 64) { range, _ in
            for row in rows[range] {
                update(parameters, gradients, entry.offset + Int(row) * dimension, dimension, rate, 0)
            }
        }
        lazy.mark(index, rows)
    }

    private func update(
        _ parameters: Parameters, _ gradients: Parameters, _ offset: Int, _ count: Int, _ rate: Float, _ decay: Float
    ) {
        let kernels = ck_active()!.pointee
        let (w, g) = (parameters.buffer.pointer + offset, gradients.buffer.pointer + offset)
        let s = state.map { $0.buffer.pointer + offset }
        switch rule {
        case .sgd(let momentum, let nesterov):
            kernels.sgd(w, g, s.first, count, rate, momentum, nesterov, decay)
        case .adam(let beta1, let beta2, let epsilon):
            kernels.adam(
                w, g, s[0], s[1], count, rate, beta1, beta2, epsilon, correction1, correction2, decay, 0)
        case .adamW(let beta1, let beta2, let epsilon):
            kernels.adam(
                w, g, s[0], s[1], count, rate, beta1, beta2, epsilon, correction1, correction2, 0, decay)
        case .adadelta(let rho, let epsilon):
            kernels.adadelta(w, g, s[0], s[1], count, rate, rho, epsilon, decay)
        }
    }

    // 1 − β₁ᵗ and 1 − β₂ᵗ of the latest step
    private var correction1: Float { correction { $0.0 } }
    private var correction2: Float { correction { $0.1 } }

    private func correction(_ choose: ((Float, Float)) -> Float) -> Float {
        switch rule {
        case .adam(let beta1, let beta2, _), .adamW(let beta1, let beta2, _):
            Float(1 - powerInDouble(choose((beta1, beta2)), steps))
        default: 1
        }
    }

    /// Scales the weights of each output back to the largest norm allowed (Kim 2014, section 3.1).
    private func constrain(_ parameters: Parameters, _ entry: ParameterTable.Entry, _ limit: Float) {
        guard case .filters(let groups, let taps, let inputs, let outputs) = entry.specification.storage else { return }
        let rows = taps * inputs
        for group in 0..<groups {
            let w = parameters.buffer.pointer + entry.offset + group * rows * outputs
            for output in 0..<outputs {
                var squares = 0.0
                for row in 0..<rows { squares += Double(w[row * outputs + output]) * Double(w[row * outputs + output]) }
                let norm = Float(squares.squareRoot())
                guard norm > limit else { continue }
                for row in 0..<rows { w[row * outputs + output] *= limit / norm }
            }
        }
    }
}
