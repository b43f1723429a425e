import Formant

/// Prints what a classifier says, one line an input, a window or an event.
struct ResultPrinter {
    /// What is classified.
    enum Subject: String { case files = "recordings", windows, events, sentences }

    let format: Classify.Format
    let subject: Subject
    private let layout: Layout
    private let output: any TextSink
    private let raven: RavenLines?

    /// How lines look.
    struct Layout {
        /// Labels of an input.
        var top = 1
        /// Whether there are columns with times of day.
        var hasTimes = false
        /// Whether lines of Raven and Audacity name their recording, where the format can.
        var namesRecordings = false
        /// The highest frequency that the network hears, in hertz.
        var highestFrequency = 0.0
    }

    init(_ format: Classify.Format, _ subject: Subject, _ layout: Layout, output: any TextSink) {
        self.format = format
        self.subject = subject
        self.layout = layout
        self.output = output
        raven =
            format == .raven
            ? RavenLines(
                namesRecordings: layout.namesRecordings, hasTimes: layout.hasTimes,
                highestFrequency: layout.highestFrequency) : nil
    }

    /// The same printer with another place for its lines.
    func to(_ output: any TextSink) -> ResultPrinter { ResultPrinter(format, subject, layout, output: output) }

    /// The first line of a table for other programs; empty where there is none.
    var header: String {
        if let raven { return raven.header }
        guard format == .csv else { return "" }
        let times = layout.hasTimes ? ",start_time,end_time" : ""
        let input: String
        switch subject {
        case .files: input = "path"
        case .windows: input = "path,start,end" + times
        case .events: return "path,start,end\(times),label,score,windows\n"
        case .sentences: input = "text"
        }
        let more = layout.top > 1 ? (2...layout.top).map { ",label\($0),score\($0)" }.joined() : ""
        return "\(input),label,score\(more)\n"
    }

    func file(_ path: String, _ result: Classifier.Result) throws {
        try line(fields: [path], json: RecordingLine(path: path, scores: scores(result)), result)
    }

    /// - Parameter time: when the recording began.
    func window(_ path: String, _ window: Classifier.Window, _ time: RecordingTime?) throws {
        let (start, end) = (window.start, window.end)
        switch format {
        case .audacity, .raven:
            for (label, score) in window.result.ranking.prefix(layout.top) {
                try mark(path, start, end, label, score, time)
            }
        default:
            try line(
                fields: [path, start.digits(3), end.digits(3)] + times(start, end, time),
                json: WindowLine(
                    path: path, start: start, end: end, startTime: time?.text(after: start),
                    endTime: time?.text(after: end), scores: scores(window.result)), window.result)
        }
    }

    /// - Parameter time: when the recording began.
    func event(_ path: String, _ event: Event, _ time: RecordingTime?) throws {
        let (start, end) = (event.start, event.end)
        let place = [path, start.digits(3), end.digits(3)] + times(start, end, time)
        switch format {
        case .audacity, .raven: try mark(path, start, end, event.label, event.score, time)
        case .table:
            let fields = [event.label, Double(event.score).digits(4)] + place
            try output.line(fields.map(\.onOneLine).joined(separator: "\t"))
        case .csv:
            let fields = place + [event.label, Double(event.score).digits(6), "\(event.windows)"]
            try output.line(fields.map(\.csvField).joined(separator: ","))
        case .jsonl:
            try output.line(
                try JSONLine.text(
                    EventLine(
                        path: path, start: start, end: end, startTime: time?.text(after: start),
                        endTime: time?.text(after: end), label: event.label, score: event.score, windows: event.windows)
                ))
        }
    }

    func sentence(_ text: String, _ result: Classifier.Result) throws {
        try line(fields: [text], json: SentenceLine(text: text, scores: scores(result)), result)
    }

    /// What is said of an input: its label, and of the rest of the ranking as much as is asked for. Before a ranking of
    /// labels that are not believed stands what the input is called.
    private func named(_ result: Classifier.Result) -> [(label: String, score: Float)] {
        guard let rejection = result.rejection else { return Array(result.ranking.prefix(layout.top)) }
        return [(rejection, result.score)] + result.ranking.prefix(layout.top - 1)
    }

    private func scores(_ result: Classifier.Result) -> Scores {
        Scores(
            label: result.label, isRejected: result.rejection != nil, given: result.given,
            ranking: result.ranking.prefix(layout.top).map { Score(label: $0.label, score: $0.score) })
    }

    /// The columns of times; empty fields for a recording that does not say when it began.
    private func times(_ start: Double, _ end: Double, _ time: RecordingTime?) -> [String] {
        layout.hasTimes ? [time?.text(after: start) ?? "", time?.text(after: end) ?? ""] : []
    }

    private func line(fields: [String], json: some Encodable, _ result: Classifier.Result) throws {
        switch format {
        case .table:
            let labels = named(result).flatMap { [$0.label, Double($0.score).digits(4)] }
            try output.line((labels + fields).map(\.onOneLine).joined(separator: "\t"))
        case .csv:
            let labels = named(result).flatMap { [$0.label, Double($0.score).digits(6)] }
            try output.line((fields + labels).map(\.csvField).joined(separator: ","))
        case .jsonl: try output.line(try JSONLine.text(json))
        case .audacity, .raven: preconditionFailure("\(format) has lines of windows and events alone")
        }
    }

    private func mark(
        _ path: String, _ start: Double, _ end: Double, _ label: String, _ score: Float, _ time: RecordingTime?
    ) throws {
        let mark = SoundMark(start: start, end: end, label: label, score: score, recording: path)
        if let raven {
            try output.write(raven.line(mark, time?.text(after: start)))
        } else {
            try output.write(mark.audacityLines)
        }
    }
}

private struct Score: Encodable {
    var label: String
    var score: Float
}

/// What an input is called, and the ranking of its labels.
private struct Scores {
    var label: String
    /// Whether it is none of the labels.
    var isRejected: Bool
    /// The labels whose thresholds the scores reach, for a model that has some.
    var given: [String]?
    /// At least one.
    var ranking: [Score]
}

/// `label`, `score` of the strongest, and `scores`: all labels that were asked for, and those that are not believed.
private protocol ResultLine: Encodable {
    var scores: Scores { get }
}

private enum LineKeys: String, CodingKey {
    case path, start, end, startTime, endTime, text, label, labels, score, scores
}

extension ResultLine {
    func encodeScores(_ container: inout KeyedEncodingContainer<LineKeys>) throws {
        try container.encode(scores.label, forKey: .label)
        try container.encode(scores.ranking[0].score, forKey: .score)
        try container.encodeIfPresent(scores.given, forKey: .labels)
        if scores.ranking.count > 1 || scores.isRejected { try container.encode(scores.ranking, forKey: .scores) }
    }
}

private struct RecordingLine: ResultLine {
    var path: String
    var scores: Scores

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
    var startTime: String?
    var endTime: String?
    var scores: Scores

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: LineKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(start, forKey: .start)
        try container.encode(end, forKey: .end)
        try container.encodeIfPresent(startTime, forKey: .startTime)
        try container.encodeIfPresent(endTime, forKey: .endTime)
        try encodeScores(&container)
    }
}

private struct EventLine: Encodable {
    var path: String
    var start: Double
    var end: Double
    var startTime: String?
    var endTime: String?
    var label: String
    var score: Float
    var windows: Int
}

private struct SentenceLine: ResultLine {
    var text: String
    var scores: Scores

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
