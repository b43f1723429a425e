import FormantFiles
import FormantTensor

/// Writes `.npy` files.
///
/// As a value it writes one array block by block, in constant memory: extents [rows, …], the number of rows being what
/// was appended.
public final class NumpyWriter {
    private let file: AtomicFile
    private let type: String
    private let rowExtents: [Int]
    private let rowCount: Int
    private var rows = 0

    /// Room for any number of rows.
    private static let headerSize = 192

    /// Writes a whole array to a file.
    /// - Throws: `AudioError.output`.
    public static func write(_ array: NumpyArray, to path: String) throws(AudioError) {
        try output { () throws(FileError) in
            try AtomicFile.write(to: path) { file throws(FileError) in
                try file.write(array.header)
                try file.write(array.bytes)
            }
        }
    }

    /// Begins a file of rows.
    /// - Parameters:
    ///   - rowExtents: extents of one row, at most 4 of them; empty: a row is one value.
    ///   - element: the type of the values.
    /// - Throws: `AudioError.output`, `AudioError.optionInvalid`.
    public init(
        _ path: String, rowExtents: [Int], of element: any NumpyElement.Type = Float.self
    ) throws(AudioError) {
        try require(
            rowExtents.count <= 4 && rowExtents.allSatisfy { $0 >= 0 && $0 <= 1 << 40 }, "rowExtents", rowExtents,
            "at most 4 extents from 0")
        var count = 1
        for extent in rowExtents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            try require(!overflow, "rowExtents", rowExtents, "a product below 2^63")
            count = product
        }
        file = try output { () throws(FileError) in try AtomicFile(path: path) }
        type = element.numpyType
        self.rowExtents = rowExtents
        rowCount = count
        try output { () throws(FileError) in try file.write(header()) }
    }

    /// Appends one row.
    /// - Throws: `AudioError.extentMismatch` for a row of another number of values; `AudioError.optionInvalid` for values of
    ///   another type; `AudioError.output`.
    public func append<Element: NumpyElement>(_ row: [Element]) throws(AudioError) {
        try require(Element.numpyType == type, "row", Element.numpyType, "values of the type \(type)")
        guard row.count == rowCount else {
            throw .extentMismatch(what: "values of a row", expected: rowCount, found: row.count)
        }
        try output { () throws(FileError) in try file.write(Element.numpyBytes(of: row)) }
        rows += 1
    }

    /// Completes the file and gives it its name. Nothing is appended afterwards.
    /// - Throws: `AudioError.output`.
    public func finish() throws(AudioError) {
        try output { () throws(FileError) in
            try file.rewriteStart(header())
            try file.commit()
        }
    }

    private func header() -> [UInt8] {
        NumpyArray.header(type: type, extents: [rows] + rowExtents, atLeast: Self.headerSize)
    }
}
