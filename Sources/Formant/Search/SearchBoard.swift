import FormantFiles
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the results of trials are kept as they come: `search.json`, whole after each.
final class SearchBoard: Sendable {
    private struct Contents: Codable {
        var identity: [String: String]
        var results: [SearchResult.Trial]
    }

    private let path: String
    private let resumes: Bool
    private let contents: Mutex<Contents>

    /// - Parameter identity: everything that decides the results, by name.
    init(path: String, identity: [String: String], resumes: Bool) {
        self.path = path
        self.resumes = resumes
        contents = Mutex(Contents(identity: identity, results: []))
    }

    var results: [SearchResult.Trial] { contents.withLock { $0.results } }

    func result(_ trial: Int, epochs: Int) -> SearchResult.Trial? {
        contents.withLock { $0.results.first { $0.trial == trial && $0.epochs == epochs } }
    }

    /// Takes over what an earlier process found, where that is wanted.
    /// - Returns: whether there was something.
    /// - Throws: `RunError.checkpoint` where it is damaged or of another search.
    func begin() throws -> Bool {
        guard resumes, FilePath.kind(of: path) == .file else {
            try keep()
            return false
        }
        let found: Contents
        do {
            found = try JSONDecoder().decode(Contents.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch { throw RunError.checkpoint(path: path, reason: "it is damaged: \(settingsMessage(error))") }
        return try contents.withLock { contents in
            let keys = Set(found.identity.keys).union(contents.identity.keys).sorted()
            if let key = keys.first(where: { found.identity[$0] != contents.identity[$0] }) {
                let (old, new) = (found.identity[key] ?? "not given", contents.identity[key] ?? "not given")
                let values = key == "recipe" ? "" : ": it was \(old), now it is \(new)"
                throw RunError.checkpoint(path: path, reason: "it is of another search, by its \(key)\(values)")
            }
            contents.results = found.results
            return true
        }
    }

    /// Adds a result.
    func add(_ result: SearchResult.Trial) throws {
        contents.withLock { $0.results.append(result) }
        try keep()
    }

    private func keep() throws {
        try contents.withLock { contents in
            // In one order, whichever trial ended first.
            contents.results.sort { ($0.epochs, $0.trial) < ($1.epochs, $1.trial) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            try AtomicFile.write(
                text: String(decoding: try encoder.encode(contents), as: UTF8.self) + "\n", to: path)
        }
    }
}
