import FormantFiles

extension Card {
    /// Reads the corpus that the card describes.
    /// - Parameters:
    ///   - root: the folder that the data lie in.
    ///   - options: as for other corpora.
    /// - Throws: `dataMissing`, with where people get the data, when there is no such folder or none of the files.
    public func load(root: String?, options: CorpusOptions = CorpusOptions()) throws(CorpusError) -> Corpus {
        guard let root else {
            throw .dataMissing(
                card: name, looked: "no folder",
                what: "a card needs its root, the folder that the data lie in (--root)",
                source: source)
        }
        guard FilePath.kind(of: root) == .folder else {
            throw .dataMissing(
                card: name, looked: root,
                what: FilePath.kind(of: root) == nil ? "there is no such folder" : "no folder",
                source: source)
        }
        if let option = options.firstForTables {
            throw .badOption(option: option, what: "is for manifests; the card \(path) says how its files are read")
        }
        var builder = CorpusBuilder(name: name, modality: modality, root: root, options: options)
        builder.rules = rules
        builder.splitIsOfficial = splitIsOfficial
        if case .text? = group { builder.groupsAreTexts = true }
        builder.outOfScope = options.outOfScope ?? outOfScope
        let paths = try find(root: root, problems: &builder.problems)
        var lists = try SplitLists(self, root: root)
        if let windows {
            return try loadWindows(paths, rules: options.windowRules(card: windows), builder, lists)
        }
        if options.asksForWindows {
            throw .badSetting(
                setting: options.windowSettings.first ?? "windows",
                what: "the card \(path) has no section 'annotations'")
        }
        for path in paths {
            switch layout {
            case .files: add(CardContext(path: path), clip: path, text: nil, line: 0, to: &builder, lists: &lists)
            case .lines: try addLines(path, to: &builder, lists: &lists)
            case .table: try addTable(path, to: &builder, lists: &lists)
            case .json: if let records { try addRecords(path, records, to: &builder, lists: &lists) }
            }
        }
        lists.nameUnused(in: &builder.problems)
        return try builder.finish()
    }

    /// The files that the card means, sorted, each once.
    private func find(root: String, problems: inout ProblemLog) throws(CorpusError) -> [String] {
        var found: Set<String> = []
        for pattern in files {
            var any = false
            if pattern.isPlain {
                any = FilePath.kind(of: FilePath.join(root, pattern.source)) == .file
                if any { found.insert(pattern.source) }
            } else if FilePath.kind(of: FilePath.join(root, pattern.folder)) == .folder {
                let walk = FolderWalk(
                    root: root, start: pattern.folder, depth: pattern.depth ?? FolderWalk.depthLimit)
                for fault in walk.faults { problems.add(fault.path, nil, fault.reason + "; skipped") }
                for path in walk.files
                where pattern.matches(path) && !excluded.contains(where: { $0.matches(path) }) {
                    any = true
                    found.insert(path)
                }
            }
            if !any {
                throw .dataMissing(card: name, looked: root, what: "no file \(pattern.source)", source: source)
            }
        }
        return found.sorted()
    }

    private func addLines(_ path: String, to builder: inout CorpusBuilder, lists: inout SplitLists) throws(CorpusError)
    {
        let place = FilePath.join(builder.root, path)
        let codings = encoding.codings(of: path)
        var reader = try LineReader(path: place, skippingMark: codings[0] == .utf8)
        while let line = try reader.next() {
            guard case .bytes(let bytes) = line else {
                builder.problems.add(place, reader.number, "longer than 16 MB; skipped")
                continue
            }
            guard let decoded = codings.decode(bytes) else {
                builder.problems.add(place, reader.number, "not \(codings.names); skipped")
                continue
            }
            if decoded.trimmed.isEmpty { continue }
            let context = CardContext(path: path, line: decoded)
            let content = text.map { $0.value(in: context) } ?? decoded.trimmed
            add(context, clip: nil, text: content, line: reader.number, to: &builder, lists: &lists)
        }
    }

    private func addTable(_ path: String, to builder: inout CorpusBuilder, lists: inout SplitLists) throws(CorpusError)
    {
        let place = FilePath.join(builder.root, path)
        var reader = try DelimitedReader(
            path: place, delimiter: FilePath.fileExtension(of: path) == "tsv" ? 0x09 : nil,
            coding: encoding.codings(of: path)[0])
        guard case .fields(let header)? = try reader.next() else {
            throw .badManifest(path: place, line: 1, what: "expected a header line with column names")
        }
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() { columns[name.trimmed] = index }
        for case .column(let name)? in [label, text, clip, group, fold, splitColumn] where columns[name] == nil {
            throw .badManifest(
                path: place, line: reader.line,
                what: "the card expects a column '\(name)', found \(ManifestColumns.list(header))")
        }
        while let record = try reader.next() {
            switch record {
            case .bad(let what): builder.problems.add(place, reader.line, "\(what); skipped")
            case .fields(let fields) where fields.count != header.count:
                builder.problems.add(
                    place, reader.line, "expected \(header.count) fields, found \(fields.count); skipped")
            case .fields(let fields):
                let context = CardContext(path: path, column: { name in columns[name].map { fields[$0] } })
                add(
                    context, clip: clip?.value(in: context), text: text?.value(in: context), line: reader.line,
                    to: &builder, lists: &lists)
            }
        }
    }

