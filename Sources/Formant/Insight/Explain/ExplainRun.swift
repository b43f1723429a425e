import FormantInsight
import FormantPage
import FormantTensor

/// Explains inputs one after the other, and writes pages, pictures, sounds and numbers. Only what a page or the summary
/// needs is kept.
public final class ExplainRun {
    private let source: SpecimenSource
    private let examiner: Examiner
    private let output: ExplainOutput
    private var summary = TrustSummary()

    /// Prepares.
    /// - Parameters:
    ///   - out: a name that ends in `.html` for one page of all, or a folder.
    /// - Throws: `RunError` for options that the model cannot do or that are out of their range, `FileError`.
    public init(_ model: Model, _ request: ExplainRequest, out: String, pool: WorkerPool) throws {
        let checked = try CheckedRequest(request, model)
        let subject = try Subject(network: model.network, parameters: model.parameters, pool: pool)
        if let node = request.nodes.first(where: { node in !subject.network.nodes.contains { $0.name == node } }) {
            throw RunError.option(
                name: "--layer", value: node, expected: "a layer behind the embeddings, which are what comes in")
        }
        source = SpecimenSource(model, subject, checked, pool: pool)
        examiner = Examiner(model, subject, checked)
        output = try ExplainOutput(out, model, checked)
    }

    /// What is said of an input, for each of its clips and labels.
    public struct Said: Sendable {
        /// A line of JSON.
        public var json: String
        /// A few lines for people.
        public var text: String
    }

    /// Explains a recording, or a picture where the model takes pictures.
    /// - Parameters:
    ///   - name: its name in outputs.
    ///   - body: receives what is said of each clip and label as it comes.
    /// - Throws: `AudioError`, `ImageError`, `NetworkError`, `ClassifierError`, and what `body` throws.
    public func explain(file path: String, name: String, _ body: (Said) throws -> Void) throws {
        if case .image = source.model.frontEnd {
            try explain(try source.picture(path, name: name), body)
        } else {
            try source.recording(path, name: name) { try explain($0, body) }
        }
    }

    /// Explains a sentence.
    /// - Parameters:
    ///   - name: its name in outputs.
    ///   - body: receives what is said of each label.
    /// - Throws: `NetworkError`, `ClassifierError`; an error for a sentence without words; what `body` throws.
    public func explain(sentence text: String, name: String, _ body: (Said) throws -> Void) throws {
        try explain(try source.sentence(text, name: name), body)
    }

    /// Writes what waits.
    /// - Returns: a table by method, where more than one input was checked.
    /// - Throws: `FileError`.
    public func finish() throws -> String? {
        try output.finish(summary)
        guard let most = summary.lines.map(\.checked).max(), most > 1 else { return nil }
        return "\(most) inputs\n" + ExplainRun.table(summary)
    }

    private func explain(_ specimen: Specimen, _ body: (Said) throws -> Void) throws {
        try output.checkRoom()
        let found = try examiner.explain(specimen)
        try output.add(found)
        for explained in found {
            summary.add(explained)
            var own = TrustSummary()
            own.add(explained)
            let head =
                "\(explained.specimen.name): \(explained.label), output \(Double(explained.logit).digits(2)), "
                + "score \(Double(explained.score).digits(3))\n"
            try body(
                Said(json: try JSONLine.text(ExplainedJSON(explained)), text: head + ExplainRun.table(own)))
        }
    }

    private static func table(_ summary: TrustSummary) -> String {
        var rows = [TrustSummary.columns + ["sum's error", "seconds"]]
        for (line, row) in zip(summary.lines, summary.rows) {
            let seconds = line.seconds / Double(max(1, line.inputs))
            rows.append(row + [line.error?.percent ?? "", seconds.digits(3)])
        }
        if let chance = summary.chanceRow { rows.append(chance) }
        return TextTable.text(rows, rightAligned: Set(2..<rows[0].count))
    }
}
