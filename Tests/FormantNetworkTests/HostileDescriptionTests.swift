import FormantNetwork
import FormantTensor
import FormantTestSupport
import FoundationEssentials
import Testing

/// Descriptions that someone has tampered with: read, bound, and where they are small compiled and run. Whatever is
/// wrong is an error; that the test process lives to the end is the point.
@Suite struct HostileDescriptionTests {
    private static let values = [
        "0", "-1", "1", "2", "3", "65536", "16777216", "1000000000", "2147483648", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "1e9", "1e400", "-0.0", "0.5", "1.5", "null", "true", "\"all\"",
        "\"same\"", "\"\"", "[]", "{}", "[1,2]", "[0,-1]", "[16777216,16777216]", "{\"before\":9223372036854775807}",
        "{\"before\":16777216,\"after\":-1}", "NaN",
    ]

    @Test(arguments: 0..<20) func aHundredMutations(seed: UInt64) throws {
        var generator = SeededGenerator.derived(seed: seed, purpose: "mutations")
        let whole = try json(everyLayer)
        var outcomes = (unreadable: 0, unbound: 0, run: 0)
        for _ in 0..<100 {
            // Either the network with everything, or a random one.
            let original =
                generator.index(below: 2) == 0
                ? whole : try json(NetworkProblem(layers: 6, seed: generator.next()).network)
            var text = Array(original.utf8)
            for _ in 0...generator.index(below: 3) { mutate(&text, &generator) }
            guard let network = try? JSONDecoder().decode(Network.self, from: Data(text)) else {
                outcomes.unreadable += 1
                continue
            }
            guard let bound = try? network.bound() else {
                outcomes.unbound += 1
                continue
            }
            _ = try json(network)
            if try runs(network, bound, seed: seed) { outcomes.run += 1 }
        }
        #expect(outcomes.unreadable > 0 && outcomes.unbound > 0 && outcomes.run > 0, "seed \(seed): \(outcomes)")
    }

    /// Replaces a number, a string or a run of bytes.
    private func mutate(_ text: inout [UInt8], _ generator: inout SeededGenerator) {
        let value = Array(Self.values[generator.index(below: Self.values.count)].utf8)
        let isNumber = { (byte: UInt8) in (48...57).contains(byte) || byte == 45 || byte == 46 || byte == 101 }
        switch generator.index(below: 8) {
        case 0:
            let at = generator.index(below: text.count)
            text.removeSubrange(at..<min(text.count, at + 1 + generator.index(below: 12)))
            if text.isEmpty { text = [48] }
        case 1:
            text.insert(contentsOf: value, at: generator.index(below: text.count))
        case 2:
            // The name of one key or layer for that of another.
            let quotes = text.indices.filter { text[$0] == 34 }
            guard quotes.count > 8 else { return }
            let (a, b) = (generator.index(below: quotes.count / 2), generator.index(below: quotes.count / 2))
            let other = Array(text[quotes[2 * b]...quotes[2 * b + 1]])
            text.replaceSubrange(quotes[2 * a]...quotes[2 * a + 1], with: other)
        default:
            let starts = text.indices.filter { isNumber(text[$0]) && $0 > 0 && [58, 91, 44].contains(text[$0 - 1]) }
            guard !starts.isEmpty else { return }
            let start = starts[generator.index(below: starts.count)]
            let end = text[start...].firstIndex { !isNumber($0) } ?? text.count
            text.replaceSubrange(start..<end, with: value)
        }
    }

    /// Runs a network forward and back where that costs little.
    private func runs(_ network: Network, _ bound: BoundNetwork, seed: UInt64) throws -> Bool {
        var cost = bound.input.count
        for node in bound.nodes {
            let binding = node.binding
            cost += min(binding.multiplications, 1 << 40) + binding.output.count
            cost += binding.parameters.reduce(0) { $0 + $1.count }
        }
        guard cost < 1_000_000 else { return false }
        for purpose in [withInputGradient(.training(batch: 2)), .inference(batch: 1)] {
            guard (try? network.compile(purpose)) != nil else { return false }
            let problem = try NetworkProblem(network, batch: purpose.batch, seed: seed)
            let runner = try Runner(network, purpose, parameters: problem.parameters)
            let output = runner.forward(problem.input, seed: seed)
            #expect(output.count == problem.outputGradient.values.count)
            if purpose.hasBackward { runner.backward(problem.outputGradient, seed: seed) }
        }
        return true
    }
}
