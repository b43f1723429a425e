import FormantImage
import FormantPage

/// Pictures beside and below each other, with a line of text over each: a contact sheet.
struct RasterSheet {
    /// One picture of the sheet.
    struct Tile {
        var raster: Raster
        var caption = ""
    }

    /// Row by row; a row may have fewer than others.
    var rows: [[Tile]]
    /// What stands before each row; empty: nothing.
    var rowTitles: [String] = []
    /// The longer side of a tile, in pixels of the sheet, at least; small rasters are drawn that large.
    var side = 84

    private let gap = 6
    private let lineHeight = 13
    private let textSize = 10.0

    /// A sheet of so many columns.
    init(_ tiles: [Tile], columns: Int, side: Int = 84) {
        rows = stride(from: 0, to: tiles.count, by: max(1, columns)).map {
            Array(tiles[$0..<min(tiles.count, $0 + max(1, columns))])
        }
        self.side = side
    }

    /// A sheet of given rows.
    init(rows: [[Tile]], rowTitles: [String] = [], side: Int = 84) {
        (self.rows, self.rowTitles, self.side) = (rows, rowTitles, side)
    }

    private func scale(_ raster: Raster) -> Int { max(1, side / max(raster.width, raster.height, 1)) }

    /// The bytes of a PNG file.
    /// - Throws: `ImageError`.
    func png() throws(ImageError) -> [UInt8] {
        let tiles = rows.flatMap { $0 }
        let hasCaptions = tiles.contains { !$0.caption.isEmpty }
        let head = hasCaptions ? lineHeight : 0
        let cellWidth = tiles.map { $0.raster.width * scale($0.raster) }.max() ?? 1
        let heights = rows.map { row in row.map { $0.raster.height * scale($0.raster) }.max() ?? 0 }
        let columns = rows.map(\.count).max() ?? 0
        let titleWidth = rowTitles.isEmpty ? 0 : 10 + 6 * (rowTitles.map(\.count).max() ?? 0)
        let width = titleWidth + columns * (cellWidth + gap) + gap
        let height = heights.reduce(gap) { $0 + $1 + head + gap }
        let canvas = try Canvas(width: Double(max(width, 1)), height: Double(max(height, 1)), format: .png(scale: 1))
        let ink = Colour(0x1b1f24)
        canvas.fill(x: 0, y: 0, width: Double(width), height: Double(height), Colour(0xffffff))
        var y = gap
        for (i, row) in rows.enumerated() {
            if i < rowTitles.count {
                canvas.text(
                    rowTitles[i], x: 4, y: Double(y + head + heights[i] / 2) + 4, size: textSize, ink)
            }
            for (j, tile) in row.enumerated() {
                let x = titleWidth + gap + j * (cellWidth + gap)
                if !tile.caption.isEmpty {
                    canvas.text(
                        fitting(tile.caption, cellWidth, canvas), x: Double(x), y: Double(y + lineHeight - 4),
                        size: textSize, ink)
                }
                draw(tile.raster, x: x, y: y + head, on: canvas)
            }
            y += heights[i] + head + gap
        }
        return try canvas.bytes()
    }

    private func fitting(_ text: String, _ width: Int, _ canvas: Canvas) -> String {
        var length = text.count
        var shown = text
        while length > 1, canvas.width(of: shown, size: textSize) > Double(width) {
            length -= 1
            shown = text.shortened(to: length)
        }
        return shown
    }

    /// Pixels of one colour beside each other are one rectangle.
    private func draw(_ raster: Raster, x: Int, y: Int, on canvas: Canvas) {
        let scale = scale(raster)
        for row in 0..<raster.height {
            var start = 0
            for column in 1...max(1, raster.width) {
                let colour = raster.colours[row * raster.width + start]
                if column < raster.width, raster.colours[row * raster.width + column] == colour { continue }
                canvas.fill(
                    x: Double(x + start * scale), y: Double(y + row * scale), width: Double((column - start) * scale),
                    height: Double(scale), colour)
                start = column
            }
        }
    }
}
