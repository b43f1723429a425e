import FormantAudio
import FormantNetwork
import FormantTensor
import FormantTraining

/// Times the reference networks and the front end.
public struct Benchmark: Sendable {
    /// The least and the median of some runs, in milliseconds.
    public struct Times: Encodable, Sendable {
        /// The shortest run.
        public let least: Double
        /// The middle run.
        public let median: Double

        /// Writes `[least, median]`.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(least)
            try container.encode(median)
        }
    }

    /// What one network took.
    public struct NetworkTimes: Encodable, Sendable {
        let fw = "formant"
        let threads: Int
        /// Its name.
        public let model: String
        /// Examples of a batch.
        public let batch: Int
        /// One training step: forward, loss, backward, Adam.
        public let trainMs: Times
        /// A batch at inference.
        public let inferMs: Times
        /// One example at inference.
        public let infer1Ms: Times

        enum CodingKeys: String, CodingKey {
            case fw, threads, model, batch
            case trainMs = "train_ms"
            case inferMs = "infer_ms"
            case infer1Ms = "infer1_ms"
        }
    }

    /// What the front end took for a minute of sound.
    public struct FeatureTimes: Encodable, Sendable {
        let fw = "formant"
        /// Log-mel of 60 s at 16 kHz, 80 bands, frames of 25 ms every 10 ms, on one thread.
        public let ms: Times
        /// The bare Fourier transforms of it: 6,000 of 512 real values, by FFTW, in the nearest cache.
        public let fftMs: Times

        enum CodingKeys: String, CodingKey {
            case fw, ms
            case fftMs = "fft_ms"
        }
    }

    let pool: WorkerPool

    /// Creates a benchmark on some threads.
    public init(pool: WorkerPool) { self.pool = pool }

    /// Times a network.
    public func run(_ reference: ReferenceNetwork) throws -> NetworkTimes {
        let runs = ["kws", "go"].contains(reference.name) ? 10 : 40
        let (trainMs, parameters) = try train(reference, runs: runs)
        return NetworkTimes(
            threads: pool.threads, model: reference.name, batch: reference.batch, trainMs: trainMs,
            inferMs: try infer(reference, reference.batch, runs, parameters),
            infer1Ms: try infer(reference, 1, 100, parameters))
    }

    /// Times a training step.
    /// - Returns: the times, and the parameters that came out.
    func train(_ reference: ReferenceNetwork, runs: Int) throws -> (Times, Parameters) {
        let bound = try reference.network.bound()
        let parameters = Parameters(bound.parameters, seed: 1)
        let optimiser = Optimiser(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), for: bound.parameters)

        var training = Session(
            try reference.network.compile(.training(batch: reference.batch)), parameters: parameters, pool: pool)
        fill(training.input, reference)
        var chance = SeededGenerator(seed: 2)
        let targets = (0..<reference.batch).map { _ in Target.label(chance.index(below: bound.output.channels)) }
        let weights = [Float](repeating: 1, count: reference.batch)
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: 0)
        var seed: UInt64 = 0
        let times = try time(runs) {
            seed += 1
            training.listRows()
            optimiser.catchUp(parameters, for: training.gradients!, pool: pool)
            training.parametersDidChange()
            training.forward(seed: seed)
            _ = try loss.evaluate(
                outputs: UnsafeBufferPointer(training.output), targets: targets, weights: weights,
                gradient: training.outputGradient)
            training.backward(seed: seed)
            optimiser.step(parameters, training.gradients!, rate: 0.001, pool: pool)
        }
        return (times, parameters)
    }

    private func infer(
        _ reference: ReferenceNetwork, _ batch: Int, _ runs: Int, _ parameters: Parameters
    ) throws -> Times {
        var session = Session(
            try reference.network.compile(.inference(batch: batch)), parameters: parameters, pool: pool)
        fill(session.input, reference)
        return time(runs) { session.forward() }
    }

    private func fill(_ input: UnsafeMutableBufferPointer<Float>, _ reference: ReferenceNetwork) {
        var chance = SeededGenerator(seed: 3)
        for i in input.indices {
            input[i] = reference.words.map { Float(chance.index(below: $0)) } ?? chance.normal()
        }
    }

    /// Times the front end.
    public func features() throws -> FeatureTimes {
        var chance = SeededGenerator(seed: 4)
        let samples = (0..<60 * 16_000).map { _ in 0.1 * chance.normal() }
        let frontEnd = AudioFrontEnd(
            spectrogram: SpectrogramOptions(windowSeconds: 0.025, hopSeconds: 0.010, fftSize: 512),
            mel: MelOptions(bands: 80))
        let transform = try FourierTransform(size: 512)
        let (frame, spectrum) = (AlignedBuffer(count: 512), AlignedBuffer(count: 2 * transform.bins))
        frame.values = Array(samples[..<512])
        return FeatureTimes(
            ms: try time(15) { _ = try frontEnd.features(of: samples, sampleRate: 16_000) },
            fftMs: time(15) { for _ in 0..<6000 { transform.execute(frame.pointer, spectrum.pointer) } })
    }

    private func time(_ runs: Int, _ body: () throws -> Void) rethrows -> Times {
        for _ in 0..<3 { try body() }
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<runs {
            let start = clock.now
            try body()
            times.append(((clock.now - start) / .milliseconds(1)).rounded(to: 3))
        }
        times.sort()
        return Times(least: times[0], median: times[times.count / 2])
    }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
