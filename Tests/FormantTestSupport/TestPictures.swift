import FormantTensor
import Foundation

/// Pictures that tests make for themselves.
package enum TestPictures {
    /// A PNG file of eight bits a value, not compressed.
    /// - Parameter pixel: red, green and blue at a column and a row.
    package static func png(width: Int, height: Int, _ pixel: (_ x: Int, _ y: Int) -> [UInt8]) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)  // no filter
            for x in 0..<width { rows += pixel(x, y) }
        }
        // zlib: blocks that are stored, of at most 65,535 bytes, and a checksum.
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: rows.count, by: 65_535) {
            let block = rows[start..<min(rows.count, start + 65_535)]
            let length = UInt16(block.count)
            stream.append(start + block.count == rows.count ? 1 : 0)
            for value in [length, ~length] { stream += [UInt8(value & 255), UInt8(value >> 8)] }
            stream += block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in rows {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        stream += bigEndian(b << 16 | a)
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header) + chunk("IDAT", stream)
            + chunk("IEND", [])
    }

    /// Stripes of two colours across or down, with a little noise: what two classes of pictures can be told by.
    package static func stripes(
        across: Bool, width: Int = 16, height: Int = 16, using generator: inout SeededGenerator
    ) -> [UInt8] {
        let phase = generator.index(below: 4)
        return png(width: width, height: height) { x, y in
            let bright: UInt8 = ((across ? y : x) + phase) / 2 % 2 == 0 ? 200 : 40
            return [bright, bright / 2 + UInt8(generator.index(below: 20)), 255 - bright]
        }
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        var sum: UInt32 = .max
        for byte in body {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return bigEndian(UInt32(data.count)) + body + bigEndian(~sum)
    }
}
