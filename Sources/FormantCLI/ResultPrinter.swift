import Formant

/// Prints what a classifier says, one line an input.
struct ResultPrinter {
    /// What is classified.
    enum Subject { case recordings, windows, sentences }

    private let format: Classify.Format
    private let top: Int
    private let output: OutputStream

    init(_ format: Classify.Format, top: Int, output: OutputStream) {
        self.format = format
        self.top = top
        self.output = output
    }

    func flush() throws { try output.flush() }

    /// The first line of a table for other programs.
    func header(_ subject: Subject) throws {
        guard format == .csv else { return }
        let input: String
        switch subject {
        case .recordings: input = "path"
        case .windows: input = "path,start,end"
        case .sentences: input = "text"
        }
        let more = top > 1 ? (2...top).map { ",label\($0),score\($0)" }.joined() : ""
        try output.line("\(input),label,score\(more)")
    }

    func recording(_ path: String, _ result: Classifier.Result) throws {
        try line(fields: [path], json: RecordingLine(path: path, scores: scores(result)), result)
    }

    func window(_ path: String, _ window: Classifier.Window) throws {
        let (start, end) = (window.start.digits(3), window.end.digits(3))
        let scores = scores(window.result)
        try line(
            fields: [path, start, end],
            json: WindowLine(path: path, start: window.start, end: window.end, scores: scores), window.result)
    }

    func sentence(_ text: String, _ result: Classifier.Result) throws {
        try line(fields: [text], json: SentenceLine(text: text, scores: scores(result)), result)
    }

    private func scores(_ result: Classifier.Result) -> [Score] {
        result.ranking.prefix(top).map { Score(label: $0.label, score: $0.score) }
    }

    private func line(fields: [String], json: some Encodable, _ result: Classifier.Result) throws {
        switch format {
        case .table:
            let labels = result.ranking.prefix(top).flatMap { [$0.label, Double($0.score).digits(4)] }
            try output.line((labels + fields).map(\.onOneLine).joined(separator: "\t"))
        case .csv:
            let labels = result.ranking.prefix(top).flatMap { [$0.label, Double($0.score).digits(6)] }
            try output.line((fields + labels).map(\.csvField).joined(separator: ","))
        case .jsonl: try output.line(try JSONLine.text(json))
        }
    }
}

private struct Score: Encodable {
    var label: String
    var score: Float
}

/// `label` and `score` of the strongest, and all that were asked for.
private protocol ResultLine: Encodable {
    var scores: [Score] { get }
}

private enum LineKeys: String, CodingKey { case path, start, end, text, label, score, scores }

extension ResultLine {
    func encodeScores(_ container: inout KeyedEncodingContainer<LineKeys>) throws {
        try container.encode(scores[0].label, forKey: .label)
        try container.encode(scores[0].score, forKey: .score)
        if scores.count > 1 { try container.encode(scores, forKey: .scores) }
    }
}

private struct RecordingLine: ResultLine {
    var path: String
    var scores: [Score]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: LineKeys.self)
        try container.encode(path, forKey: .path)
        try encodeScores(&container)
    }
}

private struct WindowLine: ResultLine {
    var path: String
    var start: Double
    var end: Double
    var scores: [Score]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: LineKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(start, forKey: .start)
        try container.encode(end, forKey: .end)
        try encodeScores(&container)
    }
}

private struct SentenceLine: ResultLine {
    var text: String
    var scores: [Score]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: LineKeys.self)
        try container.encode(text, forKey: .text)
        try encodeScores(&container)
    }
}

extension String {
    /// The text as a field of RFC 4180.
    fileprivate var csvField: String {
        guard utf8.contains(where: { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }) else { return self }
        // Byte by byte: a quote with a combining accent behind it is another character, but it ends the field all the same.
        var bytes: [UInt8] = [0x22]
        for byte in utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        return String(decoding: bytes + [0x22], as: UTF8.self)
    }
}
