/// The records of a CSV or TSV file, one after another, in bounded memory.
///
/// Quoting as in RFC 4180: a field may stand in double quotes, and then hold delimiters, line ends and doubled quotes.
/// A record ends at LF, CR LF or CR. Empty lines are skipped. UTF-8, with a byte order mark or without, or a coding of
/// one byte a character.
package struct DelimitedReader: ~Copyable {
    /// Longest record, in bytes.
    static let recordLimit = 1 << 24
    /// Most fields of a record.
    static let fieldLimit = 4_096

    /// One record, or why it breaks the rules.
    package enum Record {
        case fields([String])
        case bad(String)
    }

    private var bytes: ByteReader
    private let delimiter: UInt8
    private let coding: TextCoding
    private var currentLine = 1
    /// The line in which the record that `next` returned last begins, counted from 1.
    package private(set) var line = 0

    /// Opens a file.
    /// - Parameter delimiter: the byte between fields; nil looks at the first line: comma, else tab, else semicolon.
    package init(path: String, delimiter: UInt8?, coding: TextCoding = .utf8) throws(CorpusError) {
        var bytes = try ByteReader(path: path)
        try bytes.skipByteOrderMark()
        let start = try bytes.lookahead()
        self.bytes = bytes
        self.coding = coding
        self.delimiter = delimiter ?? DelimitedReader.guess(from: start)
    }

    private static func guess(from start: ArraySlice<UInt8>) -> UInt8 {
        let header = start.prefix { $0 != 0x0a && $0 != 0x0d }
        let candidates: [Character] = [",", "\t", ";"]
        return candidates.compactMap(\.asciiValue).first(where: header.contains) ?? 0x2c
    }

    private enum State { case fieldStart, plain, quoted, quoteInQuoted }

    /// The next record, or nil at the end. A record that breaks the rules is returned as `.bad`, and reading goes on
    /// in the line after it.
    package mutating func next() throws(CorpusError) -> Record? {
        while let record = try readRecord() {
            if case .fields(let fields) = record, fields.count == 1, fields[0].isEmpty { continue }
            return record
        }
        return nil
    }

    private mutating func readRecord() throws(CorpusError) -> Record? {
        guard try bytes.peek() != nil else { return nil }
        line = currentLine
        var fields: [String] = []
        var field: [UInt8] = []
        var size = 0
        var state = State.fieldStart
        var quoteLine = 0
        var fault: String?

        func finishField() {
            if fields.count == DelimitedReader.fieldLimit {
                fault = fault ?? "more than \(DelimitedReader.fieldLimit) fields"
            } else if let text = coding.decode(field) {
                if field.contains(0) { fault = fault ?? "field \(fields.count + 1) has a zero byte; is it UTF-16?" }
                fields.append(text)
            } else {
                fault = fault ?? "field \(fields.count + 1) is \(TextCoding.notUTF8)"
            }
            field.removeAll(keepingCapacity: true)
            state = .fieldStart
        }

        while let byte = try bytes.next() {
            size += 1
            if size > DelimitedReader.recordLimit {
                if state == .quoted { fault = fault ?? "the quote opened in line \(quoteLine) is not closed in 16 MB" }
                fault = fault ?? "longer than 16 MB"
                fields.removeAll()
                field.removeAll()
                // What is left of the line is skipped, whatever it holds.
                if byte == 0x0a {
                    currentLine += 1
                    break
                }
                continue
            }
            if state == .quoted {
                if byte == 0x22 {
                    state = .quoteInQuoted
                } else {
                    if byte == 0x0a { currentLine += 1 }
                    field.append(byte)
                }
                continue
            }
            if byte == delimiter {
                finishField()
            } else if byte == 0x0a || byte == 0x0d {
                if byte == 0x0d, try bytes.peek() == 0x0a { _ = try bytes.next() }
                currentLine += 1
                break
            } else if byte == 0x22, state == .fieldStart {
                state = .quoted
                quoteLine = currentLine
            } else if byte == 0x22, state == .quoteInQuoted {
                field.append(byte)
                state = .quoted
            } else if state == .quoteInQuoted {
                fault =
                    fault
                    ?? "field \(fields.count + 1): text after the closing quote; a quote inside of quotes is doubled"
                state = .plain
            } else {
                field.append(byte)
                state = .plain
            }
        }
        if state == .quoted { fault = fault ?? "the quote opened in line \(quoteLine) is never closed" }
        finishField()
        return fault.map(Record.bad) ?? .fields(fields)
    }
}
