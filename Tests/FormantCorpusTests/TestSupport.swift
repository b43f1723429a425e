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
