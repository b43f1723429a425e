extension Card {
    /// Throws `badCard` for keys and rules that do not go together: those that need a line, a column or a record make
    /// sense only where there is one.
    func check(_ root: CardNode) throws(CorpusError) {
        let named: [(String, CardRule?)] = [
            ("label", label), ("text", text), ("path", clip), ("group", group), ("folds", fold), ("split", splitColumn),
        ]
        for (key, rule) in named {
            switch rule {
            case .line, .before, .after:
                guard layout == .lines else { throw root.fault("\(key): a rule on lines needs 'layout: lines'") }
            case .column:
                guard layout == .table else { throw root.fault("\(key): a column needs 'layout: table'") }
            case .json:
                guard layout == .json else { throw root.fault("\(key): a rule on JSON needs 'layout: json'") }
            case .key:
                guard layout == .json, records?.haveKeys == true else {
                    throw root.fault("\(key): 'key' needs 'layout: json' and a * in every way of 'records'")
                }
            case .text:
                guard key == "group", modality == .text else {
                    throw root.fault("\(key): 'text' is a rule for the group of a text")
                }
            case .path, .folder, .files, nil: break
            }
        }
        if modality != .text && layout == .lines { throw root.fault("'layout: lines' is for text") }
        if modality != .text && layout == .json { throw root.fault("'layout: json' is for text") }
        if modality == .text && layout == .files {
            throw root.fault("text needs 'layout: lines', 'layout: table' or 'layout: json'")
        }
        guard (layout == .json) == (records != nil) else {
            throw root.fault(
                layout == .json
                    ? "JSON needs the key 'records', the way to the examples" : "the key 'records' needs 'layout: json'"
            )
        }
        if records?.giveSplits == true, !splits.isEmpty || splitColumn != nil {
            throw root.fault("'records' gives the splits; leave 'split' out")
        }
        if splitIsOfficial, splits.isEmpty, splitColumn == nil, fold == nil, records?.giveSplits != true {
            throw root.fault("'officialSplit' needs a split or folds that the card gives")
        }
        if layout == .json, text == nil { throw root.fault("JSON needs the key 'text'") }
        if layout == .table {
            if !encoding.isOne { throw root.fault("encoding: a table has one coding") }
            if modality == .audio, clip == nil { throw root.fault("a table of sound files needs the key 'path'") }
            if modality == .image, clip == nil { throw root.fault("a table of pictures needs the key 'path'") }
            if modality == .text, text == nil { throw root.fault("a table of texts needs the key 'text'") }
        } else if clip != nil {
            throw root.fault("the key 'path' needs 'layout: table'")
        }
        if windows != nil {
            guard modality == .audio, layout == .files else {
                throw root.fault("annotations are for sound with 'layout: files'")
            }
            if label != nil { throw root.fault("with 'annotations' the tables have the labels; leave 'label' out") }
        }
        if modality != .text, text != nil { throw root.fault("the key 'text' is for text") }
    }
}
