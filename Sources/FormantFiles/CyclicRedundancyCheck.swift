/// A check of 32 bits, eight bytes a step.
package struct CyclicRedundancyCheck {
    /// The polynomial, whose bits stand in reverse order.
    package enum Polynomial: UInt32 {
        /// CRC-32 as in ZIP, PNG and Ethernet.
        case ethernet = 0xedb8_8320
        /// CRC-32C (Castagnoli) as in iSCSI and the records of TensorFlow.
        case castagnoli = 0x82f6_3b78
    }

    /// The check of what was added.
    package var value: UInt32 { ~state }

    /// The check of nothing yet.
    package init(_ polynomial: Polynomial = .ethernet) {
        tables = polynomial == .ethernet ? Self.ethernet : Self.castagnoli
    }

    private var state: UInt32 = ~0
    private let tables: [UInt32]

    private static let ethernet = tables(of: .ethernet)
    private static let castagnoli = tables(of: .castagnoli)

    /// tables[k][b]: the check of byte b followed by k zeros; 8 × 256, one behind the other.
    private static func tables(of polynomial: Polynomial) -> [UInt32] {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial.rawValue : value >> 1 }
            tables[byte] = value
        }
        for i in 256..<8 * 256 { tables[i] = tables[i - 256] >> 8 ^ tables[Int(tables[i - 256] & 0xff)] }
        return tables
    }

    /// Adds bytes.
    package mutating func add(_ bytes: [UInt8]) {
        var crc = state
        bytes.withUnsafeBytes { bytes in
            tables.withUnsafeBufferPointer { t in
                var i = 0
                while i + 8 <= bytes.count {
                    let word =
                        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)) ^ UInt64(crc)
                    crc = 0
                    for k in 0..<8 { crc ^= t[(7 - k) * 256 + Int(truncatingIfNeeded: word >> UInt64(8 * k) & 0xff)] }
                    i += 8
                }
                while i < bytes.count {
                    crc = crc >> 8 ^ t[Int((crc ^ UInt32(bytes[i])) & 0xff)]
                    i += 1
                }
            }
        }
        state = crc
    }
}
