import FormantFiles

extension Corpus {
    /// What stands before a label in a fastText file.
    static let fastTextPrefix = "__label__"

    /// Reads a fastText file: each line one or more `__label__NAME` and then the text.
    static func loadFastText(_ path: String, root: String?, options: CorpusOptions) throws(CorpusError) -> Corpus {
        var words = options
        words.coding = .utf8  // which is for these files too
        try refuseTableOptions(words, "a file of \(fastTextPrefix) lines has no columns")
        var reader = try LineReader(path: path, skippingMark: options.coding == .utf8)
        var builder = CorpusBuilder(
            name: FilePath.stem(of: path), modality: .text, root: root ?? FilePath.folder(of: path), options: options)
        let source = FilePath.name(of: path)
        var seenPrefix = false
        while let line = try reader.next() {
            guard case .bytes(let bytes) = line else {
                builder.problems.add(path, reader.number, "longer than 16 MB; skipped")
                continue
            }
            guard let text = options.coding.decode(bytes) else {
                builder.problems.add(path, reader.number, "\(TextCoding.notUTF8); skipped")
                continue
            }
            var rest = text.trimmed[...]
            if rest.isEmpty { continue }
            var labels: [String] = []
            var isBad = false
            while rest.utf8.starts(with: fastTextPrefix.utf8) {
                seenPrefix = true
                let bytes = rest.utf8.dropFirst(fastTextPrefix.utf8.count)
                let end = bytes.firstIndex { $0 == 0x20 || $0 == 0x09 } ?? bytes.endIndex
                if end == bytes.startIndex { isBad = true }
                labels.append(String(rest[bytes.startIndex..<end]))
                rest = rest[(rest.utf8[end...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? rest.endIndex)...]
            }
            if labels.isEmpty {
                builder.problems.add(path, reader.number, "expected \(fastTextPrefix)NAME at the start; skipped")
            } else if isBad {
                builder.problems.add(path, reader.number, "a label is empty; skipped")
            } else if rest.isEmpty {
                builder.problems.add(path, reader.number, "no text after the label; skipped")
            } else {
                builder.add(
                    Example(
                        input: .text(String(rest)), labels: builder.sharedList(labels), source: source,
                        line: reader.number),
                    file: path)
            }
        }
        if !seenPrefix {
            if let format = try? AnnotationFormat(of: path, coding: .utf8) {
                throw .notACorpus(
                    argument: path,
                    found:
                        "a table of annotations (\(format.rawValue)), which is read with a length for windows (--window)"
                )
            }
            throw .notACorpus(argument: path, found: "a text file without a line that starts with \(fastTextPrefix)")
        }
        return try builder.finish()
    }
}
