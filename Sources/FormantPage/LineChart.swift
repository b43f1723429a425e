/// Curves over the epochs as an inline SVG with axes and a legend in words.
package struct LineChart {
    /// One line.
    package struct Series {
        package var name: String
        /// Values that are missing break the line.
        package var points: [(x: Double, y: Double?)]

        package init(name: String, points: [(x: Double, y: Double?)]) { (self.name, self.points) = (name, points) }
    }

    package var title: String
    package var xTitle: String
    package var series: [Series]
    /// Values that the vertical axis must show, such as 0 for a loss.
    package var included: [Double]
    /// What the values are measured in, with the space before it, such as ` %`.
    package var unit: String
    /// A place on the horizontal axis, with what it is.
    package var mark: (x: Double, name: String)?

    package init(
        title: String, xTitle: String, series: [Series], included: [Double] = [], unit: String = "",
        mark: (x: Double, name: String)? = nil
    ) {
        (self.title, self.xTitle, self.series) = (title, xTitle, series)
        (self.included, self.unit, self.mark) = (included, unit, mark)
    }

    // In units of the view box, which is about one pixel of a phone.
    private let width = 380.0
    private let height = 220.0
    private let left = 48.0
    private let right = 10.0
    private let top = 8.0
    private let bottom = 38.0

    /// Nothing when there is no value to draw.
    package var markup: Markup {
        let drawn = series.map { Series(name: $0.name, points: $0.points.filter(isDrawable)) }
            .filter { !$0.points.isEmpty }
        let points = drawn.flatMap(\.points)
        guard let firstX = points.map(\.x).min(), let lastX = points.map(\.x).max() else { return "" }
        let values = points.compactMap(\.y) + included
        guard let low = values.min(), let high = values.max() else { return "" }
        let yTicks = AxisTicks(covering: low...high, count: 5)
        let frame = Frame(
            x: firstX...max(lastX, firstX + 1), y: yTicks.range, left: left, right: width - right, top: top,
            bottom: height - bottom)
        let xTicks = AxisTicks(covering: frame.x, count: 6, whole: true)
        let mark = mark.flatMap { frame.x.contains($0.x) ? $0 : nil }
        var legend = Markup(drawn.indices.map { key("line s\($0 % 2)", "M0,6H24", drawn[$0].name) })
        if let mark { legend += key("mark", "M12,0V12", mark.name) }
        let description = drawn.map(describe).joined(separator: " ")
        let lines = drawn.indices.map { line(drawn[$0], style: $0 % 2, frame) }
        return """
            <figure class="chart">
            <figcaption><strong>\(title)</strong><span class="legend">\(legend)</span></figcaption>
            <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="\(title). \(description)">
            \(axes(yTicks, xTicks, frame))\(markLine(mark?.x, frame))\(lines)</svg></figure>

            """
    }

    private func isDrawable(_ point: (x: Double, y: Double?)) -> Bool {
        point.x.magnitude < 1e15 && (point.y ?? 0).magnitude < 1e30
    }

    private func describe(_ series: Series) -> String {
        let values = series.points.compactMap(\.y)
        guard let first = values.first, let last = values.last, let low = values.min(), let high = values.max() else {
            return ""
        }
        let text = { (value: Double) in NumberText.significant(value) + unit }
        return "\(series.name): from \(text(first)) to \(text(last)), lowest \(text(low)), highest \(text(high))."
    }

    private func key(_ style: Markup, _ path: Markup, _ name: String) -> Markup {
        let sample: Markup =
            "<svg viewBox=\"0 0 24 12\" aria-hidden=\"true\"><path class=\"\(style)\" d=\"\(path)\"/></svg>"
        return "<span class=\"key\">\(sample)\(name)</span>"
    }

    private func axes(_ yTicks: AxisTicks, _ xTicks: AxisTicks, _ frame: Frame) -> Markup {
        var axes: Markup = ""
        for value in yTicks.values {
            let y = frame.vertical(value)
            axes += "<path class=\"grid\" d=\"M\(frame.left),\(y)H\(frame.right)\"/>"
            axes += "<text x=\"\(frame.left - 6)\" y=\"\(y)\" dy=\".35em\" text-anchor=\"end\">"
            axes += "\(yTicks.text(value))\(unit)</text>\n"
        }
        for value in xTicks.values where frame.x.contains(value) {
            let x = frame.horizontal(value)
            axes += "<path class=\"axis\" d=\"M\(x),\(frame.bottom)v4\"/>"
            axes += "<text x=\"\(x)\" y=\"\(frame.bottom + 16)\" text-anchor=\"middle\">\(xTicks.text(value))</text>\n"
        }
        let middle = (frame.left + frame.right) / 2
        axes += "<path class=\"axis\" d=\"M\(frame.left),\(frame.bottom)H\(frame.right)\"/>"
        axes += "<text x=\"\(middle)\" y=\"\(height - 4)\" text-anchor=\"middle\">\(xTitle)</text>\n"
        return axes
    }

    private func markLine(_ place: Double?, _ frame: Frame) -> Markup {
        guard let place else { return "" }
        return "<path class=\"mark\" d=\"M\(frame.horizontal(place)),\(frame.top)V\(frame.bottom)\"/>\n"
    }

    private func line(_ series: Series, style: Int, _ frame: Frame) -> Markup {
        // More points than pixels would only make the page heavier; of few, each is marked.
        let stride = max(1, series.points.count / 400)
        let isDotted = series.points.count <= 30
        var path: Markup = ""
        var dots: Markup = ""
        var penIsDown = false
        for (i, point) in series.points.enumerated() {
            guard let value = point.y else {
                penIsDown = false
                continue
            }
            if i % stride != 0 && i != series.points.count - 1 { continue }
            let (x, y) = (frame.horizontal(point.x), frame.vertical(value))
            path += penIsDown ? "L\(x),\(y)" : "M\(x),\(y)"
            penIsDown = true
            if isDotted { dots += "<circle class=\"dot s\(style)\" cx=\"\(x)\" cy=\"\(y)\" r=\"2.2\"/>" }
        }
        return "<path class=\"line s\(style)\" d=\"\(path)\"/>\(dots)\n"
    }
}

/// From values to places in the drawing.
private struct Frame {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var left: Double
    var right: Double
    var top: Double
    var bottom: Double

    func horizontal(_ value: Double) -> Double {
        left + (value - x.lowerBound) / (x.upperBound - x.lowerBound) * (right - left)
    }

    func vertical(_ value: Double) -> Double {
        bottom - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * (bottom - top)
    }
}
