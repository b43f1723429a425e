import CKernels
import FormantNetwork
import FormantTensor

/// Brings rows of embedding tables up to date that took part in no batch for a while.
///
/// Momentum and Adam move a weight also while its gradient is zero. A row that no batch names is left alone until it
/// is needed; then the steps that it missed are done in one go. The result is that of doing every step on every row.
struct LazyRows {
    /// Per table, by the index of its entry, and per row: the steps that the row has seen.
    private var seen: [Int: [Int]] = [:]
    /// Learning rates of the steps since `first`.
    private var rates: [Float] = []
    /// For Adam, of the same steps: 1 / (1 − β₂ᵗ), and the rate / (1 − β₁ᵗ).
    private var unbias: [Float] = []
    private var unbiasedRates: [Float] = []
    /// Steps of which the rates are no longer needed.
    private var first = 0

    /// Names of the tables.
    private var names: [Int: String] = [:]
    private let rule: OptimiserRule
    private let state: [Parameters]

    /// The rows of tables that are looked up, at rest.
    /// - Parameter factors: what the rate of each parameter is multiplied by; rows wait where it is 1.
    init(_ table: ParameterTable, rule: OptimiserRule, state: [Parameters], factors: [Float]) {
        self.rule = rule
        self.state = state
        for (index, entry) in table.entries.enumerated() where LazyRows.applies(to: entry) && factors[index] == 1 {
            seen[index] = Array(repeating: 0, count: entry.specification.extents[0])
            names[index] = entry.name
        }
    }

    /// Whether a parameter's rows may wait: a trained table that is looked up, free of weight decay.
    private static func applies(to entry: ParameterTable.Entry) -> Bool {
        entry.specification.isLookedUp && entry.specification.role == .trained && !entry.specification.decays
    }

    /// Whether the rows of a parameter wait.
    func holds(_ index: Int) -> Bool { seen[index] != nil }

    private var steps: Int { first + rates.count }

    /// Notes the rate of a step, before any row sees it.
    mutating func begin(rate: Float, correction1: Float, correction2: Float) {
        rates.append(rate)
        unbiasedRates.append(rate / correction1)
        unbias.append(1 / correction2)
    }

    /// Marks rows as having seen the latest step.
    mutating func mark(_ index: Int, _ rows: [Int32]) {
        for row in rows { seen[index]![Int(row)] = steps }
    }

    /// Does the steps that some rows have missed, up to the latest one.
    mutating func catchUp(_ parameters: Parameters, _ index: Int, _ rows: [Int32], pool: WorkerPool) {
        let entry = parameters.table.entries[index]
        let dimension = entry.specification.extents[1]
        let (steps, known) = (steps, seen[index]!)
        pool.forRanges(of: rows.count, grain: 64) { range, _ in
            for row in rows[range] where known[Int(row)] < steps {
                idle(parameters, entry.offset + Int(row) * dimension, dimension, from: known[Int(row)] - first)
            }
        }
        mark(index, rows)
    }

    /// Does all that any row has missed; the rates of past steps are forgotten.
    mutating func catchUp(_ parameters: Parameters, pool: WorkerPool) {
        for index in seen.keys.sorted() {
            catchUp(parameters, index, Array(0..<Int32(seen[index]!.count)), pool: pool)
        }
        first = steps
        rates.removeAll(keepingCapacity: true)
        unbiasedRates.removeAll(keepingCapacity: true)
        unbias.removeAll(keepingCapacity: true)
    }

    /// The steps from `start` to the latest, with a gradient of zero, on some weights.
    private func idle(_ parameters: Parameters, _ offset: Int, _ count: Int, from start: Int) {
        let kernels = ck_active()!.pointee
        let w = parameters.buffer.pointer + offset
        let s = state.map { $0.buffer.pointer + offset }
        let missed = rates.count - start
        switch rule {
        case .sgd(let momentum, let nesterov):
            guard momentum > 0 else { return }
            // v ← μ v; w ← w − rate (nesterov ? μ v : v), step by step
            var (power, moved) = (1.0, 0.0)
            for rate in rates[start...] {
                power *= Double(momentum)
                moved += Double(rate) * power * (nesterov ? Double(momentum) : 1)
            }
            kernels.add_scaled(Float(-moved), s[0], w, count)
            kernels.scale(Float(power), s[0], s[0], count)
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            // What a step moves falls with β₁ᵗ; what lies beyond a part in 10⁹ of the first is not worked out.
            let felt = min(missed, LazyRows.felt(beta1))
            unbiasedRates.withUnsafeBufferPointer { rates in
                unbias.withUnsafeBufferPointer { unbias in
                    kernels.adam_idle(
                        w, s[0], s[1], count, felt, rates.baseAddress! + start, unbias.baseAddress! + start, beta1,
                        beta2,
                        epsilon)
                }
            }
            if missed > felt {
                kernels.scale(Float(powerInDouble(beta1, missed - felt)), s[0], s[0], count)
                kernels.scale(Float(powerInDouble(beta2, missed - felt)), s[1], s[1], count)
            }
        case .adadelta(let rho, _):
            // A gradient of zero moves nothing; both averages fall.
            kernels.scale(Float(powerInDouble(rho, missed)), s[0], s[0], count)
            kernels.scale(Float(powerInDouble(rho, missed)), s[1], s[1], count)
        }
    }

    /// Puts what rows have missed into a list of tensors. Their steps are not done for it: what is done in one go differs
    /// in the last bits from what is done in two.
    func collect(into tensors: inout [String: Tensor]) {
        for (name, values) in [("rates", rates), ("unbias", unbias), ("unbiased", unbiasedRates)] {
            tensors["rows/\(name)"] = Tensor(extents: [values.count], values: values)
        }
        for (index, rows) in seen {
            tensors["missed/\(names[index]!)"] = Tensor(
                extents: [rows.count], values: rows.map { Float(steps - $0) })
        }
    }

    /// Takes what `collect` put there.
    mutating func restore(steps: Int, from tensors: inout [String: Tensor]) throws(TrainingError) {
        var lists: [[Float]] = []
        for name in ["rates", "unbias", "unbiased"] {
            guard let values = tensors.removeValue(forKey: "rows/\(name)")?.values, values.count <= steps,
                values.count == lists.first?.count ?? values.count
            else { throw .state(reason: "the rates of past steps (rows/\(name)) are missing or too many") }
            lists.append(values)
        }
        (rates, unbias, unbiasedRates) = (lists[0], lists[1], lists[2])
        first = steps - rates.count
        for (index, rows) in seen {
            let name = "missed/\(names[index]!)"
            guard let values = tensors.removeValue(forKey: name)?.values, values.count == rows.count,
                values.allSatisfy({ (0...Float(rates.count)).contains($0) })
            else { throw .state(reason: "\(name) is missing, or not one of 0 to \(rates.count) steps for each row") }
            seen[index] = values.map { steps - Int($0) }
        }
    }

    /// Steps after which β has fallen to a part in 10⁹.
    private static func felt(_ beta: Float) -> Int {
        var (value, steps) = (1.0, 0)
        while value > 1e-9 && steps < 100_000 {
            value *= Double(beta)
            steps += 1
        }
        return steps
    }
}

/// βⁿ, by repeated squaring in double precision.
func powerInDouble(_ beta: Float, _ exponent: Int) -> Double {
    var (power, base, exponent) = (1.0, Double(beta), exponent)
    while exponent > 0 {
        if exponent & 1 == 1 { power *= base }
        base *= base
        exponent >>= 1
    }
    return power
}
