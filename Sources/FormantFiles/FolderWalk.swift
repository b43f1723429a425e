#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files below a folder, sorted by path, links followed (each folder once).
package struct FolderWalk {
    /// Paths of regular files relative to the folder walked, sorted by their bytes.
    package private(set) var files: [String] = []
    /// How many hidden files and folders (a dot in front) were passed over.
    package private(set) var hiddenCount = 0
    /// Folders that could not be opened and names that are not UTF-8: path and reason.
    package private(set) var faults: [(path: String, reason: String)] = []

    private struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    private var visited: Set<Identity> = []

    /// Folders within folders that are looked into, at most.
    package static let depthLimit = 64

    /// Walks.
    /// - Parameters:
    ///   - root: the folder.
    ///   - start: a folder below the root where the walk begins; paths stay relative to the root. "" is the root.
    ///   - depth: how many levels below `start` are looked into: 0 takes only its own files.
    package init(root: String, start: String = "", depth: Int = FolderWalk.depthLimit) {
        walk(root: root, folder: start, depth: min(depth, FolderWalk.depthLimit))
        files.sort()
    }

    private mutating func walk(root: String, folder: String, depth: Int) {
        let place = folder.isEmpty ? root : FilePath.join(root, folder)
        guard let handle = opendir(place) else {
            faults.append((place, FilePath.lastError()))
            return
        }
        defer { closedir(handle) }
        var information = stat()
        guard fstat(dirfd(handle), &information) == 0,
            visited.insert(
                Identity(
                    device: UInt64(truncatingIfNeeded: information.st_dev),
                    number: UInt64(truncatingIfNeeded: information.st_ino))
            ).inserted
        else { return }
        var folders: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else {
                faults.append((place, "a file name that is not UTF-8"))
                continue
            }
            if name == "." || name == ".." { continue }
            if name.hasPrefix(".") {
                hiddenCount += 1
                continue
            }
            let path = folder.isEmpty ? name : folder + "/" + name
            switch Int32(entry.pointee.d_type) {
            case Int32(DT_REG): files.append(path)
            case Int32(DT_DIR): folders.append(path)
            default:
                switch FilePath.kind(of: FilePath.join(root, path)) {
                case .file: files.append(path)
                case .folder: folders.append(path)
                case .other, nil: faults.append((FilePath.join(root, path), "neither a file nor a folder"))
                }
            }
        }
        guard depth > 0 else { return }
        for path in folders.sorted() { walk(root: root, folder: path, depth: depth - 1) }
    }
}
