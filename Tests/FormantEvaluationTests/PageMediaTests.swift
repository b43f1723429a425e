import FormantEvaluation
import Testing

/// What stands beside the examples of a page, and what a click on the confusion matrix leads to.
@Suite struct PageMediaTests {
    private func sounds(of report: Report, _ name: String = "") -> ReportMedia {
        var media = ReportMedia(notes: ["heard & seen"])
        for entry in report.listed {
            media.sounds[entry.identity] = ReportMedia.Sound(
                audio: [0, 1, 2, 250], mediaType: "audio/ogg", picture: [9, 8, 7], seconds: 0.5, isCut: false)
        }
        return media
    }

    private func count(_ text: String, in page: String) -> Int {
        var (count, rest) = (0, page[...])
        while let place = rest.firstRange(of: text) {
            count += 1
            rest = rest[place.upperBound...]
        }
        return count
    }

    @Test func aSoundIsEmbeddedOnceAndLinkedToFromThen() throws {
        let report = try sampleReport(labels: ["yes", "no"])
        let media = sounds(of: report)
        let page = report.html(media: media)
        let players = count("<audio ", in: page)
        #expect(players == Set(report.listed.map(\.identity)).count && players > 20)
        #expect(count("data:audio/ogg;base64,AAEC+g==", in: page) == players)
        #expect(count("data:image/png;base64,CQgH", in: page) == players)
        #expect(count("href=\"#clip-", in: page) > 0)
        for link in page.matches(of: /href="#([^"]+)"/) { #expect(page.contains("id=\"\(link.1)\""), "\(link.1)") }
        #expect(page.contains("heard &amp; seen") && page.contains("media-src data:"))
        #expect(report.html(media: media) == page)
    }

    @Test func cellsOfTheMatrixLeadToTheirExamples() throws {
        let report = try sampleReport(labels: ["a", "b", "<c>"])
        let evaluation = try #require(report.mainPart?.evaluation)
        let confusion = try #require(evaluation.metrics.confusion)
        let page = report.html()
        let cells = (0..<3).flatMap { t in (0..<3).filter { confusion[truth: t, prediction: $0] > 0 }.map { (t, $0) } }
        #expect(evaluation.pairs.map { [$0.truth, $0.prediction] } == cells.map { [$0.0, $0.1] })
        for pair in evaluation.pairs {
            #expect(pair.count == confusion[truth: pair.truth, prediction: pair.prediction])
            #expect(pair.examples.count == min(4, pair.count))
            let confidences = pair.examples.map(\.confidence)
            #expect(confidences == confidences.sorted(by: pair.isRight ? { $0 < $1 } : { $0 > $1 }))
            #expect(page.contains("<a href=\"#pair-\(pair.truth)-\(pair.prediction)\""))
            #expect(page.contains("<div class=\"pair\" id=\"pair-\(pair.truth)-\(pair.prediction)\">"))
            for example in pair.examples {
                // As the sample report names its examples.
                #expect(example.identity.hasSuffix(" & \(confusion.labels[pair.truth]).wav"))
            }
        }
        #expect(page.contains("&lt;c&gt; taken for a"))
    }

    @Test func wordsAreTintedByWhatTheySpeakFor() throws {
        let report = try sampleReport(labels: ["yes", "no"])
        let entry = try #require(report.listed.first)
        var media = ReportMedia()
        media.words[entry] = [
            .init(text: "<b>strong</b>", effect: 0.8), .init(text: "weak", effect: 0.2),
            .init(text: "none", effect: 0.001),
            .init(text: "against", effect: -0.4),
        ]
        let page = report.html(media: media)
        #expect(page.contains("<mark class=\"p4\" title=\"+80.0\">&lt;b&gt;strong&lt;/b&gt;</mark>"))
        #expect(page.contains("<mark class=\"p1\" title=\"+20.0\">weak</mark> none <mark class=\"m2\""))
        #expect(page.contains("Key: "))
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let report = try sampleReport(labels: ["yes", "no"])
        var media = sounds(of: report)
        let entry = try #require(report.listed.first)
        media.sounds[entry.identity] = nil
        media.missing[entry.identity] = "cannot be read any more: <gone>"
        let page = report.html(media: media)
        #expect(page.contains("cannot be read any more: &lt;gone&gt;"))
    }

    @Test func manyLabelsHaveOneSmallPicture() throws {
        let report = try sampleReport(labels: (0..<150).map { "intent \($0)" }, examples: 3000)
        let page = report.html()
        let pairs = try #require(report.mainPart?.evaluation.pairs)
        #expect(pairs.count == 100 && pairs.allSatisfy { !$0.isRight })
        #expect(count("<a href=\"#pair-", in: page) == 100)
        #expect(page.contains("viewBox=\"0 0 756 756\""))
        // Beyond what can be drawn the table stands alone.
        let wide = try sampleReport(labels: (0..<601).map { "label \($0)" }, examples: 60)
        #expect(!wide.html().contains("class=\"matrix\""))
    }

    @Test func pooledFoldsSayTheirTemperatures() throws {
        var before = try Predictions(labels: ["a", "b"])
        for i in 0..<40 {
            let score: Float = i % 4 == 0 ? 0.2 : 0.95
            try before.append(.init(identity: "\(i)", truth: [0], scores: [score, 1 - score]))
        }
        let outputs: [[Float]] = (0..<40).map { $0 % 4 == 0 ? [0, 4] : [4, 0] }
        let scaling = try #require(
            TemperatureScaling(outputs: outputs, truths: outputs.map { _ in [0] }, task: .singleLabel))
        var other = scaling
        other.temperature = scaling.temperature * 4
        other.lossBefore += 1
        let report = try CalibrationReport(
            pooling: [(scaling, 30), (other, 10)], split: "test", before: before, after: before)
        #expect(report.temperatures == [scaling.temperature, other.temperature])
        #expect(abs(report.temperature - scaling.temperature * 2) < 1e-4)
        #expect(abs(report.validationLossBefore - scaling.lossBefore - 0.25) < 1e-9)
        #expect(report.errorBefore == report.error && report.text.contains("Each of 2 folds"))
        #expect(throws: EvaluationError.self) {
            try CalibrationReport(pooling: [], split: "test", before: before, after: before)
        }
    }
}
