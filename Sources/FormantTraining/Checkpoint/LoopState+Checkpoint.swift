import FormantNetwork
import FormantTensor

extension LoopState {
    /// Numbers in a state.
    var valueCount: Int { parameters.table.count * (2 + optimiser.rule.stateCount + (average == nil ? 0 : 1)) }

    /// The state as it stands between two steps; of a training that has ended, what it came to.
    func snapshot(stop: StopReason? = nil) -> TrainingState {
        var tensors: [String: Tensor] = [:]
        if bestEpoch > 0 { kept.collect("best", into: &tensors) }
        if stop == nil {
            parameters.collect("weights", into: &tensors)
            average?.collect("average", into: &tensors)
            optimiser.collect(into: &tensors)
        }
        return TrainingState(
            progress: progress, history: history, bestEpoch: bestEpoch, best: best, stop: stop, tensors: tensors)
    }

    /// Goes back to where a training stood.
    /// - Throws: `TrainingError.state` where the state is not one of this training.
    func restore(_ state: TrainingState) throws(TrainingError) {
        let progress = state.progress
        let counts = [
            progress.epoch - 1, progress.step, progress.batches, progress.steps, progress.averaged, progress.examples,
        ]
        guard counts.allSatisfy({ $0 >= 0 }), progress.epoch <= loop.options.epochs + 1 else {
            throw .state(reason: "it stands at epoch \(progress.epoch), step \(progress.step)")
        }
        guard (0...state.history.count).contains(state.bestEpoch) else {
            throw .state(reason: "its best epoch is \(state.bestEpoch) of \(state.history.count)")
        }
        var left = state.tensors
        if state.bestEpoch > 0 { try kept.take("best", from: &left) }
        if state.stop == nil {
            try parameters.take("weights", from: &left)
            try average?.take("average", from: &left)
            try optimiser.restore(steps: progress.steps, from: &left)
        }
        if let name = left.keys.min() { throw .state(reason: "it has a tensor \(name), which this training has not") }
        (self.progress, history, bestEpoch, best) = (progress, state.history, state.bestEpoch, state.best)
    }
}

extension Parameters {
    /// Puts a copy of every parameter into a list, its name behind that of the block.
    func collect(_ block: String, into tensors: inout [String: Tensor]) {
        for entry in table.entries {
            guard let tensor = try? tensor(entry.name) else { preconditionFailure("\(entry.name) is in the table") }
            tensors["\(block)/\(entry.name)"] = tensor
        }
    }

    /// Takes every parameter of a block out of a list.
    func take(_ block: String, from tensors: inout [String: Tensor]) throws(TrainingError) {
        for entry in table.entries {
            let name = "\(block)/\(entry.name)"
            guard let tensor = tensors.removeValue(forKey: name) else {
                throw .state(reason: "the tensor \(name) is missing")
            }
            do { try set(entry.name, to: tensor) } catch {
                throw .state(
                    reason: "the tensor \(name) is \(tensor.extents); expected \(entry.specification.extents)")
            }
        }
    }
}
