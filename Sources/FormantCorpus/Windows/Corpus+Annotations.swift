import FormantFiles

extension Corpus {
    /// Reads a folder of recordings with their tables beside them.
    ///
    /// When all sub-folders with sound files are named after splits (`train`, `test` …), they are the splits.
    static func loadAnnotatedFolder(
        _ path: String, walk: FolderWalk, options: CorpusOptions
    ) throws(CorpusError) -> Corpus {
        let name = FilePath.name(of: FilePath.normalised(path))
        var corpus = WindowedCorpus(
            rules: try options.windowRules(),
            builder: CorpusBuilder(name: name, modality: .audio, root: path, options: options))
        for fault in walk.faults { corpus.builder.problems.add(fault.path, nil, fault.reason + "; skipped") }
        let files = AnnotatedFiles(walk.files)
        let tops = Set(
            files.pairs.map { pair in pair.recording.firstIndex(of: "/").map { String(pair.recording[..<$0]) } ?? "" })
        let hasSplits = tops.count > 1 && tops.allSatisfy { Split(named: $0) != nil }
        for pair in files.pairs {
            let split =
                hasSplits ? pair.recording.split(separator: "/").first.flatMap { Split(named: String($0)) } : nil
            corpus.add(Example(input: .audio(AudioClip(path: pair.recording)), labels: [], split: split), beside: pair)
        }
        if let first = files.strangers.first {
            corpus.builder.problems.add(
                path, nil, "files that belong to no recording: \(files.strangers.count) (\(first)); skipped")
        }
        if walk.hiddenCount > 0 {
            corpus.builder.problems.add(path, nil, "hidden files and folders: \(walk.hiddenCount); skipped")
        }
        return try corpus.finish()
    }

    /// Reads one table that stands for a whole corpus: it names its recordings, or is that of the recording beside it.
    static func loadAnnotationTable(
        _ path: String, root: String?, options: CorpusOptions
    ) throws(CorpusError) -> Corpus {
        let rules = try options.windowRules()
        let table = try AnnotationTable.read(path, options: rules.reading)
        let folder = root ?? FilePath.folder(of: path)
        var builder = CorpusBuilder(name: FilePath.stem(of: path), modality: .audio, root: folder, options: options)
        builder.problems.add(contentsOf: table.problems, count: table.problemCount)
        var corpus = WindowedCorpus(rules: rules, builder: builder)
        guard table.annotations.contains(where: { $0.recording != nil }) else {
            let files = FolderWalk(root: FilePath.folder(of: path), depth: 0).files
            let own = FilePath.name(of: path)
            guard let pair = AnnotatedFiles(files).pairs.first(where: { $0.table == own || $0.others.contains(own) })
            else {
                throw .notACorpus(
                    argument: path, found: "annotations that name no recording, and none beside them that they are of")
            }
            // The root is the folder of the table, unless another was named: then the recording is looked for there.
            var finder = RecordingFinder(root: folder)
            guard let found = finder.path(of: pair.recording) else {
                throw .notACorpus(argument: path, found: "no recording \(pair.recording) in \(folder)")
            }
            corpus.add(Example(input: .audio(AudioClip(path: found)), labels: []), table.annotations, file: path)
            return try corpus.finish()
        }
        var order: [String] = []
        var annotations: [String: [Annotation]] = [:]
        var strays = 0
        for annotation in table.annotations {
            guard let recording = annotation.recording else {
                strays += 1
                continue
            }
            if annotations[recording] == nil { order.append(recording) }
            annotations[recording, default: []].append(annotation)
        }
        if strays > 0 { corpus.builder.problems.add(path, nil, "annotations without a recording: \(strays); skipped") }
        var finder = RecordingFinder(root: folder)
        for recording in order {
            let some = annotations[recording] ?? []
            guard let found = finder.path(of: recording) else {
                corpus.builder.problems.add(
                    path, some.first?.line,
                    "there is no file \(recording) in \(folder): \(some.count) annotations skipped")
                continue
            }
            let place = table.places[recording]
            corpus.add(
                Example(
                    input: .audio(AudioClip(path: found)), labels: [], group: place?.group, split: place?.split),
                some, file: path)
        }
        return try corpus.finish()
    }
}

extension WindowedCorpus {
    /// Adds a recording with the table beside it, or says that there is none.
    mutating func add(_ recording: Example, beside pair: AnnotatedFiles.Pair) {
        let place = FilePath.join(builder.root, pair.recording)
        if let pattern = rules.table {
            let name = pattern.with(stem: FilePath.stem(of: pair.recording))
            let path =
                name.hasPrefix("/")
                ? FilePath.join(builder.root, String(name.drop { $0 == "/" }))
                : FilePath.join(FilePath.folder(of: place), name)
            guard FilePath.kind(of: path) == .file else {
                builder.problems.add(place, nil, "there is no table \(path); skipped")
                return
            }
            add(recording, table: path)
            return
        }
        guard let table = pair.table else {
            builder.problems.add(place, nil, "no table of annotations beside it; skipped")
            return
        }
        if !pair.others.isEmpty {
            builder.problems.add(
                place, nil,
                "several tables beside it: \(FilePath.name(of: table)) is read, not "
                    + pair.others.prefix(5).map(FilePath.name).joined(separator: ", "))
        }
        add(recording, table: FilePath.join(builder.root, table))
    }
}

/// Finds the recordings that a table names, which may have been written on another machine.
private struct RecordingFinder {
    let root: String
    private var byName: [String: [String]]?

    init(root: String) { self.root = root }

    /// The path relative to the root: as it is named, else in the root, else the one file of that name below it.
    mutating func path(of recording: String) -> String? {
        let path = FilePath.relative(FilePath.normalised(recording), to: root)
        if FilePath.kind(of: FilePath.join(root, path)) == .file { return path }
        let name = AnnotatedFiles.name(of: recording)
        if FilePath.kind(of: FilePath.join(root, name)) == .file { return name }
        if byName == nil {
            var found: [String: [String]] = [:]
            for file in FolderWalk(root: root).files where AnnotatedFiles.isSound(file) {
                found[FilePath.name(of: file), default: []].append(file)
                // BirdNET and others name a recording without its extension.
                found[FilePath.stem(of: file), default: []].append(file)
            }
            byName = found
        }
        guard let files = byName?[name], files.count == 1 else { return nil }
        return files[0]
    }
}

extension String {
    /// The text with `{stem}` filled in.
    fileprivate func with(stem: String) -> String {
        var result = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if rest.hasPrefix("{stem}") {
                result += stem
                rest = rest.dropFirst(6)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}
