import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// What is written is read as the same.
@Suite struct AnnotationWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Without the place that it was read from.
    private func bare(_ annotations: [Annotation]) -> [Annotation] {
        annotations.map { annotation in
            var annotation = annotation
            annotation.source = ""
            annotation.line = 0
            return annotation
        }
    }

    @Test func audacityLines() {
        let writer = AudacityLabelWriter()
        #expect(
            writer.text(of: [
                Annotation(start: 0, end: 1.5, labels: ["a"], confidence: 0.98765),
                Annotation(start: 2.1234567, end: 2.1234567, lowFrequency: 100, labels: ["b\tc", "d\n"]),
                Annotation(start: 5e-7, end: 86_400, lowFrequency: 0.25, highFrequency: 20_000),
            ])
                == "0.000000\t1.500000\ta\n2.1234567\t2.1234567\tb c|d \n\\\t100.000000\t-1.000000\n"
                + "0.0000005\t86400.000000\t\n\\\t0.250000\t20000.000000\n")
        let scores = AudacityLabelWriter(showsConfidence: true)
        #expect(
            scores.lines(of: Annotation(start: 0, end: 1, labels: ["a"], confidence: 0.98765))
                == "0.000000\t1.000000\ta 0.9877\n")
    }

    @Test func ravenLines() {
        let annotation = Annotation(
            start: 1.25, end: 2, lowFrequency: 500, labels: ["a"], channel: 1, confidence: 0.5, recording: "d/x.wav")
        #expect(
            RavenTableWriter().text(of: [annotation])
                == "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tAnnotation\tScore\n"
                + "1\tSpectrogram 1\t2\t1.250000\t2.000000\t500.0\t\ta\t0.5000\n")
        let named = RavenTableWriter(labelColumn: "Species", hasScore: false, namesRecordings: true, band: 0...8000)
        #expect(
            named.text(of: [annotation])
                == "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tBegin Path\t"
                + "Begin File\tFile Offset (s)\tSpecies\n"
                + "1\tSpectrogram 1\t2\t1.250000\t2.000000\t500.0\t8000.0\td/x.wav\tx.wav\t1.250000\ta\n")
        #expect(RavenTableWriter().header.split(separator: "\t").count == 9)
    }

    @Test func roundTripOfRandomAnnotations() throws {
        var generator = SeededGenerator(seed: 11)
        let names = ["a", "grün", "\"x\"", "a \"b\" c", "\"", "x, y", "#1", "\\", "\"\"", "'"]
        func time() -> Double {
            // Of many sizes, with all their digits.
            let scale = [1e-6, 1e-3, 1, 100, 86_400, 1e8][generator.index(below: 6)]
            return Double(generator.next() >> 11) * 0x1p-53 * scale
        }
        for round in 0..<200 {
            let annotations = (0..<20).map { _ -> Annotation in
                let (start, length, low) = (time(), time(), time())
                let hasBand = generator.index(below: 2) == 0
                return Annotation(
                    start: start, end: min(Annotation.timeLimit, start + length), lowFrequency: hasBand ? low : nil,
                    highFrequency: hasBand ? low + time() : nil,
                    labels: (0..<generator.index(below: 3)).map { _ in names[generator.index(below: names.count)] },
                    channel: generator.index(below: 4), confidence: generator.index(below: 2) == 0 ? time() : nil,
                    recording: "some/x.wav")
            }
            let raven = RavenTableWriter(namesRecordings: true).text(of: annotations)
            let table = try AnnotationTable.read(
                folder.write("r.txt", raven), options: AnnotationOptions(separator: "|"))
            #expect(table.problems == [], "seed 11, round \(round)")
            #expect(bare(table.annotations) == annotations, "seed 11, round \(round)")
            #expect(RavenTableWriter(namesRecordings: true).text(of: table.annotations) == raven)

            let audacity = AudacityLabelWriter().text(of: annotations)
            let labels = try AnnotationTable.read(
                folder.write("a.txt", audacity), options: AnnotationOptions(separator: "|"))
            #expect(labels.problems == [], "seed 11, round \(round)")
            let kept = annotations.map {
                Annotation(
                    start: $0.start, end: $0.end, lowFrequency: $0.lowFrequency, highFrequency: $0.highFrequency,
                    labels: $0.labels)
            }
            #expect(bare(labels.annotations) == kept, "seed 11, round \(round)")
            #expect(AudacityLabelWriter().text(of: labels.annotations) == audacity)
        }
    }

    @Test(.enabled(if: publicData != nil)) func roundTripOfPublicTables() throws {
        let place = (publicData ?? "") + "/annotated/"
        let raven = try AnnotationTable.read(place + "MSD-0003.Table.1.selections.txt")
        let writer = RavenTableWriter(labelColumn: "Species", hasScore: false)
        let again = try AnnotationTable.read(folder.write("r.txt", writer.text(of: raven.annotations)))
        #expect(bare(again.annotations) == bare(raven.annotations) && again.annotations.count == 10)
        // A label track keeps its bytes.
        let spinetail = try AnnotationTable.read(place + "spinetail.txt")
        let text = AudacityLabelWriter().text(of: spinetail.annotations)
        let path = try folder.write("s.txt", text)
        #expect(try bare(AnnotationTable.read(path).annotations) == bare(spinetail.annotations))
        #expect(text.hasPrefix("0.101385\t0.367520\tSP\n\\\t6441.064453\t12296.577148\n0.506924\t"))
    }
}
