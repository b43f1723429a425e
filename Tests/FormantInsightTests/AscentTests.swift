import FormantInsight
import FormantNetwork
import FormantTensor
import Testing

@Suite struct AscentTests {
    private let shape = Shape(channels: 1, height: 12, width: 10)

    private func subject(threads: Int = 2, seed: UInt64 = 5) throws -> Subject {
        let network = Network(input: shape) {
            Convolution2D(filters: 6, kernel: 3).named("edges")
            BatchNorm()
            Activation(.relu)
            MaxPool(window: 2)
            Flatten()
            Dense(units: 7).named("hidden")
            Activation(.relu)
            Dense(units: 4).named("out")
        }
        return try Subject(
            network: network, parameters: Parameters(try network.bound().parameters, seed: seed),
            pool: WorkerPool(threads: threads))
    }

    private var range: InputRange {
        InputRange(
            shape: shape, lowest: Array(repeating: -1, count: 12), highest: Array(repeating: 2, count: 12),
            rest: Array(repeating: -1, count: 12))
    }

    private let goals: [Ascent.Goal] = [
        .activation(.channel(node: "edges", 2)), .activation(.channel(node: "hidden", 3)), .activation(.output(1)),
        .activation(.value(node: "edges", channel: 0, row: 4, column: 3)),
    ]

    @Test(arguments: AscentOptions.Preset.allCases) func whatIsMeantGrows(preset: AscentOptions.Preset) throws {
        var options = preset.options
        options.steps = 60
        let found = try Ascent(try subject(), range: range, options: options, seed: 3).run(goals)
        for (goal, found) in zip(goals, found) {
            #expect(found.course.count == 61)
            // What is held back may lose at the end what it gained on the way.
            let end = preset == .plain ? found.course.last! : found.course.max()!
            #expect(end > found.course[0], "\(preset.rawValue), \(goal)")
            #expect(found.input.allSatisfy { (-1...2).contains($0) })
        }
    }

    /// The number that is said at the end is what the network makes of the input that was found.
    @Test func theEndIsWhatTheNetworkSays() throws {
        let subject = try subject()
        var options = AscentOptions.Preset.smooth.options
        options.steps = 20
        let found = try Ascent(subject, range: range, options: options, seed: 3).run([.activation(.output(1))])[0]
        let output = try subject.probe(Probe.Options()).forward([found.input])[0]
        #expect(abs(output[1] - found.course.last!) < 1e-4)
    }

    @Test func aPenaltyLeavesLess() throws {
        func ink(_ preset: AscentOptions.Preset) throws -> Float {
            let found = try Ascent(try subject(), range: range, options: preset.options, seed: 3)
                .run([.activation(.output(1))])
            return range.shares(of: found[0].input).reduce(0, +)
        }
        #expect(try ink(.penalty) < 0.8 * ink(.plain))
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        for preset in [AscentOptions.Preset.smooth, .waves] {
            var options = preset.options
            options.steps = 15
            let one = try Ascent(try subject(threads: 1), range: range, options: options, seed: 3).run(goals)
            let other = try Ascent(try subject(threads: 3), range: range, options: options, seed: 3).run(goals)
            #expect(one.map(\.input) == other.map(\.input))
            // Nor does it matter what is looked for beside it.
            let alone = try Ascent(try subject(), range: range, options: options, seed: 3).run([goals[0]])
            #expect(alone[0].input == one[0].input)
            let another = try Ascent(try subject(), range: range, options: options, seed: 4).run([goals[0]])
            #expect(another[0].input != one[0].input)
        }
    }

    /// Confidence stops where it is reached, not before and not long after.
    @Test func confidenceStopsWhereItIsReached() throws {
        let found = try Ascent(try subject(), range: range, options: AscentOptions(), seed: 3)
            .run([.confidence(label: 2, until: 0.7)])[0]
        #expect(found.course.last! >= 0.7)
        #expect(found.course.dropLast().allSatisfy { $0 < 0.7 })
        let output = try subject().probe(Probe.Options()).forward([found.input])[0]
        #expect(output.indices.max { output[$0] < output[$1] } == 2)
    }

    @Test func nodesThatAreNotThereAreNamed() throws {
        #expect {
            _ = try Ascent(try subject(), range: range, options: AscentOptions(), seed: 3)
                .run([.activation(.channel(node: "edge", 0))])
        } throws: {
            "\($0)".contains("edge") && "\($0)".contains("edges")
        }
    }
}
