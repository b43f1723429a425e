import FormantNetwork
import FormantTensor

/// What the layers of a network take of the time of one example, measured by running them one by one on one thread.
struct LayerTimes {
    /// Layers that are computed in one go.
    struct Step: Encodable, Sendable {
        /// Their names.
        var layers: [String]
        /// The least time of several runs.
        var milliseconds: Double
        /// Their share of all, 0 ... 1.
        var share: Double
    }

    /// In the order of the layers; layers that cost nothing, such as dropout, are not among them.
    let steps: [Step]

    /// Layers of more weights, which are tables of words, are looked up in and not measured: they would be held twice.
    private static let weightLimit = 1 << 26

    /// Measures for a few milliseconds a layer. The weights are random, which changes no times.
    init(_ network: Network) throws {
        let pool = WorkerPool(threads: 1)
        let plan = try network.compile(.inference(batch: 1))
        let measured = plan.steps.filter { step in
            step.parameters.reduce(0) { $0 + $1.specification.count } <= LayerTimes.weightLimit
        }
        let times = measured.map { step in
            OperatorRun(step, batch: 1, training: false, pool: pool).time(.forward, seconds: 0.005) * 1000
        }
        let total = times.reduce(0, +)
        steps = zip(measured, times).map { step, time in
            Step(
                layers: step.name.split(separator: "+").map(String.init), milliseconds: time,
                share: total > 0 ? time / total : 0)
        }
    }
}
