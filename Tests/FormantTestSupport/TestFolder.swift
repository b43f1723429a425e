import Foundation

/// A folder for a test, removed with its last reference.
package final class TestFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes a folder.
    package init() throws {
        path = NSTemporaryDirectory() + "/formant-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name in the folder.
    package func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file, with the folders it needs, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let place = self(name)
        let folder = (place as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        return place
    }

    /// Writes a text file and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// The bytes of a file.
    package func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: self(name)))) }

    /// The names of everything below the folder, sorted, hidden files too.
    package func names(below name: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: self(name)).sorted()
    }
}
