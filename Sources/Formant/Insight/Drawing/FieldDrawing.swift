import FormantImage
import FormantTensor

/// A matrix of features as a picture with axes: greys for its values, and over them what an explanation says of each.
struct FieldDrawing {
    /// What lies over the values.
    struct Overlay {
        /// Row by row, as many as the values; 0 leaves the value as it is.
        var values: [Float]
        /// What has the full colour; nil: the value that one in a hundred passes.
        var largest: Float?

        init(_ values: [Float], largest: Float? = nil) { (self.values, self.largest) = (values, largest) }
    }

    /// How a value is coloured.
    enum Palette {
        /// The least is white, the largest nearly black.
        case ink
        /// Colours that get brighter.
        case map(ColourMap)
        /// Those of a picture of as many rows and columns; greys where something lies over it.
        case picture(Picture)
    }

    /// Row by row.
    var values: [Float]
    var axes: FieldAxes
    var palette = Palette.ink
    /// What has the first and the last colour; nil: the least and the largest value.
    var range: ClosedRange<Float>?
    var overlay: Overlay?

    private static let (left, right, top, bottom) = (46.0, 8.0, 6.0, 34.0)
    private static let ink = Colour(0x1b1f24)
    private static let soft = Colour(0x57606a)
    /// Units that the matrix is to be wide and high, about.
    private static let (wide, high) = (520, 200)
    /// The same of a picture, whose rows and columns are equally far apart.
    private static let side = 320

    /// What speaks for a label, and what against it.
    static let (forLabel, againstLabel) = (Colour.blue, Colour.vermilion)

    private var rows: Int { axes.rows.values.count }
    private var columns: Int { axes.columns.values.count }

    /// The bytes of a PNG file.
    /// - Throws: `ImageError`.
    func png() throws(ImageError) -> [UInt8] {
        // Of matrices larger than the picture several values share a cell.
        let (wide, high) = axes.rowsAscend ? (Self.wide, Self.high) : (Self.side, Self.side)
        let (rowStep, columnStep) = (step(rows, high * 2), step(columns, wide * 2))
        let (cellsUp, cellsAcross) = ((rows + rowStep - 1) / rowStep, (columns + columnStep - 1) / columnStep)
        // A unit has two pixels, so that half a unit is a whole one.
        var (height, width) = (cell(cellsUp, high), cell(cellsAcross, wide))
        if !axes.rowsAscend {
            height = min(height, width)
            width = height
        }
        let (plotWidth, plotHeight) = (width * Double(cellsAcross), height * Double(cellsUp))
        let sheet = try Canvas(
            width: Self.left + plotWidth + Self.right, height: Self.top + plotHeight + Self.bottom,
            format: .png(scale: 2))
        sheet.fill(
            x: 0, y: 0, width: Self.left + plotWidth + Self.right, height: Self.top + plotHeight + Self.bottom,
            Colour(0xffffff))
        let range = range ?? FieldDrawing.range(of: values)
        let span = Double(max(range.upperBound - range.lowerBound, 1e-9))
        let largest = overlay.map { Double(max($0.largest ?? FieldDrawing.scale(of: $0.values), 1e-30)) } ?? 1
        for up in 0..<cellsUp {
            let y = Self.top + (axes.rowsAscend ? Double(cellsUp - 1 - up) : Double(up)) * height
            for across in 0..<cellsAcross {
                let (row, column) = (up * rowStep, across * columnStep)
                let share = (Double(mean(values, row, rowStep, column, columnStep)) - Double(range.lowerBound)) / span
                var colour = base(share, row, column)
                if let overlay {
                    let value = Double(mean(overlay.values, row, rowStep, column, columnStep)) / largest
                    let strength = min(1, value.magnitude)
                    colour = colour.mixed(
                        with: value > 0 ? Self.forLabel : Self.againstLabel, share: strength * 0.9)
                }
                sheet.fill(x: Self.left + Double(across) * width, y: y, width: width, height: height, colour)
            }
        }
        drawAxes(
            sheet, plotWidth, plotHeight, width / Double(columnStep), height / Double(rowStep))
        return try sheet.bytes()
    }

