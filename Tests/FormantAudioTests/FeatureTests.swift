import FormantAudio
import FormantTensor
import Testing

@Suite struct FeatureTests {
    private let samples = goldenSignal(count: 9000, rate: 16_000)

    /// The front end's one pass gives the bits of the stages one after the other.
    @Test(arguments: [Framing.centeredReflect, .centeredZeros, .snipEdges])
    func stagesEqualTheFrontEnd(framing: Framing) throws {
        var frontEnd = AudioFrontEnd(
            feature: .mfcc, spectrogram: SpectrogramOptions(framing: framing),
            log: .decibel(reference: .maximum, floor: 1e-8, range: 60))
        let transform = try ShortTimeTransform(frontEnd.spectrogram, sampleRate: 16_000)
        let power = try transform.power(of: samples)
        #expect(power.bands == 257 && power.frames == transform.geometry.frameCount(samples: 9000))
        let bank = try MelFilterBank(frontEnd.mel, sampleRate: 16_000, fftSize: 512)
        let logMel = frontEnd.log.apply(to: try bank.energies(of: power))
        let cepstrum = try CepstralTransform(frontEnd.mfcc, bands: 40).coefficients(of: logMel)
        #expect(try frontEnd.features(of: samples, sampleRate: 16_000) == cepstrum.values)
        frontEnd.feature = .logMel
        #expect(try frontEnd.features(of: samples, sampleRate: 16_000) == logMel.values)
        frontEnd.feature = .logPower
        #expect(try frontEnd.features(of: samples, sampleRate: 16_000) == frontEnd.log.apply(to: power).values)
    }

    /// A frame's bits depend on its own samples alone, which is what streaming rests on.
    @Test func framesDoNotDependOnTheirPlace() throws {
        let frontEnd = AudioFrontEnd(spectrogram: SpectrogramOptions(framing: .snipEdges))
        let whole = try frontEnd.features(of: samples, sampleRate: 16_000)
        for frame in [0, 1, 17, whole.extents[1] - 1] {
            let part = Array(samples[frame * 160..<frame * 160 + 400])
            let alone = try frontEnd.features(of: part, sampleRate: 16_000)
            #expect(alone.extents == [40, 1])
            #expect(alone.values == (0..<40).map { whole[$0, frame] })
        }
    }

    /// Also with several blocks of frames, the last of them of any length, and in every stage.
    @Test(arguments: [FeatureKind.magnitude, .logPower, .logMel, .mfcc])
    func bitsDoNotDependOnTheBlock(kind: FeatureKind) throws {
        let frontEnd = AudioFrontEnd(
            feature: kind, spectrogram: SpectrogramOptions(fftSize: 600, framing: .snipEdges),
            log: .decibel(reference: .value(2), floor: 1e-9, range: nil))
        let whole = try frontEnd.features(of: samples, sampleRate: 16_000)
        let frames = whole.extents[1]
        for count in [1, 7, 15, 16, 17, 31, 40] {
            for first in [0, 1, 9, frames - count] {
                let part = Array(samples[first * 160..<(first + count - 1) * 160 + 400])
                let alone = try frontEnd.features(of: part, sampleRate: 16_000)
                #expect(alone.extents == [whole.extents[0], count])
                let expected = (0..<whole.extents[0]).flatMap { row in
                    (0..<count).map { whole[row, first + $0].bitPattern }
                }
                #expect(alone.values.map(\.bitPattern) == expected, "\(count) frames from \(first)")
            }
        }
    }

    /// Recordings side by side on any number of threads have the bits that they have one by one.
    @Test func bitsDoNotDependOnThreads() throws {
        let frontEnd = AudioFrontEnd(feature: .mfcc, deltas: DeltaOptions(order: .second))
        let recordings = (0..<24).map { Array(samples[($0 * 50)..<(3000 + $0 * 211)]) }
        let expected = try recordings.map { try frontEnd.features(of: $0, sampleRate: 16_000) }
        for threads in [1, 2, 4] {
            var found = [Tensor?](repeating: nil, count: recordings.count)
            found.withUnsafeMutableBufferPointer { found in
                nonisolated(unsafe) let found = found  // each written by one worker
                WorkerPool(threads: threads).forEach(recordings.count) { i, _ in
                    found[i] = try? frontEnd.features(of: recordings[i], sampleRate: 16_000)
                }
            }
            #expect(found == expected, "\(threads) threads")
        }
    }

