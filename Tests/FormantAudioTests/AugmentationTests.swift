import Foundation
import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

/// Variations of the waveform and masks of features, each against its formula.
@Suite struct AugmentationTests {
    private let rate = 8000

    private func frontEnd(seconds: Double, padding: ClipPadding = .end) -> AudioFrontEnd {
        AudioFrontEnd(sampleRate: rate, clip: ClipFit(seconds: seconds, padding: padding))
    }

    /// The clip after one variation.
    private func varied(
        _ clip: [Float], noise: [String] = [], impulses: [String] = [], seed: UInt64 = 1,
        _ set: (inout WaveformVariation) -> Void
    ) throws -> (clip: [Float], applied: [AppliedVariation]) {
        var options = WaveformVariation()
        set(&options)
        let augmenter = try WaveformAugmenter(
            options, frontEnd: frontEnd(seconds: Double(clip.count) / Double(rate)), noiseFiles: noise,
            impulseFiles: impulses)
        var generator = SeededGenerator(seed: seed)
        var clip = clip
        let applied = try augmenter.apply(to: &clip, using: &generator)
        return (clip, applied)
    }

    private func power(_ samples: [Float]) -> Double {
        samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
    }

    @Test(arguments: [Float(-12), -3.5, 0, 6]) func gain(decibels: Float) throws {
        let clip = sine(440, count: 1000, rate: rate)
        let result = try varied(clip) { $0.gain = GainVariation(decibels: DrawRange(decibels, decibels)) }
        let factor = pow(10, Double(decibels) / 20)
        for (a, b) in zip(result.clip, clip) { #expect(abs(Double(a) - factor * Double(b)) < 1e-6) }
        #expect(result.applied == [.gain(decibels: decibels)])
    }

    /// The power of a clip at a frequency.
    private func power(_ samples: [Float], at hertz: Double) -> Double {
        var (re, im) = (0.0, 0.0)
        for (i, sample) in samples.enumerated() {
            re += Double(sample) * cos(2 * Double.pi * hertz * Double(i) / Double(rate))
            im += Double(sample) * sin(2 * Double.pi * hertz * Double(i) / Double(rate))
        }
        return re * re + im * im
    }

    @Test(arguments: 0..<8) func equaliser(seed: UInt64) throws {
        let tones = [250.0, 1000, 2000, 3500]
        let clip = tones.map { sine($0, count: 8000, rate: rate) }.reduce([Float](repeating: 0, count: 8000)) {
            zip($0, $1).map { $0 + 0.2 * $1 }
        }
        let result = try varied(clip, seed: seed) {
            $0.equaliser = EqualiserVariation(decibels: DrawRange(-12, 12), points: 4)
        }
        guard case .equaliser(let gains)? = result.applied.first else {
            Issue.record("seed \(seed): \(result.applied)")
            return
        }
        #expect(gains.count == 4 && Set(gains).count == 4 && gains.allSatisfy { abs($0) <= 12 })
        #expect(abs(power(result.clip) / power(clip) - 1) < 1e-4)
        // What the curve says of each tone, beside the first.
        func gain(_ hertz: Double) -> Double {
            let place = 3 * log10(1 + hertz / 700) / log10(1 + 4000 / 700.0)
            let point = min(2, Int(place))
            return Double(gains[point]) + Double(gains[point + 1] - gains[point]) * (place - Double(point))
        }
        // The ends are left out, where the filter has only part of the tones.
        let (before, after) = (Array(clip[400..<7600]), Array(result.clip[400..<7600]))
        let changes = tones.map { 10 * log10(power(after, at: $0) / power(before, at: $0)) }
        for (tone, change) in zip(tones, changes) {
            let expected = gain(tone) - gain(tones[0])
            #expect(abs(change - changes[0] - expected) < 0.5, "seed \(seed), \(tone) Hz")
        }
    }

    @Test func equaliserOfEqualGainsChangesNothing() throws {
        let clip = (0..<3000).map { Float(sin(Double($0 * $0) / 5000)) / 2 }
        let result = try varied(clip) { $0.equaliser = EqualiserVariation(decibels: DrawRange(7, 7), points: 2) }
        for (a, b) in zip(result.clip, clip) { #expect(abs(a - b) < 1e-5) }
    }

    @Test(arguments: [-2000, -137, -1, 0, 1, 250, 1000, 5000]) func shift(samples: Int) throws {
        let clip = (0..<1000).map { Float($0 + 1) / 2000 }
        let seconds = Float(samples) / Float(rate)
        for edge in ShiftVariation.Edge.allCases {
            let result = try varied(clip) {
                $0.shift = ShiftVariation(seconds: DrawRange(seconds, seconds), edge: edge)
            }
            #expect(result.applied == [.shift(samples: samples)] && result.clip.count == 1000)
            for i in 0..<1000 {
                let source = i - samples
                let expected: Float =
                    edge == .wrap
                    ? clip[((source % 1000) + 1000) % 1000] : clip.indices.contains(source) ? clip[source] : 0
                #expect(result.clip[i] == expected, "sample \(i) by \(samples), \(edge)")
            }
        }
    }

    /// The strongest frequency of a clip in hertz, to a quarter of a bin, by plain sums.
    private func pitch(_ samples: ArraySlice<Float>) -> Double {
        var best = (0.0, 0.0)
        for hertz in stride(from: 200.0, through: 1200, by: 1) {
            let step = 2 * Double.pi * hertz / Double(rate)
            var (re, im) = (0.0, 0.0)
            for (i, sample) in samples.enumerated() {
                re += Double(sample) * cos(step * Double(i))
                im += Double(sample) * sin(step * Double(i))
            }
            if re * re + im * im > best.1 { best = (hertz, re * re + im * im) }
        }
        return best.0
    }

    @Test(arguments: [Float(0.8), 0.95, 1.25]) func speed(factor: Float) throws {
        // A tone from 2,000 to 6,000 of 8,000 samples.
        var clip = [Float](repeating: 0, count: 8000)
        clip.replaceSubrange(2000..<6000, with: sine(500, count: 4000, rate: rate))
        let result = try varied(clip) { $0.speed = SpeedVariation(factor: DrawRange(factor, factor)) }
        #expect(result.applied == [.speed(factor: factor)] && result.clip.count == 8000)
        // Faster: the rest is padding. Slower: the middle of the result.
        let length = 8000 / Double(factor)
        let offset = max(0, (length - 8000) / 2)
        let (first, last) = (2000 / Double(factor) - offset, 6000 / Double(factor) - offset)
        let loud = result.clip.indices.filter { result.clip[$0].magnitude > 0.25 }
        #expect(abs(Double(loud.first ?? 0) - first) < 12 && abs(Double(loud.last ?? 0) - last) < 12)
        let found = pitch(result.clip[(loud.first! + 50)..<(loud.last! - 50)])
        #expect(abs(found - 500 * Double(factor)) <= 2, "\(found) Hz at \(factor)")
    }

    @Test(arguments: [Float(-5), 0, 3, 10, 25]) func noise(decibels: Float) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 5)
        // One longer and one shorter than the clip, at another rate than the front end's.
        for (name, count) in [("long", 60_000), ("short", 3000)] {
            try writeSound(
                folder.path(name + ".wav"), (0..<count).map { _ in generator.uniform(in: -0.4..<0.4) }, rate: 16_000,
                format: SoundFormat.wavFloat)
        }
        let clip = sine(700, count: 4000, rate: rate, level: 0.1) + [Float](repeating: 0, count: 2000)
        for name in ["long", "short"] {
            for seed in UInt64(0)..<4 {
                let result = try varied(clip, noise: [folder.path(name + ".wav")], seed: seed) {
                    $0.noise = NoiseVariation(folder: "noise", snr: DrawRange(decibels, decibels))
                }
                let added = zip(result.clip, clip).map { $0 - $1 }
                let reached = 10 * log10(power(clip) / power(added))
                #expect(abs(reached - Double(decibels)) < 0.1, "\(name), seed \(seed): \(reached) dB")
                #expect(result.applied == [.noise(snr: decibels)])
            }
        }
        // Without a ratio to reach, nothing happens.
        let silent = try varied([Float](repeating: 0, count: 500), noise: [folder.path("long.wav")]) {
            $0.noise = NoiseVariation(folder: "noise")
        }
        #expect(silent.clip.allSatisfy { $0 == 0 } && silent.applied.isEmpty)
    }

