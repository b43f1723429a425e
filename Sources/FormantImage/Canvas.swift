import CCairo

/// A sheet that is drawn on through cairo, x to the right and y downwards. Use one from one thread at a time.
///
/// The same calls give the same bytes, but for text, whose shapes are those of the fonts of the machine.
public final class Canvas {
    /// What comes out.
    public enum Format: Sendable {
        /// An SVG document; text in it is drawn as shapes.
        case svg
        /// A PNG picture of so many pixels to a unit, transparent where nothing is drawn.
        case png(scale: Double)
    }

    /// Where text stands with its place.
    public enum Anchor: Sendable { case start, middle, end }

    /// The most units, and pixels, each way.
    public static let limit = 30_000.0

    private let format: Format
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let sink = Sink()

    /// Creates an empty sheet.
    /// - Parameters:
    ///   - width: in units, which are pixels at the scale 1; above 0, at most `limit`.
    ///   - height: the same.
    /// - Throws: `ImageError` for other sizes, and for a lack of memory.
    public init(width: Double, height: Double, format: Format) throws(ImageError) {
        let scale: Double
        if case .png(let pixels) = format { scale = pixels } else { scale = 1 }
        guard scale > 0, [width, height].allSatisfy({ $0 > 0 && $0 * scale <= Canvas.limit && $0 <= Canvas.limit })
        else {
            throw .drawing(reason: "a picture of \(width) × \(height), expected more than 0, at most \(Canvas.limit)")
        }
        self.format = format
        switch format {
        case .svg:
            surface = cairo_svg_surface_create_for_stream(
                Sink.write, Unmanaged.passUnretained(sink).toOpaque(), width, height)
            cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
        case .png:
            surface = cairo_image_surface_create(
                CAIRO_FORMAT_ARGB32, Int32((width * scale).rounded(.up)), Int32((height * scale).rounded(.up)))
        }
        context = cairo_create(surface)
        cairo_scale(context, scale, scale)
        cairo_select_font_face(context, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
        try check()
    }

    deinit {
        cairo_destroy(context)
        // Closing may still write into the sink.
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// Fills a rectangle, with round corners if a radius is given.
    public func fill(x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ colour: Colour) {
        outline(x, y, width, height, radius)
        set(colour)
        cairo_fill(context)
    }

    /// Draws the edge of a rectangle.
    public func stroke(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ colour: Colour, thickness: Double = 1
    ) {
        outline(x, y, width, height, radius)
        set(colour)
        cairo_set_line_width(context, thickness)
        cairo_stroke(context)
    }

    /// Draws a path of lines and curves.
    public func stroke(_ path: [PathStep], _ colour: Colour, thickness: Double = 1) {
        trace(path)
        set(colour)
        cairo_set_line_width(context, thickness)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_stroke(context)
    }

    /// Fills a closed path.
    public func fill(_ path: [PathStep], _ colour: Colour) {
        trace(path)
        set(colour)
        cairo_fill(context)
    }

    /// Part of a path.
    public enum PathStep: Sendable {
        /// Lift the pen and put it down.
        case move(Double, Double)
        /// A straight line.
        case line(Double, Double)
        /// A cubic curve: two points that it bends towards, and its end.
        case curve(Double, Double, Double, Double, Double, Double)
    }

    /// Writes a line of text.
    /// - Parameters:
    ///   - y: of the line that letters stand on.
    ///   - size: height of the letters in units.
    public func text(_ text: String, x: Double, y: Double, size: Double, anchor: Anchor = .start, _ colour: Colour) {
        cairo_set_font_size(context, size)
        set(colour)
        let width = anchor == .start ? 0 : width(of: text, size: size)
        cairo_move_to(context, x - (anchor == .middle ? width / 2 : width), y)
        cairo_show_text(context, text)
    }

    /// How much room a line of text takes.
    public func width(of text: String, size: Double) -> Double {
        cairo_set_font_size(context, size)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// The bytes of the file. Nothing is drawn afterwards.
    /// - Throws: `ImageError`.
    public func bytes() throws(ImageError) -> [UInt8] {
        try check()
        switch format {
        case .svg: cairo_surface_finish(surface)
        case .png:
            cairo_surface_flush(surface)
            let status = cairo_surface_write_to_png_stream(
                surface, Sink.write, Unmanaged.passUnretained(sink).toOpaque())
            guard status == CAIRO_STATUS_SUCCESS else { throw failure(status) }
        }
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else { throw failure(status) }
        return sink.bytes
    }

    private func outline(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ radius: Double) {
        guard radius > 0 else {
            cairo_rectangle(context, x, y, width, height)
            return
        }
        let (right, bottom, quarter) = (x + width, y + height, Double.pi / 2)
        cairo_new_sub_path(context)
        cairo_arc(context, right - radius, y + radius, radius, -quarter, 0)
        cairo_arc(context, right - radius, bottom - radius, radius, 0, quarter)
        cairo_arc(context, x + radius, bottom - radius, radius, quarter, 2 * quarter)
        cairo_arc(context, x + radius, y + radius, radius, 2 * quarter, 3 * quarter)
        cairo_close_path(context)
    }

    private func trace(_ path: [PathStep]) {
        cairo_new_path(context)
        for step in path {
            switch step {
            case .move(let x, let y): cairo_move_to(context, x, y)
            case .line(let x, let y): cairo_line_to(context, x, y)
            case .curve(let a, let b, let c, let d, let x, let y): cairo_curve_to(context, a, b, c, d, x, y)
            }
        }
    }

    private func set(_ colour: Colour) {
        cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
    }

    private func check() throws(ImageError) {
        let status = cairo_status(context)
        guard status == CAIRO_STATUS_SUCCESS else { throw failure(status) }
    }

    private func failure(_ status: cairo_status_t) -> ImageError {
        .drawing(reason: String(cString: cairo_status_to_string(status)))
    }

    /// What cairo writes to.
    private final class Sink {
        var bytes: [UInt8] = []

        static let write: cairo_write_func_t = { closure, data, count in
            let sink = Unmanaged<Sink>.fromOpaque(closure!).takeUnretainedValue()
            sink.bytes += UnsafeBufferPointer(start: data, count: Int(count))
            return CAIRO_STATUS_SUCCESS
        }
    }
}
