/// CRC-32 as in ZIP, PNG and Ethernet: polynomial 0xEDB88320 (reflected), eight bytes a step.
package struct CyclicRedundancyCheck {
    /// The check of what was added.
    package var value: UInt32 { ~state }

    /// The check of nothing yet.
    package init() {}

    private var state: UInt32 = ~0

    /// tables[k][b]: the check of byte b followed by k zeros; 8 × 256, one behind the other.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
            tables[byte] = value
        }
        for i in 256..<8 * 256 { tables[i] = tables[i - 256] >> 8 ^ tables[Int(tables[i - 256] & 0xff)] }
        return tables
    }()

    /// Adds bytes.
    package mutating func add(_ bytes: [UInt8]) {
        var crc = state
        bytes.withUnsafeBytes { bytes in
            Self.tables.withUnsafeBufferPointer { t in
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
