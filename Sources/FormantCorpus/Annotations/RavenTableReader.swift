import FormantFiles

/// Reads selection tables of Raven, and those that BirdNET writes for it.
///
/// Columns stand in any order. Channels count from 1. A selection that is listed once for the waveform and once for the
/// spectrogram is one annotation, with the spectrogram's band. Where a table names recordings (`Begin Path`, `Begin
/// File`) and has `File Offset (s)`, that is where the selection begins: `Begin Time (s)` then counts from the start of
/// the first of several files.
enum RavenTableReader {
    /// Columns that may hold the label, the likeliest first.
    static let labelColumns = [
        "annotation", "annotations", "label", "labels", "species", "common name", "class", "scientific name",
        "species code", "call type", "type", "tags", "id",
    ]

    static func isHeader(_ names: [String]) -> Bool {
        let known = Set(names.map { $0.lowercased() })
        return known.contains("begin time (s)") && (known.contains("end time (s)") || known.contains("delta time (s)"))
    }

    private struct Columns {
        var start = 0
        var end: Int?
        var duration: Int?
        var label: Int?
        var selection: Int?
        var view: Int?
        var channel: Int?
        var low: Int?
        var high: Int?
        var path: Int?
        var name: Int?
        var offset: Int?
        var confidence: Int?
        let count: Int

        init(_ header: [String], file: String, line: Int, options: AnnotationOptions) throws(CorpusError) {
            var places: [String: Int] = [:]
            for (place, name) in header.enumerated() where places[name.trimmed.lowercased()] == nil {
                places[name.trimmed.lowercased()] = place
            }
            guard let start = places["begin time (s)"] else {
                throw .badManifest(
                    path: file, line: line,
                    what: "expected a column 'Begin Time (s)', found \(ManifestColumns.list(header))")
            }
            self.start = start
            end = places["end time (s)"]
            duration = places["delta time (s)"]
            guard end != nil || duration != nil else {
                throw .badManifest(
                    path: file, line: line,
                    what: "expected a column 'End Time (s)', found \(ManifestColumns.list(header))")
            }
            selection = places["selection"]
            view = places["view"]
            channel = places["channel"]
            low = places["low freq (hz)"]
            high = places["high freq (hz)"]
            path = places["begin path"]
            name = places["begin file"]
            offset = places["file offset (s)"]
            confidence = places["confidence"] ?? places["score"]
            count = header.count
            if let wanted = options.column {
                guard let place = places[wanted.trimmed.lowercased()] else {
                    throw .badManifest(
                        path: file, line: line,
                        what: "expected a column '\(wanted)' for the label, found \(ManifestColumns.list(header))")
                }
                label = place
            } else if let found = RavenTableReader.labelColumns.first(where: { places[$0] != nil }) {
                label = places[found]
            } else {
                throw .badManifest(
                    path: file, line: line,
                    what: "expected a column for the label (Annotation, Species, Label …), found "
                        + "\(ManifestColumns.list(header)); name it as 'column'")
            }
        }
    }

    /// A selection, whichever view lists it.
    private struct Selection: Hashable {
        let number: String
        let start: Double
        let end: Double
        let channel: Int?
        let recording: String?
    }

    static func read(into collector: inout AnnotationCollector) throws(CorpusError) {
        var header: [String] = []
        var columns: Columns?
        // Where each selection is, and in which view it was seen.
        var seen: [Selection: (index: Int, view: String)] = [:]
        try TableLines.forEach(of: &collector) { (collector, fields, line) throws(CorpusError) in
            guard let columns else {
                header = fields
                columns = try Columns(fields, file: collector.file, line: line, options: collector.options)
                return
            }
            add(fields, line: line, columns, header: header, seen: &seen, to: &collector)
        }
        if columns == nil {
            throw .badManifest(path: collector.file, line: 0, what: "expected a header, found nothing")
        }
    }

    private static func add(
        _ fields: [String], line: Int, _ columns: Columns, header: [String],
        seen: inout [Selection: (index: Int, view: String)], to collector: inout AnnotationCollector
    ) {
        // Programs leave out empty fields at the end of a line, and some put an empty one there.
        func field(_ place: Int?) -> String { place.flatMap { $0 < fields.count ? fields[$0].trimmed : nil } ?? "" }
        let labels = collector.labels(field(columns.label))
        func make() throws(AnnotationCollector.Fault) -> (Selection, Annotation) {
            if let extra = fields.dropFirst(columns.count).first(where: { !$0.trimmed.isEmpty }) {
                throw .init(
                    what: "expected \(columns.count) fields as in the header, found one more: '\(extra.prefix(40))'")
            }
            var start = try AnnotationCollector.seconds(field(columns.start), header[columns.start].trimmed)
            var end: Double
            if let place = columns.end {
                end = try AnnotationCollector.seconds(field(place), header[place].trimmed)
            } else {
                end = start + (try AnnotationCollector.seconds(field(columns.duration), "Delta Time (s)"))
            }
            end = try AnnotationCollector.checkedEnd(end, after: start)
            let recording = [field(columns.path), field(columns.name)].first { !$0.isEmpty }
            if recording != nil, !field(columns.offset).isEmpty {
                let offset = try AnnotationCollector.seconds(field(columns.offset), "File Offset (s)")
                // Equal but for the rounding of the file: the sum would only add to it.
                if offset != start { (start, end) = (offset, offset + (end - start)) }
            }
            let band = try AnnotationCollector.band(field(columns.low), field(columns.high))
            let annotation = Annotation(
                start: start, end: end, lowFrequency: band.low, highFrequency: band.high, labels: labels,
                channel: try AnnotationCollector.channel(field(columns.channel), first: 1),
                confidence: try AnnotationCollector.confidence(field(columns.confidence)), recording: recording)
            let selection = Selection(
                number: field(columns.selection), start: start, end: end, channel: annotation.channel,
                recording: recording)
            return (selection, annotation)
        }
        let (selection, annotation): (Selection, Annotation)
        do throws(AnnotationCollector.Fault) { (selection, annotation) = try make() } catch {
            collector.problems.add(collector.file, line, error.what + "; skipped")
            return
        }
        let view = field(columns.view).lowercased()
        if !selection.number.isEmpty, !view.isEmpty, let earlier = seen[selection], earlier.view != view {
            collector.change(earlier.index) { known in
                if view.hasPrefix("spectrogram") {
                    known.lowFrequency = annotation.lowFrequency
                    known.highFrequency = annotation.highFrequency
                }
                if known.labels.isEmpty { known.labels = annotation.labels }
            }
            return
        }
        let index = collector.annotations.count
        if collector.add(line: line, { () throws(AnnotationCollector.Fault) in annotation }) {
            seen[selection] = (index, view)
        }
    }
}
