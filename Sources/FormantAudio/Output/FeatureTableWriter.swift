import FormantFiles
import FormantTensor

/// Writes features as comma-separated values (RFC 4180, lines ending in a line feed): one line a frame, with the name
/// of the recording, the number of the frame from 0 and one value per row of the features, each with as many digits as
/// it takes to read the same single-precision number back.
public final class FeatureTableWriter {
    private let file: AtomicFile
    private let columns: Int

    /// Begins a table and writes its first line: `name,frame` and the columns.
    /// - Parameters:
    ///   - path: the file.
    ///   - columns: a name for each row of the features.
    /// - Throws: `AudioError.output`.
    public init(_ path: String, columns: [String]) throws(AudioError) {
        file = try output { () throws(FileError) in try AtomicFile(path: path) }
        self.columns = columns.count
        try write((["name", "frame"] + columns.map(CSVField.quoted)).joined(separator: ",") + "\n")
    }

    /// Begins a table with the columns `row_0`, `row_1` …
    /// - Throws: `AudioError.output`.
    public convenience init(_ path: String, rows: Int) throws(AudioError) {
        try self.init(path, columns: (0..<max(0, rows)).map { "row_\($0)" })
    }

    /// Appends the frames of one recording.
    /// - Parameter features: extents [rows, frames].
    /// - Throws: `AudioError.extentMismatch` for another number of rows; `AudioError.output`.
    public func append(_ name: String, _ features: Tensor) throws(AudioError) {
        let rows = features.extents.dropLast().reduce(1, *)
        guard let frames = features.extents.last, rows == columns else {
            throw .extentMismatch(what: "rows of the features of \(name)", expected: columns, found: rows)
        }
        let name = CSVField.quoted(name)
        for frame in 0..<frames {
            var line = "\(name),\(frame)"
            for row in 0..<rows {
                line += ","
                line += features.values[row * frames + frame].description
            }
            line += "\n"
            try write(line)
        }
    }

    /// Completes the file and gives it its name.
    /// - Throws: `AudioError.output`.
    public func finish() throws(AudioError) { try output { () throws(FileError) in try file.commit() } }

    private func write(_ line: String) throws(AudioError) {
        try output { () throws(FileError) in try file.write(line) }
    }
}
