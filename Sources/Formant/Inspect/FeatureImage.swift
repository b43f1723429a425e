import CPNG
import FormantFiles
import FormantTensor

/// Features as a picture: frames from left to right, bands from bottom to top, channels above each other.
struct FeatureImage {
    /// Width and height in pixels.
    let width: Int
    let height: Int
    /// Red, green and blue of each pixel, row by row from the top.
    let pixels: [UInt8]

    /// Draws features.
    /// - Parameters:
    ///   - features: channel × band × frame, as many as `shape` says.
    ///   - range: values that are drawn in the darkest and the brightest colour.
    init(_ features: [Float], shape: Shape, range: ClosedRange<Float>) {
        let rows = shape.channels * shape.height
        // Small features are drawn large enough to be seen, large ones as they are.
        let scale = max(1, min(8, 256 / max(1, shape.height)))
        (width, height) = (shape.width * scale, rows * scale)
        let span = max(range.upperBound - range.lowerBound, 1e-9)
        var pixels = [UInt8](repeating: 0, count: 3 * width * height)
        for y in 0..<height {
            let row = rows - 1 - y / scale
            for x in 0..<width {
                let value = (features[row * shape.width + x / scale] - range.lowerBound) / span
                let color = FeatureImage.color(value.isFinite ? min(max(value, 0), 1) : 0)
                for channel in 0..<3 { pixels[3 * (y * width + x) + channel] = color[channel] }
            }
        }
        self.pixels = pixels
    }

    /// From dark blue over red to light yellow, brighter with each step.
    private static func color(_ value: Float) -> SIMD3<UInt8> {
        let stops: [SIMD3<Float>] = [
            SIMD3(5, 5, 30), SIMD3(80, 20, 110), SIMD3(185, 55, 85), SIMD3(245, 140, 40), SIMD3(252, 250, 190),
        ]
        let place = value * Float(stops.count - 1)
        let step = min(stops.count - 2, Int(place))
        let mixed = stops[step] + (stops[step + 1] - stops[step]) * (place - Float(step))
        return SIMD3(UInt8(mixed.x), UInt8(mixed.y), UInt8(mixed.z))
    }

    /// Writes a PNG file, which is there whole or not at all.
    /// - Throws: `FileError`.
    func write(to path: String) throws(FileError) {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        // The first call says how many bytes there are at most, the second writes them.
        var count = 0
        var bytes: [UInt8] = []
        guard png_image_write_to_memory(&image, nil, &count, 0, pixels, 0, nil) != 0 else {
            throw failure(image, path)
        }
        bytes = [UInt8](repeating: 0, count: count)
        guard png_image_write_to_memory(&image, &bytes, &count, 0, pixels, 0, nil) != 0 else {
            throw failure(image, path)
        }
        try AtomicFile.write(bytes: Array(bytes.prefix(count)), to: path)
    }

    private func failure(_ image: png_image, _ path: String) -> FileError {
        let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return .cannotWrite(path: path, operation: "drawing", reason: reason)
    }
}
