import FormantNetwork
import FormantTensor

extension LoopState {
    /// Takes the weights at the end of an epoch into their average, and works the statistics of its batch norms out.
    func averageEpoch(_ training: some Dataset) throws {
        guard let average else { return }
        progress.averaged += 1
        average.blend(towards: parameters, by: 1 / Float(progress.averaged), pool: loop.pool)
        try estimateStatistics(of: average, training)
    }

    /// Sets the running statistics to the mean of those of all batches of an epoch, whose inputs are not varied
    /// (Izmailov et al. 2018, section 3.2).
    private func estimateStatistics(of weights: Parameters, _ data: some Dataset) throws {
        let norms = loop.network.nodes.reduce(into: [String: Float]()) { norms, node in
            if let norm = node.layer as? BatchNorm, norm.momentum > 0, !loop.network.frozen.contains(node.name) {
                norms[node.name] = norm.momentum
            }
        }
        // A batch moves a statistic that is zero to the momentum times its own.
        let statistics = weights.table.entries.compactMap { entry -> (entry: ParameterTable.Entry, share: Float)? in
            guard entry.specification.role == .running, let dot = entry.name.lastIndex(of: ".") else { return nil }
            return norms[String(entry.name[..<dot])].map { (entry, 1 / $0) }
        }
        guard !statistics.isEmpty else { return }
        var sums = statistics.map { [Double](repeating: 0, count: $0.entry.specification.count) }
        let sessions = SessionCache(network: loop.network, parameters: weights, gradients: gradients, pool: loop.pool)
        var order: SeededGenerator? = .derived(
            seed: loop.seed, purpose: "order of the statistics of epoch \(progress.epoch)")
        for (number, batch) in data.batches(of: loop.options.batch, shuffledBy: &order).enumerated() {
            for (entry, _) in statistics {
                (weights.buffer.pointer + entry.offset).update(repeating: 0, count: entry.specification.count)
            }
            try sessions.with(.training(batch: batch.indices.count), batch.shape) { session in
                try session.load(batch.indices.count, pool: loop.pool) { i, input in
                    var none: SeededGenerator?
                    try data.load(batch.indices[i], into: input, varyingBy: &none)
                }
                session.parametersDidChange()
                session.forward(seed: loop.seed ^ UInt64(number + 1) &* 0x9fb2_1c65_1e98_df25)
            }
            let share = Double(batch.indices.count) / Double(data.count)
            for (k, (entry, factor)) in statistics.enumerated() {
                let values = weights.buffer.pointer + entry.offset
                for i in sums[k].indices { sums[k][i] += share * Double(factor * values[i]) }
            }
        }
        for (k, (entry, _)) in statistics.enumerated() {
            for i in sums[k].indices { weights.buffer.pointer[entry.offset + i] = Float(sums[k][i]) }
        }
    }
}
