import FormantFiles
import FormantTensor

extension Corpus {
    /// Reads a CSV or TSV manifest: a header, then one example a record.
    static func loadTable(_ path: String, root: String?, options: CorpusOptions) throws(CorpusError) -> Corpus {
        var reader = try DelimitedReader(
            path: path, delimiter: FilePath.fileExtension(of: path) == "tsv" ? 0x09 : nil, coding: options.coding)
        guard let first = try reader.next() else {
            throw .badManifest(path: path, line: 0, what: "expected a header line with column names, found nothing")
        }
        guard case .fields(let header) = first else {
            guard case .bad(let what) = first else { throw .badManifest(path: path, line: 1, what: "no header") }
            throw .badManifest(path: path, line: reader.line, what: "header: \(what)")
        }
        var problems = ProblemLog()
        let columns = try ManifestColumns(
            names: header, file: path, line: reader.line, options: options, problems: &problems)
        var rows = ManifestRows(file: path, root: root, modality: columns.modality, options: options)
        rows.builder.problems = problems
        rows.builder.extraColumns = columns.extra.map { header[$0].trimmed }
        if let place = columns.tables(header, options: options) {
            return try loadRecordings(&reader, columns, tables: place, count: header.count, rows, options: options)
        }

        while let record = try reader.next() {
            switch record {
            case .bad(let what): rows.builder.problems.add(path, reader.line, "\(what); skipped")
            case .fields(let fields) where fields.count != header.count:
                rows.builder.problems.add(
                    path, reader.line,
                    "expected \(header.count) fields as in the header, found \(fields.count); skipped")
            case .fields(let fields):
                rows.add(line: reader.line, extra: columns.extra.map { fields[$0] }) { column in
                    columns.index[column].map { fields[$0] }
                }
            }
        }
        return try rows.builder.finish()
    }

    /// Reads the records of a manifest that names recordings with their tables of annotations.
    private static func loadRecordings(
        _ reader: inout DelimitedReader, _ columns: ManifestColumns, tables: Int, count: Int, _ rows: ManifestRows,
        options: CorpusOptions
    ) throws(CorpusError) -> Corpus {
        var rows = rows
        let path = rows.file
        var corpus = WindowedCorpus(rules: try options.windowRules(), builder: rows.builder)
        while let record = try reader.next() {
            guard case .fields(let fields) = record, fields.count == count else {
                var what = "expected \(count) fields as in the header"
                if case .bad(let fault) = record { what = fault }
                corpus.builder.problems.add(path, reader.line, what + "; skipped")
                continue
            }
            // Lent, as both would otherwise hold a copy.
            swap(&rows.builder, &corpus.builder)
            let found = rows.recording(line: reader.line, extra: columns.extra.map { fields[$0] }) { column in
                column == .label ? nil : columns.index[column].map { fields[$0] }
            }
            swap(&rows.builder, &corpus.builder)
            guard let found else { continue }
            let table = FilePath.join(corpus.builder.root, fields[tables].trimmed)
            guard !fields[tables].trimmed.isEmpty, FilePath.kind(of: table) == .file else {
                corpus.builder.problems.add(
                    path, reader.line, "column 'annotations': there is no file \(table); skipped")
                continue
            }
            corpus.add(found, table: table)
        }
        return try corpus.finish()
    }
}

/// Which field of a record is which column.
struct ManifestColumns {
    private(set) var index: [ManifestColumn: Int] = [:]
    private(set) var extra: [Int] = []

    var modality: Modality { index[.path] != nil ? .audio : .text }

