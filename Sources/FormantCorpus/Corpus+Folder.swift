import FormantFiles

extension Corpus {
    /// Extensions of the sound files that a folder is searched for, in lower case: what libsndfile reads.
    public static let soundExtensions: Set<String> = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "caf", "w64", "rf64",
        "voc", "sph", "nist", "iff", "svx",
    ]

    /// Extensions of the pictures that a folder is searched for, in lower case.
    public static let pictureExtensions: Set<String> = ["png", "jpg", "jpeg", "jpe", "jfif"]

    /// Reads a folder per class: the name of a sub-folder is the label of every sound file below it, or, where there is no
    /// sound file at all, of every picture.
    ///
    /// When all sub-folders with such files are named after splits (`train`, `test` …), they are the splits and the
    /// classes are one level deeper.
    static func loadFolder(_ path: String, options: CorpusOptions) throws(CorpusError) -> Corpus {
        let name = FilePath.name(of: FilePath.normalised(path))
        let walk = FolderWalk(root: path)
        if options.asksForWindows || isAnnotated(walk.files, below: !options.usualWindowSettings.isEmpty) {
            return try loadAnnotatedFolder(path, walk: walk, options: options)
        }
        let kinds = walk.files.map(Modality.init(ofFile:))
        // Pictures beside sounds are covers, plots and the like.
        let modality: Modality = !kinds.contains(.audio) && kinds.contains(.image) ? .image : .audio
        var builder = CorpusBuilder(name: name, modality: modality, root: path, options: options)
        for fault in walk.faults { builder.problems.add(fault.path, nil, fault.reason + "; skipped") }

        let found = zip(walk.files, kinds).filter { $0.1 == modality }.map(\.0)
        let others = walk.files.count - found.count
        let tops = Set(found.compactMap { file in file.firstIndex(of: "/").map { String(file[..<$0]) } })
        let hasSplits = tops.count > 1 && tops.allSatisfy { Split(named: $0) != nil }
        let level = hasSplits ? 1 : 0
        var unlabelled: [String] = []
        for file in found {
            let folders = file.split(separator: "/").dropLast()
            guard folders.count > level else {
                unlabelled.append(file)
                continue
            }
            builder.add(
                Example(
                    input: modality.input(path: file), labels: builder.sharedList([String(folders[level])]),
                    split: hasSplits ? Split(named: String(folders[0])) : nil),
                file: path)
        }
        if let first = unlabelled.first {
            builder.problems.add(
                path, nil, "\(modality.files)s in no class's folder, \(unlabelled.count) of them (\(first)); skipped")
        }
        if others > 0, let first = zip(walk.files, kinds).first(where: { $0.1 != modality })?.0 {
            builder.problems.add(
                path, nil, "files without a \(modality.files)'s extension: \(others) (\(first)); skipped")
        }
        if walk.hiddenCount > 0 {
            builder.problems.add(path, nil, "hidden files and folders: \(walk.hiddenCount); skipped")
        }
        return try builder.finish()
    }

    /// Whether a folder is one of recordings with tables beside them: it has no folders with sound files, and one of its
    /// own has a table.
    /// - Parameter below: whether a table in any of its folders is enough.
    private static func isAnnotated(_ files: [String], below: Bool) -> Bool {
        if below { return AnnotatedFiles(files).pairs.contains { $0.table != nil } }
        guard !files.contains(where: { $0.contains("/") && AnnotatedFiles.isSound($0) }) else { return false }
        return AnnotatedFiles(files.filter { !$0.contains("/") }).pairs.contains { $0.table != nil }
    }
}

extension Modality {
    /// What a file of it is called.
    fileprivate var files: String { self == .image ? "picture" : "sound file" }

    /// The example that a file is.
    func input(path: String) -> ExampleInput { self == .image ? .image(path: path) : .audio(AudioClip(path: path)) }
}
