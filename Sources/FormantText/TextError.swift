/// What can go wrong between bytes on disk and token ids.
public enum TextError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes that the encoding does not allow. Lines count from 1, offsets in bytes from 0, both from the start of the source.
    case invalidEncoding(source: String, encoding: TextEncoding, line: Int, offset: Int, found: String)
    /// A file that cannot be opened or read; `reason` is the system's.
    case cannotRead(path: String, reason: String)
    /// A file that holds no word vectors; `found` names what it looks like, `advice` what to do, or is empty.
    case notVectors(path: String, found: String, advice: String)
    /// A line of a vector file that is no row of the format.
    case invalidRow(path: String, line: Int, expected: String, found: String)
    /// Bytes of a binary vector file, or of gzip, that are not of the format. Offsets count from 0, in what gzip holds if the
    /// file is compressed.
    case invalidBytes(path: String, offset: Int, expected: String, found: String)
    /// A vector file whose header and rows disagree; `line` is the last line read.
    case rowCount(path: String, line: Int, claimed: Int, found: String)
    /// A vocabulary with a word that cannot be one, or that stands in it twice.
    case invalidVocabulary(word: Int, problem: String)
    /// An option outside its range.
    case invalidOption(name: String, expected: String, found: String)

    /// One line for people.
    public var description: String {
        switch self {
        case .invalidEncoding(let source, let encoding, let line, let offset, let found):
            "\(source), line \(line), byte \(offset): not valid \(encoding.rawValue): \(found)"
        case .cannotRead(let path, let reason):
            "cannot read \(path): \(reason)"
        case .notVectors(let path, let found, let advice):
            "\(path) holds no word vectors: it looks like \(found)" + (advice.isEmpty ? "" : "; \(advice)")
        case .invalidRow(let path, let line, let expected, let found):
            "\(path), line \(line): expected \(expected), found \(found)"
        case .invalidBytes(let path, let offset, let expected, let found):
            "\(path), byte \(offset): expected \(expected), found \(found)"
        case .rowCount(let path, let line, let claimed, let found):
            "\(path), line \(line): the header claims \(claimed) rows, \(found)"
        case .invalidVocabulary(let word, let problem):
            "vocabulary, word \(word): \(problem)"
        case .invalidOption(let name, let expected, let found):
            "option \(name): expected \(expected), found \(found)"
        }
    }
}
