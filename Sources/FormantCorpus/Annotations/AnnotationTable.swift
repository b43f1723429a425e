/// The annotations of a file, and what was wrong in it.
public struct AnnotationTable: Sendable {
    /// Most annotations that are taken from one file.
    public static let limit = 1_000_000

    /// The file.
    public let path: String
    /// What it was read as.
    public let format: AnnotationFormat
    /// The annotations in the order of the file.
    public let annotations: [Annotation]
    /// Lines that were skipped or are doubtful; at most 1,000 of them.
    public let problems: [Problem]
    /// How many problems there were in all.
    public let problemCount: Int
    /// For recordings that the table names: the group and the split that it gives them.
    let places: [String: Place]

    /// What a table says about a recording besides its annotations.
    struct Place: Equatable {
        var group: String?
        var split: Split?
    }

    /// Reads a file. Bad lines are named in `problems` and skipped.
    /// - Throws: `notAnnotations` when it is no table of annotations, `unreadable` when it cannot be read,
    ///   `badManifest` when its header lacks a column that is needed.
    public static func read(
        _ path: String, options: AnnotationOptions = AnnotationOptions()
    ) throws(CorpusError) -> AnnotationTable {
        let format: AnnotationFormat
        if let given = options.format { format = given } else { format = try .init(of: path, coding: options.coding) }
        var collector = AnnotationCollector(file: path, options: options)
        switch format {
        case .audacity: try AudacityLabelReader.read(into: &collector)
        case .raven: try RavenTableReader.read(into: &collector)
        case .jams: try JAMSReader.read(into: &collector)
        case .csv: try SpanTableReader.read(into: &collector)
        }
        return collector.table(format)
    }

    fileprivate init(_ collector: AnnotationCollector, format: AnnotationFormat) {
        path = collector.file
        self.format = format
        annotations = collector.annotations
        problems = collector.problems.kept
        problemCount = collector.problems.count
        places = collector.places
    }
}

/// Checks what a reader found, and gathers annotations and problems.
struct AnnotationCollector {
    /// What is wrong with one annotation.
    struct Fault: Error { let what: String }

    let file: String
    let options: AnnotationOptions
    private(set) var annotations: [Annotation] = []
    var problems = ProblemLog()
    private(set) var places: [String: AnnotationTable.Place] = [:]
    private var isFull = false

    init(file: String, options: AnnotationOptions) {
        self.file = file
        self.options = options
    }

    func table(_ format: AnnotationFormat) -> AnnotationTable { AnnotationTable(self, format: format) }

    /// Adds what `body` makes, or names what is wrong with it.
    /// - Returns: whether it was added.
    @discardableResult
    mutating func add(line: Int, _ body: () throws(Fault) -> Annotation) -> Bool {
        guard annotations.count < AnnotationTable.limit else {
            if !isFull {
                problems.add(file, line, "more than \(AnnotationTable.limit) annotations; the rest is skipped")
            }
            isFull = true
            return false
        }
        do {
            var annotation = try body()
            annotation.source = file
            annotation.line = line
            annotations.append(annotation)
            return true
        } catch {
            problems.add(file, line, error.what + "; skipped")
            return false
        }
    }

    /// Changes the annotation that was added as number `index`.
    mutating func change(_ index: Int, _ body: (inout Annotation) -> Void) { body(&annotations[index]) }

    /// Notes the group and the split of a recording; the first word counts.
    mutating func place(_ recording: String, _ place: AnnotationTable.Place, line: Int) {
        guard let known = places[recording] else {
            places[recording] = place
            return
        }
        if known != place {
            problems.add(
                file, line, "\(recording) has another group or split than in an earlier line; the earlier counts")
        }
    }

    /// The labels in a text.
    func labels(_ text: String) -> [String] {
        let parts = options.separator.map { text.split(separator: $0).map { $0.trimmed } } ?? [text.trimmed]
        return parts.filter { !$0.isEmpty }
    }

    // MARK: Numbers

    /// A start and an end in seconds.
    static func times(_ start: String, _ end: String) throws(Fault) -> (start: Double, end: Double) {
        let from = try seconds(start, "start")
        return (from, try checkedEnd(try seconds(end, "end"), after: from))
    }

    /// An end that is not before its start.
    static func checkedEnd(_ end: Double, after start: Double) throws(Fault) -> Double {
        guard end >= start else {
            throw Fault(what: "expected an end that is not before the start, \(start) s, found \(end)")
        }
        guard end <= Annotation.timeLimit else { throw Fault(what: "end: expected at most 1e9 seconds, found \(end)") }
        return end
    }

    /// Seconds, 0 … `Annotation.timeLimit`.
    static func seconds(_ text: String, _ what: String) throws(Fault) -> Double {
        let value = try number(text, what)
        guard value >= 0, value <= Annotation.timeLimit else {
            throw Fault(what: "\(what): expected seconds from 0 to 1e9, found \(value)")
        }
        return value
    }

    /// A finite number. A decimal comma is taken as well.
    static func number(_ text: String, _ what: String) throws(Fault) -> Double {
        guard let value = plainNumber(text) else {
            throw Fault(what: "\(what): expected a number, found '\(text.trimmed.prefix(40))'")
        }
        return value
    }

    /// A finite number, or nil; a decimal comma is taken as well.
    static func plainNumber(_ text: some StringProtocol) -> Double? {
        let trimmed = text.trimmed
        guard trimmed.utf8.count <= 64 else { return nil }
        if let value = Double(trimmed) { return value.isFinite ? value : nil }
        guard trimmed.utf8.count(where: { $0 == 0x2c }) == 1, !trimmed.utf8.contains(0x2e) else { return nil }
        let value = Double(String(decoding: trimmed.utf8.map { $0 == 0x2c ? 0x2e : $0 }, as: UTF8.self))
        return value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// A band in hertz. Empty texts and negative numbers, which stand for "undefined", are nil.
    static func band(_ low: String, _ high: String) throws(Fault) -> (low: Double?, high: Double?) {
        let edges = try (edge(low, "low frequency"), edge(high, "high frequency"))
        if let lower = edges.0, let upper = edges.1, lower > upper {
            throw Fault(what: "expected a high frequency of at least the low one, \(lower) Hz, found \(upper)")
        }
        return edges
    }

    private static func edge(_ text: String, _ what: String) throws(Fault) -> Double? {
        guard !text.trimmed.isEmpty else { return nil }
        let value = try number(text, what)
        return value < 0 ? nil : value
    }

    /// A channel counted from `first` in the file, from 0 in the result; nil for an empty text.
    static func channel(_ text: String, first: Int) throws(Fault) -> Int? {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return nil }
        guard let number = Int(trimmed), (first..<65_536).contains(number) else {
            throw Fault(what: "channel: expected a whole number from \(first), found '\(trimmed.prefix(40))'")
        }
        return number - first
    }

    /// A score; nil for an empty text.
    static func confidence(_ text: String) throws(Fault) -> Double? {
        text.trimmed.isEmpty ? nil : try number(text, "confidence")
    }
}
