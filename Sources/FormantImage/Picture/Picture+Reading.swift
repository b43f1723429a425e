import FormantFiles

extension Picture {
    /// The formats that are read and written.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// Lossless.
        case png = "PNG"
        /// Lossy, for photos.
        case jpeg = "JPEG"

        /// The format that bytes begin like; nil for none of them.
        public init?(of bytes: some Sequence<UInt8>) {
            if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
                self = .png
            } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
                self = .jpeg
            } else {
                return nil
            }
        }
    }

    /// What the header of a picture says.
    public struct Info: Sendable, Hashable {
        /// PNG or JPEG.
        public var format: Format
        /// Columns, as the picture is seen.
        public var width: Int
        /// Rows, as the picture is seen.
        public var height: Int
        /// 1 (grey) or 3.
        public var channels: Int
    }

    /// The most pixels that are read unless the caller says otherwise: 67 million.
    public static let pixelLimit = 1 << 26
    /// The most bytes of a file that are read.
    public static let byteLimit = 1 << 30

    /// Reads a PNG or JPEG file; which of them it is its content says, not its name.
    ///
    /// Of PNG: all kinds, 16 bits rounded to 8, what shows through laid over white, values with a gamma of their own
    /// brought to sRGB's. Of JPEG: grey and colour, sequential and progressive, turned the way that the camera says it
    /// was held (Exif orientation); no CMYK. Files that are cut short or damaged are errors.
    /// - Parameter limit: the most pixels; what the header claims is checked before anything is allocated for it.
    /// - Throws: `ImageError.unreadable`, `ImageError.tooLarge`.
    public static func read(_ path: String, limit: Int = pixelLimit) throws(ImageError) -> Picture {
        try decode(bytes(of: path), name: path, limit: limit)
    }

    /// Reads a picture from the bytes of a file.
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - limit: the most pixels.
    /// - Throws: `ImageError.unreadable`, `ImageError.tooLarge`.
    public static func decode(
        _ bytes: [UInt8], name: String, limit: Int = pixelLimit
    ) throws(ImageError) -> Picture {
        switch try format(of: bytes, name: name) {
        case .png: try PNGReader(bytes, name: name).picture(limit: limit)
        case .jpeg: try JPEGReader(bytes, name: name).picture(limit: limit)
        }
    }

    /// What the header of a file says; the picture behind it may still be damaged.
    /// - Throws: `ImageError.unreadable`.
    public static func probe(_ path: String) throws(ImageError) -> Info {
        let bytes = try bytes(of: path)
        switch try format(of: bytes, name: path) {
        case .png: return try PNGReader(bytes, name: path).info
        case .jpeg: return try JPEGReader(bytes, name: path).info()
        }
    }

    private static func bytes(of path: String) throws(ImageError) -> [UInt8] {
        do {
            return try WholeRead.bytes(of: path, limit: byteLimit)
        } catch {
            guard case .cannotRead(_, let reason) = error else { throw .unreadable(file: path, found: "\(error)") }
            throw .unreadable(file: path, found: reason)
        }
    }

    private static func format(of bytes: [UInt8], name: String) throws(ImageError) -> Format {
        if let format = Format(of: bytes) { return format }
        let found = bytes.isEmpty ? "an empty file" : FileKind(of: bytes)?.rawValue ?? "neither's first bytes"
        throw .unreadable(file: name, found: found)
    }

    /// Pictures of other kinds, to say what was found.
    private enum FileKind: String, CaseIterable {
        case gif = "a GIF picture"
        case tiff = "a TIFF picture"
        case bigEndianTIFF = "a TIFF picture, bytes swapped"
        case bitmap = "a BMP picture"
        case riff = "a RIFF file, perhaps WebP or WAV"
        case svg = "an XML document, perhaps SVG"

        init?(of bytes: [UInt8]) {
            guard let kind = FileKind.allCases.first(where: { bytes.starts(with: $0.start) }) else { return nil }
            self = kind
        }

        private var start: [UInt8] {
            switch self {
            case .gif: Array("GIF8".utf8)
            case .tiff: [0x49, 0x49, 0x2a, 0x00]
            case .bigEndianTIFF: [0x4d, 0x4d, 0x00, 0x2a]
            case .bitmap: Array("BM".utf8)
            case .riff: Array("RIFF".utf8)
            case .svg: Array("<".utf8)
            }
        }
    }

    /// Creates a picture from bytes as the libraries give them: row × column × part, of which the first ones are its
    /// channels.
    /// - Parameters:
    ///   - parts: values a pixel.
    ///   - hasOpacity: whether the last part of each pixel says how much of it covers the white behind it.
    init(width: Int, height: Int, channels: Int, interleaved bytes: [UInt8], parts: Int, hasOpacity: Bool) {
        let area = width * height
        let values = [Float](unsafeUninitializedCapacity: channels * area) { values, count in
            for channel in 0..<channels {
                for i in 0..<area {
                    let value = Float(bytes[i * parts + channel])
                    let opacity = hasOpacity ? Float(bytes[i * parts + parts - 1]) / 255 : 1
                    values[channel * area + i] = (value * opacity + 255 * (1 - opacity)) / 255
                }
            }
            count = channels * area
        }
        self.init(width: width, height: height, channels: channels, values: values)
    }
}

/// Throws unless a picture is within the limit and could be in so few bytes.
/// - Parameter densest: the most pixels that the format can put into a byte.
func checkSize(
    _ info: Picture.Info, of bytes: Int, densest: Int, limit: Int, name: String
) throws(ImageError) {
    let pixels = info.width.multipliedReportingOverflow(by: info.height)
    guard !pixels.overflow, pixels.partialValue <= limit else {
        throw .tooLarge(file: name, width: info.width, height: info.height, limit: limit)
    }
    guard pixels.partialValue / densest <= bytes else {
        throw .unreadable(
            file: name,
            found: "a header of \(info.width) × \(info.height) pixels, more than \(bytes) bytes can hold")
    }
}
