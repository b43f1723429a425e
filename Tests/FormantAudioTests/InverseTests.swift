import Foundation
import FormantAudio
import FormantTensor
import Testing

/// From features back to sound.
@Suite struct InverseTests {
    private let samples = goldenSignal(count: 22_050, rate: 22_050)

    /// ‖a − b‖ ÷ ‖b‖
    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        #expect(a.count == b.count)
        var (difference, whole) = (0.0, 0.0)
        for (x, y) in zip(a, b) {
            difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
            whole += Double(y) * Double(y)
        }
        return (difference / whole).squareRoot()
    }

    private func magnitudes(_ samples: [Float], _ frontEnd: AudioFrontEnd) throws -> Tensor {
        try ShortTimeTransform(frontEnd.spectrogram, sampleRate: frontEnd.sampleRate).magnitude(of: samples).values
    }

    @Test(arguments: [1, 2, 3, 400, 1000, 2048])
    func inverseTransform(size: Int) throws {
        let sequence = goldenSignal(count: size, rate: 8000)
        let (forward, backward) = (try FourierTransform(size: size), try InverseFourierTransform(size: size))
        let (spectrum, result) = (AlignedBuffer(count: size + 2), AlignedBuffer(count: size))
        for i in 0..<size { result.pointer[i] = sequence[i] }
        forward.execute(result.pointer, spectrum.pointer)
        backward.execute(spectrum.pointer, result.pointer)
        #expect((0..<size).allSatisfy { abs(result.pointer[$0] / Float(size) - sequence[$0]) < 1e-5 })
    }

    /// The stated bound: librosa's griffinlim gives 0.06 … 0.08 for the same magnitudes (0.11, 32 iterations, momentum
    /// 0.99), and the algorithm without momentum comes less near.
    @Test func spectralConvergence() throws {
        let frontEnd = AudioPreset.librosa.frontEnd(for: .magnitude)
        let wanted = try magnitudes(samples, frontEnd)
        var errors: [Double] = []
        for momentum in [Float(0.99), 0] {
            var generator = SeededGenerator(seed: 1)
            let waveform = try GriffinLim(momentum: momentum).waveform(
                of: Spectrum(wanted), frontEnd.spectrogram, sampleRate: 22_050, samples: samples.count,
                using: &generator)
            #expect(waveform.count == samples.count)
            errors.append(distance(try magnitudes(waveform, frontEnd).values, wanted.values))
        }
        print("spectral convergence: \(errors[0]) with momentum, \(errors[1]) without")
        #expect(errors[0] < 0.1)
        #expect(errors[0] < errors[1])
    }

    @Test func energiesOfTheSpectraFound() throws {
        let frontEnd = AudioPreset.librosa.frontEnd(for: .mel)
        let mel = try frontEnd.features(of: samples, sampleRate: 22_050)
        let bank = try MelFilterBank(frontEnd.mel, sampleRate: 22_050, fftSize: 2048)
        let spectra = try bank.spectra(of: Spectrum(mel))
        #expect(spectra.extents == [1025, mel.extents[1]])
        #expect(spectra.values.allSatisfy { $0 >= 0 })
        let again = try bank.energies(of: Spectrum(spectra)).values
        #expect(distance(again.values, mel.values) < 1e-3)
        // Band by band too: a quiet band counts as much as a loud one of the same frame.
        let proportions = zip(again.values, mel.values).filter { $1 > 0 }.map { abs($0 - $1) / $1 }.sorted()
        #expect(proportions[proportions.count * 9 / 10] < 1e-3)
        // librosa's mel_to_stft (0.11), which lets quiet bands go, comes to 0.123 from the same energies.
        let magnitudes = try frontEnd.magnitudes(from: mel).values
        let error = distance(magnitudes.values, try self.magnitudes(samples, frontEnd).values)
        print("magnitudes from mel energies: \(error)")
        #expect(error < 0.08)
        #expect(throws: AudioError.self) { try bank.spectra(of: Spectrum(Tensor(zeros: [3, 2]))) }
    }

    @Test(arguments: [FeatureKind.magnitude, .power, .logPower, .mel, .logMel])
    func soundsLikeItsFeatures(feature: FeatureKind) throws {
        let samples = Array(samples[..<8000])
        for preset in [AudioPreset.default, .librosa, .torchaudio, .htk] {
            let frontEnd = preset.frontEnd(for: feature, sampleRate: 22_050)
            let features = try frontEnd.features(of: samples, sampleRate: 22_050)
            var generator = SeededGenerator(seed: 7)
            let waveform = try frontEnd.waveform(from: features, samples: samples.count, using: &generator)
            var linear = frontEnd
            linear.feature = feature == .mel || feature == .logMel ? .mel : .magnitude
            let error = distance(
                try linear.features(of: waveform, sampleRate: 22_050).values,
                try linear.features(of: samples, sampleRate: 22_050).values)
            #expect(error < 0.25, "\(preset) \(feature)")
        }
    }

    @Test func undoesNormalisationAndLeavesDerivativesOut() throws {
        var frontEnd = AudioPreset.librosa.frontEnd(for: .logMel)
        frontEnd.log = .decibel(reference: .value(2), floor: 1e-10, range: nil)
        frontEnd.deltas.order = .first
        let plain = try frontEnd.magnitudes(from: try frontEnd.features(of: samples, sampleRate: 22_050)).values
        frontEnd.normalisation = .corpus(
            BandStatistics(
                mean: (0..<256).map { Float($0) - 100 }, deviation: (0..<256).map { 1 + Float($0) / 50 }))
        let normalised = try frontEnd.magnitudes(from: try frontEnd.features(of: samples, sampleRate: 22_050)).values
        #expect(distance(normalised.values, plain.values) < 1e-3)
        var energetic = AudioPreset.librosa.frontEnd(for: .logMel)
        energetic.log = frontEnd.log
        for place in RowPlace.allCases {
            energetic.energy = FrameEnergy(term: .raw, place: place)
            let found = try energetic.magnitudes(from: try energetic.features(of: samples, sampleRate: 22_050)).values
            #expect(distance(found.values, plain.values) < 1e-5)
        }
    }

    @Test func sameSeedSameBytes() throws {
        let frontEnd = AudioFrontEnd()
        let features = try frontEnd.features(of: Array(samples[..<4000]), sampleRate: 16_000)
        var waveforms: [[Float]] = []
        for seed in [5, 5, 6] as [UInt64] {
            var generator = SeededGenerator(seed: seed)
            waveforms.append(try frontEnd.waveform(from: features, using: &generator))
        }
        #expect(waveforms[0] == waveforms[1] && waveforms[0] != waveforms[2])
        #expect(try frontEnd.features(of: waveforms[0], sampleRate: 16_000).extents == features.extents)
    }

    @Test func theShortestWaveformHasTheFrames() throws {
        for framing in Framing.allCases {
            for (window, size) in [(64, 64), (63, 63), (50, 65), (10, 64)] {
                let options = SpectrogramOptions(
                    windowSeconds: Double(window) / 1000, hopSeconds: 0.017, fftSize: size, framing: framing)
                for frames in [1, 2, 9] {
                    var generator = SeededGenerator(seed: 3)
                    let flat = Tensor(
                        extents: [size / 2 + 1, frames], values: [Float](repeating: 1, count: (size / 2 + 1) * frames))
                    let waveform = try GriffinLim(iterations: 2).waveform(
                        of: Spectrum(flat), options, sampleRate: 1000, using: &generator)
                    let transform = try ShortTimeTransform(options, sampleRate: 1000)
                    #expect(transform.geometry.frameCount(samples: waveform.count) == frames, "\(framing) \(window)")
                    #expect(waveform.allSatisfy { $0.isFinite })
                }
            }
        }
    }

    @Test func whatCannotBeUndoneIsRefused() throws {
        let features = Tensor(zeros: [40, 3])
        func refused(_ settings: [String], _ features: Tensor, _ option: String) throws {
            let frontEnd = try changed(AudioFrontEnd(), settings)
            let error = #expect(throws: AudioError.self) { try frontEnd.magnitudes(from: features) }
            #expect(error?.description.contains(option) == true, "\(String(describing: error))")
        }
        try refused(["feature=mfcc"], Tensor(zeros: [13, 3]), "option feature")
        try refused(["feature=pcen"], features, "option feature")
        try refused(["normalisation=clip"], features, "option normalisation")
        try refused(["normalisation=corpus"], features, "option normalisation")
        try refused(["log.scale=decibel", "log.reference=maximum"], features, "option log.reference")
        try refused(["feature=log-power", "energy.term=raw"], Tensor(zeros: [257, 3]), "option energy.term")
        try refused([], Tensor(zeros: [41, 3]), "rows of features: expected 40, found 41")
        try refused([], Tensor(extents: [40, 1], values: [Float](repeating: .nan, count: 40)), "finite")
        try refused([], Tensor(extents: [40, 1], values: [Float](repeating: 1000, count: 40)), "finite")
        var generator = SeededGenerator(seed: 1)
        let one = Spectrum<Magnitude>(Tensor(zeros: [257, 4]))
        for (search, length) in [(GriffinLim(iterations: -1), nil), (GriffinLim(momentum: 2), nil), (GriffinLim(), 5)]
            as [(GriffinLim, Int?)]
        {
            #expect(throws: AudioError.self) {
                try search.waveform(
                    of: one, SpectrogramOptions(), sampleRate: 16_000, samples: length, using: &generator)
            }
        }
        let silence = try GriffinLim().waveform(of: one, SpectrogramOptions(), sampleRate: 16_000, using: &generator)
        #expect(silence == [Float](repeating: 0, count: 480))
    }

    @Test func aMaskOfOnesLeavesARecordingAsItIs() throws {
        for window in [0.008, 0.032] {
            let mask = SpectrogramMask(gains: [1, 1, 1, 1], frequencies: [100, 900], times: [0.2, 0.4])
            let heard = try mask.applied(to: samples, sampleRate: 22_050, windowSeconds: window)
            #expect(distance(heard, samples) < 1e-5)
        }
        let silence = SpectrogramMask(gains: [0], frequencies: [500], times: [0])
        #expect(try silence.applied(to: samples, sampleRate: 22_050).allSatisfy { $0 == 0 })
        #expect(throws: AudioError.self) { try silence.applied(to: [0, .nan, 1], sampleRate: 22_050) }
    }

    /// Of two tones at two times only what the mask lets through is heard.
    @Test func aMaskLetsThroughItsFrequenciesAndTimes() throws {
        let rate = 16_000
        func tone(_ hertz: Double) -> [Float] {
            (0..<rate).map { Float(0.4 * sin(2 * .pi * hertz * Double($0) / 16_000)) }
        }
        let (low, high) = (tone(500), tone(3000))
        // Low tones in the first half, high ones in the second.
        let mask = SpectrogramMask(
            gains: [1, 1, 0, 0, 0, 0, 1, 1], frequencies: [1700, 1800], times: [0, 0.49, 0.51, 1])
        let heard = try mask.applied(to: zip(low, high).map { $0 + $1 }, sampleRate: rate)
        #expect(distance(Array(heard[800..<7200]), Array(low[800..<7200])) < 0.01)
        #expect(distance(Array(heard[8800..<15_200]), Array(high[8800..<15_200])) < 0.01)
    }

    @Test func bandsHaveFrequenciesAndFramesTimes() throws {
        var frontEnd = AudioFrontEnd(sampleRate: 16_000)
        let bands = try #require(try frontEnd.bandFrequencies())
        let bank = try MelFilterBank(frontEnd.mel, sampleRate: 16_000, fftSize: 512)
        #expect(bands.count == 40)
        for (band, hertz) in bands.enumerated() {
            // The heaviest bin of a filter is the one next to its middle.
            let weights = bank.weights(ofBand: band)
            let heaviest = bank.ranges[band].lowerBound + weights.firstIndex(of: weights.max()!)! - weights.startIndex
            #expect(abs(Double(heaviest) * 16_000 / 512 - hertz!) <= 16_000 / 512, "\(band)")
        }
        frontEnd.energy.term = .raw
        #expect(try frontEnd.bandFrequencies()?.first == .some(nil))
        frontEnd.energy.place = .last
        #expect(try frontEnd.bandFrequencies()?.last == .some(nil))
        frontEnd.feature = .power
        #expect(try frontEnd.bandFrequencies()?[10] == 312.5)
        frontEnd.feature = .constantQ
        #expect(abs(try #require(try frontEnd.bandFrequencies()?[45]).map { $0 - 440 } ?? 1) < 1e-9)
        frontEnd.feature = .mfcc
        #expect(try frontEnd.bandFrequencies() == nil)
        #expect(try frontEnd.frameTimes(3) == [0, 0.01, 0.02])
        frontEnd.spectrogram.framing = .snipEdges
        #expect(try frontEnd.frameTimes(2) == [0.0125, 0.0225])
    }
}

