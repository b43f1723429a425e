import CZlib

/// Decompresses gzip, of one member or several, as a stream.
final class GzipInflater {
    private let path: String
    private let fetch: ByteReader.Fetch
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var stream = z_stream()
    private var available: Int
    // The offset of the input's first byte in the file.
    private var base = 0
    private var isFinished = false
    private var isInMember = true

    /// Begins.
    /// - Parameters:
    ///   - beginning: what of the compressed bytes was read already.
    ///   - fetch: gives more of them.
    /// - Throws: `TextError.cannotRead` if zlib cannot begin, which is for lack of memory.
    init(path: String, beginning: [UInt8], fetch: @escaping ByteReader.Fetch) throws(TextError) {
        self.path = path
        self.fetch = fetch
        available = beginning.count
        input = .allocate(capacity: max(1 << 16, beginning.count))
        _ = input.update(fromContentsOf: beginning)
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(available)
        // 16 more than the largest window asks for gzip alone.
        let status = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw .cannotRead(path: path, reason: "zlib cannot begin (\(status))")
        }
    }

    deinit {
        inflateEnd(&stream)
        input.deallocate()
    }

    /// Decompresses into a buffer.
    /// - Returns: how many bytes; 0 at the end.
    /// - Throws: `TextError.invalidBytes` with the offset in the compressed file.
    func read(into output: UnsafeMutableRawBufferPointer) throws(TextError) -> Int {
        let room = min(output.count, 1 << 30)
        stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        while Int(stream.avail_out) == room, !isFinished {
            if stream.avail_in == 0 { try refill() }
            guard stream.avail_in > 0 else {
                guard !isInMember else { throw wrong("more compressed bytes", "the end of the file") }
                isFinished = true
                break
            }
            if !isInMember {
                // Zeros may fill up what follows the last member.
                if input[available - Int(stream.avail_in)] == 0 {
                    stream.avail_in = 0
                    continue
                }
                inflateReset(&stream)
                isInMember = true
            }
            switch inflate(&stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END: isInMember = false
            default: throw wrong("gzip", stream.msg.map { String(cString: $0) } ?? "broken data")
            }
        }
        return room - Int(stream.avail_out)
    }

    private func refill() throws(TextError) {
        base += available
        available = try fetch(UnsafeMutableRawBufferPointer(input))
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(available)
    }

    private func wrong(_ expected: String, _ found: String) -> TextError {
        .invalidBytes(
            path: path, offset: base + available - Int(stream.avail_in), expected: expected, found: found)
    }
}
