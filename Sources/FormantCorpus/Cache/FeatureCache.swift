import FormantFiles
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Features that were worked out before, in one file on the disk.
///
/// A key says what the features are of: the content of a recording, the stretch of it, the front end. Entries are
/// written in transactions: a process that is killed leaves whole entries or none, and several processes may use one
/// cache at the same time. When the entries take more than the limit, those used longest ago go.
public final class FeatureCache: Sendable {
    /// The file.
    public let path: String
    private let state: Mutex<State>

    /// What one process knows of the cache.
    private struct State: ~Copyable {
        let database: Database
        /// Number of this use of the cache: of two entries, that with the lesser number was used longer ago.
        let clock: Int64
        /// Keys that were found and are to be marked as used.
        var found: [[UInt8]] = []
    }

    /// Bytes of all entries, unless another limit is set.
    public static let standardLimit = 4 << 30
    /// The least limit that can be set.
    public static let leastLimit = 1 << 20
    /// The greatest.
    public static let greatestLimit = 1 << 50

    private static let version = 1
    private static let mostFiles: Int64 = 2_000_000

    /// What a cache holds.
    public struct Summary: Sendable, Equatable {
        /// How many entries.
        public var entries: Int
        /// Bytes of their features.
        public var bytes: Int
        /// Bytes that they may take.
        public var limit: Int
        /// Recordings whose content is known.
        public var recordings: Int
    }

    /// Opens the cache of a folder, making both where they are not there.
    /// - Throws: `CacheError`.
    public init(folder: String) throws(CacheError) {
        do { try FolderMaker.make(folder) } catch {
            throw .unusable(path: folder, operation: "making its folder", reason: "\(error)")
        }
        path = FilePath.join(folder, "features.sqlite")
        let database = try Database(path)
        try FeatureCache.lay(database)
        var clock: Int64 = 0
        try database.transaction(for: "counting its uses") { () throws(CacheError) in
            try database.run("UPDATE settings SET value = value + 1 WHERE name = 'clock'", for: "counting its uses")
            try database.run("SELECT value FROM settings WHERE name = 'clock'", for: "counting its uses") {
                clock = $0.number(0)
            }
        }
        try FeatureCache.forgetOldRecordings(database)
        state = Mutex(State(database: database, clock: clock))
    }

    private static func lay(_ database: borrowing Database) throws(CacheError) {
        let operation = "laying it out"
        try database.run("PRAGMA auto_vacuum = INCREMENTAL", for: operation)
        try database.run("PRAGMA journal_mode = WAL", for: operation)
        try database.run("PRAGMA synchronous = NORMAL", for: operation)
        var found = 0
        let path = database.path
        try database.transaction(for: operation) { () throws(CacheError) in
            try database.run("PRAGMA user_version", for: operation) { found = Int($0.number(0)) }
            guard found == 0 else { return }
            for statement in [
                "CREATE TABLE IF NOT EXISTS entries"
                    + "(key BLOB PRIMARY KEY, bytes INTEGER NOT NULL, used INTEGER NOT NULL, value BLOB NOT NULL)",
                "CREATE INDEX IF NOT EXISTS entries_by_use ON entries(used)",
                "CREATE TABLE IF NOT EXISTS files(path TEXT PRIMARY KEY, size INTEGER NOT NULL, "
                    + "modified INTEGER NOT NULL, used INTEGER NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID",
                "CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
                "INSERT OR IGNORE INTO settings VALUES ('clock', 0), ('bytes', 0), ('limit', \(standardLimit))",
                "PRAGMA user_version = \(version)",
            ] { try database.run(statement, for: operation) }
            found = version
        }
        guard found == version else { throw .version(path: path, found: found, expected: version) }
    }

    /// What is known of recordings does not grow without bound either.
    private static func forgetOldRecordings(_ database: borrowing Database) throws(CacheError) {
        let operation = "forgetting old recordings"
        var count: Int64 = 0
        try database.run("SELECT count(*) FROM files", for: operation) { count = $0.number(0) }
        guard count > mostFiles else { return }
        try database.run(
            "DELETE FROM files WHERE path IN (SELECT path FROM files ORDER BY used LIMIT ?)",
            [.number(count - mostFiles)], for: operation)
    }

