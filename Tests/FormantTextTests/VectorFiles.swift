import FormantText

/// Small vector files, made byte by byte.
enum VectorFiles {
    static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func floats(_ values: [Float]) -> [UInt8] { values.flatMap { little($0.bitPattern) } }

    static func word2vec(_ rows: [(String, [Float])], lineFeeds: Bool = true) -> [UInt8] {
        var bytes = Array("\(rows.count) \(rows[0].1.count)\n".utf8)
        for (word, values) in rows {
            bytes += Array("\(word) ".utf8) + floats(values) + (lineFeeds ? [0x0a] : [])
        }
        return bytes
    }

    struct Model {
        var dimension: Int32 = 2
        var buckets: Int32 = 7
        var shortest: Int32 = 2
        var longest: Int32 = 3
        var kind: Int32 = 2
        var version: Int32 = 12
        var pruned: Int64 = -1
        var quantised = false
        var words = ["the", "</s>", "of"]
        var labels: [String] = []
        var claimedWords: Int32?
        var claimedRows: Int64?

        /// Value `c` of row `r` is r + c / 4.
        var bytes: [UInt8] {
            var bytes = VectorFiles.little(Int32(793_712_314)) + VectorFiles.little(version)
            for value in [dimension, 5, 5, 1, 5, 1, 2, kind, buckets, shortest, longest, 100] {
                bytes += VectorFiles.little(value)
            }
            bytes += VectorFiles.little(Double(1e-4).bitPattern)
            let count = claimedWords ?? Int32(words.count)
            bytes +=
                VectorFiles.little(count + Int32(labels.count)) + VectorFiles.little(count)
                + VectorFiles.little(Int32(labels.count))
            bytes += VectorFiles.little(Int64(100)) + VectorFiles.little(pruned)
            for (name, kind) in words.map({ ($0, Int8(0)) }) + labels.map({ ($0, 1) }) {
                bytes += Array(name.utf8) + [0] + VectorFiles.little(Int64(3)) + VectorFiles.little(kind)
            }
            bytes += [quantised ? 1 : 0]
            let rows = words.count + Int(buckets)
            bytes += VectorFiles.little(claimedRows ?? Int64(rows)) + VectorFiles.little(Int64(dimension))
            for row in 0..<rows { bytes += VectorFiles.floats((0..<Int(dimension)).map { Float(row) + Float($0) / 4 }) }
            return bytes + [0, 1, 2, 3]
        }
    }

    static func array(
        _ type: String, fortran: Bool = false, shape: String, _ numbers: [UInt8], version: UInt8 = 1
    ) -> [UInt8] {
        let header = Array(
            "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n".utf8)
        let length = version == 1 ? little(UInt16(header.count)) : little(UInt32(header.count))
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + numbers
    }

    /// Gzip without compression: the blocks that a decompressor takes as they are.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
        var start = 0
        repeat {
            let end = min(bytes.count, start + 60_000)
            let length = UInt16(end - start)
            result += [end == bytes.count ? 1 : 0] + little(length) + little(~length) + bytes[start..<end]
            start = end
        } while start < bytes.count
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return result + little(~crc) + little(UInt32(bytes.count))
    }
}
