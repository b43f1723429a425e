/// A piece of HTML. What is written literally is markup; what is interpolated as text is escaped; so that text from
/// outside (labels, paths, sentences) cannot become markup by mistake.
///
///     let cell: Markup = "<td>\(label)</td>"
struct Markup: ExpressibleByStringInterpolation, Sendable {
    /// The HTML.
    private(set) var html: String

    init(stringLiteral value: String) { html = value }

    init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

    /// Pieces one after the other.
    init(_ pieces: [Markup]) {
        html = ""
        for piece in pieces { html += piece.html }
    }

    static func += (markup: inout Markup, more: Markup) { markup.html += more.html }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { html += literal }

        /// Text, for content or a quoted attribute.
        mutating func appendInterpolation(_ text: String) { escape(text, into: &html) }

        mutating func appendInterpolation(_ number: Int) { html += String(number) }

        /// A coordinate of a drawing, to two digits after the point.
        mutating func appendInterpolation(_ coordinate: Double) { html += NumberText.coordinate(coordinate) }

        mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { html += piece.html } }
    }
}

/// Escapes what HTML would read as markup; control characters, which HTML does not allow, become U+FFFD.
private func escape(_ text: String, into html: inout String) {
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        case "\n", "\t": html.unicodeScalars.append(scalar)
        case "\r": html += "\n"
        case "\0"..<" ", "\u{7f}"..."\u{9f}": html += "\u{fffd}"
        default: html.unicodeScalars.append(scalar)
        }
    }
}
