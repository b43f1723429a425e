import FoundationEssentials

/// Makes folders.
enum FolderMaker {
    /// Makes a folder and those above it, unless they are there.
    static func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
}
