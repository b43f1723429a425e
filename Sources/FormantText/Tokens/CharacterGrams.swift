/// Character n-grams of a run of text without white space, with a mark before it (`<`) and after it (`>`).
///
/// They come in the order of their first character, the shorter first. A mark alone is none.
struct CharacterGrams {
    /// The least and the most characters of one, marks counted.
    let lengths: ClosedRange<Int>
    // The run with its marks, and where each character begins; the last entry is the end.
    private var text: [UInt8] = []
    private var starts: [Int] = []

    init(lengths: ClosedRange<Int>) { self.lengths = lengths }

    /// Hands each n-gram of `run` to `body` until it returns false.
    /// - Parameter characters: what counts as one character.
    /// - Returns: whether all were handed on.
    mutating func forEach(
        of run: UnsafeBufferPointer<UInt8>, characters: Unit, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        text.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        text.append(UInt8(ascii: "<"))
        text.append(contentsOf: run)
        text.append(UInt8(ascii: ">"))
        starts.append(0)
        switch characters {
        case .scalars:
            // As fastText does: every byte but a continuation begins one, also where the bytes are no UTF-8.
            for index in 1..<text.count where text[index] & 0xc0 != 0x80 { starts.append(index) }
        case .withMarks:
            var scanner = TokenScanner(run)
            var end = 1
            while let character = scanner.nextCharacter() {
                starts.append(end)
                end += character.count
            }
            starts.append(end)
        }
        starts.append(text.count)
        let count = starts.count - 1
        return text.withUnsafeBufferPointer { text in
            for first in 0..<count {
                for length in lengths {
                    let end = first + length
                    guard end <= count else { break }
                    if length == 1, first == 0 || end == count { continue }
                    guard body(UnsafeBufferPointer(rebasing: text[starts[first]..<starts[end]])) else { return false }
                }
            }
            return true
        }
    }

    enum Unit {
        /// A Unicode scalar.
        case scalars
        /// A scalar with the combining marks after it.
        case withMarks
    }
}

/// The hash of fastText: FNV-1a of 32 bits, over signed bytes as its published models have it.
func fastTextHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes {
        hash ^= UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
        hash = hash &* 16_777_619
    }
    return hash
}