    /// Finds the columns by their names; case and outer spaces do not count.
    ///
    /// A missing `path` or `text`, and a name that stands there twice, are errors. A column that is nearly a known one
    /// is an error when that one is needed, else a problem; it is then kept as an extra column.
    init(
        names: [String], file: String, line: Int, options: CorpusOptions, problems: inout ProblemLog
    ) throws(CorpusError) {
        var places: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            let key = name.trimmed.lowercased()
            guard places.updateValue(place, forKey: key) == nil else {
                throw .badManifest(path: file, line: line, what: "column '\(name.trimmed)' stands there twice")
            }
        }
        for column in ManifestColumn.allCases {
            let name = options.columns[column] ?? column.rawValue
            if let place = places[name.trimmed.lowercased()] {
                index[column] = place
            } else if options.columns[column] != nil {
                throw .badManifest(
                    path: file, line: line,
                    what: "expected a column '\(name)' for \(column.rawValue), found \(ManifestColumns.list(names))")
            }
        }
        // A transcript beside the sound is an extra column, unless its column is named and that of the sound is not.
        if options.columns[.text] != nil, options.columns[.path] == nil { index[.path] = nil }
        if index[.path] != nil { index[.text] = nil }
        let used = Set(index.values)
        extra = names.indices.filter { !used.contains($0) }

        let hasInput = index[.path] != nil || index[.text] != nil
        let missing = ManifestColumn.allCases.filter { column in
            index[column] == nil && !(hasInput && (column == .path || column == .text))
        }
        for place in extra {
            let name = names[place].trimmed
            guard let nearest = nearestSpelling(of: name, among: missing.map(\.rawValue)) else { continue }
            let what = "column '\(name)' is unknown; was '\(nearest)' meant?"
            if nearest == "label" || !hasInput { throw .badManifest(path: file, line: line, what: what) }
            problems.add(file, line, what + " It is kept as an extra column")
        }
        guard hasInput else {
            throw .badManifest(
                path: file, line: line,
                what: "expected a column 'path' or 'text', found \(ManifestColumns.list(names))"
                    + (SpanTableReader.isHeader(names)
                        ? ". As a table of annotations it is read with a length for windows (--window)" : ""))
        }
    }

    /// The column of the tables of annotations, where windows are asked for or there is no label.
    func tables(_ names: [String], options: CorpusOptions) -> Int? {
        guard modality == .audio, index[.label] == nil || options.asksForWindows else { return nil }
        return extra.first { names[$0].trimmed.lowercased() == "annotations" }
    }

    static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).map { "'\($0.trimmed)'" }.joined(separator: ", ")
        return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
    }
}

/// Turns the records of a manifest, of whatever format, into examples or problems.
struct ManifestRows {
    let file: String
    var builder: CorpusBuilder
    private let source: String

    init(file: String, root: String?, modality: Modality, options: CorpusOptions) {
        self.file = file
        source = FilePath.name(of: file)
        builder = CorpusBuilder(
            name: FilePath.stem(of: file), modality: modality, root: root ?? FilePath.folder(of: file),
            options: options)
        if options.labelSeparator != nil { builder.isMultiLabel = true }
    }

    /// Adds one record.
    /// - Parameters:
    ///   - line: where it begins.
    ///   - extra: the values of the extra columns.
    ///   - severalLabels: labels that came as a list; nil takes the column `label`.
    ///   - value: the value of a column, nil when there is no such column.
    mutating func add(
        line: Int, extra: [String], severalLabels: [String]? = nil, value: (ManifestColumn) -> String?
    ) {
        do {
            let example = try example(line: line, extra: extra, severalLabels: severalLabels, value: value)
            builder.add(example, file: file)
        } catch {
            builder.problems.add(file, line, error.what + "; skipped")
        }
    }

    /// The recording that a record names, without labels; nil, and a problem, when something is wrong with it.
    mutating func recording(line: Int, extra: [String], value: (ManifestColumn) -> String?) -> Example? {
        do {
            return try example(line: line, extra: extra, severalLabels: [], value: value)
        } catch {
            builder.problems.add(file, line, error.what + "; skipped")
            return nil
        }
    }

    private struct Fault: Error { let what: String }

