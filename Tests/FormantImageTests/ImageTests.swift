import FormantImage
import FormantTensor
import Testing

@Suite struct ImageTests {
    private let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    @Test func aMatrixIsAPictureWithAPalette() throws {
        let values = (0..<12).map(Float.init) + [.nan, .infinity, -5, 99]
        let picture = MatrixPicture(values, shape: Shape(channels: 2, height: 2, width: 4), range: 0...11, scale: 3)
        #expect(picture.width == 12 && picture.height == 12)
        let bytes = try picture.png()
        #expect(bytes.prefix(8) == signature[...])
        #expect(number(bytes[16..<20]) == 12 && number(bytes[20..<24]) == 12)
        // Colour type 3: a palette.
        #expect(bytes[25] == 3)
        #expect(try picture.png() == bytes)
        #expect(throws: ImageError.self) {
            try MatrixPicture([], shape: Shape(channels: 1, height: 4, width: 0), range: 0...1).png()
        }
    }

    /// Brighter with every step (luminance after ITU-R BT.709), so that the order can be seen without hues.
    @Test func coloursRiseInBrightness() {
        let palette = ColourMap.viridis.palette
        #expect(palette.count == 256)
        #expect(palette[0].bytes == [0x44, 0x01, 0x54] && palette[255].bytes == [0xfd, 0xe7, 0x25])
        let light = palette.map { 0.2126 * $0.red + 0.7152 * $0.green + 0.0722 * $0.blue }
        #expect(zip(light, light.dropFirst()).allSatisfy { $0 < $1 })
        for (value, same) in [(-1.0, 0.0), (.nan, 0), (2, 1), (.infinity, 1), (-.infinity, 0)] {
            #expect(ColourMap.viridis.colour(value) == ColourMap.viridis.colour(same))
        }
    }

    @Test func drawingsAreTheSameEveryTime() throws {
        func draw(_ format: Canvas.Format) throws -> [UInt8] {
            let canvas = try Canvas(width: 40, height: 30, format: format)
            canvas.fill(x: 1, y: 2, width: 10, height: 8, radius: 2, .blue)
            canvas.stroke([.move(0, 0), .line(10, 10), .curve(12, 12, 20, 5, 30, 29)], .vermilion, thickness: 2)
            canvas.stroke(x: 5, y: 5, width: 20, height: 10, .green.with(opacity: 0.5))
            return try canvas.bytes()
        }
        let png = try draw(.png(scale: 2))
        #expect(png.prefix(8) == signature[...] && number(png[16..<20]) == 80 && number(png[20..<24]) == 60)
        #expect(try draw(.png(scale: 2)) == png)
        let svg = String(decoding: try draw(.svg), as: UTF8.self)
        #expect(svg.hasPrefix("<?xml") && svg.contains("width=\"40px\"") && svg.contains("<path"))
    }

    @Test func textIsNeverMarkup() throws {
        let canvas = try Canvas(width: 400, height: 40, format: .svg)
        for text in [
            "</svg><script>alert(1)</script>", "a\u{0}b", "שלום 漢字", String(repeating: "x", count: 20_000), "",
        ] {
            canvas.text(text, x: 200, y: 20, size: 11, anchor: .middle, .blue)
        }
        #expect(canvas.width(of: "mm", size: 20) > canvas.width(of: "m", size: 20))
        let svg = String(decoding: try canvas.bytes(), as: UTF8.self)
        #expect(!svg.contains("<script") && svg.components("</svg>") == 2)
    }

    @Test(arguments: [0.0, -1, Double.nan, .infinity, 1e9])
    func sizesThatCannotBe(size: Double) {
        #expect(throws: ImageError.self) { try Canvas(width: size, height: 10, format: .svg) }
        #expect(throws: ImageError.self) { try Canvas(width: 10, height: 10, format: .png(scale: size)) }
    }
}

extension String {
    /// In how many pieces a text cuts this one.
    fileprivate func components(_ text: String) -> Int {
        var rest = self[...]
        var count = 1
        while let place = rest.firstRange(of: text) {
            count += 1
            rest = rest[place.upperBound...]
        }
        return count
    }
}
