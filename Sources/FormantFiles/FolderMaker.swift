#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes folders.
package enum FolderMaker {
    /// Makes a folder and those above it, unless they are there.
    /// - Throws: `FileError.cannotMakeFolder`, also where something that is no folder has the name.
    package static func make(_ path: String) throws(FileError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .cannotMakeFolder(path: path, part: path, reason: "expected a path")
        }
        guard FilePath.kind(of: path) != .folder else { return }
        var part = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            part = part.isEmpty || part == "/" ? part + name : part + "/" + name
            // Where it is there already, or another process makes it at the same time, nothing is to be done.
            guard mkdir(part, 0o777) != 0 else { continue }
            let reason = FilePath.lastError()
            switch FilePath.kind(of: part) {
            case .folder: continue
            case nil: throw .cannotMakeFolder(path: path, part: part, reason: reason)
            default: throw .cannotMakeFolder(path: path, part: part, reason: "it is there and is no folder")
            }
        }
    }
}
