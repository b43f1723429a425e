import CSQLite

/// One connection to a database of SQLite, for one thread at a time.
struct Database: ~Copyable {
    /// A value that is bound to a parameter of a statement.
    enum Value {
        case number(Int64)
        case text(String)
        case bytes(UnsafeRawBufferPointer)
    }

    private let connection: OpaquePointer
    let path: String

    /// Opens a database, making it where there is none.
    /// - Throws: `CacheError.unusable`.
    init(_ path: String) throws(CacheError) {
        var opened: OpaquePointer?
        let status = sqlite3_open_v2(
            path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        guard status == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
            sqlite3_close_v2(opened)
            throw .unusable(path: path, operation: "opening it", reason: reason)
        }
        connection = opened
        self.path = path
        // Another process may be writing: it is waited for.
        sqlite3_busy_timeout(opened, 20_000)
    }

    deinit { sqlite3_close_v2(connection) }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(connection)) }

    /// Runs a statement.
    /// - Parameter row: receives each row of the result.
    /// - Throws: `CacheError.unusable`, naming `operation`.
    func run(
        _ sql: String, _ values: [Value] = [], for operation: String, row: (borrowing Row) -> Void = { _ in }
    ) throws(CacheError) {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
            throw failure(operation)
        }
        defer { sqlite3_finalize(prepared) }
        for (i, value) in values.enumerated() {
            let place = Int32(i + 1)
            let status =
                switch value {
                case .number(let number): sqlite3_bind_int64(prepared, place, number)
                case .text(let text): sqlite3_bind_text(prepared, place, text, -1, copied)
                case .bytes(let bytes):
                    // A null pointer would bind NULL.
                    bytes.count == 0
                        ? sqlite3_bind_zeroblob(prepared, place, 0)
                        : sqlite3_bind_blob64(prepared, place, bytes.baseAddress, UInt64(bytes.count), copied)
                }
            guard status == SQLITE_OK else { throw failure(operation) }
        }
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: row(Row(statement: prepared))
            case SQLITE_DONE: return
            default: throw failure(operation)
            }
        }
    }

    /// Runs statements that all happen or none, whatever becomes of the process.
    func transaction(for operation: String, _ body: () throws(CacheError) -> Void) throws(CacheError) {
        try run("BEGIN IMMEDIATE", for: operation)
        do {
            try body()
            try run("COMMIT", for: operation)
        } catch {
            try? run("ROLLBACK", for: operation)
            throw error
        }
    }

    private func failure(_ operation: String) -> CacheError {
        .unusable(path: path, operation: operation, reason: String(cString: sqlite3_errmsg(connection)))
    }

    /// One row of a result, while it is at hand.
    struct Row: ~Copyable {
        fileprivate let statement: OpaquePointer

        /// A whole number in a column.
        func number(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        /// The bytes in a column.
        func bytes(_ column: Int32) -> [UInt8] {
            let count = Int(sqlite3_column_bytes(statement, column))
            guard count > 0, let start = sqlite3_column_blob(statement, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: count))
        }

        /// The bytes in a column as floats in the order of this machine; nil where they are none.
        func floats(_ column: Int32) -> [Float]? {
            let count = Int(sqlite3_column_bytes(statement, column))
            guard count % MemoryLayout<Float>.stride == 0 else { return nil }
            guard count > 0, let start = sqlite3_column_blob(statement, column) else { return [] }
            return [Float](unsafeUninitializedCapacity: count / MemoryLayout<Float>.stride) { buffer, filled in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(start: start, count: count))
                filled = count / MemoryLayout<Float>.stride
            }
        }
    }
}

/// SQLITE_TRANSIENT: the database makes its own copy.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
