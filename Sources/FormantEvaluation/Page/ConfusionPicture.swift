import FormantImage
import FormantPage

/// A confusion matrix as a picture whose cells lead to their examples: blue on the diagonal, vermilion off it, by the share
/// of the row. Cells are drawn by cairo, and show on light and on dark paper; names, numbers and links lie over them.
struct ConfusionPicture {
    /// The most labels of a picture.
    static let labelLimit = 600

    let matrix: ConfusionMatrix
    /// The cells that have examples to go to.
    let pairs: [PairExamples]

    /// Nothing where there are too many labels, or nothing can be drawn.
    var markup: Markup {
        let count = matrix.labels.count
        guard (1...ConfusionPicture.labelLimit).contains(count), let picture = try? cells() else { return "" }
        let (width, height) = (left + side + 4, top + side + 4)
        let links = pairs.filter { max($0.truth, $0.prediction) < count }.map(link)
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Picture of the confusion matrix">\
            <svg class="matrix" viewBox="0 0 \(Int(width)) \(Int(height))" style="width:\(Int(width))px\(fits ? ";max-width:100%" : "")" role="group" \
            aria-label="Confusion matrix: rows are the truth, columns the prediction">
            <image x="\(left)" y="\(top)" width="\(side)" height="\(side)" href="\(picture)"/>
            \(isNamed ? names : "")\(isNamed ? numbers : "")\(links)</svg></div>

            """
    }

    /// Whether names and numbers have room.
    private var isNamed: Bool { matrix.labels.count <= Heatmap.labelLimit }
    /// Whether the picture is still readable when it shrinks to the width of a phone.
    private var fits: Bool { matrix.labels.count <= 12 || !isNamed }
    private var cell: Double {
        isNamed ? (matrix.labels.count <= 12 ? 34 : 26) : max(2, (800 / Double(matrix.labels.count)).rounded(.down))
    }
    private var side: Double { cell * Double(matrix.labels.count) }
    private var shortNames: [String] { matrix.labels.map { $0.shortenedInside(to: 22) } }
    /// Room for the names, by their letters.
    private var margin: Double { isNamed ? 10 + 6.4 * Double(shortNames.map(\.count).max() ?? 0) : 2 }
    private var left: Double { margin }
    private var top: Double { margin }

    private func cells() throws(ImageError) -> Markup {
        let scale = isNamed ? 2.0 : 1
        let canvas = try Canvas(width: side, height: side, format: .png(scale: scale))
        canvas.fill(x: 0, y: 0, width: side, height: side, Colour.blue.with(opacity: 0.05))
        let gap = cell >= 8 ? 1.0 : 0
        for truth in matrix.labels.indices {
            let total = matrix.labels.indices.reduce(0) { $0 + matrix[truth: truth, prediction: $1] }
            for prediction in matrix.labels.indices {
                let found = matrix[truth: truth, prediction: prediction]
                guard found > 0 else { continue }
                let colour = truth == prediction ? Colour.blue : .vermilion
                // The square root, so that a few errors of many examples are still seen; small cells, on which no number
                // stands, are stronger.
                let strength = ratio(found, total).squareRoot()
                let opacity = isNamed ? 0.1 + 0.6 * strength : 0.35 + 0.65 * strength
                canvas.fill(
                    x: Double(prediction) * cell, y: Double(truth) * cell, width: cell - gap, height: cell - gap,
                    radius: gap * 2, colour.with(opacity: opacity))
            }
        }
        return .data(try canvas.bytes(), mediaType: "image/png")
    }

    private var names: Markup {
        var names: Markup = ""
        for (i, name) in shortNames.enumerated() {
            let middle = (Double(i) + 0.5) * cell
            names += "<text x=\"\(left - 6)\" y=\"\(top + middle)\" dy=\".35em\" text-anchor=\"end\">\(name)</text>\n"
            let (x, y) = (left + middle, top - 6)
            names += "<text transform=\"translate(\(x) \(y)) rotate(-90)\" dy=\".35em\">\(name)</text>\n"
        }
        return names
    }

    private var numbers: Markup {
        var numbers: Markup = ""
        for truth in matrix.labels.indices {
            for prediction in matrix.labels.indices where matrix[truth: truth, prediction: prediction] > 0 {
                let (x, y) = (left + (Double(prediction) + 0.5) * cell, top + (Double(truth) + 0.5) * cell)
                numbers += "<text x=\"\(x)\" y=\"\(y)\" dy=\".35em\" text-anchor=\"middle\">"
                numbers += "\(matrix[truth: truth, prediction: prediction])</text>\n"
            }
        }
        return numbers
    }

    private func link(_ pair: PairExamples) -> Markup {
        let (x, y) = (left + Double(pair.prediction) * cell, top + Double(pair.truth) * cell)
        let title = pair.title(matrix.labels)
        return """
            <a href="#\(pair.anchor)" aria-label="\(title)"><title>\(title)</title>\
            <rect x="\(x)" y="\(y)" width="\(cell)" height="\(cell)"/></a>

            """
    }
}

extension PairExamples {
    /// Where the page shows it.
    var anchor: String { "pair-\(truth)-\(prediction)" }

    /// What it is, in words.
    func title(_ labels: [String]) -> String {
        let name = { (i: Int) in labels.indices.contains(i) ? labels[i].shortenedInside(to: 60) : "?" }
        let what = isRight ? "\(name(truth)), recognised" : "\(name(truth)) taken for \(name(prediction))"
        return "\(what): \(NumberText.grouped(count))"
    }
}
