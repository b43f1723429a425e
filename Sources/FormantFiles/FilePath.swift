#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Arithmetic on paths as text, and the few questions about files that reading and writing ask.
package enum FilePath {
    package enum Kind { case file, folder, other }

    /// `path` seen from `root`; an absolute path stays what it is.
    package static func join(_ root: String, _ path: String) -> String {
        if path.hasPrefix("/") || root.isEmpty || root == "." { return path }
        return root.hasSuffix("/") ? root + path : root + "/" + path
    }

    /// The folder that a file is in: "." when the path names none.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component.
    package static func name(of path: String) -> String {
        String(path.split(separator: "/", omittingEmptySubsequences: true).last ?? "/")
    }

    /// The last component without its extension.
    package static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// The extension in lower case, without the dot; empty when there is none.
    package static func fileExtension(of path: String) -> String {
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The path without `.` components and doubled slashes; `..` stays, as it means what the file system says.
    package static func normalised(_ path: String) -> String {
        if !path.utf8.contains(where: { $0 == 0x2e }) || (!path.hasPrefix("./") && !path.contains("/./")) {
            if !path.contains("//") { return path }
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The path from the root of the file system, `.` components left out.
    package static func absolute(_ path: String) -> String {
        normalised(path.hasPrefix("/") ? path : join(workingFolder(), path))
    }

    /// The path relative to `root` when it lies below it, else unchanged.
    package static func relative(_ path: String, to root: String) -> String {
        guard path.hasPrefix("/") else { return path }
        let absoluteRoot = normalised(root.hasPrefix("/") ? root : join(workingFolder(), root == "." ? "" : root))
        let prefix = absoluteRoot.hasSuffix("/") ? absoluteRoot : absoluteRoot + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// What stands at a path, links followed; nil when nothing does or a zero byte is in it.
    package static func kind(of path: String) -> Kind? {
        if path.utf8.contains(0) { return nil }
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        switch information.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// The folder for files that vanish with the process: `TMPDIR`, or `/tmp`.
    package static var temporaryFolder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// The system's words for the last error.
    package static func lastError() -> String { message(of: errno) }

    /// The system's words for an error.
    package static func message(of code: Int32) -> String { String(cString: strerror(code)) }

    private static func workingFolder() -> String {
        guard let pointer = getcwd(nil, 0) else { return "/" }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
