import FormantCorpus
import FormantNetwork
import FormantTensor

/// The model that a training begins with: its front end stays, and its network gets an output for each label.
struct BaseModel {
    /// The model.
    let model: Model
    /// A digest of its file.
    let digest: String
    /// The labels of the new model.
    let labels: [String]
    /// The network of the new model.
    let network: Network
    /// The name of the layer with an output for each label.
    let head: String

    /// Fits a model to a corpus.
    /// - Throws: `RunError.base` where the model cannot learn the corpus.
    init(path: String, keeping head: TrainingRequest.Head, for corpus: Corpus) throws {
        let model = try Model(path: path)
        self.model = model
        digest = try Batch.digest(ofModel: path)
        func fail(_ reason: String) -> RunError { .base(model: path, reason: reason) }
        guard model.frontEnd.modality == corpus.modality else {
            throw fail("it takes \(model.frontEnd.takes); the corpus is \(corpus.modality.takes)")
        }
        switch head {
        case .replaced: labels = corpus.labels
        case .extended:
            guard corpus.isMultiLabel == (model.scoring == .sigmoid) else {
                throw fail(
                    "it gives \(model.scoring == .sigmoid ? "several labels" : "one label") an example, the corpus "
                        + "\(corpus.isMultiLabel ? "several" : "one"); expected the same, or --head replace")
            }
            labels = model.labels + corpus.labels.filter { !model.labels.contains($0) }
        }
        var network = model.network
        guard
            let place = network.nodes.lastIndex(where: { ($0.layer as? Dense)?.units == model.labels.count }),
            var dense = network.nodes[place].layer as? Dense
        else { throw fail("it has no dense layer with \(model.labels.count) units, one for each label") }
        dense.units = labels.count
        network.nodes[place].layer = dense
        self.network = network
        self.head = network.nodes[place].name
    }

    /// Copies the model's weights; those of the head for the labels that both have, where they are kept.
    func copy(to parameters: Parameters, keepingHead: Bool) throws {
        for entry in model.parameters.table.entries {
            let old = try model.parameters.tensor(entry.name)
            guard entry.name.hasPrefix(head + "."), let dot = entry.name.lastIndex(of: "."),
                entry.name[..<dot] == head[...]
            else {
                try parameters.set(entry.name, to: old)
                continue
            }
            guard keepingHead else { continue }
            var new = try parameters.tensor(entry.name)
            let width = old.values.count / model.labels.count
            for (place, label) in labels.enumerated() {
                guard let former = model.labels.firstIndex(of: label) else { continue }
                for i in 0..<width { new.values[place * width + i] = old.values[former * width + i] }
            }
            try parameters.set(entry.name, to: new)
        }
    }
}
