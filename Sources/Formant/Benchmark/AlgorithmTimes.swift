import FormantOperators
import FormantTensor

/// One pass of a convolution by every algorithm that can compute it: what the planner's model predicts, and what it takes.
public struct AlgorithmTimes: Sendable {
    /// One algorithm.
    public struct Candidate: Sendable {
        /// Its name.
        public let algorithm: String
        /// The model's prediction in milliseconds, at the speed of a matrix product in the first-level cache.
        public let predictedMs: Double
        /// The least of several runs.
        public let ms: Double
    }

    /// The pass.
    public let pass: String
    /// The candidates, that of the planner first, then the others in the order in which the model ranks them.
    public let candidates: [Candidate]
    /// Multiply-adds of the direct algorithm over the whole batch.
    public let multiplyAdds: Int

    /// The time of the planner's choice over that of the fastest: 1 where the choice is the fastest.
    public var loss: Double { candidates[0].ms / candidates.map(\.ms).min()! }

    init(_ pass: ConvolutionCost.Pass, _ convolution: Convolution, seconds: Double, machine: Machine, pool: WorkerPool)
    {
        let geometry = convolution.geometry
        self.pass = pass.rawValue
        multiplyAdds = geometry.positions * geometry.weightCount
        let costs = ConvolutionCost.all(pass, geometry)
        let runs = costs.map { cost in
            var algorithms = convolution.algorithms
            algorithms[pass] = cost.algorithm
            let forced = Convolution(
                geometry, hasBias: convolution.hasBias, activation: convolution.activation, algorithms: algorithms)
            return OperatorRun(forced, pool: pool)
        }
        // In turn, so that what disturbs the machine for a while disturbs all of them.
        let rounds = 4
        var least = [Double](repeating: .infinity, count: runs.count)
        for _ in 0..<rounds {
            for (i, run) in runs.enumerated() {
                least[i] = min(least[i], run.time(pass.timed, seconds: seconds / Double(rounds)))
            }
        }
        candidates = zip(costs, least).map { cost, time in
            Candidate(
                algorithm: cost.algorithm.rawValue,
                predictedMs: 2e-6 * cost.multiplyAdds * Double(geometry.batch) / machine.productGflops, ms: 1e3 * time)
        }
    }
}

extension ConvolutionCost.Pass {
    var timed: OperatorRun.Pass {
        switch self {
        case .forward: .forward
        case .data: .data
        case .weights: .weights
        }
    }
}

extension ConvolutionGeometry {
    /// Taps, stride and dilation where they are not 1, input and output: `3×3 1×64×100 → 32×64×100`.
    var text: String {
        func pair(_ vertical: Int, _ horizontal: Int) -> String {
            vertical == horizontal ? "\(vertical)" : "\(vertical)×\(horizontal)"
        }
        let stride = pair(vertical.stride, horizontal.stride)
        let dilation = pair(vertical.dilation, horizontal.dilation)
        return "\(vertical.extent)×\(horizontal.extent)" + (stride == "1" ? "" : " stride \(stride)")
            + (dilation == "1" ? "" : " dilation \(dilation)") + (groups == 1 ? "" : " groups \(groups)")
            + " \(input) → \(output)"
    }
}
