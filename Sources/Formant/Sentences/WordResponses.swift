import CKernels
import FormantNetwork
import FormantTensor

/// A network of sentences as sums over words.
///
/// Where filters slide over nothing but embeddings, what a tap of a filter makes of a word is the same wherever the word
/// stands. It is worked out once for each word that occurs and kept, and a filter at a place is then a sum of as many
/// values as it has taps, not of taps × dimension products:
///
///     max over p of (bias + Σ_k response[word(p + k)][k][filter]), then ReLU, then the rest of the network.
///
/// The sums run in another order than layer by layer, so that outputs differ in the last bits.
final class WordResponses {
    private var plan: WordwisePlan
    private let parameters: Parameters
    /// Where in the parameters each embedding begins, and the values of one of its rows.
    private let embeddings: [(offset: Int, dimension: Int)]
    private let tail: Predictor
    private let words: Predictor
    private let pool: WorkerPool
    /// Words whose responses fit at once, and so the longest sentence that is taken.
    private let capacity: Int
    private var table: AlignedBuffer
    /// The place of each word's responses in the table, or −1.
    private var places: [Int32]
    private var used = 0

    /// Bytes that the responses take at most.
    private static let memory = 1 << 27

    /// Nil where the network is of another kind. Throws `NetworkError` where its parts do not fit.
    init?(_ network: Network, _ parameters: Parameters, pool: WorkerPool) throws {
        guard let plan = WordwisePlan(network) else { return nil }
        self.plan = plan
        self.parameters = parameters
        embeddings = try plan.embeddings.map { name in
            guard let entry = parameters.table.entries.first(where: { $0.name == "\(name).weight" }) else {
                throw NetworkError.parameter(name: "\(name).weight", expected: "a table", found: "none")
            }
            return (entry.offset, entry.specification.extents[1])
        }
        self.pool = pool
        tail = Predictor(
            network: plan.tail, parameters: try Parameters(of: plan.tail, from: parameters), pool: pool)
        let weights = try Parameters(of: plan.words, from: parameters)
        for bank in plan.banks { try weights.set("\(bank.name).weight", to: try bank.taps(of: parameters)) }
        words = Predictor(network: plan.words, parameters: weights, pool: pool)
        for index in plan.banks.indices {
            if let bias = try? parameters.tensor("\(plan.banks[index].name).bias").values {
                self.plan.banks[index].bias.replaceSubrange(..<bias.count, with: bias)
            }
        }
        capacity = min(plan.rows, max(1, WordResponses.memory / (4 * plan.width)))
        table = AlignedBuffer(count: 0)
        places = Array(repeating: -1, count: plan.rows)
    }

    /// Whether sentences of a shape can be run.
    func takes(_ shape: Shape) -> Bool {
        shape.channels == 1 && shape.height == 1 && (plan.longest...max(plan.longest, capacity)).contains(shape.width)
    }