    /// The largest value is exactly the reference, and the range ends where it says.
    @Test func decibelsOfTheMaximum() throws {
        for scale: Float in [1e-3, 0.3, 1, 7] {
            let frontEnd = AudioFrontEnd(log: .decibel(reference: .maximum, floor: 1e-12, range: 20))
            let features = try frontEnd.features(of: samples.map { $0 * scale }, sampleRate: 16_000)
            #expect(features.values.max() == 0 && features.values.min() == -20)
        }
    }

    @Test func frameCounts() throws {
        for (framing, counts) in [
            (Framing.centeredReflect, [(1, 1), (159, 1), (160, 2), (16_000, 101)]),
            (.snipEdges, [(399, 0), (400, 1), (559, 1), (560, 2), (16_000, 98)]),
        ] {
            let geometry = try FrameGeometry(SpectrogramOptions(framing: framing), sampleRate: 16_000)
            #expect(geometry.windowLength == 400 && geometry.hop == 160 && geometry.fftSize == 512)
            for (samples, frames) in counts { #expect(geometry.frameCount(samples: samples) == frames) }
        }
        // An odd transform has one sample less before its centre than an even one.
        let odd = try FrameGeometry(
            SpectrogramOptions(windowSeconds: 0.0005, hopSeconds: 0.0001, fftSize: 5), sampleRate: 10_000)
        #expect(odd.frameCount(samples: 10) == 10 && odd.bins == 3)
    }

    /// A sine of amplitude a in a rectangular window of N samples, on a bin, has |X| = a N / 2 there and 0 elsewhere.
    @Test func magnitudeOfASine() throws {
        let options = SpectrogramOptions(windowSeconds: 0.032, window: .rectangular, framing: .snipEdges)
        let transform = try ShortTimeTransform(options, sampleRate: 16_000)
        let magnitude = try transform.magnitude(of: sine(1000, count: 512, rate: 16_000, level: 0.5))
        #expect(magnitude.bands == 257 && magnitude.frames == 1)
        for bin in 0..<257 { #expect(abs(magnitude.values[bin, 0] - (bin == 32 ? 128 : 0)) < 1e-2) }
    }

    @Test func silenceAndSingleSamples() throws {
        for kind in FeatureKind.allCases {
            for normalisation in [Normalisation.none, .clip, .clipMean] {
                var frontEnd = AudioFrontEnd(feature: kind, normalisation: normalisation)
                frontEnd.deltas.order = .second
                for samples in [[Float](repeating: 0, count: 4000), [0.5], [1e12, -1e12, 1e12]] {
                    let features = try frontEnd.features(of: samples, sampleRate: 16_000)
                    #expect(features.values.allSatisfy { $0.isFinite }, "\(kind) \(normalisation) \(samples.count)")
                }
            }
        }
        #expect(throws: AudioError.self) { try AudioFrontEnd().features(of: [], sampleRate: 16_000) }
        let snip = AudioFrontEnd(spectrogram: SpectrogramOptions(framing: .snipEdges))
        #expect(throws: AudioError.tooShort(samples: 399, needed: 400, what: "samples of a recording")) {
            try snip.features(of: [Float](repeating: 0, count: 399), sampleRate: 16_000)
        }
    }

    @Test func clipNormalisation() throws {
        var frontEnd = AudioFrontEnd(normalisation: .clip)
        frontEnd.deltas.order = .first
        let features = try frontEnd.features(of: samples, sampleRate: 16_000)
        let frames = features.extents[1]
        for row in 0..<80 {
            let values = features.values[row * frames..<(row + 1) * frames].map(Double.init)
            let mean = values.reduce(0, +) / Double(frames)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(frames)
            #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-4)
        }
        frontEnd.normalisation = .clipMean
        let centred = try frontEnd.features(of: samples, sampleRate: 16_000)
        frontEnd.normalisation = .none
        let plain = try frontEnd.features(of: samples, sampleRate: 16_000)
        let difference = plain[3, 0] - centred[3, 0]
        for frame in 0..<frames { #expect(abs(plain[3, frame] - centred[3, frame] - difference) < 1e-5) }
    }

    @Test func corpusStatistics() throws {
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        var accumulator = BandStatisticsAccumulator()
        #expect(accumulator.statistics == nil)
        var all: [[Double]] = [[], [], []]
        for frames in [1, 7, 30, 2] {
            var clip = Tensor(zeros: [3, frames])
            for row in 0..<2 {
                for frame in 0..<frames {
                    clip[row, frame] = 1000 * Float(row + 1) + generator.normal()
                }
            }
            for row in 0..<3 { all[row] += (0..<frames).map { Double(clip[row, $0]) } }
            try accumulator.add(clip)
        }
        let statistics = try #require(accumulator.statistics)
        for row in 0..<2 {
            let mean = all[row].reduce(0, +) / Double(all[row].count)
            let variance = all[row].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all[row].count)
            #expect(abs(Double(statistics.mean[row]) - mean) < 1e-3)
            #expect(abs(Double(statistics.deviation[row]) - variance.squareRoot()) < 1e-4)
        }
        #expect(statistics.mean[2] == 0 && statistics.deviation[2] == BandStatistics.floor)
        #expect(throws: AudioError.self) { try accumulator.add(Tensor(zeros: [4, 2])) }

        var features = Tensor(extents: [3, 1], values: [1000, 2000, 0])
        try Normalisation.corpus(statistics).apply(to: &features)
        #expect(abs(features[0, 0] - (1000 - statistics.mean[0]) / statistics.deviation[0]) < 1e-5)
        #expect(features[2, 0] == 0)
        #expect(throws: AudioError.self) { try Normalisation.corpus(nil).apply(to: &features) }
    }

    /// A straight line has its slope as first derivative and a parabola twice its factor as second, whatever the edge,
    /// where the window is whole.
    @Test(arguments: [DeltaEdge.interpolate, .repeat], [3, 5, 9])
    func derivativesOfPolynomials(edge: DeltaEdge, width: Int) throws {
        let frames = 20
        let line = (0..<frames).map { 3 * Float($0) - 7 }
        let parabola = (0..<frames).map { 0.5 * Float($0 * $0) }
        let features = try DeltaOptions(order: .second, width: width, edge: edge)
            .appending(to: Tensor(extents: [2, frames], values: line + parabola))
        #expect(features.extents == [6, frames])
        let whole = edge == .interpolate ? 0..<frames : width / 2..<frames - width / 2
        for t in whole {
            #expect(abs(features[2, t] - 3) < 1e-4)
            #expect(abs(features[4, t]) < 1e-3)
            #expect(abs(features[5, t] - 1) < 1e-3)
        }
        let inner = width / 2..<frames - width / 2
        for t in inner { #expect(abs(features[3, t] - Float(t)) < 1e-3) }
        let options = DeltaOptions(order: .first, width: width, edge: edge)
        let few = Tensor(zeros: [1, width - 1])
        switch edge {
        case .interpolate: #expect(throws: AudioError.self) { try options.appending(to: few) }
        case .repeat: #expect(try options.appending(to: few) == Tensor(zeros: [2, width - 1]))
        }
    }

    @Test func melScales() {
        for scale in MelScale.allCases {
            for hertz in [0.0, 1, 440, 999, 1000, 1001, 8000, 20_000] {
                #expect(abs(scale.hertz(scale.mel(hertz)) - hertz) < 1e-6)
            }
        }
        #expect(abs(MelScale.htk.mel(1000) - 999.9855) < 1e-3)
        #expect(abs(MelScale.slaney.mel(1000) - 15) < 1e-9 && abs(MelScale.slaney.mel(6400) - 42) < 1e-9)
    }
}
