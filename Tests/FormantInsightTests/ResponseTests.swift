import FormantInsight
import FormantNetwork
import FormantTensor
import Testing

@Suite struct ResponseTests {
    @Test func theStrongestStay() {
        var chance = SeededGenerator(seed: 6)
        for limit in [1, 3, 9] {
            var list = Strongest<Int>(limit: limit)
            // Few different values, so that many are equal.
            let values = (0..<200).map { _ in Float(chance.index(below: 12)) }
            for (i, value) in values.enumerated() { list.offer(value, i) }
            list.offer(.nan, -1)
            let expected = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }.prefix(limit)
            #expect(list.entries.map(\.element) == Array(expected))
        }
    }

    /// What a scan keeps is what sorting all responses of all examples gives.
    @Test func placesAreThoseOfBruteForce() throws {
        let network = Network(input: Shape(channels: 1, height: 8, width: 9)) {
            Convolution2D(filters: 5, kernel: 3).named("first")
            Activation(.relu).named("rectified")
            MaxPool(window: 2)
            Convolution2D(filters: 3, kernel: 2).named("second")
            BatchNorm().named("norm")
            Activation(.relu).named("last")
            Flatten()
            Dense(units: 2).named("out")
        }
        let parameters = Parameters(try network.bound().parameters, seed: 8)
        let subject = try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: 2))
        let layers = try network.learnedLayers()
        #expect(layers.map(\.name) == ["first", "second", "out"])
        #expect(layers.map(\.response) == ["rectified", "last", "out"])
        #expect(layers.map(\.sum) == ["first", "norm", "out"])
        #expect(layers.map(\.kind) == [.filters, .filters, .labels])
        var chance = SeededGenerator(seed: 2)
        let inputs = (0..<50).map { _ in (0..<72).map { _ in chance.normal() } }
        var scan = ResponseScan(layers, channelLimit: 4, limit: 9)
        let probe = try subject.probe(Probe.Options(watching: scan.watched, batch: 16, differentiates: false))
        for first in stride(from: 0, to: inputs.count, by: 16) {
            let some = inputs[first..<min(inputs.count, first + 16)]
            probe.forward(Array(some))
            for i in some.indices { scan.add(i, probe, slot: i - first) }
        }
        #expect(scan.count == 50)
        #expect(scan.channels.map(\.count) == [4, 3, 2])
        for (i, layer) in layers.enumerated() {
            let alone = try subject.probe(Probe.Options(output: layer.response, differentiates: false))
            let maps = inputs.map { alone.forward([$0])[0] }
            let size = alone.output
            for channel in scan.channels[i].indices {
                let best = maps.map { map in
                    (0..<size.positions).map { (map[channel * size.positions + $0], $0) }
                        .max { ($0.0, -$0.1) < ($1.0, -$1.1) }!
                }
                let order = best.indices.sorted { (-best[$0].0, $0) < (-best[$1].0, $1) }.prefix(9)
                let kept = scan.channels[i][channel]
                #expect(
                    kept.strongest.entries.map(\.element)
                        == order.map {
                            .init(example: $0, row: best[$0].1 / size.width, column: best[$0].1 % size.width)
                        })
                #expect(kept.active == best.filter { $0.0 > 0 }.count)
                #expect(abs(kept.sum - best.reduce(0) { $0 + Double($1.0) }) < 1e-3)
            }
        }
    }
}