    /// The outputs of sentences that `takes` is true for.
    func outputs(
        shapes: [Shape], load: (_ index: Int, _ into: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> [[Float]] {
        var starts = [0]
        var rows: [Int] = []
        var ids = [Float](repeating: 0, count: shapes.map(\.width).max() ?? 0)
        for i in shapes.indices {
            try ids.withUnsafeMutableBufferPointer {
                try load(i, UnsafeMutableBufferPointer(rebasing: $0[..<shapes[i].width]))
            }
            rows.append(contentsOf: ids[..<wanted(of: ids[..<shapes[i].width])].lazy.map(row(of:)))
            starts.append(rows.count)
        }
        var pooled = [Float](repeating: 0, count: shapes.count * plan.tail.input.channels)
        var first = 0
        while first < shapes.count {
            let last = try learnWords(of: rows, starts, from: first)
            sum(rows, starts, first..<last, into: &pooled)
            first = last
        }
        let width = plan.tail.input.channels
        return try tail.outputs(count: shapes.count, shape: plan.tail.input) { i, input in
            for channel in 0..<width { input[channel] = pooled[i * width + channel] }
        }
    }

    /// As an embedding has it: what is no id of a row is the unknown word.
    private func row(of id: Float) -> Int { id >= 0 && id < Float(plan.rows) ? Int(id) : 1 }

    /// How many of a sentence's ids count: at its end, one place at which all filters see padding alone stands for all
    /// such places.
    private func wanted(of ids: ArraySlice<Float>) -> Int {
        let words = (ids.lastIndex { $0 != 0 } ?? -1) + 1
        return min(ids.count, words + plan.longest)
    }

    /// Works out the responses to the words of some sentences from `first` on: as many as there is room for.
    /// - Returns: the sentence behind them.
    private func learnWords(of rows: [Int], _ starts: [Int], from first: Int) throws -> Int {
        var missing: [Int] = []
        var sentence = first
        while sentence < starts.count - 1 {
            let before = missing.count
            for row in rows[starts[sentence]..<starts[sentence + 1]] where places[row] == -1 {
                places[row] = -2
                missing.append(row)
            }
            if used + missing.count > capacity {
                for row in missing[before...] { places[row] = -1 }
                missing.removeSubrange(before...)
                if sentence > first { break }
                // Not even one sentence's words fit beside what is there.
                for row in places.indices { places[row] = -1 }
                used = 0
                continue
            }
            sentence += 1
        }
        guard !missing.isEmpty else { return sentence }
        makeRoom(for: used + missing.count)
        let outputs: [[Float]]
        do {
            outputs = try words.outputs(count: missing.count, shape: plan.words.input) { i, input in
                var place = 0
                for (offset, dimension) in embeddings {
                    let row = parameters.buffer.pointer + offset + missing[i] * dimension
                    for value in 0..<dimension { input[place + value] = row[value] }
                    place += dimension
                }
            }
        } catch {
            for row in missing { places[row] = -1 }
            throw error
        }
        for (row, output) in zip(missing, outputs) {
            places[row] = Int32(used)
            let target = table.pointer + used * plan.width
            for (i, value) in output.enumerated() { target[i] = value }
            used += 1
        }
        return sentence
    }

    /// Makes the table larger where it has to be, at least twice as large.
    private func makeRoom(for count: Int) {
        guard count * plan.width > table.count else { return }
        let grown = AlignedBuffer(count: min(capacity, max(count, 2 * table.count / plan.width)) * plan.width)
        grown.pointer.update(from: table.pointer, count: used * plan.width)
        table = grown
    }

    private func sum(_ rows: [Int], _ starts: [Int], _ sentences: Range<Int>, into pooled: inout [Float]) {
        let (plan, places, table) = (plan, places, table)
        let width = plan.tail.input.channels
        pooled.withUnsafeMutableBufferPointer { pooled in
            nonisolated(unsafe) let pooled = pooled  // each sentence's values are written by one worker
            pool.forRanges(of: sentences.count, grain: 16) { range, _ in
                let kernels = ck_active().pointee
                var best = [Float](repeating: 0, count: plan.widest)
                for sentence in range {
                    let sentence = sentences.lowerBound + sentence
                    let responses = rows[starts[sentence]..<starts[sentence + 1]].map { row in
                        UnsafePointer(table.pointer + Int(places[row]) * plan.width) as UnsafePointer<Float>?
                    }
                    for bank in plan.banks {
                        kernels.response_maxima(
                            responses, responses.count - bank.taps + 1, bank.offset, bank.taps, bank.padded,
                            bank.bias, &best)
                        let target = sentence * width + bank.place
                        for filter in 0..<bank.filters { pooled[target + filter] = best[filter] }
                    }
                }
            }
        }
    }
}

extension WordwisePlan.Bank {
    /// The filters' weights as filters of one tap each: tap by tap, each with filters of zeros behind it.
    fileprivate func taps(of parameters: Parameters) throws -> Tensor {
        let weight = try parameters.tensor("\(name).weight")
        let channels = weight.extents[1]
        var values = [Float](repeating: 0, count: taps * padded * channels)
        for filter in 0..<filters {
            for channel in 0..<channels {
                for tap in 0..<taps {
                    values[(tap * padded + filter) * channels + channel] =
                        weight.values[(filter * channels + channel) * taps + tap]
                }
            }
        }
        return Tensor(extents: [taps * padded, channels, 1], values: values)
    }
}

extension Parameters {
    /// The parameters of a network that are another's too, by their names; the others are zero.
    fileprivate convenience init(of network: Network, from other: Parameters) throws {
        self.init(zeros: try network.bound().parameters)
        for entry in table.entries {
            guard let same = other.table.entries.first(where: { $0.name == entry.name }),
                same.specification.extents == entry.specification.extents
            else { continue }
            try set(entry.name, to: try other.tensor(entry.name))
        }
    }
}