    // MARK: Features

    /// The features under a key; nil where there are none.
    public func features(_ key: [UInt8]) throws(CacheError) -> [Float]? {
        try withState { state throws(CacheError) in
            var found: [Float]?
            try FeatureCache.withBytes(key) { bytes throws(CacheError) in
                try state.database.run("SELECT value FROM entries WHERE key = ?", [bytes], for: "reading") {
                    found = $0.floats(0)
                }
            }
            if found != nil { state.found.append(key) }
            return found
        }
    }

    /// Keeps features, all or, where the process is killed meanwhile, none; and lets go of what was used longest ago
    /// where there is too much. Entries that are there already stay, and so do those that are larger than the limit.
    public func keep(_ entries: [(key: [UInt8], features: [Float])]) throws(CacheError) {
        try withState { state throws(CacheError) in
            let clock = state.clock
            let found = state.found
            state.found = []
            guard !entries.isEmpty || !found.isEmpty else { return }
            try state.database.transaction(for: "writing") { () throws(CacheError) in
                for key in found {
                    try FeatureCache.withBytes(key) { bytes throws(CacheError) in
                        try state.database.run(
                            "UPDATE entries SET used = ? WHERE key = ? AND used < ?",
                            [.number(clock), bytes, .number(clock)], for: "writing")
                    }
                }
                for (key, features) in entries {
                    try FeatureCache.insert(key, features, clock, state.database)
                }
                try FeatureCache.shrink(state.database)
            }
        }
    }

    private static func insert(
        _ key: [UInt8], _ features: [Float], _ clock: Int64, _ database: borrowing Database
    ) throws(CacheError) {
        let size = features.count * MemoryLayout<Float>.stride
        guard size <= (try setting("limit", database)) else { return }
        var added = 0
        try withBytes(key) { key throws(CacheError) in
            // A pointer into an array is good as long as the call lasts.
            let result = features.withUnsafeBytes { value in
                Result { () throws(CacheError) in
                    try database.run(
                        "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)",
                        [key, .number(Int64(size)), .number(clock), .bytes(value)], for: "writing")
                }
            }
            try result.get()
            added = database.changes * size
        }
        try add(added, database)
    }

    private static func shrink(_ database: borrowing Database) throws(CacheError) {
        let limit = try setting("limit", database)
        var bytes = try setting("bytes", database)
        while bytes > limit {
            var oldest: [(row: Int64, bytes: Int)] = []
            try database.run("SELECT rowid, bytes FROM entries ORDER BY used, rowid LIMIT 256", for: "making room") {
                oldest.append(($0.number(0), Int($0.number(1))))
            }
            guard !oldest.isEmpty else { return }
            for entry in oldest where bytes > limit {
                try database.run("DELETE FROM entries WHERE rowid = ?", [.number(entry.row)], for: "making room")
                try add(-entry.bytes, database)
                bytes -= entry.bytes
            }
        }
    }

    private static func setting(_ name: String, _ database: borrowing Database) throws(CacheError) -> Int {
        var value: Int64 = 0
        try database.run("SELECT value FROM settings WHERE name = ?", [.text(name)], for: "reading a setting") {
            value = $0.number(0)
        }
        return Int(value)
    }

    private static func add(_ bytes: Int, _ database: borrowing Database) throws(CacheError) {
        guard bytes != 0 else { return }
        try database.run(
            "UPDATE settings SET value = value + ? WHERE name = 'bytes'", [.number(Int64(bytes))], for: "writing")
    }

    // MARK: Content of files

