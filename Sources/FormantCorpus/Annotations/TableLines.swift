/// The records of a table of annotations, whichever way its fields are kept apart.
enum TableLines {
    /// Hands out every record with its line.
    ///
    /// Where tabs separate, a line is a record and quotes mean nothing but around a whole field: Raven writes them as
    /// they are. Else quoting is as in RFC 4180.
    static func forEach(
        of collector: inout AnnotationCollector,
        _ body: (_ collector: inout AnnotationCollector, _ fields: [String], _ line: Int) throws(CorpusError) -> Void
    ) throws(CorpusError) {
        let path = collector.file
        let coding = collector.options.coding
        var probe = try ByteReader(path: path)
        let start = try probe.lookahead().prefix { $0 != 0x0a && $0 != 0x0d }
        guard start.contains(0x09) else {
            let delimiter: UInt8 = start.contains(0x2c) || !start.contains(0x3b) ? 0x2c : 0x3b
            var reader = try DelimitedReader(path: path, delimiter: delimiter, coding: coding)
            while let record = try reader.next() {
                switch record {
                case .bad(let what): collector.problems.add(path, reader.line, "\(what); skipped")
                case .fields(let fields): try body(&collector, fields, reader.line)
                }
            }
            return
        }
        var reader = try LineReader(path: path, skippingMark: true)
        while let line = try reader.next() {
            guard case .bytes(let bytes) = line else {
                collector.problems.add(path, reader.number, "longer than 16 MB; skipped")
                continue
            }
            guard let text = coding.decode(bytes) else {
                collector.problems.add(path, reader.number, "not \(coding.rawValue.uppercased()); skipped")
                continue
            }
            if text.trimmed.isEmpty { continue }
            let fields = text.split(
                separator: "\t", maxSplits: DelimitedReader.fieldLimit, omittingEmptySubsequences: false)
            guard fields.count <= DelimitedReader.fieldLimit else {
                collector.problems.add(path, reader.number, "more than \(DelimitedReader.fieldLimit) fields; skipped")
                continue
            }
            try body(&collector, fields.map { unquoted($0) }, reader.number)
        }
    }

    /// A field without the quotes around it.
    static func unquoted(_ field: Substring) -> String {
        let bytes = Array(field.utf8)
        guard bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 else { return String(field) }
        var content: [UInt8] = []
        var pending = false
        for byte in bytes.dropFirst().dropLast() {
            if byte == 0x22, !pending {
                pending = true
                continue
            }
            // A quote that is not doubled stays what it is.
            if pending, byte != 0x22 { content.append(0x22) }
            pending = false
            content.append(byte)
        }
        if pending { content.append(0x22) }
        return String(decoding: content, as: UTF8.self)
    }
}
