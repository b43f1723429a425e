/// Walks over UTF-8 and finds tokens, without making a string of each.
///
/// The bytes must be valid UTF-8, as those of a `String` are. Takes time linear in the bytes; the look ahead is one scalar.
struct TokenScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The next run of scalars that are not white space (property White_Space), or nil at the end.
    mutating func nextRun() -> UnsafeBufferPointer<UInt8>? {
        while position < bytes.count, let length = spaceLength(at: position) { position += length }
        guard position < bytes.count else { return nil }
        let start = position
        while position < bytes.count, spaceLength(at: position) == nil { position += scalarLength(at: position) }
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    /// The next word, number, ideograph, symbol or punctuation mark, or nil at the end.
    mutating func nextWord(punctuation: Tokeniser.Punctuation) -> UnsafeBufferPointer<UInt8>? {
        while let (first, length) = classify(at: position) {
            let start = position
            position += length
            switch first {
            case .separator: continue
            case .letter, .digit, .mark, .glue: finishWord(after: first)
            case .unspaced: finishMarks()
            case .flagLetter:
                if let (next, length) = classify(at: position), next == .flagLetter { position += length }
                finishMarks()
            case .symbol: finishSymbol()
            case .joiner, .decimalPoint, .punctuation:
                finishSymbol()
                if punctuation == .dropped { continue }
            }
            return UnsafeBufferPointer(rebasing: bytes[start..<position])
        }
        return nil
    }

    private mutating func finishWord(after first: ScalarClass) {
        var last = first
        while let (next, length) = classify(at: position) {
            switch next {
            case .letter, .digit, .mark, .glue:
                position += length
                last = next
            case .joiner:
                guard let (after, more) = classify(at: position + length), after == .letter || after == .digit
                else { return }
                position += length + more
                last = after
            case .decimalPoint:
                guard last == .digit, let (after, more) = classify(at: position + length), after == .digit
                else { return }
                position += length + more
            default: return
            }
        }
    }

    private mutating func finishMarks() {
        while let (next, length) = classify(at: position), next == .mark || next == .glue { position += length }
    }

    // A symbol takes its marks, and what U+200D glues to it: a family is one token.
    private mutating func finishSymbol() {
        while let (next, length) = classify(at: position) {
            if next == .mark {
                position += length
            } else if next == .glue {
                position += length
                if let (glued, more) = classify(at: position), glued == .symbol { position += more }
            } else {
                return
            }
        }
    }

    /// The next character: a scalar with the combining marks (general category M) after it. A run of white space is one
    /// character, of which the bytes are a single space. Nil at the end.
    mutating func nextCharacter() -> UnsafeBufferPointer<UInt8>? {
        guard position < bytes.count else { return nil }
        if let length = spaceLength(at: position) {
            position += length
            while position < bytes.count, let length = spaceLength(at: position) { position += length }
            return singleSpace
        }
        let start = position
        position += scalarLength(at: position)
        while position < bytes.count, isCombining(at: position) { position += scalarLength(at: position) }
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    // Marks begin at U+0300, of which the first byte is 0xCC.
    private func isCombining(at index: Int) -> Bool {
        guard bytes[index] >= 0xcc else { return false }
        switch scalar(at: index, length: scalarLength(at: index)).properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private func classify(at index: Int) -> (ScalarClass, length: Int)? {
        guard index < bytes.count else { return nil }
        let lead = bytes[index]
        if lead < 0x80 { return (asciiClasses[Int(lead)], 1) }
        let length = scalarLength(at: index)
        return (ScalarClass(scalar(at: index, length: length)), length)
    }

    // White space is found among one-byte scalars, U+0085, U+00A0, U+1680, U+2000 … U+205F and U+3000.
    private func spaceLength(at index: Int) -> Int? {
        switch bytes[index] {
        case 0x20, 0x09...0x0d: return 1
        case 0xc2, 0xe1, 0xe2, 0xe3:
            let length = scalarLength(at: index)
            return scalar(at: index, length: length).properties.isWhitespace ? length : nil
        default: return nil
        }
    }

    private func scalarLength(at index: Int) -> Int {
        let lead = bytes[index]
        let length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        return min(length, bytes.count - index)
    }

    private func scalar(at index: Int, length: Int) -> Unicode.Scalar {
        var value = UInt32(bytes[index])
        if length > 1 { value &= 0xff >> UInt32(length + 1) }
        for byte in bytes[(index + 1)..<(index + length)] { value = value << 6 | UInt32(byte & 0x3f) }
        return Unicode.Scalar(value) ?? "\u{fffd}"
    }
}

// The bytes of a run of white space as a character; they live as long as the program.
private nonisolated(unsafe) let singleSpace: UnsafeBufferPointer<UInt8> = {
    let space = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1)
    space.initialize(repeating: 0x20)
    return UnsafeBufferPointer(space)
}()