/// Sound files written and read again.
@Suite struct SoundWriterTests {
    private func temporary(_ name: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "formant-\(UUID().uuidString)-\(name)").path
    }

    @Test(arguments: SoundWriter.Format.allCases)
    func roundTrip(format: SoundWriter.Format) throws {
        let path = temporary(format == .flac16 ? "a.flac" : "a.wav")
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Longer than what is kept of the beginning, in several blocks.
        let samples = goldenSignal(count: 70_001, rate: 16_000)
        let writer = try SoundWriter(path: path, sampleRate: 16_000, format: format)
        try writer.write(Array(samples[..<1000]))
        try writer.write([])
        try writer.write(Array(samples[1000...]))
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(writer.frames == samples.count)
        let read = try Recording.load(path)
        #expect(read.sampleRate == 16_000 && read.samples.count == samples.count && read.problem == nil)
        let step: Float = format == .wavFloat ? 0 : 1 / 32_768
        #expect(zip(read.samples, samples).allSatisfy { abs($0 - $1) <= step })
        let again = temporary("b")
        defer { try? FileManager.default.removeItem(atPath: again) }
        try SoundWriter.write(samples, sampleRate: 16_000, to: again, format: format)
        #expect(try Data(contentsOf: URL(filePath: again)) == Data(contentsOf: URL(filePath: path)))
    }

    @Test func channelsAndClipping() throws {
        let path = temporary("stereo.wav")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try SoundWriter(path: path, sampleRate: 8000, channels: 2, format: .wav16)
        try writer.write([0.5, 2, -0.25, -3])
        #expect(throws: AudioError.self) { try writer.write([0.5]) }
        #expect(throws: AudioError.self) { try writer.write([0.5, .infinity]) }
        try writer.finish()
        #expect(try SoundFile.probe(path).channels == 2)
        #expect(try Recording.load(path, channel: .only(0)).samples == [0.5, -0.25])
        #expect(try Recording.load(path, channel: .only(1)).samples == [32_767 / 32_768, -1])
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let missing = temporary("missing") + "/a.wav"
        let error = #expect(throws: AudioError.self) { try SoundWriter(path: missing, sampleRate: 8000) }
        #expect(error?.description.contains(missing) == true)
        for (rate, channels) in [(0, 1), (1_000_000, 1), (8000, 0), (8000, 9)] {
            #expect(throws: AudioError.self) {
                try SoundWriter(path: temporary("a.wav"), sampleRate: rate, channels: channels)
            }
        }
        let dropped = temporary("dropped.wav")
        do {
            let writer = try SoundWriter(path: dropped, sampleRate: 8000)
            try writer.write([0.5])
        }
        #expect(!FileManager.default.fileExists(atPath: dropped))
    }

    @Test func theNameDecidesTheFormat() throws {
        for (name, format) in [("a.flac", "FLAC"), ("a.wav", "32 bit float"), ("a.WAV", "32 bit float")] {
            let path = temporary(name)
            defer { try? FileManager.default.removeItem(atPath: path) }
            try SoundWriter.write([0, 0.5], sampleRate: 8000, to: path)
            #expect(try SoundFile.probe(path).format.contains(format))
        }
    }
}
