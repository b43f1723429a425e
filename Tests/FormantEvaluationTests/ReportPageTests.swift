import FormantEvaluation
import Testing

@Suite struct ReportPageTests {
    private let nasty = ["<script>alert(1)</script>", "\"quoted\" 'label'", "a\u{0}b", "&amp;", "שלום"]

    @Test(arguments: [Predictions.Task.singleLabel, .multiLabel])
    func textFromOutsideStaysText(task: Predictions.Task) throws {
        let page = try sampleReport(labels: nasty, task: task).html()
        #expect(!page.contains("<script") && !page.contains("<b>") && !page.contains("\u{0}"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("&quot;quoted&quot; &#39;label&#39;"))
        #expect(page.contains("&amp;amp;") && page.contains("a\u{fffd}b") && page.contains("שלום"))
        try expectBalancedTags(page)
    }

    @Test func standsAlone() throws {
        let page = try sampleReport(labels: ["yes", "no"]).html()
        #expect(page.hasPrefix("<!DOCTYPE html>\n"))
        for reference in ["http:", "https:", "src=", "@import", "url(", "javascript:", " onload", " onclick"] {
            #expect(!page.contains(reference), "\(reference)")
        }
        #expect(page.contains("default-src 'none'") && page.contains("prefers-color-scheme:dark"))
    }

    @Test func showsAllParts() throws {
        let page = try sampleReport(labels: ["yes", "no"]).html()
        for anchor in [
            "warnings", "result", "labels", "confusion", "errors", "training", "curves", "calibration", "corpus",
            "model",
            "recipe", "reproduce",
        ] {
            #expect(page.contains("<section id=\"\(anchor)\""), "\(anchor)")
            #expect(page.contains("href=\"#\(anchor)\""), "\(anchor)")
        }
        #expect(page.contains("Result on test"))
        let tables = page.matches(of: /<table/).count
        #expect(tables >= 7)
        #expect(page.matches(of: /<caption/).count == tables)
        #expect(page.matches(of: /<svg viewBox="0 0 380 220" role="img"/).count == 6)
    }

    @Test func leavesOutWhatThereIsNot() throws {
        var report = try sampleReport(labels: ["yes", "no"])
        report.history = []
        report.parts = []
        report.corpus = nil
        report.model = []
        report.layers = []
        report.recipe = ""
        report.warnings = []
        report.reproduce = ""
        let page = report.html()
        #expect(!page.contains("<section"))
        try expectBalancedTags(page)
    }

    @Test func oneEpochMakesATableAndNoCurve() throws {
        let page = try sampleReport(labels: ["yes", "no"], epochs: 1).html()
        #expect(!page.contains("<strong>Loss</strong>") && page.contains("1 epoch in 1.5 s"))
    }

    @Test func missingValuesBreakTheLine() throws {
        let page = try sampleReport(labels: ["yes", "no"], epochs: 6).html()
        let validation = try #require(page.firstMatch(of: /<path class="line s1" d="(M[^"H]*)"\/>/)).1
        #expect(validation.filter { $0 == "M" }.count == 2 && validation.filter { $0 == "L" }.count == 3)
    }

    @Test func manyLabelsStayReadable() throws {
        let labels = (0..<150).map { "intent number \($0)" }
        let report = try sampleReport(labels: labels, examples: 3000, epochs: 2000)
        let page = report.html()
        #expect(page.utf8.count < 500_000)
        #expect(page.contains("25 of 150 labels"))
        for label in labels { #expect(page.contains("<bdi>\(label)</bdi>")) }
        try expectBalancedTags(page)
    }

    @Test func rowsOfAPartOfTheMatrixAddUp() throws {
        let labels = (0..<40).map { "label \($0)" }
        let report = try sampleReport(labels: labels, examples: 2000)
        let confusion = try #require(report.mainPart?.evaluation.metrics.confusion)
        let page = report.html()
        let heat = try #require(page.firstMatch(of: /<table class="heat">[\s\S]*?<\/table>/)).0
        var rows = 0
        for row in heat.matches(of: /<tr><th scope="row"><bdi>label (\d+)<\/bdi><\/th>(.*?)<\/tr>/) {
            let label = try #require(Int(row.1))
            let cells = row.2.matches(of: /<td[^>]*>(\d*)<\/td>/).map { Int($0.1) ?? 0 }
            let expected = confusion.counts[label].reduce(0, +)
            #expect(cells.count == 27)
            #expect(cells.last == expected && cells.dropLast().reduce(0, +) == expected)
            rows += 1
        }
        #expect(rows == 25)
        let worst = try #require(report.mainPart?.evaluation.confusions.first)
        #expect(heat.contains("<bdi>\(worst.truth)</bdi>") && heat.contains("<bdi>\(worst.prediction)</bdi>"))
    }

    /// Every element that is opened is closed, in order, and every attribute is quoted.
    private func expectBalancedTags(_ page: String) throws {
        var open: [Substring] = []
        var tags = 0
        for tag in page.dropFirst("<!DOCTYPE html>".count).matches(
            of: /<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>/)
        {
            tags += 1
            if !tag.4.isEmpty { continue }
            if tag.1.isEmpty {
                open.append(tag.2)
            } else {
                #expect(open.popLast() == tag.2)
            }
        }
        #expect(open.isEmpty, "left open: \(open)")
        #expect(page.filter { $0 == "<" }.count == tags + 1, "a < outside a tag")
    }
}