    /// The SHA-256 of a file's bytes. A file of the same place, size and time of change as before is not read again,
    /// unless it was changed within the last seconds.
    /// - Returns: nil where the file cannot be read.
    public func digest(of path: String) throws(CacheError) -> [UInt8]? {
        guard let file = FileState(path) else { return nil }
        var known: [UInt8]?
        try withState { state throws(CacheError) in
            try state.database.run(
                "SELECT digest FROM files WHERE path = ? AND size = ? AND modified = ?",
                [.text(file.path), .number(file.size), .number(file.modified)], for: "looking up a recording"
            ) { known = $0.bytes(0) }
        }
        if let known { return known }
        guard let digest = SHA256.digest(ofFile: path) else { return nil }
        guard file.isSettled, FileState(path) == file else { return digest }
        try withState { state throws(CacheError) in
            let clock = state.clock
            try digest.withUnsafeBytes { bytes in
                Result { () throws(CacheError) in
                    try state.database.run(
                        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                        [
                            .text(file.path), .number(file.size), .number(file.modified), .number(clock),
                            .bytes(bytes),
                        ], for: "noting a recording")
                }
            }.get()
        }
        return digest
    }

    // MARK: Looking after it

    /// What the cache holds.
    public func summary() throws(CacheError) -> Summary {
        try withState { state throws(CacheError) in
            var summary = Summary(
                entries: 0, bytes: try FeatureCache.setting("bytes", state.database),
                limit: try FeatureCache.setting("limit", state.database), recordings: 0)
            try state.database.run("SELECT count(*) FROM entries", for: "counting") {
                summary.entries = Int($0.number(0))
            }
            try state.database.run("SELECT count(*) FROM files", for: "counting") {
                summary.recordings = Int($0.number(0))
            }
            return summary
        }
    }

    /// Sets how many bytes the entries may take, and lets go of what is over.
    /// - Throws: `CacheError.limit` where it is out of range.
    public func setLimit(_ bytes: Int) throws(CacheError) {
        guard (FeatureCache.leastLimit...FeatureCache.greatestLimit).contains(bytes) else { throw .limit(bytes) }
        try withState { state throws(CacheError) in
            try state.database.transaction(for: "setting the limit") { () throws(CacheError) in
                try state.database.run(
                    "UPDATE settings SET value = ? WHERE name = 'limit'", [.number(Int64(bytes))],
                    for: "setting the limit")
                try FeatureCache.shrink(state.database)
            }
            try state.database.run("PRAGMA incremental_vacuum", for: "giving room back")
        }
    }

    /// Lets go of everything; the limit stays.
    public func clear() throws(CacheError) {
        try withState { state throws(CacheError) in
            state.found = []
            try state.database.transaction(for: "clearing") { () throws(CacheError) in
                try state.database.run("DELETE FROM entries", for: "clearing")
                try state.database.run("DELETE FROM files", for: "clearing")
                try state.database.run("UPDATE settings SET value = 0 WHERE name = 'bytes'", for: "clearing")
            }
            try state.database.run("PRAGMA incremental_vacuum", for: "giving room back")
            try state.database.run("PRAGMA wal_checkpoint(TRUNCATE)", for: "giving room back")
        }
    }

    private func withState<Result>(
        _ body: (inout sending State) throws(CacheError) -> sending Result
    ) throws(CacheError) -> sending Result {
        try state.withLock { state throws(CacheError) in try body(&state) }
    }

    /// Lends bytes as a value of a statement.
    private static func withBytes(
        _ bytes: [UInt8], _ body: (Database.Value) throws(CacheError) -> Void
    ) throws(CacheError) {
        try bytes.withUnsafeBytes { bytes in Result { () throws(CacheError) in try body(.bytes(bytes)) } }.get()
    }
}

/// What tells that a file was not changed.
private struct FileState: Equatable {
    let path: String
    let size: Int64
    /// Nanoseconds since 1970.
    let modified: Int64

    init?(_ path: String) {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        self.path = FilePath.absolute(path)
        size = Int64(information.st_size)
        #if canImport(Darwin)
            let time = information.st_mtimespec
        #else
            let time = information.st_mtim
        #endif
        modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Whether a change of now would show in the time of change.
    var isSettled: Bool { Int64(time(nil)) &* 1_000_000_000 &- modified > 2_000_000_000 }
}

extension SHA256 {
    /// The hash of a file's bytes; nil where it cannot be read.
    static func digest(ofFile path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            hash.update(buffer[..<count])
            if count < buffer.count { return ferror(file) == 0 ? hash.finalBytes() : nil }
        }
    }
}
