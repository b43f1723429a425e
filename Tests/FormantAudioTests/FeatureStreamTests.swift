import FormantAudio
import FormantTensor
import Testing

/// Frames computed from chunks of any size are, bit for bit, those of the whole.
@Suite struct FeatureStreamTests {
    /// Streams samples in chunks of the given sizes, again and again.
    private func stream(
        _ frontEnd: AudioFrontEnd, _ samples: [Float], rate: Int, chunk: () -> Int
    ) throws -> (features: Tensor, parts: Int) {
        let stream = try FeatureStream(frontEnd, sampleRate: rate)
        var parts: [Tensor] = []
        var start = 0
        while start < samples.count {
            let end = min(samples.count, start + chunk())
            parts.append(try stream.append(Array(samples[start..<end])))
            start = end
        }
        parts.append(try stream.finish())
        #expect(parts.allSatisfy { $0.extents[0] == stream.rows })
        let frames = parts.reduce(0) { $0 + $1.extents[1] }
        #expect(frames == stream.frames)
        var values: [Float] = []
        for row in 0..<stream.rows {
            for part in parts {
                let width = part.extents[1]
                values += part.values[row * width..<(row + 1) * width]
            }
        }
        return (Tensor(extents: [stream.rows, frames], values: values), parts.count { $0.extents[1] > 0 })
    }

