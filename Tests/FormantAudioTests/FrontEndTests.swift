import Foundation
import FormantAudio
import FormantTensor
import Testing

@Suite struct FrontEndTests {
    private func decode(_ json: String) throws -> AudioFrontEnd {
        try JSONDecoder().decode(AudioFrontEnd.self, from: Data(json.utf8))
    }

    private var unusual: AudioFrontEnd {
        AudioFrontEnd(
            sampleRate: 22_050, channel: .only(1), feature: .mfcc,
            spectrogram: SpectrogramOptions(
                windowSeconds: 0.032, hopSeconds: 0.016, fftSize: 1000, window: .povey, symmetry: .symmetric,
                framing: .snipEdges),
            mel: MelOptions(
                bands: 24, lowerEdge: 60, upperEdge: 9000, scale: .slaney, norm: .slaney, emptyBands: .zero),
            log: .decibel(reference: .maximum, floor: 1e-9, range: 70),
            mfcc: CepstrumOptions(coefficients: 20, lifter: 22),
            deltas: DeltaOptions(order: .first, width: 5, edge: .interpolate),
            normalisation: .corpus(
                BandStatistics(mean: [Float](repeating: 1, count: 40), deviation: [Float](repeating: 2, count: 40))),
            clip: ClipFit(seconds: 2.5, padding: .center, excess: .windows, hopSeconds: 0.5))
    }

    /// A front end of which no setting of a further feature is the default.
    private var further: AudioFrontEnd {
        AudioFrontEnd(
            feature: .pcen,
            spectrogram: SpectrogramOptions(
                sampleScale: 2, removeOffset: true, preemphasis: Preemphasis(coefficient: 0.5, over: .recording)),
            mel: MelOptions(slopes: .mel, source: .magnitude),
            mfcc: CepstrumOptions(lifterRule: .htk, norm: .htk, zeroth: .last),
            energy: FrameEnergy(term: .windowed, floor: 3, place: .last),
            pcen: PCENOptions(scale: 3, gain: 0.7, bias: 1, power: 0.2, timeConstant: 0.1, epsilon: 1e-4),
            chroma: ChromaOptions(bins: 24, tuning: .bins(0.1), centerOctave: 4, octaveWidth: 1, norm: .none),
            constantQ: ConstantQOptions(lowestHertz: 55, bins: 24, binsPerOctave: 6, filterScale: 0.5),
            spectral: SpectralOptions(
                contrastBands: 3, contrastLowest: 100, contrastQuantile: 0.1, rolloff: 0.5, flatnessFloor: 1e-5),
            deltas: DeltaOptions(second: .convolved))
    }

    @Test func jsonRoundTrip() throws {
        var decibels = AudioFrontEnd(log: .decibel(reference: .value(0.5), floor: 1e-10, range: nil))
        decibels.normalisation = .corpus(nil)
        var clipped = AudioFrontEnd(normalisation: .clip)
        clipped.deltas.order = .second
        #expect(AudioPreset.librosa.frontEnd.chroma.tuning == .estimated)
        for frontEnd in [AudioFrontEnd(), AudioPreset.librosa.frontEnd, unusual, decibels, clipped, further] {
            let data = try JSONEncoder().encode(frontEnd)
            #expect(try JSONDecoder().decode(AudioFrontEnd.self, from: data) == frontEnd)
        }
    }

    @Test func absentKeysHaveDefaults() throws {
        #expect(try decode("{}") == AudioFrontEnd())
        #expect(try decode(#"{"mel": {"bands": 64}}"#) == AudioFrontEnd(mel: MelOptions(bands: 64)))
        #expect(try decode(#"{"channel": 2}"#).channel == .only(2))
        #expect(
            try decode(#"{"log": {"scale": "decibel"}}"#).log
                == .decibel(reference: .value(1), floor: 1e-10, range: nil))
        #expect(AudioPreset.default.frontEnd == AudioFrontEnd())
    }

