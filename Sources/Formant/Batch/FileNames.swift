import FormantFiles

/// The names that inputs have in an output.
struct FileNames {
    private let isFolder: Bool
    private var paths: Set<String> = []
    private var names: Set<String> = []

    /// - Parameter isFolder: whether names are those of files in a folder, which they are not to lead out of.
    init(isFolder: Bool) { self.isFolder = isFolder }

    /// The name of an input or, where another has that, its path.
    /// - Returns: nil where the same file has one already.
    mutating func claim(_ item: InputList.Item) -> String? {
        var candidates = [item.name, item.path]
        if isFolder { candidates = [FileNames.inside(item.name), FileNames.inside(item.path, whole: true)] }
        guard paths.insert(item.path).inserted, let name = candidates.first(where: { !names.contains($0) }) else {
            return nil
        }
        names.insert(name)
        return name
    }

    /// A path that stays in the folder: of one that leads out of it, absolute or by `..`, the last part or the whole
    /// without what leads out.
    private static func inside(_ path: String, whole: Bool = false) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let leadsOut = path.hasPrefix("/") || parts.contains("..")
        if leadsOut, !whole { return FilePath.name(of: path) }
        return parts.filter { $0 != ".." }.joined(separator: "/")
    }
}
