import FormantTensor

/// A number that NumPy stores in the same bytes.
public protocol NumpyElement: Sendable {
    /// NumPy's name of the type.
    static var numpyType: String { get }
    /// The bytes of values, little-endian.
    static func numpyBytes(of values: [Self]) -> [UInt8]
}

extension Float: NumpyElement {
    /// Single precision.
    public static var numpyType: String { "<f4" }

    /// Four bytes a value.
    public static func numpyBytes(of values: [Float]) -> [UInt8] {
        #if _endian(little)
            return values.withUnsafeBytes { Array($0) }
        #else
            return values.map(\.bitPattern).littleEndianBytes
        #endif
    }
}

extension Int8: NumpyElement {
    /// A byte with a sign.
    public static var numpyType: String { "|i1" }

    /// A byte a value.
    public static func numpyBytes(of values: [Int8]) -> [UInt8] { values.littleEndianBytes }
}

extension Int16: NumpyElement {
    /// Two bytes with a sign.
    public static var numpyType: String { "<i2" }

    /// Two bytes a value.
    public static func numpyBytes(of values: [Int16]) -> [UInt8] { values.littleEndianBytes }
}

extension Array where Element: FixedWidthInteger {
    /// All bytes, the lowest of each number first.
    fileprivate var littleEndianBytes: [UInt8] {
        #if _endian(little)
            return withUnsafeBytes { Array<UInt8>($0) }
        #else
            return map(\.littleEndian).withUnsafeBytes { Array<UInt8>($0) }
        #endif
    }
}

/// An array as NumPy stores it: format version 1.0 or, for long headers, 2.0, little-endian, C order.
///
/// Source: numpy/lib/format.py, "NPY format".
public struct NumpyArray: Equatable, Sendable {
    /// NumPy's name of the element type: `<f4`, `<i8`, `<U12`.
    public let type: String
    /// Extent of each axis, slowest first.
    public let extents: [Int]
    /// The elements.
    public let bytes: [UInt8]

    /// Single precision, `<f4`.
    public init(_ tensor: Tensor) {
        self.init(type: Float.numpyType, extents: tensor.extents, bytes: Float.numpyBytes(of: tensor.values))
    }

    /// Whole numbers, `<i8`, one axis.
    public init(_ numbers: [Int]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * numbers.count)
        for number in numbers { bytes.append(littleEndian: UInt64(bitPattern: Int64(number))) }
        self.init(type: "<i8", extents: [numbers.count], bytes: bytes)
    }

    /// Text, `<U` and the length of the longest in Unicode scalars, one axis. NumPy drops zeros at the end of a text.
    public init(_ texts: [String]) {
        let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * width * texts.count)
        for text in texts {
            for scalar in text.unicodeScalars { bytes.append(littleEndian: scalar.value) }
            bytes.append(contentsOf: repeatElement(0, count: 4 * (width - text.unicodeScalars.count)))
        }
        self.init(type: "<U\(width)", extents: [texts.count], bytes: bytes)
    }

    private init(type: String, extents: [Int], bytes: [UInt8]) {
        self.type = type
        self.extents = extents
        self.bytes = bytes
    }

    /// The header that stands before the elements, a multiple of 64 bytes.
    var header: [UInt8] { Self.header(type: type, extents: extents, atLeast: 0) }

    /// - Parameter atLeast: bytes that the header takes at least, for one that is written again with other extents.
    static func header(type: String, extents: [Int], atLeast: Int) -> [UInt8] {
        let shape = extents.map { "\($0)," }.joined(separator: " ")
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
        let long = text.utf8.count > 65_000
        let prefix = long ? 12 : 10
        let total = max(atLeast, (prefix + text.utf8.count + 1 + 63) / 64 * 64)
        let padded = text.utf8 + [UInt8](repeating: 0x20, count: total - prefix - text.utf8.count - 1) + [0x0a]
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [long ? 2 : 1, 0]
        if long {
            bytes.append(littleEndian: UInt32(padded.count))
        } else {
            bytes.append(littleEndian: UInt16(padded.count))
        }
        return bytes + padded
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
