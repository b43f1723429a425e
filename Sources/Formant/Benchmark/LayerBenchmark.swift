import FormantNetwork
import FormantOperators
import FormantTensor

/// Times every operator of a reference network's training plan by itself, pass by pass.
public struct LayerBenchmark: Sendable {
    /// One pass of one operator, or with `chosen` false what another algorithm would take for it.
    public struct Row: Encodable, Sendable {
        var row: String
        /// The network.
        public let model: String
        /// Examples of its batch.
        public let batch: Int
        /// The layers that the operator computes, joined by `+`.
        public let layer: String
        /// `forward`; `data` and `weights` of convolutions and `rest` of what is fused behind one, or `backward`.
        public let pass: String
        /// Shapes of one example, channels × height × width.
        public let shape: String
        /// How a convolution is computed; else the operator's name.
        public let algorithm: String
        /// Whether the plan computes it so.
        public fileprivate(set) var chosen: Bool
        /// The least of several runs.
        public let ms: Double
        /// Of convolutions: what the planner's model predicts.
        public let predictedMs: Double?
        /// Of convolutions: the multiply-adds of the direct algorithm, times two, in a second.
        public let gflops: Double?
        /// Of convolutions: `gflops` over the machine's measured peak.
        public let share: Double?
        /// Of other operators: the least that has to be read and written, in a second.
        public let gbps: Double?
    }

    /// What the machine can do.
    public let machine: Machine
    private let pool: WorkerPool
    private let seconds: Double

    /// - Parameter seconds: time for each figure; runs are repeated for as long, at least three times.
    public init(pool: WorkerPool, seconds: Double = 0.1) {
        self.pool = pool
        self.seconds = seconds
        machine = Machine(pool: pool)
    }

    /// Times the operators of a network in the order of the forward pass.
    public func rows(_ reference: ReferenceNetwork) throws -> [Row] {
        try reference.network.compile(.training(batch: reference.batch)).steps.flatMap { step in
            if let convolution = step.operation as? Convolution { return rows(convolution, step, reference) }
            if let fused = step.operation as? ConvolutionMaxOverTime { return rows(fused, step, reference) }
            if let fused = step.operation as? any FusedConvolution { return rows(fused, step, reference) }
            return rows(other: step, reference)
        }
    }

    private func rows(_ convolution: Convolution, _ step: Plan.Step, _ reference: ReferenceNetwork) -> [Row] {
        rows(of: [.forward] + backwardPasses(convolution, step), convolution, step, reference)
    }

    private func backwardPasses(_ convolution: Convolution, _ step: Plan.Step) -> [ConvolutionCost.Pass] {
        (step.runsBackward && step.wantsGradients[0] ? [.data] : []) + (convolution.trainsWeights ? [.weights] : [])
    }

    private func rows(
        of passes: [ConvolutionCost.Pass], _ convolution: Convolution, _ step: Plan.Step, _ reference: ReferenceNetwork
    ) -> [Row] {
        passes.flatMap { pass in
            let times = AlgorithmTimes(pass, convolution, seconds: seconds, machine: machine, pool: pool)
            return times.candidates.enumerated().map { i, candidate in
                row(
                    step, reference, pass.rawValue, convolution.geometry.text, candidate.algorithm, chosen: i == 0,
                    candidate.ms, predictedMs: candidate.predictedMs, multiplyAdds: times.multiplyAdds)
            }
        }
    }

    /// The forward pass as a whole and below it the convolution's alone, then the convolution's backward passes, then
    /// that of what follows it.
    private func rows(_ fused: any FusedConvolution, _ step: Plan.Step, _ reference: ReferenceNetwork) -> [Row] {
        let convolution = fused.convolution
        let run = OperatorRun(step, batch: reference.batch, pool: pool)
        let forward = row(
            step, reference, "forward", convolution.geometry.text, "\(convolution.algorithms.forward), fused",
            chosen: true, 1e3 * run.time(.forward, seconds: seconds), predictedMs: nil,
            multiplyAdds: convolution.multiplyAdds)
        let alone = rows(of: [.forward], convolution, step, reference).map { row in
            var row = row
            (row.row, row.chosen) = ("alternative", false)
            return row
        }
        guard step.runsBackward else { return [forward] + alone }
        let rest = Row(
            row: "layer", model: reference.name, batch: reference.batch, layer: step.name, pass: "rest",
            shape: "\(convolution.outputShape) → \(fused.outputShape)", algorithm: step.operatorName, chosen: true,
            ms: 1e3 * run.time(.rest, seconds: seconds), predictedMs: nil, gflops: nil, share: nil, gbps: nil)
        return [forward] + alone + rows(of: backwardPasses(convolution, step), convolution, step, reference) + [rest]
    }

