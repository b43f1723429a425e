import FormantTensor
import Foundation

/// Sounds that tests make for themselves.
package enum TestSounds {
    /// A WAV file of one channel, 16 bits.
    package static func wav(_ samples: [Float], sampleRate: Int = 8000) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ text: String) { bytes += Array(text.utf8) }
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
        }
        append("RIFF")
        append(UInt32(36 + 2 * samples.count))
        append("WAVEfmt ")
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(sampleRate))
        append(UInt32(2 * sampleRate))
        append(UInt16(2))
        append(UInt16(16))
        append("data")
        append(UInt32(2 * samples.count))
        for sample in samples { append(Int16(max(-1, min(1, sample)) * 32767)) }
        return bytes
    }

    /// A sine, with a little noise; 0 hertz is noise alone.
    package static func tone(
        _ hertz: Double, seconds: Double = 0.3, sampleRate: Int = 8000, using generator: inout SeededGenerator
    ) -> [Float] {
        let amplitude = generator.uniform(in: 0.3..<0.8)
        let step = 2 * Double.pi * hertz / Double(sampleRate)
        return (0..<Int(seconds * Double(sampleRate))).map { i in
            let noise = generator.uniform(in: -1..<1)
            return hertz == 0 ? amplitude * noise : amplitude * Float(sin(step * Double(i))) + 0.02 * noise
        }
    }

    /// The labels of `writeCorpus`, with the pitch of their tones.
    package static let classes: [(label: String, hertz: Double)] = [("high", 1800), ("low", 300), ("noise", 0)]

    /// Writes a folder per class with so many tones each, at pitches that vary by a tenth, and `groups.csv` beside them,
    /// a manifest of the same files with four groups.
    package static func writeCorpus(in folder: TemporaryFolder, perClass count: Int = 20, seed: UInt64 = 1) throws {
        var generator = SeededGenerator(seed: seed)
        var manifest = "path,label,group\n"
        for (label, hertz) in classes {
            for i in 0..<count {
                let pitch = hertz * Double(generator.uniform(in: 0.9..<1.1))
                try folder.write("tones/\(label)/\(i).wav", wav(tone(pitch, using: &generator)))
                manifest += "tones/\(label)/\(i).wav,\(label),speaker \(i % 4)\n"
            }
        }
        try folder.write("groups.csv", manifest)
    }

    /// A recipe for them that takes a fraction of a second.
    package static let recipe = """
        name: small-sound
        summary: Tones and noise.
        audio:
          sampleRate: 8000
          spectrogram: {windowSeconds: 0.032, hopSeconds: 0.016}
          mel: {bands: 16, lowerEdge: 100}
          clip: {seconds: 0.25}
        network:
          - convolution: {filters: 8, kernel: 3, padding: same}
          - batchNorm
          - relu
          - maxPool: {window: 2}
          - flatten
          - dense: {units: classes}
        training: {epochs: 3, batch: 8, rate: 0.01}

        """

    /// A recipe for sentences that takes a fraction of a second.
    package static let textRecipe = """
        name: small-text
        text: {padding: {margin: 2, lengthStep: 4}}
        embedding: {dimension: 16, vectors: optional}
        network:
          - embedding: {rows: words, dimension: dimension}
          - convolution1D: {filters: 24, width: 3}
          - relu
          - globalMaxPool
          - dense: {units: classes}
        training: {epochs: 3, batch: 16, rate: 0.02}

        """
}

/// Bytes with one to three random changes: replaced, removed, doubled, moved, or something special put in.
package func mutated(
    _ bytes: [UInt8], specials: [String], using generator: inout SeededGenerator
) -> [UInt8] {
    var bytes = bytes
    for _ in 0...generator.index(below: 3) {
        guard !bytes.isEmpty else { return bytes }
        let at = generator.index(below: bytes.count)
        switch generator.index(below: 7) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + generator.index(below: 20)))
        case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + generator.index(below: 40))], at: at)
        case 3: bytes.swapAt(at, generator.index(below: bytes.count))
        case 4: bytes.insert(contentsOf: specials[generator.index(below: specials.count)].utf8, at: at)
        default:
            // The number that begins at or behind the place becomes another.
            let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
            guard let first = bytes[at...].firstIndex(where: isDigit) else { continue }
            let end = bytes[first...].firstIndex { !isDigit($0) && $0 != 0x2e } ?? bytes.count
            bytes.replaceSubrange(first..<end, with: specials[generator.index(below: specials.count)].utf8)
        }
    }
    return bytes
}
