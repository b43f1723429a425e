import FormantFiles

extension Corpus {
    /// Names of manifests that speak for the folder they are in.
    static let folderManifests = ["manifest.csv", "manifest.tsv", "manifest.jsonl"]

    /// Reads a corpus, whatever kind it is.
    ///
    /// | argument | is |
    /// |---|---|
    /// | a folder with `manifest.csv`, `.tsv` or `.jsonl` in it | that manifest |
    /// | another folder | a folder per class; or, when all its sound files are its own and one has a table of annotations beside it, recordings to be cut into windows |
    /// | `.csv`, `.tsv`, `.jsonl`, `.ndjson` | a manifest; with a column `annotations` and no `label`, of recordings and their tables |
    /// | `.txt` | fastText's `__label__` lines |
    /// | `.yaml`, `.yml` | a card; its data are in `root` |
    ///
    /// With `options.windows` or `windowSettings` a folder is one of recordings with tables beside them, whatever its
    /// sub-folders, and a file that is no card and has no column `annotations` is a table of annotations itself: of the
    /// recordings that it names, or of the one beside it.
    ///
    /// Bad lines and files are named in `problems` and skipped.
    /// - Parameters:
    ///   - argument: path of the folder or file.
    ///   - root: the folder that relative paths start from; nil is the manifest's own folder. A folder per class has no
    ///     use for it, a card cannot do without.
    ///   - options: column names and the like.
    /// - Throws: `CorpusError` when it is none of these, cannot be read as a whole, or no example is left.
    public static func load(
        argument: String, root: String? = nil, options: CorpusOptions = CorpusOptions()
    ) throws(CorpusError) -> Corpus {
        guard let kind = FilePath.kind(of: argument) else {
            throw .notACorpus(argument: argument, found: "nothing of that name")
        }
        if let root, FilePath.kind(of: root) != .folder {
            // A card names the place where people get its data, so it says this itself.
            if kind == .folder || !["yaml", "yml"].contains(FilePath.fileExtension(of: argument)) {
                throw .unreadable(path: root, reason: "expected a folder as the corpus's root")
            }
        }
        switch kind {
        case .other: throw .notACorpus(argument: argument, found: "neither a file nor a folder")
        case .folder:
            for name in folderManifests {
                let manifest = FilePath.join(argument, name)
                guard FilePath.kind(of: manifest) == .file else { continue }
                var corpus = try load(argument: manifest, root: root, options: options)
                corpus.name = FilePath.name(of: FilePath.normalised(argument))
                return corpus
            }
            try refuseTableOptions(options, "a folder has no columns")
            return try loadFolder(argument, options: options)
        case .file: break
        }
        let ending = FilePath.fileExtension(of: argument)
        if options.asksForWindows, !["yaml", "yml"].contains(ending) {
            if ["csv", "tsv"].contains(ending), try namesTables(argument) {
                return try loadTable(argument, root: root, options: options)
            }
            try refuseTableOptions(options, "tables of annotations have columns of their own (see --annotations)")
            return try loadAnnotationTable(argument, root: root, options: options)
        }
        switch ending {
        case "csv", "tsv", "jsonl", "ndjson": return try loadManifest(argument, root: root, options: options)
        case "txt": return try loadFastText(argument, root: root, options: options)
        case "yaml", "yml": return try Card(path: argument).load(root: root, options: options)
        case "": throw .notACorpus(argument: argument, found: "a file without an extension")
        case let other: throw .notACorpus(argument: argument, found: "a file with the extension .\(other)")
        }
    }

    /// Throws `badOption` for an option that is about manifests.
    static func refuseTableOptions(_ options: CorpusOptions, _ what: String) throws(CorpusError) {
        if let option = options.firstForTables { throw .badOption(option: option, what: "is for manifests; " + what) }
    }

    private static func loadManifest(
        _ path: String, root: String?, options: CorpusOptions
    ) throws(CorpusError) -> Corpus {
        switch FilePath.fileExtension(of: path) {
        case "csv", "tsv": return try loadTable(path, root: root, options: options)
        default: return try loadJSONLines(path, root: root, options: options)
        }
    }

    /// Whether a manifest names a table of annotations for each recording.
    private static func namesTables(_ path: String) throws(CorpusError) -> Bool {
        var reader = try DelimitedReader(
            path: path, delimiter: FilePath.fileExtension(of: path) == "tsv" ? 0x09 : nil)
        guard case .fields(let header)? = try reader.next() else { return false }
        let names = Set(header.map { $0.trimmed.lowercased() })
        // With labels and times of its own it is a table of annotations.
        return names.contains("annotations") && names.contains("path")
            && !(names.contains("label") && SpanTableReader.isHeader(Array(names)))
    }
}
