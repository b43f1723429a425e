import FormantCorpus
import FormantNetwork
import FormantTensor

/// A corpus as a model's network gets it, example by example.
struct ScannedCorpus {
    let corpus: Corpus
    let model: Model
    let inputs: CorpusInputs
    /// Examples that could be read and have labels that the model knows.
    let usable: [Int]
    let pool: WorkerPool

    private static let block = 2048
    private static let together = 16
    /// So many values are on their way at once, about.
    private static let largestBatch = 1 << 21
    /// Probes for inputs of different shapes that are kept.
    private static let probeLimit = 32

    /// The values of an example, and their shape.
    func example(_ index: Int) throws -> (values: [Float], shape: Shape) {
        let shape = inputs.shape(of: index)
        var values = [Float](repeating: 0, count: shape.count)
        var none: SeededGenerator?
        try values.withUnsafeMutableBufferPointer { try inputs.load(index, into: $0, varyingBy: &none) }
        return (values, shape)
    }

    /// Sends examples through the network, those of a shape together. Room does not depend on how many there are; of each
    /// 2048 the shapes come in the order of their first examples.
    /// - Parameters:
    ///   - options: what is watched; shape and batch are set here.
    ///   - body: gets the number of the example, and the probe with its place in the batch.
    func forEach(
        _ indices: [Int], _ options: Probe.Options, shouldStop: () -> Bool = { false },
        body: (_ index: Int, _ probe: Probe, _ slot: Int) throws -> Void
    ) throws {
        var probes: [Shape: Probe] = [:]
        for first in stride(from: 0, to: indices.count, by: ScannedCorpus.block) {
            var members: [(shape: Shape, indices: [Int])] = []
            var places: [Shape: Int] = [:]
            for index in indices[first..<min(indices.count, first + ScannedCorpus.block)] {
                let shape = inputs.shape(of: index)
                if let place = places[shape] {
                    members[place].indices.append(index)
                } else {
                    places[shape] = members.count
                    members.append((shape, [index]))
                }
            }
            for (shape, some) in members {
                if shouldStop() { throw RunError.interrupted }
                if probes.count >= ScannedCorpus.probeLimit { probes = [:] }
                let probe = try probes[shape] ?? makeProbe(options, shape)
                probes[shape] = probe
                for start in stride(from: 0, to: some.count, by: probe.batch) {
                    let part = some[start..<min(some.count, start + probe.batch)]
                    probe.forward(try part.map { try example($0).values })
                    for index in part.indices { try body(some[index], probe, index - start) }
                }
            }
        }
    }

    private func makeProbe(_ options: Probe.Options, _ shape: Shape) throws -> Probe {
        var options = options
        options.shape = shape
        options.differentiates = false
        options.batch = max(1, min(ScannedCorpus.together, ScannedCorpus.largestBatch / shape.count))
        return try Probe(model.network, parameters: model.parameters, options: options, pool: pool)
    }
}

extension ScannedCorpus {
    /// Reads a corpus for a model.
    /// - Throws: `ClassifierError.modality` for a corpus of another kind, `RunError` without usable examples.
    init(
        argument: String, model: Model, root: String?, reading: CorpusReading, caching: FeatureCaching,
        pool: WorkerPool, observer: RunObserver
    ) throws {
        let corpus = try EvaluationRun.corpus(argument, root: root, reading: reading, for: model)
        for problem in corpus.problems.prefix(20) { observer.warning("\(problem)") }
        let multiLabel = model.scoring == .sigmoid
        let (inputs, failed) = try EvaluationRun.inputs(
            of: corpus, model, labels: model.labels, multiLabel: multiLabel, caching: caching, pool: pool,
            observer: observer)
        for problem in failed { observer.warning("\(problem.input): \(problem.reason)") }
        let known = Set(model.labels)
        let usable = corpus.examples.indices.filter { i in
            inputs.isUsable[i] && corpus.examples[i].labels.allSatisfy(known.contains)
        }
        guard !usable.isEmpty else {
            throw RunError.tooFew(
                what: "examples of \(corpus.name) that can be read and have labels of the model", found: 0,
                expected: "1 or more")
        }
        (self.corpus, self.model, self.inputs, self.usable, self.pool) = (corpus, model, inputs, usable, pool)
    }

    /// One example of each of the first labels.
    func chosen(_ count: Int) throws -> [ChosenInput] {
        var seen: Set<String> = []
        var chosen: [ChosenInput] = []
        for index in usable where chosen.count < count {
            guard let label = corpus.examples[index].labels.first, seen.insert(label).inserted else { continue }
            let (values, shape) = try example(index)
            chosen.append(
                ChosenInput(name: corpus.examples[index].shown, label: label, values: values, shape: shape))
        }
        return chosen
    }
}
