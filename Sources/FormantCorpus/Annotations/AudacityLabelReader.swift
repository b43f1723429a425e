/// Reads label tracks as Audacity exports them.
///
///     0.101385<TAB>0.367520<TAB>SP
///     \<TAB>6441.064453<TAB>12296.577148
///
/// Start, end and label; the second line is there where a band was selected, with −1 for an edge that was not. A point
/// has its start as end. Source: Audacity's manual, Importing and Exporting Labels.
enum AudacityLabelReader {
    /// Whether a line begins with two numbers and tabs behind them.
    static func isLabel(_ line: String) -> Bool {
        let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        return fields.count >= 2 && fields.prefix(2).allSatisfy { AnnotationCollector.plainNumber($0) != nil }
    }

    static func read(into collector: inout AnnotationCollector) throws(CorpusError) {
        let file = collector.file
        let coding = collector.options.coding
        var reader = try LineReader(path: file, skippingMark: true)
        // The label that a line of frequencies belongs to.
        enum Before { case nothing, label(Int), skipped }
        var before = Before.nothing
        while let line = try reader.next() {
            let number = reader.number
            guard case .bytes(let bytes) = line else {
                collector.problems.add(file, number, "longer than 16 MB; skipped")
                before = .skipped
                continue
            }
            guard let text = coding.decode(bytes) else {
                collector.problems.add(file, number, "not \(coding.rawValue.uppercased()); skipped")
                before = .skipped
                continue
            }
            if text.trimmed.isEmpty { continue }
            let fields = text.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            if fields[0].trimmed == "\\" {
                switch before {
                case .nothing:
                    collector.problems.add(file, number, "a line of frequencies without a label before it; skipped")
                case .skipped: break
                case .label(let index): readBand(fields, of: index, line: number, into: &collector)
                }
                before = .nothing
                continue
            }
            let labels = fields.count > 2 ? collector.labels(fields[2]) : []
            let index = collector.annotations.count
            let added = collector.add(line: number) { () throws(AnnotationCollector.Fault) in
                guard fields.count >= 2 else {
                    throw .init(
                        what: "expected start, end and label with tabs between them, found '\(text.prefix(60))'")
                }
                let (start, end) = try AnnotationCollector.times(fields[0], fields[1])
                return Annotation(start: start, end: end, labels: labels)
            }
            before = added ? .label(index) : .skipped
        }
    }

    private static func readBand(
        _ fields: [String], of index: Int, line: Int, into collector: inout AnnotationCollector
    ) {
        guard fields.count == 3 else {
            collector.problems.add(
                collector.file, line, "expected \\, low and high frequency with tabs between them; skipped")
            return
        }
        do throws(AnnotationCollector.Fault) {
            let band = try AnnotationCollector.band(fields[1], fields[2])
            collector.change(index) { annotation in
                annotation.lowFrequency = band.low
                annotation.highFrequency = band.high
            }
        } catch {
            collector.problems.add(collector.file, line, error.what + "; the label has no band")
        }
    }
}
