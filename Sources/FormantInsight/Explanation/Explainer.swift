import FormantNetwork
import FormantOperators
import FormantTensor

/// Explains inputs of one shape. One explainer serves one thread at a time.
///
/// What is explained is an output as the network gives it, before it becomes a score: a probability near 1 hardly changes
/// whatever one does to the input.
public final class Explainer {
    /// What is looked into.
    public let subject: Subject
    /// Shape of the inputs.
    public let shape: Shape
    /// Numbers that the methods depend on.
    public let settings: ExplanationSettings

    private let batch: Int
    private var forwardProbe: Probe?
    private var gradientProbes: [RectifierRule: Probe] = [:]

    /// Prepares for inputs of a shape.
    /// - Throws: `NetworkError` where the network cannot take it.
    public init(
        _ subject: Subject, shape: Shape, settings: ExplanationSettings = ExplanationSettings()
    ) throws(NetworkError) {
        (self.subject, self.shape, self.settings) = (subject, shape, settings)
        // As many at once as share some 64 MB.
        let values = try subject.network.bound(to: shape).nodes.reduce(shape.count) { $0 + $1.binding.output.count }
        batch = max(1, min(32, (1 << 24) / values))
    }

    /// The outputs of inputs.
    /// - Throws: `NetworkError`.
    public func outputs(count: Int, _ input: (Int) -> [Float]) throws(NetworkError) -> [[Float]] {
        let probe: Probe
        if let known = forwardProbe {
            probe = known
        } else {
            probe = try subject.probe(Probe.Options(shape: shape, batch: batch, differentiates: false))
            forwardProbe = probe
        }
        var outputs: [[Float]] = []
        for first in stride(from: 0, to: count, by: batch) {
            outputs += probe.forward((first..<min(count, first + batch)).map(input))
        }
        return outputs
    }

    /// The gradients of an output by inputs, handed out one after the other.
    /// - Throws: `NetworkError`.
    func forEachGradient(
        of output: Int, rectifiers: RectifierRule = .derivative, count: Int, _ input: (Int) -> [Float],
        _ body: (_ gradient: [Float]) -> Void
    ) throws(NetworkError) {
        let probe: Probe
        if let known = gradientProbes[rectifiers] {
            probe = known
        } else {
            probe = try subject.probe(Probe.Options(shape: shape, batch: batch, rectifiers: rectifiers))
            gradientProbes[rectifiers] = probe
        }
        let weights = Aim.output(output).weights(probe.output)
        for first in stride(from: 0, to: count, by: batch) {
            let places = first..<min(count, first + batch)
            probe.forward(places.map(input))
            probe.backward(from: places.map { _ in weights })
            for i in places.indices { body(probe.inputGradient(of: i - first)) }
        }
    }

    /// What a method that needs gradients says.
    /// - Parameters:
    ///   - input: in the public order.
    ///   - output: which of the outputs.
    ///   - baseline: what integrated gradients go out from, in the same shape.
    /// - Throws: `NetworkError`.
    /// - Precondition: the method is not occlusion, which `occlusion(of:output:erasure:)` does.
    public func attribution(
        of input: [Float], output: Int, by method: ExplanationMethod, baseline: [Float]
    ) throws(NetworkError) -> Attribution {
        precondition(input.count == shape.count && baseline.count == shape.count, "an input of another shape")
        var attribution = Attribution(method: method, values: [], shape: shape)
        switch method {
        case .saliency: attribution.values = try gradient(input, output).map(\.magnitude)
        case .gradientTimesInput: attribution.values = zip(try gradient(input, output), input).map { $0 * $1 }
        case .guidedBackpropagation: attribution.values = try gradient(input, output, rectifiers: .guided)
        case .smoothGradient:
            var chance = SeededGenerator.derived(seed: settings.seed, purpose: "smoothgrad")
            attribution.values = try smoothGradient(input, output) {
                (0..<shape.count).map { _ in chance.normal() }
            }
        case .integratedGradients:
            (attribution.values, attribution.completeness) = try integratedGradients(input, output, baseline)
        case .gradCAM: return try classActivationMap(input, output)
        case .occlusion: preconditionFailure("occlusion takes parts away, and needs to know which")
        }
        return attribution
    }

    private func gradient(
        _ input: [Float], _ output: Int, rectifiers: RectifierRule = .derivative
    ) throws(NetworkError) -> [Float] {
        var gradient: [Float] = []
        try forEachGradient(of: output, rectifiers: rectifiers, count: 1, { _ in input }) { gradient = $0 }
        return gradient
    }

    /// 1/n Σ ∂y/∂x (x + σ noise), σ being a share of the span of x.
    /// - Parameter noise: standard normal numbers, as many as the input has values.
    package func smoothGradient(
        _ input: [Float], _ output: Int, noise: () -> [Float]
    ) throws(NetworkError) -> [Float] {
        let deviation = settings.noise * ((input.max() ?? 0) - (input.min() ?? 0))
        var mean = Mean(count: shape.count)
        try forEachGradient(
            of: output, count: settings.samples, { _ in zip(input, noise()).map { $0 + deviation * $1 } }
        ) { mean.add($0) }
        return mean.values
    }

    /// (x − x′) · 1/n Σ_k ∂y/∂x (x′ + (k + ½)/n · (x − x′)), n doubled until the sum is near enough to y(x) − y(x′).
    private func integratedGradients(
        _ input: [Float], _ output: Int, _ baseline: [Float]
    ) throws(NetworkError) -> ([Float], Attribution.Completeness) {
        let ends = try outputs(count: 2) { $0 == 0 ? input : baseline }
        let difference = Double(ends[0][output]) - Double(ends[1][output])
        let way = zip(input, baseline).map { $0 - $1 }
        var steps = settings.steps.lowerBound
        while true {
            var mean = Mean(count: shape.count)
            try forEachGradient(
                of: output, count: steps,
                { step in
                    let share = (Float(step) + 0.5) / Float(steps)
                    return zip(baseline, way).map { $0 + share * $1 }
                }
            ) { mean.add($0) }
            let values = zip(way, mean.values).map { $0 * $1 }
            let completeness = Attribution.Completeness(
                sum: values.reduce(0) { $0 + Double($1) }, difference: difference, steps: steps)
            if completeness.error < settings.tolerance || steps * 2 > settings.steps.upperBound {
                return (values, completeness)
            }
            steps *= 2
        }
    }
}

/// A mean of arrays, summed in double precision.
private struct Mean {
    private var sums: [Double]
    private var count = 0

    init(count: Int) { sums = [Double](repeating: 0, count: count) }

    mutating func add(_ values: [Float]) {
        for i in sums.indices { sums[i] += Double(values[i]) }
        count += 1
    }

    var values: [Float] { sums.map { Float($0 / Double(max(1, count))) } }
}
