import FormantCorpus
import FormantInsight
import FormantNetwork
import FormantTensor

/// How much of the labels a linear classifier reads off each layer: learned on the training part, its penalty chosen on the
/// validation part, judged once on the test part.
struct LayerProbes {
    /// One layer.
    struct Row: Sendable, Codable, Hashable {
        /// The node whose output is looked at; `input`: what comes into the network.
        var layer: String
        /// Values that it is looked at by.
        var features: Int
        /// The penalty that was chosen.
        var decay: Float
        /// Accuracy on the validation part; nil without one.
        var validation: Double?
        /// Accuracy on the test part; nil without one.
        var test: Double?
    }

    /// Numbers of examples.
    struct Sizes: Sendable, Codable, Hashable {
        var train = 0
        var validation = 0
        var test = 0
    }

    private(set) var rows: [Row] = []
    private(set) var sizes = Sizes()

    /// So many values of a part are held at most, 64 MB.
    private static let valueLimit = 1 << 24
    /// From strong to weak: each begins with what the one before found.
    private static let decays: [Float] = [1, 0.1, 0.01, 0.001]

    /// Learns them.
    /// - Parameter division: the part of each example of the corpus.
    /// - Throws: `RunError` where there is nothing to learn or to judge by, and `interrupted` when it should stop.
    init(
        _ scanned: ScannedCorpus, _ layers: [LearnedLayer], division: SplitPlan, observer: RunObserver
    ) throws {
        func part(_ split: Split) -> [Int] {
            scanned.usable.filter { division.splits[$0] == split && scanned.inputs.truth(of: $0).count == 1 }
        }
        let parts = [part(.train), part(.validation), part(.test)]
        guard !parts[0].isEmpty, !(parts[1].isEmpty && parts[2].isEmpty) else {
            throw RunError.tooFew(
                what: "examples for linear probes", found: parts[0].count,
                expected: "some of one label each to learn from, and some to judge by")
        }
        (sizes.train, sizes.validation, sizes.test) = (parts[0].count, parts[1].count, parts[2].count)
        var nodes: [String?] = layers.map(\.response)
        // Ids are no numbers to add up.
        if case .text = scanned.model.frontEnd {} else { nodes.insert(nil, at: 0) }
        for (place, node) in nodes.enumerated() {
            if observer.shouldStop() { throw RunError.interrupted }
            observer.note("linear probe \(place + 1) of \(nodes.count): \(node ?? Network.inputName)")
            rows.append(try row(scanned, node, parts, observer))
        }
    }

    private func row(
        _ scanned: ScannedCorpus, _ node: String?, _ parts: [[Int]], _ observer: RunObserver
    ) throws -> Row {
        var pooling: GridPooling?
        let tables = try parts.map { indices in
            var table: LabelledRows?
            // Of very many evenly spread ones.
            let most = LayerProbes.valueLimit / 1024
            let step = max(1, (indices.count + most - 1) / most)
            let some = stride(from: 0, to: indices.count, by: step).map { indices[$0] }
            func add(_ values: [Float], _ shape: Shape, _ index: Int) {
                if pooling == nil {
                    var isText = false
                    if case .text = scanned.model.frontEnd { isText = true }
                    pooling = GridPooling(shape, reduction: isText ? .maximum : .mean)
                }
                let row = pooling!(values, positions: shape.positions)
                if table == nil { table = LabelledRows(width: row.count) }
                table!.append(row, label: scanned.inputs.truth(of: index)[0])
            }
            guard let node else {
                for index in some {
                    let (values, shape) = try scanned.example(index)
                    add(values, shape, index)
                }
                return table
            }
            try scanned.forEach(some, Probe.Options(output: node), shouldStop: observer.shouldStop) {
                index, probe, slot in
                add(probe.result(of: slot), probe.output, index)
            }
            return table
        }
        let train = tables[0]!
        let judges = tables[1] ?? train
        var best: (classifier: LogisticRegression, accuracy: Double)?
        var last: LogisticRegression?
        for decay in LayerProbes.decays {
            let classifier = LogisticRegression(
                train, classes: scanned.model.labels.count, decay: decay, start: last, pool: scanned.pool)
            last = classifier
            let accuracy = classifier.accuracy(on: judges, pool: scanned.pool) ?? 0
            if best == nil || accuracy > best!.accuracy { best = (classifier, accuracy) }
        }
        return Row(
            layer: node ?? Network.inputName, features: train.width, decay: best!.classifier.decay,
            validation: tables[1] == nil ? nil : best!.accuracy,
            test: tables[2].flatMap { best!.classifier.accuracy(on: $0, pool: scanned.pool) })
    }
}
