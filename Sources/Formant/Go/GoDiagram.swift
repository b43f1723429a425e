import FormantGo
import FormantImage

/// A board as a drawing, 30 units from line to line.
struct GoDiagram {
    let size: Int
    private let step = 30.0
    private var margin: Double { 1.4 * step }

    init(size: Int) { self.size = size }

    /// Width and height.
    var side: Double { 2 * margin + Double(size - 1) * step }

    private func centre(_ point: Int) -> (x: Double, y: Double) {
        (margin + Double(point % size) * step, margin + Double(point / size) * step)
    }

    /// Lines, marked points and the names of columns and rows.
    func drawBoard(on canvas: Canvas) {
        canvas.fill(x: 0, y: 0, width: side, height: side, Colour(0xe8c98a))
        let ink = Colour(0x3a2c12)
        let (low, high) = (margin, side - margin)
        for line in 0..<size {
            let place = margin + Double(line) * step
            canvas.stroke([.move(low, place), .line(high, place)], ink)
            canvas.stroke([.move(place, low), .line(place, high)], ink)
            for edge in [0.45 * step, side - 0.45 * step] {
                canvas.text(
                    Vertex.letter(ofColumn: line), x: place, y: edge + 4, size: 12, anchor: .middle, ink)
                canvas.text("\(size - line)", x: edge, y: place + 4, size: 12, anchor: .middle, ink)
            }
        }
        for point in Handicap.marks(size: size) { disc(centre(point), radius: 3.5, ink, on: canvas) }
    }

    /// A stone; the last one has a mark.
    func draw(_ stone: Stone, at point: Int, isLast: Bool, on canvas: Canvas) {
        let place = centre(point)
        disc(place, radius: 0.48 * step, Colour(0x202020), on: canvas)
        if stone == .white { disc(place, radius: 0.48 * step - 1, Colour(0xfbfbf8), on: canvas) }
        if isLast { disc(place, radius: 0.16 * step, .vermilion, on: canvas) }
    }

    /// A probability in per cent on a disc, the stronger the likelier it is; in white on the strongest alone, as it would not be
    /// read on the others.
    func draw(probability: Double, relativeTo largest: Double, at point: Int, on canvas: Canvas) {
        let place = centre(point)
        let share = largest > 0 ? probability / largest : 0
        disc(place, radius: 0.46 * step, Colour.sky.mixed(with: .blue, share: share), on: canvas)
        canvas.text(
            (100 * probability).digits(probability < 0.0995 ? 1 : 0), x: place.x, y: place.y + 4, size: 11,
            anchor: .middle, share > 0.8 ? Colour(0xffffff) : Colour(0x101820))
    }

    /// A frame around a point.
    func frame(_ point: Int, on canvas: Canvas) {
        let place = centre(point)
        canvas.stroke(
            x: place.x - step / 2, y: place.y - step / 2, width: step, height: step, radius: 3, .vermilion,
            thickness: 2.5)
    }

    private func disc(_ place: (x: Double, y: Double), radius: Double, _ colour: Colour, on canvas: Canvas) {
        canvas.fill(
            x: place.x - radius, y: place.y - radius, width: 2 * radius, height: 2 * radius, radius: radius, colour)
    }
}
