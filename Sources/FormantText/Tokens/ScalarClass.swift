/// What a scalar is to the word rule.
enum ScalarClass: UInt8 {
    /// White space, control characters, zero-width spaces, marks of direction: between tokens, never in one.
    case separator
    /// Letters, and numbers other than decimal digits: they start and continue a word.
    case letter
    /// Decimal digits of any script: they start and continue a word.
    case digit
    /// Combining marks, variation selectors, skin tones, the prolonged sound mark, soft hyphens: they belong to what
    /// stands before them.
    case mark
    /// U+200D, which glues two symbols or two letters.
    case glue
    /// Apostrophes, hyphens and underscores: inside a word they are part of it, elsewhere punctuation.
    case joiner
    /// Full stop and comma: between two digits they are part of the number, elsewhere punctuation.
    case decimalPoint
    /// Letters of scripts that are written without spaces: each is a token with its marks.
    case unspaced
    /// Every other punctuation.
    case punctuation
    /// Symbols, emoji among them, and whatever this Unicode version does not know.
    case symbol
    /// The letters of flags, which come in pairs.
    case flagLetter

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x27, 0x2d, 0x5f, 0x2019, 0x2010, 0x2011: self = .joiner
        case 0x2c, 0x2e: self = .decimalPoint
        case 0x200d: self = .glue
        case 0xad, 0x200c, 0x2060, 0x30fc, 0x1f3fb...0x1f3ff, 0xe0020...0xe007f: self = .mark
        case 0x1f1e6...0x1f1ff: self = .flagLetter
        default: self = ScalarClass(categoryOf: scalar)
        }
    }

    private init(categoryOf scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            self = isUnspaced(scalar) ? .unspaced : .letter
        case .letterNumber, .otherNumber: self = isUnspaced(scalar) ? .unspaced : .letter
        case .decimalNumber: self = .digit
        case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            self = .punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .privateUse, .unassigned: self = .symbol
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate: self = .separator
        @unknown default: self = .symbol
        }
    }
}

// Ideographs, hiragana, Thai, Lao, Myanmar, Khmer, Tai Le, New Tai Lue, Tai Tham. Katakana is not among them: it
// writes borrowed words, and a run of it is one.
private func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0xe01: false
    case 0xe01...0xeff, 0x1000...0x109f, 0x1780...0x17ff, 0x1950...0x19df, 0x1a20...0x1aaf: true
    case 0x3041...0x309f, 0x1b001...0x1b11f, 0xaa60...0xaa7f, 0xa9e0...0xa9ff: true
    default: scalar.properties.isIdeographic
    }
}

/// The classes of the 128 ASCII scalars.
let asciiClasses: [ScalarClass] = (UInt8(0)..<128).map { ScalarClass(Unicode.Scalar($0)) }
