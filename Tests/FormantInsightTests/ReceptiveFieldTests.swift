import FormantInsight
import FormantNetwork
import FormantOperators
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct ReceptiveFieldTests {
    private let pool = WorkerPool(threads: 2)

    /// Whatever moves when one position of the input changes has that position in its field.
    @Test(arguments: 0..<40) func nothingOutsideCounts(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 10), seed: seed &+ 300)
        let (network, shape) = (problem.network, problem.network.input)
        let fields = try network.receptiveFields()
        var needed: Set<String> = [network.nodes.last!.name]
        for node in network.nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
        let watched = Set(network.nodes.map(\.name)).intersection(needed)
        let probe = try Probe(
            network, parameters: problem.parameters,
            options: Probe.Options(watching: watched, differentiates: false), pool: pool)
        let input = problem.input.values.prefix(shape.count).map { Float($0) }
        probe.forward([input])
        let before = Dictionary(uniqueKeysWithValues: watched.map { ($0, probe.values(of: $0)) })
        for position in 0..<shape.positions {
            var changed = input
            for channel in 0..<shape.channels { changed[channel * shape.positions + position] += 3 }
            probe.forward([changed])
            let (row, column) = (position / shape.width, position % shape.width)
            for name in watched {
                let (now, size) = (probe.values(of: name), probe.shape(of: name))
                for place in now.indices where now[place] != before[name]![place] {
                    let region = fields[name]!.region(
                        row: place % size.positions / size.width, column: place % size.width)
                    guard region.rows.contains(row), region.columns.contains(column) else {
                        Issue.record(
                            "\(name) at \(place) sees \(row), \(column), not in \(region), seed \(seed)")
                        return
                    }
                }
            }
        }
    }

    /// With weights above 0 and no maximum, everything inside counts.
    @Test func everythingInsideCounts() throws {
        let network = Network(input: Shape(channels: 1, height: 17, width: 14)) {
            Convolution2D(filters: 2, kernel: Pair(3, 2), stride: Pair(2, 1), padding: Pair(.same)).named("first")
            AveragePool(window: 2, stride: Pair(1, 2)).named("pooled")
            Convolution2D(filters: 1, kernel: 2).named("second")
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        for entry in parameters.table.entries where entry.name.hasSuffix("weight") {
            let extents = entry.specification.extents
            try parameters.set(
                entry.name, to: Tensor(extents: extents, values: Array(repeating: 1, count: extents.reduce(1, *))))
        }
        let fields = try network.receptiveFields()
        #expect(fields["first"]!.rows == .init(start: -1, extent: 3, jump: 2, follows: .frequency))
        #expect(fields["second"]!.rows == .init(start: -1, extent: 7, jump: 2, follows: .frequency))
        #expect(fields["second"]!.columns == .init(start: 0, extent: 5, jump: 2, follows: .time))
        for node in ["first", "pooled", "second"] {
            let probe = try Probe(
                network, parameters: parameters, options: Probe.Options(output: node), pool: pool)
            let shape = probe.output
            for (row, column) in [(0, 0), (shape.height - 1, shape.width - 1), (shape.height / 2, 1)] {
                probe.forward([[Float](repeating: 1, count: 17 * 14)])
                var seed = [Float](repeating: 0, count: shape.count)
                seed[row * shape.width + column] = 1
                probe.backward(from: [seed])
                let gradient = probe.inputGradient()
                let region = fields[node]!.region(row: row, column: column)
                for position in gradient.indices {
                    let isInside =
                        region.rows.contains(position / 14) && region.columns.contains(position % 14)
                    #expect((gradient[position] != 0) == isInside, "\(node) \(row) \(column) \(position)")
                }
            }
        }
    }

    @Test func axesThatBecomeChannelsAreSeenWhole() throws {
        let network = Network(input: Shape(channels: 1, height: 9, width: 20)) {
            Permute(order: [.frequency, .channel, .time])
            Convolution2D(filters: 3, kernel: Pair(1, 5)).named("first")
            GlobalPool(.average).named("pooled")
        }
        let fields = try network.receptiveFields()
        let region = fields["first"]!.region(row: 0, column: 4)
        #expect(region.rows == 0..<9)
        #expect(region.columns == 4..<9)
        #expect(fields["pooled"]!.region(row: 0, column: 0).columns == 0..<20)
    }
}