    private func rows(_ fused: ConvolutionMaxOverTime, _ step: Plan.Step, _ reference: ReferenceNetwork) -> [Row] {
        let geometry = fused.convolution.geometry
        let run = OperatorRun(step, batch: reference.batch, pool: pool)
        let passes: [OperatorRun.Pass] =
            [.forward] + (step.runsBackward && step.wantsGradients[0] ? [.data] : [])
            + (step.runsBackward ? [.weights] : [])
        return passes.map { pass in
            // Backward, only the positions that won count.
            let positions = pass == .forward ? geometry.positions : geometry.batch
            return row(
                step, reference, pass.rawValue, geometry.text, pass == .forward ? fused.algorithm : "winners",
                chosen: true, 1e3 * run.time(pass, seconds: seconds), predictedMs: nil,
                multiplyAdds: positions * geometry.weightCount)
        }
    }

    private func rows(other step: Plan.Step, _ reference: ReferenceNetwork) -> [Row] {
        let run = OperatorRun(step, batch: reference.batch, pool: pool)
        let inputs = step.inputs.map { "\($0)" }.joined(separator: " + ")
        let passes: [OperatorRun.Pass] = [.forward] + (step.runsBackward ? [.backward] : [])
        return passes.map { pass in
            let time = run.time(pass, seconds: seconds)
            let bytes = run.traffic(pass, batch: reference.batch, inputs: step.inputs)
            return Row(
                row: "layer", model: reference.name, batch: reference.batch, layer: step.name, pass: pass.rawValue,
                shape: "\(inputs) → \(step.operation.outputShape)", algorithm: step.operatorName, chosen: true,
                ms: 1e3 * time, predictedMs: nil, gflops: nil, share: nil,
                gbps: bytes == 0 ? nil : 1e-9 * Double(bytes) / time)
        }
    }

    private func row(
        _ step: Plan.Step, _ reference: ReferenceNetwork, _ pass: String, _ shape: String, _ algorithm: String,
        chosen: Bool, _ ms: Double, predictedMs: Double?, multiplyAdds: Int
    ) -> Row {
        let gflops = 2e-6 * Double(multiplyAdds) / ms
        return Row(
            row: chosen ? "layer" : "alternative", model: reference.name, batch: reference.batch, layer: step.name,
            pass: pass, shape: shape, algorithm: algorithm, chosen: chosen, ms: ms, predictedMs: predictedMs,
            gflops: gflops, share: gflops / machine.peakGflops, gbps: nil)
    }
}

extension Plan.Step {
    /// The operator in words: `BatchNorm` is `batch norm`.
    fileprivate var operatorName: String {
        var words = ""
        for character in "\(type(of: operation))" {
            if character.isUppercase, !words.isEmpty { words.append(" ") }
            words += character.lowercased()
        }
        return words
    }
}

extension LayerBenchmark {
    /// The table for people: what each network's operators take, and in brackets what other algorithms would.
    public static func text(_ rows: [Row]) -> String {
        let head = [
            "layer", "pass", "shape", "algorithm", "ms", "predicted", "GFLOP/s", "of peak", "GB/s",
        ]
        let lines = rows.map { row in
            let what =
                row.chosen ? [row.layer, row.pass, row.shape, row.algorithm] : ["", "", "", "(\(row.algorithm))"]
            let speed = [row.gflops?.digits(1), row.share.map { ($0 * 100).digits(0) + " %" }, row.gbps?.digits(1)]
            return what + [row.ms.digits(3), row.predictedMs?.digits(3) ?? ""] + speed.map { $0 ?? "" }
        }
        let total = rows.filter(\.chosen).reduce(0) { $0 + $1.ms }
        return TextTable.text([head] + lines + [["all", "", "", "", total.digits(3)]], rightAligned: [4, 5, 6, 7, 8])
    }
}
