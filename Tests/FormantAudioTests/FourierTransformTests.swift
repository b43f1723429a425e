import Foundation
import FormantAudio
import FormantTensor
import Testing

/// x^0.85, for the povey window.
func exp85(_ x: Double) -> Double { pow(x, 0.85) }

@Suite struct FourierTransformTests {
    /// X[k] = Σ_i x[i] e^(−2πjik/N), in double precision.
    @Test(arguments: [1, 2, 5, 16, 100, 255, 512])
    func agreesWithTheSum(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let frames = (0..<3 * size).map { _ in generator.normal() }
        let transform = try FourierTransform(size: size)
        let found = try transform.transform(frames: frames)
        #expect(found.extents == [3, size / 2 + 1, 2])
        var reference = Tensor(zeros: found.extents)
        for frame in 0..<3 {
            for k in 0..<transform.bins {
                var (re, im) = (0.0, 0.0)
                for i in 0..<size {
                    let angle = -2 * Double.pi * Double(i * k % size) / Double(size)
                    re += Double(frames[frame * size + i]) * cos(angle)
                    im += Double(frames[frame * size + i]) * sin(angle)
                }
                reference[frame, k, 0] = Float(re)
                reference[frame, k, 1] = Float(im)
            }
        }
        expectEqual(found, reference, relative: 1e-5)
    }

    @Test func aFramesBitsAreItsOwn() throws {
        var generator = SeededGenerator(seed: 3)
        let size = 512
        let frames = (0..<4 * size).map { _ in generator.normal() }
        let transform = try FourierTransform(size: size)
        let together = try transform.transform(frames: frames)
        for frame in 0..<4 {
            let alone = try transform.transform(frames: Array(frames[frame * size..<(frame + 1) * size]))
            let n = alone.values.count
            #expect(alone.values == Array(together.values[frame * n..<(frame + 1) * n]))
        }
    }

    @Test func planningAndExecutingFromManyThreads() async throws {
        let samples = goldenSignal(count: 3000, rate: 16_000)
        let expected = try AudioFrontEnd().features(of: samples, sampleRate: 16_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for size in [64 + task, 512] {
                        let spectrum = try FourierTransform(size: size).transform(
                            frames: [Float](repeating: 1, count: size))
                        #expect(abs(spectrum.values[0] - Float(size)) < 1e-3)
                    }
                    #expect(try AudioFrontEnd().features(of: samples, sampleRate: 16_000) == expected)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func refusesSizes() {
        #expect(throws: AudioError.self) { try FourierTransform(size: 0) }
        #expect(throws: AudioError.self) { try FourierTransform(size: 65_537) }
        #expect(throws: AudioError.self) { try FourierTransform(size: 8).transform(frames: [1, 2, 3]) }
    }
}
