import FormantTraining
import Testing

/// How the learning rate moves.
@Suite struct ScheduleTests {
    @Test func constantStays() {
        for progress in [Float(0), 0.5, 7, 29.9] { #expect(Schedule.constant.factor(at: progress, of: 30) == 1) }
    }

    @Test func stepsFallAtTheirEpochs() {
        let schedule = Schedule.step(epochs: 10, factor: 0.5)
        let expected: [(Float, Float)] = [(0, 1), (9.99, 1), (10, 0.5), (19.99, 0.5), (20, 0.25), (35, 0.125)]
        for (progress, factor) in expected { #expect(schedule.factor(at: progress, of: 40) == factor, "\(progress)") }
    }

    @Test func cosineRisesThenFalls() {
        let schedule = Schedule.cosine(warmUp: 2, final: 0.1)
        func factor(_ progress: Float) -> Double { Double(schedule.factor(at: progress, of: 12)) }
        // Up along a line that begins a little above 0 …
        #expect(factor(0) > 0 && factor(0) < 0.01)
        #expect(abs(factor(1) - 0.5) < 0.01)
        #expect(abs(factor(1.5) - factor(1) - (factor(1) - factor(0.5))) < 1e-6)
        // … to 1, and down: half way, at a quarter (1 + cos π/4)/2, and at the end.
        #expect(abs(factor(2) - 1) < 1e-6)
        #expect(abs(factor(7) - 0.55) < 1e-6)
        #expect(abs(factor(4.5) - (0.1 + 0.9 * 0.8535533905932737)) < 1e-6)
        #expect(abs(factor(12) - 0.1) < 1e-6)
        for i in 0..<200 where i >= 34 {
            #expect(factor(Float(i + 1) * 0.06) < factor(Float(i) * 0.06) + 1e-7)
        }
    }

    @Test func cosineWithoutWarmUpStartsAtTheTop() {
        let schedule = Schedule.cosine(warmUp: 0, final: 0)
        #expect(schedule.factor(at: 0, of: 5) == 1)
        #expect(abs(schedule.factor(at: 5, of: 5)) < 1e-6)
        // Beyond the end it stays there, and a warm-up longer than training never ends.
        #expect(abs(schedule.factor(at: 9, of: 5)) < 1e-6)
        let slow = Schedule.cosine(warmUp: 100, final: 0)
        #expect(slow.factor(at: 4.9, of: 5) > 0 && slow.factor(at: 4.9, of: 5) < 0.06)
        #expect(slow.factor(at: 100, of: 100).isFinite)
    }

    @Test func stepsOfTheLoopFollowTheSchedule() throws {
        let network = pictureNetwork()
        let data = Examples.pictures(12, seed: 1)
        let settings = options(epochs: 4, batch: 4, rate: 0.5) { $0.schedule = .step(epochs: 2, factor: 0.5) }
        let outcome = try TrainingLoop(
            network: network, options: settings, seed: 1, pool: .init(threads: 1)
        ).run(network.start(seed: 1), training: data, validation: none)
        #expect(outcome.history.map(\.rate) == [0.5, 0.5, 0.25, 0.25])
    }
}
