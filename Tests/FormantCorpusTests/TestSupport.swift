import FormantCorpus
import FormantTensor
import Foundation

/// The unpacked public data, where there are any.
let publicData = ProcessInfo.processInfo.environment["FORMANT_DATA"]

/// The folder `corpora` of this checkout.
let bundledCorpora: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("corpora").path
}()

/// The text of an example of a text corpus.
func text(_ example: Example) -> String? {
    if case .text(let text) = example.input { return text }
    return nil
}

/// The clip of an example of a corpus of sound.
func clip(_ example: Example) -> AudioClip? {
    if case .audio(let clip) = example.input { return clip }
    return nil
}

/// Bytes with one to four random changes: flipped, removed, doubled, moved, or something special put in.
func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    let specials: [[UInt8]] = [
        [0x22], [0x0a], [0x0d], [0], [0xff], [0xc3], [0xef, 0xbb, 0xbf], Array("\"\"".utf8), Array(",".utf8),
        Array("{".utf8), Array("[[[[".utf8), Array("1e999".utf8), Array("-1".utf8), Array("nan".utf8),
        Array("9223372036854775808".utf8), Array("(".utf8), Array("*".utf8), Array("\\".utf8), Array("&a ".utf8),
        Array("{999}".utf8), Array(": ".utf8), Array("\u{301}".utf8), Array("__label__".utf8), Array("../".utf8),
    ]
    for _ in 0...generator.index(below: 4) {
        guard !bytes.isEmpty else { return bytes }
        let at = generator.index(below: bytes.count)
        switch generator.index(below: 6) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes.remove(at: at)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + generator.index(below: 20)))
        case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + generator.index(below: 40))], at: at)
        case 4: bytes.insert(contentsOf: specials[generator.index(below: specials.count)], at: at)
        default: bytes.swapAt(at, generator.index(below: bytes.count))
        }
    }
    return bytes
}

/// A WAV file of silence at 1,000 Hz, 16 bits.
func silence(_ seconds: Double, channels: Int = 1) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ text: String) { bytes += Array(text.utf8) }
    func append(_ number: Int, bytes count: Int) {
        for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
    }
    let size = Int((seconds * 1000).rounded()) * 2 * channels
    append("RIFF")
    append(36 + size, bytes: 4)
    append("WAVEfmt ")
    for (number, width) in [
        (16, 4), (1, 2), (channels, 2), (1000, 4), (2000 * channels, 4), (2 * channels, 2), (16, 2),
    ] {
        append(number, bytes: width)
    }
    append("data")
    append(size, bytes: 4)
    return bytes + [UInt8](repeating: 0, count: size)
}