    /// Adds one example, or says what the rules did not find.
    func add(
        _ context: CardContext, clip: String?, text: String?, line: Int, to builder: inout CorpusBuilder,
        lists: inout SplitLists
    ) {
        let file = FilePath.join(builder.root, context.path)
        let labels = (label?.values(in: context) ?? []).map { labelNames[$0] ?? $0 }
        guard !labels.isEmpty else {
            report("the card's rule finds no label", context, line, in: &builder.problems, of: file)
            return
        }
        let input: ExampleInput
        switch modality {
        case .text:
            guard let text, !text.isEmpty else {
                report("the card's rule finds no text", context, line, in: &builder.problems, of: file)
                return
            }
            input = .text(text)
        case .audio, .image:
            guard let clip else {
                report("the card's rule finds no path", context, line, in: &builder.problems, of: file)
                return
            }
            let path = FilePath.normalised(clip)
            if layout == .table, builder.options.checksFiles,
                FilePath.kind(of: FilePath.join(builder.root, path)) != .file
            {
                report("there is no file \(path)", context, line, in: &builder.problems, of: file)
                return
            }
            input = modality.input(path: path)
        }
        var context = context
        context.text = text
        guard let place = place(context, clip: clip, line: line, builder: &builder, lists: &lists) else { return }
        builder.add(
            Example(
                input: input, labels: builder.sharedList(labels), group: place.group, split: place.split,
                fold: place.fold, source: layout == .files ? "" : context.path, line: line),
            file: file)
    }

    /// Says that an example is skipped, and where it is: its line, or its place in a JSON file.
    private func report(
        _ what: String, _ context: CardContext, _ line: Int, in problems: inout ProblemLog, of file: String
    ) {
        if let record = context.record {
            problems.add(file, nil, "\(record.place): \(what); skipped")
        } else {
            problems.add(file, line > 0 ? line : nil, "\(what); skipped")
        }
    }

    /// Group, split and fold of an example; nil, and a problem, where a rule that should does not find one.
    private func place(
        _ context: CardContext, clip: String?, line: Int, builder: inout CorpusBuilder, lists: inout SplitLists
    ) -> (group: String?, split: Split?, fold: Int?)? {
        let file = FilePath.join(builder.root, context.path)
        var foldNumber: Int?
        if let fold {
            guard let name = fold.value(in: context) else {
                report("the card's rule finds no fold", context, line, in: &builder.problems, of: file)
                return nil
            }
            foldNumber = builder.foldNumber(name)
        }
        var split = context.split
        if let splitColumn {
            guard let name = splitColumn.value(in: context), let named = Split(named: name) else {
                report("expected train, validation or test as split", context, line, in: &builder.problems, of: file)
                return nil
            }
            split = named
        } else if !splits.isEmpty {
            let matching = lists.splits(of: clip ?? context.path, in: context.path)
            if matching.count > 1 {
                builder.problems.add(
                    file, line > 0 && context.record == nil ? line : nil,
                    "is in \(matching.map(\.rawValue).joined(separator: " and ")) both; taken as test")
            }
            split = matching.first ?? .train
        }
        return (group?.value(in: context).map { builder.shared($0) }, split, foldNumber)
    }

    /// The windows of recordings with tables of annotations. Files that are no recordings are taken for tables.
    private func loadWindows(
        _ paths: [String], rules: WindowRules, _ builder: CorpusBuilder, _ lists: SplitLists
    ) throws(CorpusError) -> Corpus {
        var lists = lists
        var corpus = WindowedCorpus(rules: rules, builder: builder)
        for pair in annotatedFiles(paths, root: builder.root) {
            let context = CardContext(path: pair.recording)
            guard let place = place(context, clip: nil, line: 0, builder: &corpus.builder, lists: &lists) else {
                continue
            }
            corpus.add(
                Example(
                    input: .audio(AudioClip(path: pair.recording)), labels: [], group: place.group, split: place.split,
                    fold: place.fold),
                beside: pair)
        }
        lists.nameUnused(in: &corpus.builder.problems)
        return try corpus.finish()
    }

    /// The recordings among the card's files, with the tables that lie beside them, whether the card names those or not.
    private func annotatedFiles(_ paths: [String], root: String) -> [AnnotatedFiles.Pair] {
        let recordings = Set(paths.filter(AnnotatedFiles.isSound))
        var files = recordings
        for folder in Set(recordings.map { $0.contains("/") ? FilePath.folder(of: $0) : "" }) {
            files.formUnion(FolderWalk(root: root, start: folder, depth: 0).files)
        }
        return AnnotatedFiles(files.sorted()).pairs.filter { recordings.contains($0.recording) }
    }
}
