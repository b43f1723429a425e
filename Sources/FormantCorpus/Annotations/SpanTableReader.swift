/// Reads tables with a header that have a start and an end, or a start and a duration, in seconds: manifests with
/// `path,label,start,end`, and what BirdNET, OpenSoundscape, Kaleidoscope and the DCASE tasks write. Channels count
/// from 0.
enum SpanTableReader {
    private enum Column: CaseIterable {
        case start, end, duration, label, recording, low, high, channel, confidence, group, split

        /// Names in lower case, the likeliest first.
        var names: [String] {
            switch self {
            case .start:
                [
                    "start", "start_time", "start (s)", "start_s", "start time (s)", "begin", "begin_time", "onset",
                    "t_min",
                ]
            case .end:
                ["end", "end_time", "end (s)", "end_s", "end time (s)", "stop", "stop_time", "offset", "t_max"]
            case .duration: ["duration", "duration (s)", "duration_s"]
            case .label:
                [
                    "label", "labels", "annotation", "annotations", "species", "event_label", "class", "common name",
                    "common_name", "scientific name", "scientific_name", "species_code", "ebird_code", "primary_label",
                    "tag", "event",
                ]
            case .recording:
                [
                    "path", "file", "filename", "file_name", "audio_file", "audio_filename", "recording", "in file",
                    "begin path", "begin file", "sound.files", "wav_filename",
                ]
            case .low: ["low_f", "low", "low_freq", "low_frequency", "f_min", "fmin", "freq_low", "low freq (hz)"]
            case .high:
                ["high_f", "high", "high_freq", "high_frequency", "f_max", "fmax", "freq_high", "high freq (hz)"]
            case .channel: ["channel"]
            case .confidence: ["confidence", "score", "probability"]
            case .group: ["group"]
            case .split: ["split"]
            }
        }
    }

    private struct Columns {
        private var places: [Column: Int] = [:]

        /// Nil when no start and end are among the names.
        init?(_ header: [String]) {
            var known: [String: Int] = [:]
            for (place, name) in header.enumerated() where known[name.trimmed.lowercased()] == nil {
                known[name.trimmed.lowercased()] = place
            }
            for column in Column.allCases {
                places[column] = column.names.lazy.compactMap { known[$0] }.first
            }
            // Kaleidoscope's `OFFSET,DURATION`: there the offset is where it starts.
            if places[.start] == nil, places[.duration] != nil, let offset = known["offset"] {
                places[.start] = offset
                places[.end] = nil
            }
            guard places[.start] != nil, places[.end] != nil || places[.duration] != nil else { return nil }
        }

        mutating func setLabel(_ place: Int) { places[.label] = place }

        subscript(column: Column) -> Int? { places[column] }
    }

    static func isHeader(_ names: [String]) -> Bool { Columns(names) != nil }

    static func read(into collector: inout AnnotationCollector) throws(CorpusError) {
        var columns: Columns?
        var count = 0
        try TableLines.forEach(of: &collector) { (collector, fields, line) throws(CorpusError) in
            guard let columns else {
                count = fields.count
                columns = try header(fields, line: line, collector)
                return
            }
            guard fields.count == count else {
                collector.problems.add(
                    collector.file, line, "expected \(count) fields as in the header, found \(fields.count); skipped")
                return
            }
            add(fields, line: line, columns, to: &collector)
        }
        if columns == nil {
            throw .badManifest(path: collector.file, line: 0, what: "expected a header, found nothing")
        }
    }

    private static func header(
        _ fields: [String], line: Int, _ collector: AnnotationCollector
    ) throws(CorpusError) -> Columns {
        guard var columns = Columns(fields) else {
            throw .badManifest(
                path: collector.file, line: line,
                what: "expected columns for start and end (start,end or start_time,end_time …), found "
                    + ManifestColumns.list(fields))
        }
        if let wanted = collector.options.column {
            guard let place = fields.firstIndex(where: { $0.trimmed.lowercased() == wanted.trimmed.lowercased() })
            else {
                throw .badManifest(
                    path: collector.file, line: line,
                    what: "expected a column '\(wanted)' for the label, found \(ManifestColumns.list(fields))")
            }
            columns.setLabel(place)
        } else if columns[.label] == nil {
            throw .badManifest(
                path: collector.file, line: line,
                what: "expected a column for the label (label, annotation, species …), found "
                    + "\(ManifestColumns.list(fields)); name it as 'column'")
        }
        return columns
    }

    private static func add(
        _ fields: [String], line: Int, _ columns: Columns, to collector: inout AnnotationCollector
    ) {
        func field(_ column: Column) -> String { columns[column].map { fields[$0].trimmed } ?? "" }
        let labels = collector.labels(field(.label))
        let recording = field(.recording).isEmpty ? nil : field(.recording)
        var place = AnnotationTable.Place()
        let added = collector.add(line: line) { () throws(AnnotationCollector.Fault) in
            let start = try AnnotationCollector.seconds(field(.start), "start")
            let end: Double
            if columns[.end] != nil {
                end = try AnnotationCollector.seconds(field(.end), "end")
            } else {
                end = start + (try AnnotationCollector.seconds(field(.duration), "duration"))
            }
            let band = try AnnotationCollector.band(field(.low), field(.high))
            place.group = field(.group).isEmpty ? nil : field(.group)
            if !field(.split).isEmpty {
                place.split = Split(named: field(.split))
                if place.split == nil {
                    throw .init(what: "split: expected train, validation or test, found '\(field(.split).prefix(40))'")
                }
            }
            return Annotation(
                start: start, end: try AnnotationCollector.checkedEnd(end, after: start), lowFrequency: band.low,
                highFrequency: band.high, labels: labels,
                channel: try AnnotationCollector.channel(field(.channel), first: 0),
                confidence: try AnnotationCollector.confidence(field(.confidence)), recording: recording)
        }
        if added, let recording { collector.place(recording, place, line: line) }
    }
}
