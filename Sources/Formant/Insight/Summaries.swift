import FormantPage

extension DreamSummary {
    /// For people: what was written and how far the aim rose; of a sentence each exchange.
    public var text: String {
        if let sentences {
            let rows = sentences.enumerated().map { step, sentence in
                [
                    "\(step)", NumberText.significant(sentence.aim),
                    sentence.label.map { "\($0) \(Double(sentence.score ?? 0).percent)" } ?? "", sentence.text,
                ]
            }
            return TextTable.text([["exchanged", aim, "label", "sentence"]] + rows, rightAligned: [0, 1])
        }
        let course = [aims.first, aims.last].map { $0.map(NumberText.significant) ?? "" }
        return "\(aim): \(course[0]) to \(course[1]) in \(aims.count) steps\n\(out ?? "")\n"
    }
}

extension StyleSummary {
    /// For people: what was written and how far the losses fell.
    public var text: String {
        let rows = [("first", iterations.first), ("last", iterations.last)].compactMap { name, iteration in
            iteration.map {
                [name] + [$0.loss, $0.content, $0.style, $0.variation].map { NumberText.significant($0) }
            }
        }
        let table = TextTable.text(
            [["iteration", "loss", "content", "style", "variation"]] + rows, rightAligned: [1, 2, 3, 4])
        return table + "\n\(iterations.count) iterations, \(evaluations) evaluations, \(seconds.digits(1)) s\n\(out)\n"
    }
}
