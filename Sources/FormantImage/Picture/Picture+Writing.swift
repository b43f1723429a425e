import FormantFiles

extension Picture {
    /// The bytes of a PNG file of eight bits a value; values outside 0 … 1 are cut, what is no number is 0.
    /// - Throws: `ImageError.drawing`.
    public func png() throws(ImageError) -> [UInt8] {
        try PNGWriter.bytes(width: width, height: height, pixel: isGrey ? .grey : .rgb, pixels: interleaved())
    }

    /// The bytes of a JPEG file.
    /// - Parameter quality: 1 … 100; from 90 on colours have the full resolution.
    /// - Throws: `ImageError`.
    public func jpeg(quality: Int = 90) throws(ImageError) -> [UInt8] {
        try JPEGWriter.bytes(
            width: width, height: height, channels: channels, pixels: interleaved(), quality: quality)
    }

    /// Writes a file, which is there whole or not at all: PNG or JPEG, as its name ends (`.png`, `.jpg`, `.jpeg`).
    /// - Parameter quality: that of a JPEG file, 1 … 100.
    /// - Throws: `ImageError`.
    public func write(to path: String, quality: Int = 90) throws(ImageError) {
        let bytes: [UInt8]
        switch FilePath.fileExtension(of: path) {
        case "png": bytes = try png()
        case "jpg", "jpeg": bytes = try jpeg(quality: quality)
        default: throw .output(path: path, reason: "expected a name that ends in .png, .jpg or .jpeg")
        }
        do { try AtomicFile.write(bytes: bytes, to: path) } catch {
            throw .output(path: path, reason: "\(error)")
        }
    }

    /// Row × column × channel as bytes.
    private func interleaved() -> [UInt8] {
        let area = width * height
        return [UInt8](unsafeUninitializedCapacity: channels * area) { bytes, count in
            for channel in 0..<channels {
                for i in 0..<area {
                    let value = values[channel * area + i]
                    bytes[i * channels + channel] = value > 0 ? UInt8((min(value, 1) * 255).rounded()) : 0
                }
            }
            count = channels * area
        }
    }
}
