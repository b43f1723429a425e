import Foundation
import FormantAudio
import FormantTensor
import Testing

/// The reference presets against their references (`tools/golden/presets.py`), element by element.
@Suite struct PresetTests {
    /// What one golden array is.
    struct Entry: Decodable {
        var preset: AudioPreset
        var rate: Int
        var samples: Int
        var input: String
        var feature: FeatureKind
        /// Settings unlike the preset's, `KEY=VALUE`.
        var options: [String]
        /// Rows of the whole array, of which every `every`-th is stored.
        var rows: Int
        var every: Int
        /// Frames of the whole array, of which `frames` are stored.
        var count: Int
        var frames: [Int]
        var offset: Int
        /// Largest magnitude of the whole array.
        var scale: Float

        var name: String { "\(preset.rawValue) \(feature.rawValue) \(rate) Hz \(input) \(samples) \(options)" }
        var isLogarithm: Bool { feature == .logMel || feature == .logPower || feature == .spectralContrast }
    }

    private struct Index: Decodable { var arrays: [Entry] }

    private static func entries() throws -> [Entry] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/presets.json")
        return try JSONDecoder().decode(Index.self, from: Data(contentsOf: url)).arrays
    }

    private func features(_ entry: Entry) throws -> Tensor {
        let frontEnd = try changed(entry.preset.frontEnd(for: entry.feature, sampleRate: entry.rate), entry.options)
        let samples =
            entry.input == "silence"
            ? [Float](repeating: 0, count: entry.samples) : goldenSignal(count: entry.samples, rate: entry.rate)
        return try frontEnd.features(of: samples, sampleRate: entry.rate)
    }

    @Test(arguments: [AudioPreset.librosa, .torchaudio, .kaldi, .htk])
    func equalsItsReference(preset: AudioPreset) throws {
        let values = try golden("presets").values
        let entries = try Self.entries().filter { $0.preset == preset }
        #expect(Set(entries.map(\.rate)) == [8000, 16_000, 22_050, 44_100, 48_000])
        #expect(entries.contains { $0.input == "silence" })
        var worst: [FeatureKind: Float] = [:]
        for entry in entries {
            let found = try features(entry)
            #expect(found.extents == [entry.rows, entry.count], "\(entry.name)")
            guard found.extents == [entry.rows, entry.count] else { continue }
            // A logarithm's difference counts as it is, that of other features in units of their largest value.
            let unit = entry.isLogarithm ? 1 : max(entry.scale, .leastNormalMagnitude)
            var position = entry.offset
            var largest: (error: Float, row: Int, frame: Int) = (0, 0, 0)
            for row in stride(from: 0, to: entry.rows, by: entry.every) {
                for frame in entry.frames {
                    let error = (found[row, frame] - values[position]).magnitude / unit
                    if !(error <= largest.error) { largest = (error, row, frame) }
                    position += 1
                }
            }
            #expect(
                largest.error <= (entry.isLogarithm ? 1e-3 : 1e-4),
                "\(entry.name): row \(largest.row), frame \(largest.frame)")
            worst[entry.feature] = max(worst[entry.feature] ?? 0, largest.error)
        }
        for (feature, error) in worst.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            print("largest difference: \(preset.rawValue) \(feature.rawValue) \(error)")
        }
    }

    /// Where the references fail on a single sample: torchaudio cannot mirror it, Kaldi and HTK have no frame of it,
    /// librosa refuses its deltas.
    @Test func aSingleSample() throws {
        let one: [Float] = [0.5]
        let constant = [Float](repeating: 0.5, count: 401)
        let mirrored = AudioPreset.torchaudio.frontEnd(for: .mel)
        let found = try mirrored.features(of: one, sampleRate: 16_000)
        let reference = try mirrored.features(of: constant, sampleRate: 16_000)
        #expect(found.extents == [128, 1])
        #expect((0..<128).allSatisfy { found[$0, 0] == reference[$0, 0] })
        for preset in [AudioPreset.kaldi, .htk] {
            #expect(throws: AudioError.tooShort(samples: 1, needed: 400, what: "samples of a recording")) {
                try preset.frontEnd.features(of: one, sampleRate: 16_000)
            }
        }
        var hops = AudioPreset.kaldi.frontEnd
        hops.spectrogram.framing = .centeredHops
        #expect(throws: AudioError.tooShort(samples: 1, needed: 80, what: "samples of a recording")) {
            try hops.features(of: one, sampleRate: 16_000)
        }
        #expect(try hops.features(of: goldenSignal(count: 80, rate: 16_000), sampleRate: 16_000).extents == [23, 1])
        var deltas = AudioPreset.librosa.frontEnd(for: .mfcc)
        deltas.deltas.order = .first
        let error = #expect(throws: AudioError.self) { try deltas.features(of: one, sampleRate: 22_050) }
        #expect(error?.description.contains("interpolate") == true)
        // Two octaves, before which the recording is resampled to an eighth of its rate.
        var pitches = AudioPreset.librosa.frontEnd(for: .constantQ)
        pitches.constantQ = ConstantQOptions(lowestHertz: 110, bins: 24)
        #expect(throws: AudioError.tooShort(samples: 7, needed: 8, what: "samples of a constant-Q transform")) {
            try pitches.features(of: [Float](repeating: 0.5, count: 7), sampleRate: 22_050)
        }
    }

    @Test(arguments: [
        ("spectrogram.sampleScale=0", "sampleScale"), ("spectrogram.sampleScale=40000", "sampleScale"),
        ("spectrogram.preemphasis.coefficient=1.5", "preemphasis.coefficient"), ("energy.floor=0", "energy.floor"),
        ("deltas.edge=interpolate", "deltas.second"),
    ])
    func unfitOptionsAreRefused(option: String, mentioned: String) throws {
        let error = #expect(throws: DecodingError.self) { try changed(AudioPreset.kaldi.frontEnd, [option]) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(option): \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains(mentioned), "\(context.debugDescription)")
    }

    @Test(arguments: [
        ("pcen", "pcen.gain=2", "pcen.gain"), ("pcen", "pcen.bias=-1", "pcen.bias"),
        ("pcen", "pcen.scale=0", "pcen.scale"),
        ("pcen", "pcen.power=-0.5", "pcen.power"), ("pcen", "pcen.epsilon=0", "pcen.epsilon"),
        ("pcen", "pcen.timeConstant=0", "pcen.timeConstant"), ("pcen", "pcen.timeConstant=1e-300", "pcen.timeConstant"),
        ("chroma", "chroma.bins=0", "chroma.bins"), ("chroma", "chroma.bins=1e3", "chroma.bins"),
        ("chroma", "chroma.tuning=1", "chroma.tuning"), ("chroma", "chroma.tuning=guessed", "estimated"),
        ("chroma", "chroma.octaveWidth=0", "chroma.octaveWidth"),
        ("chroma", "chroma.centerOctave=1e9", "chroma.centerOctave"),
        ("constant-q", "constantQ.bins=0", "constantQ.bins"),
        ("constant-q", "constantQ.bins=200", "constantQ.lowestHertz"),
        ("constant-q", "constantQ.lowestHertz=0", "constantQ.lowestHertz"),
        ("constant-q", "constantQ.lowestHertz=1e-300", "constantQ.lowestHertz"),
        ("constant-q", "constantQ.lowestHertz=1e-320", "constantQ.lowestHertz"),
        ("constant-q", "constantQ.lowestHertz=1e-3", "at most 65536 samples"),
        ("pseudo-constant-q", "constantQ.lowestHertz=1e-320", "at most 65536 samples"),
        ("pseudo-constant-q", "constantQ.lowestHertz=1", "at most 65536 samples"),
        ("constant-q", "constantQ.binsPerOctave=0", "constantQ.binsPerOctave"),
        ("constant-q", "constantQ.bins=88,constantQ.lowestHertz=70", "reaches"),
        ("variable-q", "constantQ.gamma=-1", "constantQ.gamma"), ("mel", "constantQ.gamma=1e9", "constantQ.gamma"),
        ("variable-q", "constantQ.gamma=100000", "reaches"),
        (
            "pseudo-constant-q", "constantQ.bins=513,constantQ.binsPerOctave=120,constantQ.lowestHertz=200",
            "constantQ.bins"
        ),
        ("constant-q", "constantQ.filterScale=100", "constantQ.filterScale"),
        ("constant-q", "constantQ.filterScale=1e-9", "constantQ.filterScale"),
        ("spectral-contrast", "spectral.contrastBands=0", "spectral.contrastBands"),
        ("spectral-contrast", "spectral.contrastBands=9", "spectral.contrastLowest"),
        ("spectral-contrast", "spectral.contrastLowest=0", "spectral.contrastLowest"),
        ("spectral-contrast", "spectral.contrastLowest=1e-3", "at least two bins"),
        ("spectral-contrast", "spectral.contrastQuantile=1", "spectral.contrastQuantile"),
        ("spectral-rolloff", "spectral.rolloff=0", "spectral.rolloff"),
        ("spectral-flatness", "spectral.flatnessFloor=0", "spectral.flatnessFloor"),
        ("pcen", "pcen.gian=1", "gain"), ("chroma", "chroma.norm=maximal", "maximum"), ("rsm", "pcen.gain=1", "rms"),
        ("constant-q", "constantQ.bin=3", "bins"), ("rms", "spectral.roloff=0.5", "rolloff"),
        // What the kind of feature does not use is checked too.
        ("rms", "pcen.gain=2", "pcen.gain"), ("rms", "chroma.bins=0", "chroma.bins"),
        ("log-mel", "constantQ.bins=0", "constantQ.bins"), ("mel", "spectral.rolloff=1", "spectral.rolloff"),
    ])
    func unfitOptionsOfFurtherFeaturesAreRefused(feature: String, option: String, mentioned: String) throws {
        let error = #expect(throws: DecodingError.self) {
            try changed(
                AudioPreset.librosa.frontEnd, option.split(separator: ",").map(String.init) + ["feature=\(feature)"])
        }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(option): \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains(mentioned), "\(context.debugDescription)")
    }

    @Test(arguments: AudioPreset.allCases)
    func everyKindHasTheStatedShape(preset: AudioPreset) throws {
        for feature in FeatureKind.allCases {
            var frontEnd = preset.frontEnd(for: feature)
            frontEnd.deltas.order = .second
            // The constant-Q windows alone take a second.
            frontEnd.clip.seconds = 2
            let samples = goldenSignal(count: 2 * frontEnd.sampleRate, rate: frontEnd.sampleRate)
            let shape = try frontEnd.featureShape()
            #expect(shape.channels == 3)
            let features = try frontEnd.features(of: samples, sampleRate: frontEnd.sampleRate)
            #expect(features.extents == [3 * shape.height, shape.width], "\(preset) \(feature)")
            #expect(features.values.allSatisfy { $0.isFinite })
            let clip = try frontEnd.clipFeatures(of: samples, sampleRate: frontEnd.sampleRate)
            #expect(clip.extents == [3, shape.height, shape.width] && clip.values == features.values)
        }
    }

    /// What is done to each frame before its transform is done to the recording, where there are no such frames.
    @Test func aConstantQTransformTakesTheRecording() throws {
        let samples = goldenSignal(count: 22_050, rate: 22_050)
        var frontEnd = AudioPreset.librosa.frontEnd(for: .constantQ)
        let plain = try frontEnd.features(of: samples, sampleRate: 22_050)
        frontEnd.spectrogram.removeOffset = true
        frontEnd.spectrogram.framing = .snipEdges
        #expect(try frontEnd.features(of: samples, sampleRate: 22_050) == plain)
        frontEnd.spectrogram.preemphasis = Preemphasis(coefficient: 0.97, over: .frame)
        let frames = try frontEnd.features(of: samples, sampleRate: 22_050)
        frontEnd.spectrogram.preemphasis.over = .recording
        #expect(frames != plain)
        #expect(try frontEnd.features(of: samples, sampleRate: 22_050) == frames)
        frontEnd.spectrogram.framing = .centeredReflect
        #expect(try frontEnd.features(of: samples, sampleRate: 22_050) != frames)
    }

    /// Without an addition to the bandwidths the quality is constant.
    @Test func aVariableQTransformWithoutGammaIsConstant() throws {
        let samples = goldenSignal(count: 9001, rate: 22_050)
        var frontEnd = AudioPreset.librosa.frontEnd(for: .variableQ)
        frontEnd.constantQ.gamma = 0
        let constant = try AudioPreset.librosa.frontEnd(for: .constantQ).features(of: samples, sampleRate: 22_050)
        #expect(try frontEnd.features(of: samples, sampleRate: 22_050) == constant)
    }

    @Test func loudSamplesAreRefusedAfterScaling() throws {
        var samples = goldenSignal(count: 401, rate: 16_000)
        samples[160] = 1e9
        _ = try AudioPreset.torchaudio.frontEnd.features(of: samples, sampleRate: 16_000)
        let error = #expect(throws: AudioError.self) {
            try AudioPreset.kaldi.frontEnd.features(of: samples, sampleRate: 16_000)
        }
        #expect(error?.description.contains("multiplied by 32768.0") == true)
        #expect(error?.description.contains("at 0.01 s") == true)
    }
}

/// A front end with some settings changed, `KEY=VALUE` each.
func changed(_ frontEnd: AudioFrontEnd, _ settings: [String]) throws -> AudioFrontEnd {
    func set(_ tree: inout [String: Any], _ path: ArraySlice<Substring>, _ value: Any) {
        let key = String(path.first!)
        guard path.count > 1 else {
            tree[key] = value
            return
        }
        var branch = tree[key] as? [String: Any] ?? [:]
        set(&branch, path.dropFirst(), value)
        tree[key] = branch
    }
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(frontEnd))
    var tree = try #require(encoded as? [String: Any])
    for setting in settings {
        let parts = setting.split(separator: "=")
        set(&tree, parts[0].split(separator: ".")[...], Double(parts[1]) ?? String(parts[1]) as Any)
    }
    return try JSONDecoder().decode(AudioFrontEnd.self, from: JSONSerialization.data(withJSONObject: tree))
}
