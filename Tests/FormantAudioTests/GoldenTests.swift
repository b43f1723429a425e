import FormantAudio
import FormantTensor
import Testing

/// Every element against librosa 0.11 (`tools/golden/audio.py`).
@Suite struct GoldenTests {
    private let samples = goldenSignal(count: 7777, rate: 22_050)
    private let speech = goldenSignal(count: 6001, rate: 16_000)

    private func librosa(_ kind: FeatureKind, _ change: (inout AudioFrontEnd) -> Void = { _ in }) throws -> Tensor {
        var frontEnd = AudioPreset.librosa.frontEnd
        frontEnd.feature = kind
        change(&frontEnd)
        return try frontEnd.features(of: samples, sampleRate: 22_050)
    }

    private var speechFrontEnd: AudioFrontEnd {
        AudioFrontEnd(mel: MelOptions(bands: 40, lowerEdge: 20, upperEdge: 7600, scale: .htk, norm: .none))
    }

    /// Every `step`-th row.
    private func rows(_ tensor: Tensor, step: Int) -> Tensor {
        let frames = tensor.extents[1]
        let kept = stride(from: 0, to: tensor.extents[0], by: step)
        return Tensor(
            extents: [Array(kept).count, frames],
            values: kept.flatMap { Array(tensor.values[$0 * frames..<($0 + 1) * frames]) })
    }

    @Test func librosaPower() throws {
        expectEqual(rows(try librosa(.power), step: 4), try golden("librosa-power"))
    }

    @Test func librosaMel() throws {
        expectEqual(try librosa(.mel), try golden("librosa-mel"))
    }

    @Test func librosaDecibels() throws {
        expectEqual(try librosa(.logMel), try golden("librosa-db"), relative: 1e-5)
    }

    @Test func librosaCepstrum() throws {
        expectEqual(try librosa(.mfcc), try golden("librosa-mfcc"), relative: 1e-5)
        let liftered = try librosa(.mfcc) { $0.mfcc = CepstrumOptions(coefficients: 13, lifter: 22) }
        expectEqual(liftered, try golden("librosa-mfcc-lifter"), relative: 1e-5)
    }

    @Test func librosaDeltas() throws {
        let mfcc = try golden("librosa-mfcc")
        let all = try DeltaOptions(order: .second, width: 9, edge: .interpolate).appending(to: mfcc)
        let parts = mfcc.values + (try golden("librosa-delta").values) + (try golden("librosa-delta2").values)
        let n = mfcc.values.count
        let (bands, frames) = (mfcc.extents[0], mfcc.extents[1])
        for part in 0..<3 {
            expectEqual(
                Tensor(extents: [bands, frames], values: Array(all.values[part * n..<(part + 1) * n])),
                Tensor(extents: [bands, frames], values: Array(parts[part * n..<(part + 1) * n])), "derivative \(part)")
        }
        let repeated = try DeltaOptions(order: .first, width: 9, edge: .repeat).appending(to: mfcc)
        expectEqual(
            Tensor(extents: [bands, frames], values: Array(repeated.values[n...])), try golden("librosa-delta-nearest"))
    }

    @Test func speechSettings() throws {
        var frontEnd = speechFrontEnd
        frontEnd.feature = .magnitude
        let magnitude = try frontEnd.features(of: speech, sampleRate: 16_000)
        expectEqual(rows(magnitude, step: 2), try golden("speech-magnitude"))
        frontEnd.feature = .mel
        expectEqual(try frontEnd.features(of: speech, sampleRate: 16_000), try golden("speech-mel"))
        frontEnd.feature = .logMel
        expectEqual(try frontEnd.features(of: speech, sampleRate: 16_000), try golden("speech-log"), relative: 1e-5)
        frontEnd.log = .decibel(reference: .maximum, floor: 1e-5, range: 50)
        expectEqual(try frontEnd.features(of: speech, sampleRate: 16_000), try golden("speech-db-max"), relative: 1e-5)
    }

    @Test func shorterThanAWindow() throws {
        var frontEnd = speechFrontEnd
        frontEnd.feature = .mel
        let short = goldenSignal(count: 100, rate: 16_000)
        expectEqual(try frontEnd.features(of: short, sampleRate: 16_000), try golden("short-mel"))
    }

    @Test(arguments: [
        ("filters-slaney", MelOptions(bands: 20, lowerEdge: 50, upperEdge: 7000, scale: .slaney, norm: .slaney)),
        ("filters-htk", MelOptions(bands: 20, lowerEdge: 0, scale: .htk, norm: .none)),
    ])
    func filters(name: String, options: MelOptions) throws {
        let bank = try MelFilterBank(options, sampleRate: 16_000, fftSize: 512)
        var dense = Tensor(zeros: [20, 257])
        for band in 0..<20 {
            for (bin, weight) in zip(bank.ranges[band], bank.weights(ofBand: band)) { dense[band, bin] = weight }
        }
        expectEqual(dense, try golden(name), relative: 1e-6)
    }

    @Test func windows() throws {
        let hann = WindowFunction.hann.values(length: 25, symmetry: .periodic)
        expectEqual(Tensor(extents: [25], values: hann), try golden("window-hann"), relative: 1e-6)
        let hamming = WindowFunction.hamming.values(length: 25, symmetry: .symmetric)
        expectEqual(Tensor(extents: [25], values: hamming), try golden("window-hamming"), relative: 1e-6)
        let symmetric = WindowFunction.hann.values(length: 400, symmetry: .symmetric)
        let povey = WindowFunction.povey.values(length: 400, symmetry: .symmetric)
        #expect(zip(povey, symmetric).allSatisfy { abs(Double($0) - exp85(Double($1))) < 1e-6 })
        #expect(WindowFunction.rectangular.values(length: 3, symmetry: .periodic) == [1, 1, 1])
    }
}