    /// The least and the largest value, in half of it a step apart where all are equal.
    static func range(of values: [Float]) -> ClosedRange<Float> {
        let low = values.min() ?? 0
        return low...max(values.max() ?? 0, low)
    }

    /// The magnitude that one value in a hundred passes; the largest where that is 0.
    static func scale(of values: [Float]) -> Float {
        let sorted = values.map(\.magnitude).sorted()
        guard let last = sorted.last else { return 0 }
        let high = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        return high > 0 ? high : last
    }

    private func step(_ count: Int, _ most: Int) -> Int { max(1, (count + most - 1) / most) }

    /// Units of a cell: whole ones, or a half.
    private func cell(_ count: Int, _ room: Int) -> Double {
        max(0.5, min(24, Double(2 * room / max(1, count)) / 2))
    }

    private func base(_ share: Double, _ row: Int, _ column: Int) -> Colour {
        switch palette {
        case .ink:
            return Colour(0xffffff).mixed(with: Self.ink, share: 0.85 * min(max(share.isFinite ? share : 0, 0), 1))
        case .map(let map): return map.colour(share)
        case .picture(let picture):
            let parts = (0..<picture.channels).map { Double(picture[$0, row, column]) }
            guard parts.count == 3 else { return Colour(red: parts[0], green: parts[0], blue: parts[0]) }
            guard overlay == nil else {
                let luma = 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]
                return Colour(red: luma, green: luma, blue: luma)
            }
            return Colour(red: parts[0], green: parts[1], blue: parts[2])
        }
    }

    private func mean(_ values: [Float], _ row: Int, _ rowStep: Int, _ column: Int, _ columnStep: Int) -> Float {
        if rowStep == 1, columnStep == 1 { return values[row * columns + column] }
        var (sum, count): (Float, Float) = (0, 0)
        for r in row..<min(rows, row + rowStep) {
            for c in column..<min(columns, column + columnStep) {
                sum += values[r * columns + c]
                count += 1
            }
        }
        return sum / count
    }

    private func drawAxes(
        _ sheet: Canvas, _ plotWidth: Double, _ plotHeight: Double, _ columnWidth: Double, _ rowHeight: Double
    ) {
        let (right, bottom) = (Self.left + plotWidth, Self.top + plotHeight)
        sheet.stroke(x: Self.left, y: Self.top, width: plotWidth, height: plotHeight, Self.soft, thickness: 0.5)
        for tick in axes.rows.ticks(6) {
            let offset = (tick.place + 0.5) * rowHeight
            let y = axes.rowsAscend ? bottom - offset : Self.top + offset
            sheet.stroke([.move(Self.left - 3, y), .line(Self.left, y)], Self.soft, thickness: 0.5)
            sheet.text(tick.text, x: Self.left - 5, y: y + 3, size: 9, anchor: .end, Self.soft)
        }
        for tick in axes.columns.ticks(max(2, Int(plotWidth / 70))) {
            let x = Self.left + (tick.place + 0.5) * columnWidth
            sheet.stroke([.move(x, bottom), .line(x, bottom + 3)], Self.soft, thickness: 0.5)
            sheet.text(tick.text, x: x, y: bottom + 13, size: 9, anchor: .middle, Self.soft)
        }
        sheet.text(
            title(axes.columns), x: (Self.left + right) / 2, y: bottom + 27, size: 9, anchor: .middle, Self.soft)
        // Beside the lowest place, where no tick of a frequency is.
        sheet.text(title(axes.rows), x: 2, y: bottom + 27, size: 9, Self.soft)
    }

    private func title(_ axis: FieldAxes.Axis) -> String {
        axis.unit.isEmpty ? axis.name : "\(axis.name) [\(axis.unit)]"
    }
}
