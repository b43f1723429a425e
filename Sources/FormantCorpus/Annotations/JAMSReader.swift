/// Reads JAMS, the JSON Annotated Music Specification: the observations (time, duration, value, confidence) of the
/// namespaces whose values are labels. Source: the specification, jams.readthedocs.io.
///
/// A value that is an object, as of `scaper` and `multi_segment`, gives its `label`. What Scaper calls background
/// (`role`) lies under the whole recording and is no event: it is left out.
enum JAMSReader {
    /// Largest file, in bytes.
    static let sizeLimit = 1 << 28

    /// Whether the values of a namespace are labels.
    static func hasLabels(_ namespace: String) -> Bool {
        namespace.hasPrefix("tag_") || namespace.hasPrefix("segment_") || namespace.hasPrefix("sound")
            || ["scaper", "multi_segment", "event", "events"].contains(namespace)
    }

    static func read(into collector: inout AnnotationCollector) throws(CorpusError) {
        let file = collector.file
        var source = try ByteReader(path: file)
        try source.skipByteOrderMark()
        var bytes: [UInt8] = []
        while let byte = try source.next() {
            guard bytes.count < sizeLimit else { throw .unreadable(path: file, reason: "JAMS of more than 256 MB") }
            bytes.append(byte)
        }
        var walk = Walk(reader: JSONObjectReader(bytes: bytes))
        guard walk.document(&collector) else {
            throw .notAnnotations(path: file, found: "no valid JSON from line \(walk.lineHere) on")
        }
        guard walk.hasAnnotations else {
            throw .notAnnotations(path: file, found: "a JSON object without a list 'annotations'")
        }
    }

    /// A walk through the document. Its functions are false, or nil, where the bytes are no JSON.
    private struct Walk {
        var reader: JSONObjectReader
        private(set) var hasAnnotations = false
        private var countedTo = 0
        private var countedLines = 1

        init(reader: JSONObjectReader) { self.reader = reader }

        /// The line that the reader is in. Asked for at growing places, it takes one look at each byte.
        var lineHere: Int {
            mutating get {
                if reader.position < countedTo { (countedTo, countedLines) = (0, 1) }
                for byte in reader.bytes[countedTo..<reader.position] where byte == 0x0a { countedLines += 1 }
                countedTo = reader.position
                return countedLines
            }
        }

        /// Goes through the members of an object; `body` takes the value of a key.
        private mutating func members(_ body: (inout Walk, String) -> Bool) -> Bool {
            guard reader.take(0x7b) else { return false }
            if reader.take(0x7d) { return true }
            repeat {
                reader.skipSpace()
                guard let key = reader.string(), reader.take(0x3a), body(&self, key) else { return false }
            } while reader.take(0x2c)
            return reader.take(0x7d)
        }

        /// Goes through the items of a list.
        private mutating func items(_ body: (inout Walk) -> Bool) -> Bool {
            guard reader.take(0x5b) else { return false }
            if reader.take(0x5d) { return true }
            repeat { guard body(&self) else { return false } } while reader.take(0x2c)
            return reader.take(0x5d)
        }

        private mutating func isNext(_ byte: UInt8) -> Bool {
            reader.skipSpace()
            return reader.next == byte
        }

        private mutating func skip() -> Bool { reader.value(depth: 2) != nil }

        mutating func document(_ collector: inout AnnotationCollector) -> Bool {
            let isWhole = members { walk, key in
                guard key == "annotations", walk.isNext(0x5b) else { return walk.skip() }
                walk.hasAnnotations = true
                return walk.items { walk in walk.isNext(0x7b) ? walk.annotation(&collector) : walk.skip() }
            }
            guard isWhole else { return false }
            reader.skipSpace()
            return reader.position == reader.bytes.count
        }

        /// An annotation in the sense of JAMS: a namespace and the observations in it. The namespace may come last.
        private mutating func annotation(_ collector: inout AnnotationCollector) -> Bool {
            var namespace = ""
            var data: Int?
            let isWhole = members { walk, key in
                walk.reader.skipSpace()
                if key == "data" { data = walk.reader.position }
                guard let value = walk.reader.value(depth: 2) else { return false }
                if key == "namespace", case .text(let text) = value { namespace = text }
                return true
            }
            guard isWhole else { return false }
            guard let data else { return true }
            let end = reader.position
            reader.position = data
            if JAMSReader.hasLabels(namespace) {
                guard isNext(0x5b) ? items({ $0.observation(&collector) }) : columns(&collector) else { return false }
            } else {
                collector.problems.add(
                    collector.file, lineHere, "the namespace '\(namespace.prefix(40))' has no labels; skipped")
            }
            reader.position = end
            return true
        }

        private struct Observation {
            var time: String?
            var duration: String?
            var value: String?
            var confidence: String?
            var isBackground = false

            func add(line: Int, to collector: inout AnnotationCollector) {
                guard !isBackground else { return }
                let labels = value.map { collector.labels($0) } ?? []
                collector.add(line: line) { () throws(AnnotationCollector.Fault) in
                    guard let time, let duration else {
                        throw .init(what: "an observation needs time and duration")
                    }
                    let start = try AnnotationCollector.seconds(time, "time")
                    let end = start + (try AnnotationCollector.seconds(duration, "duration"))
                    return Annotation(
                        start: start, end: try AnnotationCollector.checkedEnd(end, after: start), labels: labels,
                        confidence: try AnnotationCollector.confidence(confidence ?? ""))
                }
            }
        }

        private mutating func observation(_ collector: inout AnnotationCollector) -> Bool {
            guard isNext(0x7b) else {
                collector.problems.add(collector.file, lineHere, "expected an observation, an object; skipped")
                return skip()
            }
            let line = lineHere
            var found = Observation()
            let isWhole = members { walk, key in
                if key == "value", walk.isNext(0x7b) {
                    guard let pairs = walk.reader.members() else { return false }
                    for name in ["label", "tag", "value", "name"] where found.value == nil {
                        if case .text(let text)? = pairs.first(where: { $0.key == name })?.value { found.value = text }
                    }
                    found.isBackground = pairs.contains { $0.key == "role" && $0.value == .text("background") }
                    return true
                }
                guard let value = walk.reader.value(depth: 4) else { return false }
                guard case .text(let text) = value else { return true }
                switch key {
                case "time": found.time = text
                case "duration": found.duration = text
                case "value": found.value = text
                case "confidence": found.confidence = text
                default: break
                }
                return true
            }
            guard isWhole else { return false }
            found.add(line: line, to: &collector)
            return true
        }

        /// Observations as an object of lists, as older files have them.
        private mutating func columns(_ collector: inout AnnotationCollector) -> Bool {
            let line = lineHere
            guard isNext(0x7b) else {
                collector.problems.add(collector.file, line, "'data': expected a list of observations; skipped")
                return skip()
            }
            guard let pairs = reader.members() else { return false }
            var lists: [String: [String]] = [:]
            for case (let key, .list(let list)) in pairs { lists[key] = list }
            let times = lists["time"] ?? []
            guard lists["duration"]?.count == times.count, lists["value"]?.count == times.count else {
                collector.problems.add(
                    collector.file, line, "'data': expected lists time, duration and value of one length; skipped")
                return true
            }
            for (index, time) in times.enumerated() {
                let confidence = lists["confidence"].flatMap { $0.count == times.count ? $0[index] : nil }
                Observation(
                    time: time, duration: lists["duration"]?[index], value: lists["value"]?[index],
                    confidence: confidence
                ).add(line: line, to: &collector)
            }
            return true
        }
    }
}