    @Test(arguments: [
        (#"{"sampel_rate": 8000}"#, "sampleRate"), (#"{"mel": {"band": 64}}"#, "bands"),
        (#"{"spectrogram": {"hopSecond": 0.01}}"#, "hopSeconds"), (#"{"feature": "logmel"}"#, "log-mel"),
        (#"{"spectrogram": {"window": "haming"}}"#, "hamming"), (#"{"clip": {"excess": "window"}}"#, "windows"),
        (#"{"log": {"scale": "natural", "floo": 1}}"#, "floor"), (#"{"normalisation": "clip_mean"}"#, "clip-mean"),
        (#"{"deltas": {"order": "secnd"}}"#, "second"), (#"{"mfcc": {"coeficients": 3}}"#, "coefficients"),
    ])
    func unknownKeysAreRefused(json: String, nearest: String) {
        let error = #expect(throws: DecodingError.self) { try decode(json) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(json): \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains("did you mean \"\(nearest)\"?"), "\(context.debugDescription)")
        #expect((context.underlyingError as? UnknownName)?.nearest == nearest)
    }

    @Test(arguments: [
        (#"{"sampleRate": 0}"#, "sampleRate"), (#"{"sampleRate": 9000000}"#, "sampleRate"),
        (#"{"spectrogram": {"fftSize": 256}}"#, "fftSize"), (#"{"spectrogram": {"fftSize": 1000000}}"#, "fftSize"),
        (#"{"spectrogram": {"windowSeconds": 0}}"#, "windowSeconds"),
        (#"{"spectrogram": {"windowSeconds": 1e300}}"#, "windowSeconds"),
        (#"{"spectrogram": {"hopSeconds": -1}}"#, "hopSeconds"),
        (#"{"spectrogram": {"hopSeconds": 1e300}}"#, "hopSeconds"),
        (#"{"mel": {"upperEdge": 8001}}"#, "upperEdge"), (#"{"mel": {"lowerEdge": 8000}}"#, "lowerEdge"),
        (#"{"mel": {"bands": 0}}"#, "bands"), (#"{"mel": {"bands": 400}}"#, "has no bin"),
        (#"{"log": {"floor": 0}}"#, "floor"), (#"{"log": {"scale": "decibel", "reference": -1}}"#, "reference"),
        (#"{"feature": "mfcc", "mfcc": {"coefficients": 41}}"#, "coefficients"),
        (#"{"deltas": {"width": 4}}"#, "width"), (#"{"clip": {"seconds": 0}}"#, "seconds"),
        (#"{"clip": {"seconds": 1e18}}"#, "seconds"), (#"{"clip": {"hopSeconds": 0}}"#, "hopSeconds"),
        (#"{"clip": {"seconds": 0.001}, "spectrogram": {"framing": "snip-edges"}}"#, "clip.seconds"),
        (#"{"clip": {"seconds": 3600}, "feature": "power", "spectrogram": {"hopSeconds": 0.0001}}"#, "clip.seconds"),
        (#"{"normalisation": {"mean": [1], "deviation": [1]}}"#, "rows"), (#"{"channel": -1}"#, "channel"),
        (#"{"channel": "left"}"#, "channel"),
    ])
    func unfitOptionsAreRefused(json: String, mentioned: String) {
        let error = #expect(throws: DecodingError.self) { try decode(json) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(json): \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains(mentioned), "\(context.debugDescription)")
    }

    @Test func bandsWithoutABinAreZeroWhereAllowed() throws {
        var frontEnd = AudioFrontEnd(feature: .mel, mel: MelOptions(bands: 400, emptyBands: .zero))
        let bank = try MelFilterBank(frontEnd.mel, sampleRate: 16_000, fftSize: 512)
        let empty = try #require(bank.ranges.firstIndex { $0.isEmpty })
        let mel = try frontEnd.features(of: goldenSignal(count: 1600, rate: 16_000), sampleRate: 16_000)
        #expect((0..<mel.extents[1]).allSatisfy { mel[empty, $0] == 0 })
        frontEnd.mel.emptyBands = .refused
        #expect(throws: AudioError.self) { try frontEnd.validate() }
    }

    @Test func clipsHaveTheStatedShape() throws {
        var frontEnd = AudioFrontEnd()
        #expect(try frontEnd.featureShape() == Shape(channels: 1, height: 40, width: 101))
        frontEnd.deltas.order = .second
        #expect(try frontEnd.featureShape() == Shape(channels: 3, height: 40, width: 101))
        for (count, rate) in [(1, 16_000), (8000, 16_000), (16_000, 16_000), (40_000, 16_000), (3000, 8000)] {
            let clip = try frontEnd.clipFeatures(of: goldenSignal(count: count, rate: rate), sampleRate: rate)
            #expect(clip.extents == [3, 40, 101])
        }
        let whole = try frontEnd.features(of: goldenSignal(count: 16_000, rate: 16_000), sampleRate: 16_000)
        let clip = try frontEnd.clipFeatures(of: goldenSignal(count: 16_000, rate: 16_000), sampleRate: 16_000)
        #expect(whole.extents == [120, 101] && whole.values == clip.values)
    }

    @Test func shortAndLongClips() throws {
        let samples = goldenSignal(count: 1001, rate: 1000)
        var frontEnd = AudioFrontEnd(
            sampleRate: 1000, feature: .power,
            spectrogram: SpectrogramOptions(windowSeconds: 0.064, hopSeconds: 0.032, framing: .snipEdges),
            mel: MelOptions(bands: 4))
        func same(_ clip: [Float]) throws {
            let found = try frontEnd.clipFeatures(of: samples, sampleRate: 1000)
            #expect(found.values == (try frontEnd.features(of: clip, sampleRate: 1000)).values)
        }
        frontEnd.clip = ClipFit(seconds: 1.504)
        try same(samples + [Float](repeating: 0, count: 503))
        frontEnd.clip.padding = .center
        try same([Float](repeating: 0, count: 251) + samples + [Float](repeating: 0, count: 252))
        frontEnd.clip = ClipFit(seconds: 0.5, excess: .cropCenter)
        try same(Array(samples[250..<750]))
        frontEnd.clip.excess = .cropStart
        try same(Array(samples[0..<500]))
        frontEnd.clip.excess = .windows
        try same(Array(samples[250..<750]))
    }

    @Test func windowsOfALongRecording() throws {
        var frontEnd = AudioFrontEnd(clip: ClipFit(seconds: 1, excess: .windows, hopSeconds: 0.5))
        #expect(Array(try frontEnd.windows(ofSeconds: 2.25)) == [0...1, 0.5...1.5, 1...2, 1.5...2.25])
        #expect(Array(try frontEnd.windows(ofSeconds: 2)) == [0...1, 0.5...1.5, 1...2])
        #expect(Array(try frontEnd.windows(ofSeconds: 0.25)) == [0...0.25])
        #expect(try frontEnd.windows(ofSeconds: 0).isEmpty)
        #expect(Array(try frontEnd.windows(ofSeconds: 2, hop: 2)) == [0...1])
        #expect(Array(try frontEnd.windows(ofSeconds: 3.5, hop: 2)) == [0...1, 2...3])
        let day = try frontEnd.windows(ofSeconds: 86_400, hop: 0.1)
        #expect(day.count == 863_991 && day[day.count - 1] == 86_399...86_400)
        frontEnd.clip.excess = .cropCenter
        #expect(Array(try frontEnd.windows(ofSeconds: 2)) == [0.5...1.5])
        #expect(Array(try frontEnd.windows(ofSeconds: 2, hop: 1)) == [0...1, 1...2])
        frontEnd.clip.excess = .cropStart
        #expect(Array(try frontEnd.windows(ofSeconds: 2)) == [0...1])
        for seconds in [-1, Double.nan, .infinity] {
            #expect(throws: AudioError.self) { try frontEnd.windows(ofSeconds: seconds) }
        }
        for hop in [0, -1, Double.nan] {
            #expect(throws: AudioError.self) { try frontEnd.windows(ofSeconds: 10, hop: hop) }
        }
    }

    /// A hop longer than a clip leaves gaps, and no clip may begin past the end.
    @Test func windowsWithGapsBeginInsideTheRecording() throws {
        let seed: UInt64 = 21
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let frontEnd = AudioFrontEnd(
                sampleRate: 100, clip: ClipFit(seconds: 0.01 * Double(1 + generator.index(below: 50)), excess: .windows)
            )
            let seconds = 0.01 * Double(1 + generator.index(below: 400))
            let hop = 0.01 * Double(1 + generator.index(below: 100))
            for window in try frontEnd.windows(ofSeconds: seconds, hop: hop) {
                #expect(window.lowerBound < window.upperBound && window.upperBound <= seconds + 1e-9, "seed \(seed)")
            }
        }
    }

    @Test func resamplesToItsOwnRate() throws {
        let frontEnd = AudioFrontEnd()
        let low = try frontEnd.features(of: sine(440, count: 44_100, rate: 44_100), sampleRate: 44_100)
        let own = try frontEnd.features(of: sine(440, count: 16_000, rate: 16_000), sampleRate: 16_000)
        #expect(low.extents == own.extents)
        let band = try #require((0..<40).max { own[$0, 50] < own[$1, 50] })
        #expect(abs(low[band, 50] - own[band, 50]) < 1e-2)
    }

    @Test func presetsByName() throws {
        #expect(try AudioPreset(named: "librosa") == .librosa)
        let error = #expect(throws: AudioError.self) { try AudioPreset(named: "libroza") }
        #expect(error?.description.contains("\"librosa\"") == true)
        for preset in AudioPreset.allCases { try preset.frontEnd.validate() }
    }
}
