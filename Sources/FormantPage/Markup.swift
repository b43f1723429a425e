/// A piece of HTML. What is written literally is markup; what is interpolated as text is escaped; so that text from
/// outside (labels, paths, sentences) cannot become markup by mistake.
///
///     let cell: Markup = "<td>\(label)</td>"
package struct Markup: ExpressibleByStringInterpolation, Sendable {
    /// The HTML.
    package private(set) var html: String

    package init(stringLiteral value: String) { html = value }

    package init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

    /// Pieces one after the other.
    package init(_ pieces: [Markup]) {
        html = ""
        for piece in pieces { html += piece.html }
    }

    package static func += (markup: inout Markup, more: Markup) { markup.html += more.html }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { html += literal }

        /// Text, for content or a quoted attribute.
        package mutating func appendInterpolation(_ text: String) { escape(text, into: &html) }

        package mutating func appendInterpolation(_ number: Int) { html += String(number) }

        /// A coordinate of a drawing, to two digits after the point.
        package mutating func appendInterpolation(_ coordinate: Double) { html += NumberText.coordinate(coordinate) }

        package mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        package mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { html += piece.html } }
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
