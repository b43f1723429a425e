import FormantOperators

/// Small passes over the graph, each of which joins operators that follow each other.
enum Fusion {
    /// Every pass, in the order in which they run.
    static let passes: [@Sendable (inout Graph) -> Void] = [
        foldBatchNorm, fuseActivation, prepareBackward, fuseMaxOverTime, fuseMaxPool, fuseStatistics, readSlices,
        touchRows,
    ]

    /// Convolution + batch norm = a convolution with scaled filters, where the running statistics count and nobody
    /// wants the gradients of either.
    @Sendable static func foldBatchNorm(_ graph: inout Graph) {
        guard graph.purpose.fuses, !graph.purpose.trains, !graph.purpose.parameterGradients else { return }
        for step in graph.steps.indices.reversed() {
            guard let norm = graph.steps[step].operation as? FormantOperators.BatchNorm, norm.activation == nil,
                let source = graph.onlySource(of: step),
                var convolution = graph.steps[source].operation as? Convolution, convolution.activation == nil,
                convolution.foldedNormalisation == nil
            else { continue }
            convolution.foldedNormalisation = norm.epsilon
            graph.fuse(step, into: source, convolution)
        }
    }

    /// Convolution, batch norm or sum + activation, where the derivative follows from the output or is not wanted.
    @Sendable static func fuseActivation(_ graph: inout Graph) {
        guard graph.purpose.fuses else { return }
        for step in graph.steps.indices.reversed() {
            guard let activation = graph.steps[step].operation as? FormantOperators.Activation,
                !(graph.purpose.hasBackward && activation.function.derivativeNeedsInput),
                activation.function != .relu || activation.rule == .derivative,
                let source = graph.onlySource(of: step)
            else { continue }
            switch graph.steps[source].operation {
            case var convolution as Convolution where convolution.activation == nil:
                convolution.activation = activation.function
                graph.fuse(step, into: source, convolution)
            case var norm as FormantOperators.BatchNorm where norm.activation == nil:
                norm.activation = activation.function
                graph.fuse(step, into: source, norm)
            case var sum as FormantOperators.Sum where sum.activation == nil:
                sum.activation = activation.function
                graph.fuse(step, into: source, sum)
            default: continue
            }
        }
    }

    /// Batch norm + max pooling = one operator that keeps the winners alone; convolution + max pooling = one operator
    /// that pools what is in the caches.
    @Sendable static func fuseMaxPool(_ graph: inout Graph) {
        guard graph.purpose.fuses else { return }
        for step in graph.steps.indices.reversed() {
            guard let pooling = graph.steps[step].operation as? Pooling, let source = graph.onlySource(of: step) else {
                continue
            }
            switch graph.steps[source].operation {
            case let norm as FormantOperators.BatchNorm:
                guard let fused = BatchNormMaxPool(norm, pooling) else { continue }
                graph.fuse(step, into: source, fused)
            case let convolution as Convolution:
                guard let fused = ConvolutionMaxPool(convolution, pooling, isShared: !graph.purpose.runsAlone) else {
                    continue
                }
                graph.fuse(step, into: source, fused)
            default: continue
            }
        }
    }

    /// Convolution + batch norm (+ max pooling) = one operator that sums the statistics of the batch on the way.
    @Sendable static func fuseStatistics(_ graph: inout Graph) {
        guard graph.purpose.fuses, graph.purpose.trains else { return }
        for step in graph.steps.indices.reversed() {
            let pooled = graph.steps[step].operation as? BatchNormMaxPool
            guard let norm = pooled?.norm ?? graph.steps[step].operation as? FormantOperators.BatchNorm,
                let source = graph.onlySource(of: step),
                let convolution = graph.steps[source].operation as? Convolution,
                let fused = ConvolutionBatchNorm(convolution, norm, pooled)
            else { continue }
            graph.fuse(step, into: source, fused)
        }
    }

    /// Tells each convolution which gradients will be wanted of it, and each pooling whether any will be.
    @Sendable static func prepareBackward(_ graph: inout Graph) {
        let wanted = Differentiation(graph).wantsGradient
        for step in graph.steps.indices {
            if var pooling = graph.steps[step].operation as? Pooling {
                pooling.keepsWinners = graph.purpose.hasBackward
                graph.steps[step].operation = pooling
            }
            guard var convolution = graph.steps[step].operation as? Convolution else { continue }
            convolution.preparesBackward = graph.purpose.hasBackward && wanted[graph.steps[step].inputs[0]]
            convolution.trainsWeights = graph.purpose.parameterGradients && graph.steps[step].isTrained
            graph.steps[step].operation = convolution
        }
    }

    /// Convolution + maximum over all of its positions = one operator that keeps the winners alone.
    @Sendable static func fuseMaxOverTime(_ graph: inout Graph) {
        guard graph.purpose.fuses else { return }
        for step in graph.steps.indices.reversed() {
            guard let pooling = graph.steps[step].operation as? Pooling, pooling.kind == .maximum, pooling.isGlobal,
                let source = graph.onlySource(of: step),
                let convolution = graph.steps[source].operation as? Convolution,
                let fused = ConvolutionMaxOverTime(convolution)
            else { continue }
            graph.fuse(step, into: source, fused)
        }
    }
}

extension Fusion {
    /// Rows sliced from the network's own input + embedding = an embedding that reads them where they are.
    @Sendable static func readSlices(_ graph: inout Graph) {
        guard graph.purpose.fuses else { return }
        for step in graph.steps.indices.reversed() {
            guard let embedding = graph.steps[step].operation as? FormantOperators.Embedding,
                let source = graph.onlySource(of: step), graph.steps[source].inputs == [0],
                let slice = graph.steps[source].operation as? FormantOperators.Slice, slice.axis == .frequency
            else { continue }
            graph.fuse(step, into: source, embedding.reading(fromRow: slice.range.lowerBound, of: slice.input.height))
        }
    }

    /// Tells each embedding of the network's own input that the session knows its rows beforehand.
    @Sendable static func touchRows(_ graph: inout Graph) {
        for step in graph.steps.indices where graph.steps[step].inputs == [0] {
            guard var embedding = graph.steps[step].operation as? FormantOperators.Embedding else { continue }
            embedding.addsToZero = true
            graph.steps[step].operation = embedding
        }
    }
}

extension Graph {
    /// Lets one operator do the work of a step and of the only one that reads it.
    mutating func fuse(_ step: Int, into source: Int, _ operation: any Operator) {
        steps[source].operation = operation
        steps[source].parameters += steps[step].parameters
        steps[source].isTrained = steps[source].isTrained || steps[step].isTrained
        steps[source].output = steps[step].output
        steps[source].name += "+" + steps[step].name
        steps.remove(at: step)
    }
}

/// Which gradients a graph has to work out.
package struct Differentiation: Sendable {
    /// Per tensor: whether its gradient is wanted.
    package let wantsGradient: [Bool]
    /// Per step: whether it runs in the backward pass.
    package let runsBackward: [Bool]

    init(_ graph: Graph) {
        var wants = [Bool](repeating: false, count: graph.shapes.count)
        var runs = [Bool](repeating: false, count: graph.steps.count)
        wants[0] = graph.purpose.inputGradient
        for (i, step) in graph.steps.enumerated() {
            runs[i] =
                graph.purpose.hasBackward
                && (step.inputs.contains { wants[$0] } || (graph.purpose.parameterGradients && step.isTrained))
            wants[step.output] = runs[i]
        }
        wantsGradient = wants
        runsBackward = runs
    }
}
