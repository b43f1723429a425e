/// The kinds of tables that annotations are read from.
public enum AnnotationFormat: String, Sendable, CaseIterable {
    /// A label track of Audacity: start, end and label, separated by tabs, without a header.
    case audacity
    /// A selection table of Raven: `Begin Time (s)`, `End Time (s)` and more columns.
    case raven
    /// JAMS, the JSON annotated music specification.
    case jams
    /// A table with a header and a start and an end in it.
    case csv

    /// Finds out what a file is by reading its beginning; its name does not count.
    /// - Throws: `notAnnotations` with what it is instead, `unreadable` when it cannot be read.
    init(of path: String, coding: TextCoding) throws(CorpusError) {
        var reader = try ByteReader(path: path)
        let raw = Array(try reader.lookahead())
        guard !raw.isEmpty else { throw .notAnnotations(path: path, found: "an empty file") }
        if let kind = AnnotationFormat.kind(ofBytes: raw) { throw .notAnnotations(path: path, found: kind) }
        try reader.skipByteOrderMark()
        let bytes = Array(try reader.lookahead())
        if bytes.contains(0) { throw .notAnnotations(path: path, found: "zero bytes, as in UTF-16 or a binary file") }
        var lines = bytes.split(omittingEmptySubsequences: true) { $0 == 0x0a || $0 == 0x0d }
        // The last one may have been cut off by the end of the block.
        if bytes.count >= ByteReader.blockSize - 3, lines.count > 1 { lines.removeLast() }
        let texts = lines.prefix(50).map { coding.decode(Array($0)) }
        guard let first = texts.first(where: { $0?.trimmed.isEmpty == false }) else {
            throw .notAnnotations(path: path, found: "nothing but empty lines")
        }
        guard let header = first else {
            throw .notAnnotations(path: path, found: "text that is not \(coding.rawValue.uppercased())")
        }
        if let kind = try AnnotationFormat.kind(ofText: header.trimmed, path: path, bytes: bytes) {
            self = kind
        } else if texts.contains(where: { $0.map(AudacityLabelReader.isLabel) ?? false }) {
            self = .audacity
        } else {
            throw .notAnnotations(path: path, found: "text that begins '\(header.trimmed.prefix(80))'")
        }
    }

    private static func kind(ofText header: String, path: String, bytes: [UInt8]) throws(CorpusError)
        -> AnnotationFormat?
    {
        if header.hasPrefix("{") {
            // The key stands in the first block of any but the oddest file; the reader says what else is wrong.
            return .jams
        }
        if header.hasPrefix("[") { throw .notAnnotations(path: path, found: "a list in JSON") }
        if header.hasPrefix("<") { throw .notAnnotations(path: path, found: "XML or HTML") }
        if header.hasPrefix(Corpus.fastTextPrefix) { throw .notAnnotations(path: path, found: "a fastText file") }
        if header.contains("ooTextFile") { throw .notAnnotations(path: path, found: "a Praat TextGrid") }
        let names = header.split(separator: Character(Unicode.Scalar(delimiter(of: header)))).map {
            TableLines.unquoted($0.trimmed[...])
        }
        if RavenTableReader.isHeader(names) { return .raven }
        return SpanTableReader.isHeader(names) ? .csv : nil
    }

    /// The byte between the fields of a header: a tab where there is one, else a comma, else a semicolon.
    static func delimiter(of header: String) -> UInt8 {
        [0x09, 0x2c, 0x3b].first { header.utf8.contains($0) } ?? 0x2c
    }

    /// Files that are met beside recordings and are no text, by their first bytes.
    private static func kind(ofBytes bytes: [UInt8]) -> String? {
        let signatures: [(String, String)] = [
            ("RIFF", "a WAV file"), ("RF64", "a WAV file"), ("fLaC", "a FLAC file"), ("OggS", "an Ogg file"),
            ("ID3", "an MP3 file"), ("FORM", "an AIFF file"), ("PK\u{3}\u{4}", "a ZIP archive, perhaps a spreadsheet"),
            ("%PDF", "a PDF document"), ("SQLite format 3", "an SQLite database"), ("\u{7f}ELF", "a program"),
        ]
        return signatures.first { bytes.starts(with: $0.0.utf8) }?.1
    }
}