    @Test(arguments: [300, 5000, 40_000]) func impulseResponses(count: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 9)
        // 40 samples before the direct sound, which is the largest.
        let late = (0..<40).map { _ in 0.01 * generator.normal() }
        let response = [Float(1)] + (1..<400).map { 0.2 * generator.normal() * exp(-Float($0) / 80) }
        try writeSound(folder.path("room.wav"), late + response, rate: rate, format: SoundFormat.wavFloat)
        let clip = (0..<count).map { $0 < 250 || $0 > count - 900 ? generator.uniform(in: -0.5..<0.5) : 0 }
        let result = try varied(clip, impulses: [folder.path("room.wav")]) {
            $0.impulse = ReverberationVariation(folder: "rooms", seconds: 0.05)
        }
        var expected = [Double](repeating: 0, count: count)
        for i in clip.indices where clip[i] != 0 {
            for k in 0..<min(400, count - i) { expected[i + k] += Double(clip[i]) * Double(response[k]) }
        }
        let energy = expected.reduce(0) { $0 + $1 * $1 } / Double(count)
        let scale = (power(clip) / energy).squareRoot()
        for i in 0..<count {
            #expect(abs(Double(result.clip[i]) - scale * expected[i]) < 2e-5, "sample \(i) of \(count)")
        }
        #expect(result.applied == [.reverberation(response: 0)])
    }

    @Test func silence() throws {
        let clip = [Float](repeating: 0.5, count: 8000)
        var starts: Set<Int> = []
        for seed in UInt64(0)..<20 {
            let result = try varied(clip, seed: seed) { $0.silence = SilenceVariation(seconds: DrawRange(0.1, 0.2)) }
            guard case .silence(let samples)? = result.applied.first else { continue }
            #expect((800...1600).contains(samples.count))
            for i in 0..<8000 { #expect(result.clip[i] == (samples.contains(i) ? 0 : 0.5)) }
            starts.insert(samples.lowerBound)
        }
        #expect(starts.count > 15)
    }

    @Test func probabilities() throws {
        let clip = sine(440, count: 100, rate: rate)
        var applied = 0
        for seed in UInt64(0)..<1000 {
            let result = try varied(clip, seed: seed) { $0.gain = GainVariation(probability: 0.3) }
            if result.applied.isEmpty { #expect(result.clip == clip) } else { applied += 1 }
        }
        #expect((240...360).contains(applied), "\(applied) of 1000")
        let never = try varied(clip) { $0.gain = GainVariation(probability: 0) }
        #expect(never.clip == clip && never.applied.isEmpty)
    }

    @Test func masks() {
        let shape = Shape(channels: 2, height: 20, width: 50)
        let masks = FeatureMasks(time: MaskVariation(count: 2, width: 10), frequency: MaskVariation(count: 1, width: 6))
        var (widest, narrowest, counts) = (0, 100, Set<Int>())
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            var features = (0..<shape.count).map { Float($0 + 1) }
            let applied = features.withUnsafeMutableBufferPointer {
                masks.apply(to: $0, shape: shape, fill: -1, using: &generator)
            }
            var hidden = Set<Int>()
            for mask in applied {
                switch mask {
                case .timeMask(let frames):
                    #expect(frames.count <= 10 && frames.lowerBound >= 0 && frames.upperBound <= 50)
                    widest = max(widest, frames.count)
                    narrowest = min(narrowest, frames.count)
                    for row in 0..<40 { for frame in frames { hidden.insert(row * 50 + frame) } }
                case .frequencyMask(let bands):
                    #expect(bands.count <= 6 && bands.lowerBound >= 0 && bands.upperBound <= 20)
                    for channel in 0..<2 {
                        for band in bands { for frame in 0..<50 { hidden.insert((channel * 20 + band) * 50 + frame) } }
                    }
                default: Issue.record("\(mask)")
                }
            }
            counts.insert(applied.count)
            for i in features.indices { #expect(features[i] == (hidden.contains(i) ? -1 : Float(i + 1))) }
        }
        #expect(widest == 10 && narrowest == 1 && counts.contains(3))
        // Wider than the axis.
        var generator = SeededGenerator(seed: 1)
        var few: [Float] = [1, 2]
        let wide = FeatureMasks(time: MaskVariation(count: 100, width: 1_000_000))
        let applied = few.withUnsafeMutableBufferPointer {
            wide.apply(to: $0, shape: Shape(channels: 1, width: 2), fill: 0, using: &generator)
        }
        #expect(few == [0, 0] && !applied.isEmpty)
    }

    @Test func theSameChanceGivesTheSameSamples() throws {
        let folder = try TemporaryFolder()
        var chance = SeededGenerator(seed: 3)
        let sound = (0..<9000).map { _ in chance.uniform(in: -0.5..<0.5) }
        try writeSound(folder.path("a.wav"), sound, rate: rate, format: SoundFormat.wavFloat)
        var options = WaveformVariation()
        options.speed = SpeedVariation()
        options.shift = ShiftVariation(edge: .wrap)
        options.impulse = ReverberationVariation(folder: "a", probability: 0.5, seconds: 0.01)
        options.equaliser = EqualiserVariation(probability: 0.5)
        options.gain = GainVariation()
        options.noise = NoiseVariation(folder: "a")
        options.silence = SilenceVariation()
        let augmenter = try WaveformAugmenter(
            options, frontEnd: frontEnd(seconds: 0.5), noiseFiles: [folder.path("a.wav")],
            impulseFiles: [folder.path("a.wav")])
        let clips = (0..<12).map { i in sine(200 + 50 * Double(i), count: 4000, rate: rate) }
        func all(threads: Int) -> [[Float]] {
            var results = [[Float]](repeating: [], count: clips.count)
            results.withUnsafeMutableBufferPointer { results in
                nonisolated(unsafe) let results = results  // each written by one worker
                WorkerPool(threads: threads).forEach(clips.count) { i, _ in
                    var (clip, generator) = (clips[i], SeededGenerator(seed: UInt64(i)))
                    _ = try? augmenter.apply(to: &clip, using: &generator)
                    results[i] = clip
                }
            }
            return results
        }
        let one = all(threads: 1)
        #expect(one.allSatisfy { $0.count == 4000 } && zip(one, clips).allSatisfy { $0 != $1 })
        #expect(all(threads: 2) == one && all(threads: 3) == one)
    }

    @Test func samplesAtTheLimitStayWithinIt() throws {
        let loud = [Float](repeating: SampleCheck.limit, count: 100)
        let result = try varied(loud) { $0.gain = GainVariation(decibels: DrawRange(60, 60)) }
        #expect(result.clip.allSatisfy { $0 == SampleCheck.limit })
        let empty = try varied([]) { $0.gain = GainVariation() }
        #expect(empty.clip.isEmpty)
    }

    @Test func foldersWithoutSound() throws {
        let folder = try TemporaryFolder()
        try folder.write("broken.wav", "RIFF and no more")
        try writeSound(
            folder.path("silent.wav"), [Float](repeating: 0, count: 100), rate: rate, format: SoundFormat.wavFloat)
        for (files, part) in [([], "augmentation.noise.folder"), (["broken.wav"], "broken.wav")] {
            let error = #expect(throws: AudioError.self) {
                _ = try varied([1], noise: files.map { folder.path($0) }) { $0.noise = NoiseVariation(folder: "x") }
            }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
        for (files, seconds, part) in [
            ([], Float(0.5), "augmentation.impulse.folder"), (["silent.wav"], 0.5, "silent"),
            (["silent.wav"], 30, "augmentation.impulse.seconds"),
        ] {
            let error = #expect(throws: AudioError.self) {
                _ = try varied([1], impulses: files.map { folder.path($0) }) {
                    $0.impulse = ReverberationVariation(folder: "x", seconds: seconds)
                }
            }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        #"{"decibels": [6, -6]}"#, #"{"decibels": [-100, 0]}"#, #"{"decibels": [1]}"#, #"{"decibels": "loud"}"#,
        #"{"probability": 1.5}"#, #"{"probability": -1}"#, #"{"decibel": [0, 1]}"#, #"{"decibels": [0, 1e30]}"#,
    ]) func settingsThatAreWrong(json: String) {
        let error = #expect(throws: DecodingError.self) {
            _ = try JSONDecoder().decode(GainVariation.self, from: Data(json.utf8))
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("decibels") || text.contains("gain.probability"), "\(text)")
    }

    @Test func settingsThatAreRight() throws {
        let gain = try JSONDecoder().decode(GainVariation.self, from: Data(#"{"decibels": 3}"#.utf8))
        #expect(gain == GainVariation(decibels: DrawRange(3, 3)))
        let again = try JSONDecoder().decode(GainVariation.self, from: try JSONEncoder().encode(gain))
        #expect(again == gain)
        for (low, high) in [(Float.nan, Float(1)), (0, .nan), (-.infinity, 0), (0, .infinity)] {
            #expect(throws: AudioError.self) { try GainVariation(decibels: DrawRange(low, high)).validate() }
            #expect(throws: AudioError.self) { try ShiftVariation(seconds: DrawRange(low, high)).validate() }
            #expect(throws: AudioError.self) { try SpeedVariation(factor: DrawRange(low, high)).validate() }
            #expect(throws: AudioError.self) { try SilenceVariation(seconds: DrawRange(low, high)).validate() }
            #expect(throws: AudioError.self) { try NoiseVariation(folder: "a", snr: DrawRange(low, high)).validate() }
        }
        #expect(throws: AudioError.self) { try GainVariation(probability: .nan).validate() }
    }
}
