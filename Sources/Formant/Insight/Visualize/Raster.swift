import FormantImage
import FormantTensor

/// A small picture in colours, pixel by pixel.
struct Raster: Sendable {
    let width: Int
    let height: Int
    /// Row by row from the top.
    let colours: [Colour]

    init(width: Int, height: Int, colours: [Colour]) {
        precondition(colours.count == width * height, "\(colours.count) colours for \(width) × \(height)")
        (self.width, self.height, self.colours) = (width, height, colours)
    }

    /// Numbers in colours, the rows of all channels above each other.
    /// - Parameters:
    ///   - isUpright: whether row 0 is at the top; else at the bottom, as frequencies are drawn.
    ///   - colour: of a value.
    init(_ values: [Float], _ shape: Shape, isUpright: Bool, colour: (Float) -> Colour) {
        let rows = shape.channels * shape.height
        self.init(
            width: shape.width, height: rows,
            colours: (0..<rows * shape.width).map { place in
                let row = place / shape.width
                return colour(values[(isUpright ? row : rows - 1 - row) * shape.width + place % shape.width])
            })
    }

    /// A picture in its own colours.
    init(_ picture: Picture) {
        let area = picture.width * picture.height
        self.init(
            width: picture.width, height: picture.height,
            colours: (0..<area).map { i in
                func part(_ channel: Int) -> Double {
                    Double(picture.values[(picture.channels == 3 ? channel : 0) * area + i])
                }
                return Colour(red: part(0), green: part(1), blue: part(2))
            })
    }

    /// Numbers from 0 to `largest`, dark to bright.
    static func map(_ values: [Float], _ shape: Shape, largest: Float, isUpright: Bool) -> Raster {
        Raster(values, shape, isUpright: isUpright) { ColourMap.viridis.colour(Double($0 / max(largest, 1e-9))) }
    }

    /// Numbers around 0: white, towards vermilion above and blue below.
    static func signed(_ values: [Float], _ shape: Shape, isUpright: Bool) -> Raster {
        let largest = max(values.reduce(0) { max($0, $1.magnitude) }, 1e-9)
        let white = Colour(0xffffff)
        return Raster(values, shape, isUpright: isUpright) { value in
            white.mixed(with: value > 0 ? .vermilion : .blue, share: Double(min(value.magnitude / largest, 1)))
        }
    }
}

extension Array<Float> {
    /// The part of some values (channel × row × column) in a region.
    func cropped(_ shape: Shape, rows: Range<Int>, columns: Range<Int>) -> (values: [Float], shape: Shape) {
        let part = (0..<shape.channels).flatMap { channel in
            rows.flatMap { row in
                let start = (channel * shape.height + row) * shape.width
                return self[start + columns.lowerBound..<start + columns.upperBound]
            }
        }
        return (part, Shape(channels: shape.channels, height: rows.count, width: columns.count))
    }
}
