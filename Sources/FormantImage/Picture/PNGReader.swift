import CPNG

/// Reads PNG by libpng's simplified interface, which catches the library's jumps on its side.
struct PNGReader {
    private let bytes: [UInt8]
    private let name: String
    let info: Picture.Info
    /// Bits of a pixel.
    private let depth: Int

    /// Reads the header.
    init(_ bytes: [UInt8], name: String) throws(ImageError) {
        self.bytes = bytes
        self.name = name
        (info, depth) = try PNGReader.opened(bytes, name: name) { image throws(ImageError) in
            let colour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
            let info = Picture.Info(
                format: .png, width: Int(image.width), height: Int(image.height), channels: colour ? 3 : 1)
            // The header's bytes 24 and 25: bits of a sample, and what a pixel is made of.
            let samples: [UInt8: Int] = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]
            return (info, Int(bytes[24]) * (samples[bytes[25]] ?? 1))
        }
    }

    func picture(limit: Int) throws(ImageError) -> Picture {
        // Deflate makes at most 1032 bytes out of one.
        try checkSize(info, of: bytes.count, densest: 1032 * 8 / depth + 1, limit: limit, name: name)
        let name = name
        let info = info
        return try PNGReader.opened(bytes, name: name) { image throws(ImageError) in
            let hasOpacity = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
            let parts = info.channels + (hasOpacity ? 1 : 0)
            // Eight bits a part, in the order of the file, and no palette.
            image.format &= UInt32(PNG_FORMAT_FLAG_ALPHA) | UInt32(PNG_FORMAT_FLAG_COLOR)
            image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
            var done: Int32 = 0
            let count = info.width * info.height * parts
            let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                done = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil)
                initialized = done != 0 ? count : 0
            }
            guard done != 0 else { throw .unreadable(file: name, found: "a damaged PNG: \(PNGMessage.of(image))") }
            return Picture(
                width: info.width, height: info.height, channels: info.channels, interleaved: pixels, parts: parts,
                hasOpacity: hasOpacity)
        }
    }

    /// Does something with an image whose header was read.
    private static func opened<Result>(
        _ bytes: [UInt8], name: String, _ body: (inout png_image) throws(ImageError) -> Result
    ) throws(ImageError) -> Result {
        try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            var image = png_image()
            image.version = UInt32(PNG_IMAGE_VERSION)
            defer { png_image_free(&image) }
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
                throw .unreadable(file: name, found: "a damaged PNG: \(PNGMessage.of(image))")
            }
            return try body(&image)
        }
    }
}

/// The words of libpng.
enum PNGMessage {
    static func of(_ image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