    private func expectSame(
        _ frontEnd: AudioFrontEnd, _ samples: [Float], rate: Int, _ what: String, chunk: () -> Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let whole: Tensor
        do {
            whole = try frontEnd.features(of: samples, sampleRate: rate)
        } catch {
            #expect(throws: error, "\(what)", sourceLocation: sourceLocation) {
                try stream(frontEnd, samples, rate: rate, chunk: chunk)
            }
            return
        }
        let found = try stream(frontEnd, samples, rate: rate, chunk: chunk).features
        #expect(found.extents == whole.extents, "\(what)", sourceLocation: sourceLocation)
        let same = zip(found.values, whole.values).allSatisfy { $0.bitPattern == $1.bitPattern }
        #expect(same, "\(what)", sourceLocation: sourceLocation)
    }

    /// Front ends without anything that needs the whole recording.
    private static var local: [AudioFrontEnd] {
        var all: [AudioFrontEnd] = []
        for preset in AudioPreset.allCases {
            for feature in FeatureKind.allCases where feature != .constantQ && feature != .variableQ {
                var frontEnd = preset.frontEnd(for: feature)
                if case .decibel(let reference, let floor, _) = frontEnd.log {
                    frontEnd.log = .decibel(reference: reference, floor: floor, range: nil)
                }
                frontEnd.chroma.tuning = .bins(0.1)
                all.append(frontEnd)
            }
        }
        return all
    }

    @Test func everyPresetAndKind() throws {
        let seed: UInt64 = 4
        var generator = SeededGenerator(seed: seed)
        for frontEnd in Self.local {
            let rate = frontEnd.sampleRate
            let samples = goldenSignal(count: 5000 + generator.index(below: 4000), rate: rate)
            for largest in [200, 3000] {
                try expectSame(
                    frontEnd, samples, rate: rate, "\(frontEnd) chunks to \(largest), seed \(seed)",
                    chunk: { generator.index(below: largest) })
            }
        }
    }

    /// Random geometries, framings, derivatives, lengths down to none and chunkings down to single samples.
    @Test func randomProblems() throws {
        let seed: UInt64 = 44
        var generator = SeededGenerator(seed: seed)
        for problem in 0..<400 {
            let window = 2 + generator.index(below: 60)
            let rate = 1000
            var frontEnd = AudioFrontEnd(
                sampleRate: rate, feature: FeatureKind.allCases[generator.index(below: FeatureKind.allCases.count)],
                spectrogram: SpectrogramOptions(
                    windowSeconds: Double(window) / 1000, hopSeconds: Double(1 + generator.index(below: 90)) / 1000,
                    fftSize: window + generator.index(below: 30),
                    framing: Framing.allCases[generator.index(below: Framing.allCases.count)],
                    sampleScale: generator.index(below: 2) == 0 ? 1 : 100,
                    removeOffset: generator.index(below: 2) == 0,
                    preemphasis: Preemphasis(
                        coefficient: 0.5 * Float(generator.index(below: 3)),
                        over: PreemphasisScope.allCases[generator.index(below: 3)])),
                mel: MelOptions(bands: 4, lowerEdge: 0, emptyBands: .zero),
                mfcc: CepstrumOptions(coefficients: 3),
                energy: FrameEnergy(term: EnergyTerm.allCases[generator.index(below: 3)]),
                deltas: DeltaOptions(
                    order: DeltaOrder.allCases[generator.index(below: 3)], width: 3 + 2 * generator.index(below: 3)),
                clip: ClipFit(seconds: 5))
            if generator.index(below: 2) == 0 {
                frontEnd.deltas.edge = .interpolate
            } else {
                frontEnd.deltas.second = SecondDelta.allCases[generator.index(below: 3)]
            }
            let samples = goldenSignal(count: generator.index(below: 700), rate: rate)
            let largest = [2, 40, 1000][generator.index(below: 3)]
            try expectSame(
                frontEnd, samples, rate: rate, "problem \(problem), seed \(seed): \(frontEnd)",
                chunk: { generator.index(below: largest) })
        }
    }

    /// What a stream keeps does not grow with the sound: windows and frames, whatever the chunks.
    @Test(arguments: [1, 100, 7919])
    func memoryIsBounded(chunk: Int) throws {
        var frontEnd = AudioPreset.librosa.frontEnd(for: .pcen)
        frontEnd.deltas.order = .second
        let stream = try FeatureStream(frontEnd, sampleRate: 22_050)
        let sound = goldenSignal(count: chunk, rate: 22_050)
        var largest = (samples: 0, frames: 0)
        for _ in 0..<(chunk == 1 ? 100_000 : 2_000_000 / chunk) {
            _ = try stream.append(sound)
            largest = (max(largest.samples, stream.held.samples), max(largest.frames, stream.held.frames))
        }
        #expect(stream.frames > 150)
        #expect(largest.samples <= 2 * 2048 + 512 + chunk + 2)
        #expect(largest.frames <= 2 * 9 + chunk / 512 + 1)
    }

    /// soxr's samples do not depend on how its input was cut.
    @Test(arguments: [(44_100, 16_000), (8000, 16_000), (48_000, 22_050), (16_000, 8000), (11_025, 16_000)])
    func resampledChunks(from: Int, to: Int) throws {
        var generator = SeededGenerator(seed: UInt64(from))
        let samples = goldenSignal(count: from / 4 + 1, rate: from)
        let whole = try Resampler.convert(samples, from: from, to: to)
        var frontEnd = AudioFrontEnd(sampleRate: to)
        frontEnd.deltas.order = .second
        for largest in [2, 64, 5000] {
            let resampler = try Resampler(from: from, to: to)
            var pieces: [Float] = []
            var start = 0
            while start < samples.count {
                let end = min(samples.count, start + generator.index(below: largest))
                try samples[start..<end].withUnsafeBufferPointer { try resampler.process($0, into: &pieces) }
                start = end
            }
            try resampler.finish(into: &pieces)
            #expect(pieces == whole, "\(from) → \(to), chunks to \(largest)")
            try expectSame(
                frontEnd, samples, rate: from, "\(from) → \(to), chunks to \(largest), seed \(from)",
                chunk: { generator.index(below: largest) })
        }
    }

    @Test func framesComeAsSoonAsTheirSamplesAreThere() throws {
        let frontEnd = AudioFrontEnd(spectrogram: SpectrogramOptions(framing: .snipEdges))
        let stream = try FeatureStream(frontEnd, sampleRate: 16_000)
        let samples = goldenSignal(count: 561, rate: 16_000)
        #expect(try stream.append(Array(samples[..<399])).extents == [40, 0])
        #expect(try stream.append([]).extents == [40, 0])
        #expect(try stream.append([samples[399]]).extents == [40, 1])
        #expect(try stream.append(Array(samples[400..<559])).extents == [40, 0])
        #expect(try stream.append(Array(samples[559...])).extents == [40, 1])
        #expect(try stream.finish().extents == [40, 0])
        #expect(stream.frames == 2)
    }

    @Test(arguments: [
        (["normalisation=clip"], "normalisation"), (["normalisation=clip-mean"], "normalisation"),
        (["log.scale=decibel", "log.floor=1e-10", "log.range=80"], "log.range"),
        (["log.scale=decibel", "log.floor=1e-10", "log.reference=maximum"], "log.reference"),
        (["feature=chroma", "chroma.tuning=estimated"], "chroma.tuning"),
        (["sampleRate=22050", "feature=constant-q"], "feature"),
        (["sampleRate=22050", "feature=variable-q"], "feature"),
    ])
    func whatNeedsTheWholeIsRefused(settings: [String], option: String) throws {
        let frontEnd = try changed(AudioFrontEnd(), settings)
        let error = #expect(throws: AudioError.self) { try FeatureStream(frontEnd, sampleRate: 16_000) }
        guard case .optionInvalid(option, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // A power spectrogram takes no logarithm.
        if option != "normalisation" {
            var power = frontEnd
            power.feature = .power
            _ = try FeatureStream(power, sampleRate: 16_000)
        }
    }

    @Test func badSamplesAreRefusedAndTheStreamGoesOn() throws {
        let samples = goldenSignal(count: 2000, rate: 16_000)
        let frontEnd = AudioFrontEnd()
        let stream = try FeatureStream(frontEnd, sampleRate: 16_000)
        var values = try stream.append(Array(samples[..<1000])).extents[1]
        let error = #expect(throws: AudioError.self) { try stream.append([0, .nan]) }
        #expect(error?.description.contains("found nan at 0.0625625 s") == true, "\(String(describing: error))")
        values += try stream.append(Array(samples[1000...])).extents[1]
        values += try stream.finish().extents[1]
        #expect(values == (try frontEnd.features(of: samples, sampleRate: 16_000)).extents[1])
    }
}
