import FormantFiles

/// Which table belongs to which recording of a folder.
struct AnnotatedFiles {
    /// Extensions that tables of annotations have.
    static let tableExtensions: Set<String> = ["txt", "tsv", "csv", "jams"]

    /// A recording, with the table that belongs to it and others that could.
    struct Pair: Equatable {
        var recording: String
        var table: String?
        var others: [String]
    }

    private(set) var pairs: [Pair] = []
    /// Files that are neither recordings nor tables of one.
    private(set) var strangers: [String] = []

    /// Matches files by their names: the table of `x.wav` is in the same folder and begins with `x.`.
    ///
    /// Where `a.wav` and `a.b.wav` could both have `a.b.txt`, the longer name has it. Of several tables the one counts
    /// whose name ends first in `.selections.txt`, `.txt`, `.tsv`, `.jams`, `.csv`; of equals the first by name.
    init(_ files: [String]) {
        var byStem: [String: [Int]] = [:]
        for file in files where AnnotatedFiles.isSound(file) {
            byStem[AnnotatedFiles.stem(of: file), default: []].append(pairs.count)
            pairs.append(Pair(recording: file, table: nil, others: []))
        }
        for file in files where !AnnotatedFiles.isSound(file) {
            guard AnnotatedFiles.tableExtensions.contains(FilePath.fileExtension(of: file)),
                let owners = AnnotatedFiles.owners(of: file, byStem)
            else {
                strangers.append(file)
                continue
            }
            for index in owners { pairs[index].others.append(file) }
        }
        for index in pairs.indices where !pairs[index].others.isEmpty {
            pairs[index].others.sort { AnnotatedFiles.precedes($0, $1) }
            pairs[index].table = pairs[index].others.removeFirst()
        }
    }

    static func isSound(_ file: String) -> Bool {
        Corpus.soundExtensions.contains(FilePath.fileExtension(of: file))
    }

    /// The path without the extension.
    private static func stem(of file: String) -> String {
        let name = FilePath.name(of: file)
        return String(file.dropLast(name.count)) + FilePath.stem(of: file)
    }

    /// The recordings with the longest stem that the file's path, cut at a dot of its name, is.
    private static func owners(of file: String, _ byStem: [String: [Int]]) -> [Int]? {
        let folder = file.dropLast(FilePath.name(of: file).count)
        var rest = FilePath.name(of: file)
        while let dot = rest.lastIndex(of: "."), dot != rest.startIndex {
            rest = String(rest[..<dot])
            if let owners = byStem[folder + rest] { return owners }
            // `x.wav.txt` names its recording whole.
            if Corpus.soundExtensions.contains(FilePath.fileExtension(of: rest)),
                let owners = byStem[folder + FilePath.stem(of: rest)]
            {
                return owners
            }
        }
        return nil
    }

    private static func precedes(_ a: String, _ b: String) -> Bool {
        let (x, y) = (rank(a), rank(b))
        return x == y ? a < b : x < y
    }

    private static func rank(_ file: String) -> Int {
        if file.lowercased().hasSuffix(".selections.txt") { return 0 }
        return ["txt": 1, "tsv": 2, "jams": 3][FilePath.fileExtension(of: file)] ?? 4
    }

    /// The last component of a path as any system writes it.
    static func name(of path: String) -> String {
        String(path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? Substring(path))
    }
}
