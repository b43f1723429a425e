import FormantTensor

extension Corpus {
    /// Most extra columns that a JSONL manifest may have over all its lines.
    static let extraColumnLimit = 256

    /// Reads a JSONL manifest: one object a line, its keys as the columns of a CSV manifest.
    ///
    /// A label may be a list of strings. Numbers and true/false are taken as they are written; null is as if the key
    /// were not there. Of other keys that hold objects or lists nothing is kept.
    static func loadJSONLines(_ path: String, root: String?, options: CorpusOptions) throws(CorpusError) -> Corpus {
        var reader = try LineReader(path: path, skippingMark: options.coding == .utf8)
        // The first line with a path or a text decides between files and text.
        var modality: Modality?
        var rows = ManifestRows(file: path, root: root, modality: .text, options: options)
        var extraColumns: [String] = []
        var extraPlaces: [String: Int] = [:]
        var known: [String: ManifestColumn] = [:]
        for column in ManifestColumn.allCases { known[options.columns[column] ?? column.rawValue] = column }
        var doubted: Set<String> = []

        while let line = try reader.next() {
            guard case .bytes(let bytes) = line else {
                rows.builder.problems.add(path, reader.number, "longer than 16 MB; skipped")
                continue
            }
            if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0d).contains($0) }) { continue }
            let utf8 = options.coding == .utf8 ? bytes : options.coding.decode(bytes).map { Array($0.utf8) } ?? []
            guard let pairs = JSONObjectReader.pairs(of: utf8) else {
                rows.builder.problems.add(path, reader.number, "expected a JSON object; skipped")
                continue
            }
            var values: [ManifestColumn: String] = [:]
            var labels: [String]?
            var extra: [String] = []
            for (key, value) in pairs {
                if let column = known[key] {
                    switch value {
                    case .text(let text): values[column] = text
                    case .list(let list) where column == .label: labels = list
                    case .null: break
                    case .list, .other:
                        rows.builder.problems.add(path, reader.number, "key '\(key)': expected a text or a number")
                    }
                } else if case .text(let text) = value {
                    if extraPlaces[key] == nil, extraColumns.count < extraColumnLimit {
                        extraPlaces[key] = extraColumns.count
                        extraColumns.append(key)
                    }
                    guard let place = extraPlaces[key] else { continue }
                    while extra.count <= place { extra.append("") }
                    extra[place] = text
                }
            }
            for key in pairs.map(\.key) where known[key] == nil && !doubted.contains(key) && doubted.count < 1_000 {
                doubted.insert(key)
                let missing = known.keys.filter { name in
                    known[name].map { values[$0] == nil } ?? false && !(name == "label" && labels != nil)
                }
                if let nearest = nearestSpelling(of: key, among: missing.sorted()) {
                    rows.builder.problems.add(path, reader.number, "key '\(key)' is unknown; was '\(nearest)' meant?")
                }
            }
            if modality == nil {
                if values[.path] != nil {
                    modality = .audio
                } else if values[.text] != nil {
                    modality = .text
                } else {
                    rows.builder.problems.add(path, reader.number, "expected a key 'path' or 'text'; skipped")
                    continue
                }
                rows.builder.modality = modality ?? .text
            }
            rows.add(line: reader.number, extra: extra, severalLabels: labels) { values[$0] }
        }
        rows.builder.extraColumns = extraColumns
        return try rows.builder.finish()
    }
}
