import FormantFiles
import FormantTensor

/// A matrix as a picture: columns (frames) from left to right, rows (bands) from bottom to top, channels above each other.
public struct MatrixPicture: Sendable {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// The number of each pixel's colour, row by row from the top.
    let pixels: [UInt8]
    private let map: ColourMap

    /// Draws a matrix.
    /// - Parameters:
    ///   - values: channel × row × column, as many as `shape` says.
    ///   - range: values that are drawn in the darkest and the brightest colour.
    ///   - scale: pixels of a value, each way, at least 1; nil: small matrices large enough to be seen, others as they are.
    public init(
        _ values: [Float], shape: Shape, range: ClosedRange<Float>, scale: Int? = nil, map: ColourMap = .viridis
    ) {
        let rows = shape.channels * shape.height
        let scale = max(1, scale ?? min(8, 256 / max(1, shape.height)))
        (width, height) = (shape.width * scale, rows * scale)
        let span = max(range.upperBound - range.lowerBound, 1e-9)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height {
            let row = rows - 1 - y / scale
            for x in 0..<width {
                let value = (values[row * shape.width + x / scale] - range.lowerBound) / span
                pixels[y * width + x] = value.isFinite ? UInt8(min(max(value, 0), 1) * 255) : 0
            }
        }
        self.pixels = pixels
        self.map = map
    }

    /// The bytes of a PNG file with a palette.
    /// - Throws: `ImageError`.
    public func png() throws(ImageError) -> [UInt8] {
        try PNGWriter.bytes(width: width, height: height, pixel: .palette(map.palette), pixels: pixels)
    }

    /// Writes a PNG file, which is there whole or not at all.
    /// - Throws: `ImageError`, `FileError`.
    public func write(to path: String) throws { try AtomicFile.write(bytes: try png(), to: path) }
}
