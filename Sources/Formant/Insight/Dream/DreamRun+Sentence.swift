import FormantInsight
import FormantTensor
import FormantText

extension DreamRun {
    /// Exchanges that are tried before one is made.
    private static let trials = 32

    /// Dreams of other words: one after another is exchanged, each time the one that raises the aim most among those that the
    /// gradient by the word vectors promises most of, until none does.
    func sentence(_ text: String, _ frontEnd: TextFrontEnd) throws -> DreamSummary {
        try refusePictureOptions("a sentence")
        for (name, given) in [
            ("--guide", request.guide != nil), ("--every", request.every != nil), ("--jitter", request.jitter != nil),
            ("--rate", request.rate != nil),
        ] where given {
            throw InsightError.option(name: name, value: "", expected: "a picture or a recording, found a sentence")
        }
        let joint: String
        switch frontEnd.tokeniser {
        case .words, .whitespace: joint = " "
        case .characters, .bytes: joint = ""
        case .ngrams:
            throw InsightError.undefined(
                what: "n-grams of letters cannot be exchanged one by one",
                expected: "a model of words, letters or bytes")
        }
        var tokens = Array(frontEnd.tokens(of: text).prefix(frontEnd.padding.maximumLength))
        guard !tokens.isEmpty else {
            throw InsightError.option(name: "the sentence", value: "\"\(text)\"", expected: "at least one word")
        }
        let classifier = network.model.map { Classifier($0, pool: pool) }
        guard frontEnd.vocabulary.word(of: Vocabulary.firstWord) != nil else {
            throw InsightError.undefined(
                what: "a vocabulary that holds no words has none to exchange", expected: "a model that knows its words")
        }
        let table = try WordTable(frontEnd, network.subject)
        let aim = try sentenceAim(text, classifier)
        let whole = Tiling.free(side: 1 << 20, margin: 0)
        let gradient = DreamGradient(network.subject, aim: aim.value, rows: whole, columns: whole)
        func look(_ tokens: [String]) throws -> (aim: Double, gradient: [Float], matrix: [Float], shape: Shape) {
            let (matrix, shape) = try WordTable.matrix(of: tokens, frontEnd, network.subject)
            let found = try gradient.gradient(of: matrix, shape: shape)
            return (found.aim, found.gradient, matrix, shape)
        }
        var summary = DreamSummary(kind: "sentence", aim: aim.name, aims: [])
        var steps: [DreamSummary.SentenceStep] = []
        var current = try look(tokens)
        func note() throws {
            let text = tokens.joined(separator: joint)
            let result = try classifier?.classify(text: text)
            summary.aims.append(current.aim)
            steps.append(.init(text: text, aim: current.aim, label: result?.label, score: result?.score))
        }
        try note()
        let margin = frontEnd.padding.margin
        for step in 1...request.steps {
            if observer.shouldStop() {
                summary.interrupted = true
                break
            }
            let places = margin..<min(margin + tokens.count, current.shape.width)
            var best: (tokens: [String], aim: Double)?
            for exchange in table.exchanges(
                of: current.matrix, gradient: current.gradient, shape: current.shape, places: places,
                count: Self.trials, pool: pool)
            {
                var changed = tokens
                changed[exchange.place - margin] = table.words[exchange.word]
                let aim = try look(changed).aim
                if aim > (best?.aim ?? current.aim) { best = (changed, aim) }
            }
            guard let best else { break }
            tokens = best.tokens
            current = try look(tokens)
            try note()
            observer.progress(Double(step) / Double(request.steps), "word \(step) of \(request.steps)")
        }
        summary.sentences = steps
        return summary
    }

    /// What is raised: what is asked for, else the label that the sentence has.
    private func sentenceAim(_ text: String, _ classifier: Classifier?) throws -> (value: DreamAim, name: String) {
        if request.label == nil, request.layer == nil, request.channels.isEmpty, let classifier {
            let label = try classifier.classify(text: text).ranking[0].label
            return (.output(try output(label)), "label \(label)")
        }
        return (try aim(guide: nil), try aimName())
    }
}
