import CPNG

/// Writes PNG by libpng's simplified interface.
enum PNGWriter {
    /// What a pixel is.
    enum Pixel {
        /// One byte, its brightness.
        case grey
        /// Red, green, blue.
        case rgb
        /// One byte, the number of a colour.
        case palette([Colour])
    }

    /// The bytes of a file.
    /// - Parameter pixels: row by row from the top.
    static func bytes(
        width: Int, height: Int, pixel: Pixel, pixels: [UInt8]
    ) throws(ImageError) -> [UInt8] {
        guard width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max) else {
            throw .drawing(reason: "a picture of \(width) × \(height) pixels")
        }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        var palette: [UInt8] = []
        switch pixel {
        case .grey: image.format = 0
        case .rgb: image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        case .palette(let colours):
            palette = colours.flatMap(\.bytes)
            image.format = UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_COLORMAP)
            image.colormap_entries = UInt32(colours.count)
        }
        defer { png_image_free(&image) }
        // The first call says how many bytes there are at most, the second writes them.
        var count = 0
        guard png_image_write_to_memory(&image, nil, &count, 0, pixels, 0, palette) != 0 else {
            throw .drawing(reason: PNGMessage.of(image))
        }
        var bytes = [UInt8](repeating: 0, count: count)
        guard png_image_write_to_memory(&image, &bytes, &count, 0, pixels, 0, palette) != 0 else {
            throw .drawing(reason: PNGMessage.of(image))
        }
        return Array(bytes.prefix(count))
    }
}
