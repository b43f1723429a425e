import CJPEG

/// Reads JPEG by the TurboJPEG interface of libjpeg-turbo, whose functions return codes.
struct JPEGReader {
    private let bytes: [UInt8]
    private let name: String

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// The header, with width and height as the picture is seen.
    func info() throws(ImageError) -> Picture.Info {
        var info = try opened { handle throws(ImageError) in try stored(handle) }
        if ExifOrientation(ofJPEG: bytes).swapsSides { (info.width, info.height) = (info.height, info.width) }
        return info
    }

    func picture(limit: Int) throws(ImageError) -> Picture {
        try opened { handle throws(ImageError) in
            let info = try stored(handle)
            // Each block of the coarsest grid, 32 × 32 pixels, takes at least one bit.
            try checkSize(info, of: bytes.count, densest: 32 * 32 * 8, limit: limit, name: name)
            let count = info.width * info.height * info.channels
            let format = info.channels == 1 ? TJPF_GRAY : TJPF_RGB
            let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
            var code: Int32 = 0
            let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                code = tjDecompress2(
                    handle, bytes, UInt(bytes.count), buffer.baseAddress, Int32(info.width), 0, Int32(info.height),
                    Int32(format.rawValue), flags)
                initialized = code == 0 ? count : 0
            }
            guard code == 0 else { throw failure(handle) }
            let picture = Picture(
                width: info.width, height: info.height, channels: info.channels, interleaved: pixels,
                parts: info.channels, hasOpacity: false)
            return ExifOrientation(ofJPEG: bytes).upright(picture)
        }
    }

    /// The header as it is stored.
    private func stored(_ handle: tjhandle) throws(ImageError) -> Picture.Info {
        var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard
            tjDecompressHeader3(handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &space) == 0
        else { throw failure(handle) }
        guard space != Int32(TJCS_CMYK.rawValue), space != Int32(TJCS_YCCK.rawValue) else {
            throw .unreadable(file: name, found: "a JPEG for print (CMYK); convert it to RGB")
        }
        guard width > 0, height > 0 else {
            throw .unreadable(file: name, found: "a JPEG of \(width) × \(height) pixels")
        }
        let channels = space == Int32(TJCS_GRAY.rawValue) ? 1 : 3
        return Picture.Info(format: .jpeg, width: Int(width), height: Int(height), channels: channels)
    }

    private func opened<Result>(_ body: (tjhandle) throws(ImageError) -> Result) throws(ImageError) -> Result {
        guard let handle = tjInitDecompress() else {
            throw .unreadable(file: name, found: "no memory for reading it")
        }
        defer { tjDestroy(handle) }
        return try body(handle)
    }

    private func failure(_ handle: tjhandle) -> ImageError {
        .unreadable(file: name, found: "a damaged JPEG: \(String(cString: tjGetErrorStr2(handle)))")
    }
}

/// Writes JPEG by the same interface.
enum JPEGWriter {
    /// The bytes of a file.
    /// - Parameter pixels: row × column × channel.
    static func bytes(
        width: Int, height: Int, channels: Int, pixels: [UInt8], quality: Int
    ) throws(ImageError) -> [UInt8] {
        try require((1...100).contains(quality), "quality", quality, "1 … 100")
        guard width <= 65_500, height <= 65_500 else {
            throw .drawing(reason: "a JPEG of \(width) × \(height), expected at most 65500 each way")
        }
        guard let handle = tjInitCompress() else { throw .drawing(reason: "no memory for a JPEG") }
        defer { tjDestroy(handle) }
        var file: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        defer { tjFree(file) }
        let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
        // Colours at the full resolution where quality matters, at half of it otherwise, as is usual.
        let sampling = channels == 1 ? TJSAMP_GRAY : quality >= 90 ? TJSAMP_444 : TJSAMP_420
        let code = tjCompress2(
            handle, pixels, Int32(width), 0, Int32(height), Int32(format.rawValue), &file, &count,
            Int32(sampling.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        guard code == 0, let file else { throw .drawing(reason: String(cString: tjGetErrorStr2(handle))) }
        return Array(UnsafeBufferPointer(start: file, count: Int(count)))
    }
}
