import FormantOperators
import FormantTensor

extension Plan {
    /// One operator of a plan, as those see it who list or time operators one by one.
    package struct Step: Sendable {
        /// The layers that it computes, joined by `+`.
        package let name: String
        package let operation: any Operator
        /// Shapes of one example of each input.
        package let inputs: [Shape]
        package let parameters: [ParameterTable.Entry]
        /// Whether it runs in the backward pass.
        package let runsBackward: Bool
        /// Per input: whether a gradient flows on to it.
        package let wantsGradients: [Bool]
        /// Whether the output lies where the first input lay.
        package let worksInPlace: Bool
    }

    /// The operators in the order of the forward pass.
    package var steps: [Step] {
        graph.steps.enumerated().map { i, step in
            Step(
                name: step.name, operation: step.operation, inputs: step.inputs.map { graph.shapes[$0] },
                parameters: step.parameters.map { parameters.entries[$0] },
                runsBackward: differentiation.runsBackward[i],
                wantsGradients: step.inputs.map { differentiation.wantsGradient[$0] },
                worksInPlace: memory.values[step.inputs[0]] == memory.values[step.output])
        }
    }
}