    private mutating func example(
        line: Int, extra: [String], severalLabels: [String]?, value: (ManifestColumn) -> String?
    ) throws(Fault) -> Example {
        let input: ExampleInput
        if builder.modality == .audio, builder.examples.isEmpty, let path = value(.path),
            Modality(ofFile: path.trimmed) == .image
        {
            // The first file decides between sounds and pictures.
            builder.modality = .image
        }
        switch builder.modality {
        case .audio: input = .audio(try clip(value))
        case .image: input = .image(path: try file(value))
        case .text:
            guard let text = value(.text), !text.trimmed.isEmpty else { throw Fault(what: "column 'text' is empty") }
            input = .text(text)
        }
        var labels: [String] = []
        if let severalLabels {
            labels = severalLabels
        } else if let label = value(.label) {
            // Several labels may also be none.
            labels =
                builder.options.labelSeparator.map { separator in
                    label.split(separator: separator).map { $0.trimmed }.filter { !$0.isEmpty }
                } ?? [label]
        }
        if labels.contains(where: { $0.trimmed.isEmpty }) { throw Fault(what: "column 'label' is empty") }

        var split: Split?
        if let name = nonEmpty(value(.split)) {
            split = Split(named: name)
            if split == nil {
                throw Fault(what: "column 'split': expected train, validation or test, found '\(name)'")
            }
        }
        let weight = try number(value(.weight), column: .weight) ?? 1
        guard weight >= 0, Float(weight).isFinite else {
            throw Fault(what: "column 'weight': expected a number of 0 or more, found \(weight)")
        }
        return Example(
            input: input, labels: builder.sharedList(labels),
            group: nonEmpty(value(.group)).map { builder.shared($0) }, split: split,
            fold: nonEmpty(value(.fold)).map { builder.foldNumber($0) }, weight: Float(weight), extra: extra,
            source: source, line: line)
    }

    private func clip(_ value: (ManifestColumn) -> String?) throws(Fault) -> AudioClip {
        let path = try file(value)
        let start = try number(value(.start), column: .start)
        let end = try number(value(.end), column: .end)
        if let start, start < 0 {
            throw Fault(what: "column 'start': expected seconds of 0 or more, found \(start)")
        }
        if let end, end <= start ?? 0 {
            throw Fault(what: "column 'end': expected more than the start, \(start ?? 0), found \(end)")
        }
        var channel: Int?
        if let text = nonEmpty(value(.channel)) {
            guard let parsed = Int(text), 0..<65_536 ~= parsed else {
                throw Fault(what: "column 'channel': expected a whole number of 0 or more, found '\(text)'")
            }
            channel = parsed
        }
        return AudioClip(path: path, start: start, end: end, channel: channel)
    }

    /// The path of a file of the corpus's kind, relative to the root.
    private func file(_ value: (ManifestColumn) -> String?) throws(Fault) -> String {
        guard let path = value(.path), !path.isEmpty else { throw Fault(what: "column 'path' is empty") }
        if let kind = Modality(ofFile: path), kind != builder.modality {
            throw Fault(what: "column 'path': expected \(builder.modality.takes) as before, found '\(path)'")
        }
        if builder.modality == .image,
            let column = [ManifestColumn.start, .end, .channel].first(where: { nonEmpty(value($0)) != nil })
        {
            throw Fault(what: "column '\(column.rawValue)': is for sound, and the file is a picture")
        }
        let relative = FilePath.relative(FilePath.normalised(path), to: builder.root)
        if builder.options.checksFiles {
            let place = FilePath.join(builder.root, relative)
            switch FilePath.kind(of: place) {
            case .file: break
            case nil: throw Fault(what: "column 'path': there is no file \(place)")
            case .folder, .other: throw Fault(what: "column 'path': \(place) is no file")
            }
        }
        return relative
    }

    private func number(_ text: String?, column: ManifestColumn) throws(Fault) -> Double? {
        guard let text = nonEmpty(text) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw Fault(what: "column '\(column.rawValue)': expected a number, found '\(text.prefix(40))'")
        }
        return number
    }

    private func nonEmpty(_ text: String?) -> String? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        return text
    }
}
