/// The pages of an Ogg stream (RFC 3533, section 6).
enum OggPages {
    /// Gives a stream a number, which encoders draw by the time of day, so that the same sound has the same bytes.
    /// - Parameter bytes: a whole stream; what is no page is left as it is.
    static func renumber(_ bytes: inout [UInt8], serial: UInt32) {
        var start = 0
        while start + 27 <= bytes.count, bytes[start..<start + 4].elementsEqual("OggS".utf8) {
            let table = start + 27
            let segments = Int(bytes[start + 26])
            guard table + segments <= bytes.count else { return }
            let end = table + segments + bytes[table..<table + segments].reduce(0) { $0 + Int($1) }
            guard end <= bytes.count else { return }
            set(&bytes, start + 14, serial)
            set(&bytes, start + 22, 0)
            set(&bytes, start + 22, checksum(bytes[start..<end]))
            start = end
        }
    }

    private static func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt32) {
        for i in 0..<4 { bytes[place + i] = UInt8(truncatingIfNeeded: value >> UInt32(8 * i)) }
    }

    /// The remainder of the page's bits by x³² + x²⁶ + … (0x04c11db7), the highest first.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var register: UInt32 = 0
        for byte in bytes {
            register ^= UInt32(byte) << 24
            for _ in 0..<8 { register = register & 1 << 31 != 0 ? register << 1 ^ 0x04c1_1db7 : register << 1 }
        }
        return register
    }
}
