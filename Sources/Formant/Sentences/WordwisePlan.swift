import FormantNetwork
import FormantTensor

/// A network of the kind of Kim 2014, taken apart: what it makes of single words, and the rest behind its filters.
struct WordwisePlan {
    /// One convolution with its ReLU and its maximum over time.
    struct Bank {
        /// Name of the convolution.
        var name: String
        var taps: Int
        var filters: Int
        /// The filters in whole vectors of 16.
        var padded: Int { (filters + 15) / 16 * 16 }
        /// Where its responses begin among those of a word: tap by tap, `padded` values each.
        var offset = 0
        /// Where its filters' values begin in what goes into the rest of the network.
        var place = 0
        /// Of each filter, zeros behind them.
        var bias: [Float]
    }

    var banks: [Bank] = []
    /// The embeddings whose rows for a word, one behind the other, the banks slide over.
    let embeddings: [String]
    /// From those rows of one word to the responses of all banks.
    let words: Network
    /// From the banks' values to the output.
    let tail: Network
    /// Rows of each embedding table.
    let rows: Int
    /// Values that a word has in all banks.
    let width: Int
    /// The most taps.
    var longest: Int { banks.map(\.taps).max() ?? 1 }
    /// The most filters of a bank, in whole vectors.
    var widest: Int { banks.map(\.padded).max() ?? 0 }

    /// Nil for a network that is more than embeddings of the ids, side by side; convolutions over them that move by one
    /// place, each with ReLU and maximum over time; and layers behind all of those together.
    init?(_ network: Network) {
        var readers: [String: [Network.Node]] = [:]
        for node in network.nodes { for name in node.inputs { readers[name, default: []].append(node) } }
        func onlyReader(of name: String) -> Network.Node? { readers[name]?.count == 1 ? readers[name]?[0] : nil }

        // What is made of each word alone: the embeddings that a node is, or joins.
        var wordwise: [String: [String]] = [:]
        var tables: [String: Embedding] = [:]
        for node in network.nodes {
            if let embedding = node.layer as? Embedding, node.inputs == [Network.inputName] {
                tables[node.name] = embedding
                wordwise[node.name] = [node.name]
            } else if let join = node.layer as? Concatenate, join.axis == .channel {
                let parts = node.inputs.map { wordwise[$0] }
                if parts.allSatisfy({ $0 != nil }) { wordwise[node.name] = parts.flatMap { $0 ?? [] } }
            }
        }
        guard let rows = tables.values.map(\.rows).min(), tables.values.allSatisfy({ $0.rows == rows }) else {
            return nil
        }

        var rest = network.nodes
        var source: String?
        var pools: [String] = []
        var taken = Set(wordwise.keys)
        var responses: [Network.Node] = []
        var offset = 0
        for node in network.nodes {
            guard let convolution = node.layer as? Convolution1D, node.inputs.count == 1,
                wordwise[node.inputs[0]] != nil
            else { continue }
            source = source ?? node.inputs[0]
            guard node.inputs[0] == source, case .count(let taps) = convolution.width, taps >= 1,
                convolution.axis == .time,
                convolution.stride == 1, convolution.dilation == 1, convolution.padding == .valid,
                convolution.groups == 1,
                let activation = onlyReader(of: node.name), (activation.layer as? Activation)?.function == .relu,
                let pool = onlyReader(of: activation.name), (pool.layer as? GlobalPool)?.reduction == .maximum
            else { return nil }
            var bank = Bank(name: node.name, taps: taps, filters: convolution.filters, bias: [])
            bank.bias = Array(repeating: 0, count: bank.padded)
            bank.offset = offset
            offset += taps * bank.padded
            guard offset <= 1 << 16 else { return nil }
            responses.append(
                Network.Node(
                    name: node.name,
                    layer: Convolution1D(filters: taps * bank.padded, width: 1, bias: false),
                    inputs: [Network.inputName]))
            banks.append(bank)
            pools.append(pool.name)
            taken.formUnion([node.name, activation.name, pool.name])
        }
        guard let source, let embeddings = wordwise[source] else { return nil }

        // What all banks come together in.
        var junction = pools[0]
        if banks.count > 1 {
            guard let join = onlyReader(of: pools[0]), let layer = join.layer as? Concatenate, layer.axis == .channel,
                join.inputs.sorted() == pools.sorted(), pools.allSatisfy({ onlyReader(of: $0)?.name == join.name })
            else { return nil }
            junction = join.name
            taken.insert(junction)
            var place = 0
            for name in join.inputs {
                guard let index = pools.firstIndex(of: name) else { return nil }
                banks[index].place = place
                place += banks[index].filters
            }
        }
        rest.removeAll { taken.contains($0.name) }
        // Nothing else may read what is taken apart here.
        let inside = taken.subtracting([junction]).union([Network.inputName])
        guard let last = rest.last, last.name == network.nodes.last?.name,
            rest.allSatisfy({ $0.inputs.allSatisfy { !inside.contains($0) } })
        else { return nil }
        for index in rest.indices {
            rest[index].inputs = rest[index].inputs.map { $0 == junction ? Network.inputName : $0 }
        }
        tail = Network(input: Shape(channels: banks.reduce(0) { $0 + $1.filters }), nodes: rest)
        if responses.count > 1 {
            let names = responses.map(\.name)
            // No name of a bank.
            let name = (0...names.count).map { "responses\($0)" }.first { !names.contains($0) } ?? ""
            responses.append(Network.Node(name: name, layer: Concatenate(), inputs: names))
        }
        let dimension = embeddings.reduce(0) { $0 + (tables[$1]?.dimension ?? 0) }
        words = Network(input: Shape(channels: dimension, width: 1), nodes: responses)
        self.embeddings = embeddings
        self.rows = rows
        width = offset
    }
}
