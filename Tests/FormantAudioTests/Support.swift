import CSndfile
import Foundation
import FormantAudio
import FormantTensor
import Testing

/// The signal that `tools/golden/audio.py` states.
func goldenSignal(count: Int, rate: Int) -> [Float] {
    var state: UInt32 = 1
    return (0..<count).map { i in
        state = 1_664_525 &* state &+ 1_013_904_223
        let noise = Double(state) / 0x1p31 - 1
        let t = Double(i) / Double(rate)
        let tone = 0.5 * sin(2 * Double.pi * (220 * t + 1500 * t * t))
        let ping = 0.2 * sin(2 * Double.pi * 3000 * t) * exp(-4 * t)
        return Float(tone + ping + 0.05 * noise)
    }
}

/// A parsed `.npy` file.
struct ParsedArray {
    var type: String
    var extents: [Int]
    var data: [UInt8]

    var floats: [Float] {
        (0..<data.count / 4).map { i in
            data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4 * i, as: Float.self) }
        }
    }

    var tensor: Tensor { Tensor(extents: extents, values: floats) }

    init(_ bytes: [UInt8]) throws {
        try #require(bytes.count > 10 && bytes[0] == 0x93 && String(decoding: bytes[1..<6], as: UTF8.self) == "NUMPY")
        let wide = bytes[6] >= 2
        let length =
            wide ? Int(bytes[8]) + Int(bytes[9]) << 8 + Int(bytes[10]) << 16 : Int(bytes[8]) + Int(bytes[9]) << 8
        let start = wide ? 12 : 10
        let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
        try #require((start + length) % 64 == 0 && header.last == "\n")
        try #require(header.contains("'fortran_order': False"))
        let quoted = header.split(separator: "'")
        type = String(quoted[3])
        let shape = try #require(header.split(separator: "(").last?.split(separator: ")").first)
        extents = shape.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        data = Array(bytes[(start + length)...])
    }
}

/// A golden array from `Golden/`.
func golden(_ name: String, file: String = #filePath) throws -> Tensor {
    let url = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden/\(name).npy")
    return try ParsedArray([UInt8](Data(contentsOf: url))).tensor
}

/// Compares element by element, in units of the largest reference value.
func expectEqual(
    _ found: Tensor, _ reference: Tensor, relative tolerance: Float = 1e-4, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.extents == reference.extents, "\(what)", sourceLocation: sourceLocation)
    guard found.extents == reference.extents else { return }
    let scale = reference.values.map(\.magnitude).max() ?? 1
    var worst: (index: Int, error: Float) = (0, 0)
    for (i, (a, b)) in zip(found.values, reference.values).enumerated() {
        let error = (a - b).magnitude
        if !(error <= worst.error) { worst = (i, error) }
    }
    #expect(
        worst.error <= tolerance * scale,
        "\(what): element \(worst.index) is \(found.values[worst.index]), not \(reference.values[worst.index])",
        sourceLocation: sourceLocation)
}

/// Writes interleaved samples through libsndfile.
func writeSound(_ path: String, _ samples: [Float], rate: Int, channels: Int = 1, format: Int) throws {
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = Int32(channels)
    info.format = Int32(format)
    let handle = try #require(sf_open(path, Int32(SFM_WRITE), &info), "cannot write \(path)")
    #expect(sf_writef_float(handle, samples, Int64(samples.count / channels)) == Int64(samples.count / channels))
    sf_close(handle)
}

enum SoundFormat {
    static let wav16 = Int(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    static let wav24 = Int(SF_FORMAT_WAV | SF_FORMAT_PCM_24)
    static let wavFloat = Int(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
    static let flac16 = Int(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
    static let aiff16 = Int(SF_FORMAT_AIFF | SF_FORMAT_PCM_16)
    static let opus = Int(SF_FORMAT_OGG | SF_FORMAT_OPUS)
    static let mp3 = Int(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
    static let vorbis = Int(SF_FORMAT_OGG | SF_FORMAT_VORBIS)
}

func sine(_ frequency: Double, count: Int, rate: Int, level: Double = 0.5) -> [Float] {
    (0..<count).map { Float(level * sin(2 * Double.pi * frequency * Double($0) / Double(rate))) }
}

/// Whether the installed libsndfile writes a format.
func canWrite(_ format: Int, rate: Int) -> Bool {
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = 1
    info.format = Int32(format)
    return sf_format_check(&info) != 0
}
