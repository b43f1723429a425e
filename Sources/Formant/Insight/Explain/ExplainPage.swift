import FormantAudio
import FormantImage
import FormantInsight
import FormantPage
import FormantTensor

/// The page of one or more explained inputs.
struct ExplainPage {
    let model: Model
    let inputs: [Explained]
    let checked: CheckedRequest

    /// The whole document.
    func html() throws -> String {
        var summary = TrustSummary()
        for input in inputs { summary.add(input) }
        var sections: [Page.Section] = []
        for (i, input) in inputs.enumerated() { sections.append(try section(input, "input-\(i + 1)")) }
        if checked.request.checks, let first = inputs.first {
            var content = TrustMarkup.table(summary)
            content += TrustMarkup.stages(first)
            sections.append(Page.Section(anchor: "trust", title: "Which map to trust", content: content))
        }
        sections.append(Page.Section(anchor: "methods", title: "Methods", content: notes))
        let title =
            inputs.count == 1 ? "Why \(inputs[0].label)? \(inputs[0].specimen.name)" : "\(inputs.count) explanations"
        let origin = model.provenance
        return Page(
            title: title, subtitle: "Model: \(origin.recipe) on \(origin.corpus), seed \(origin.seed)",
            sections: sections,
            footer: "Made by formant explain \(Version.current), seed \(checked.request.seed)."
        ).html
    }

    private func section(_ input: Explained, _ anchor: String) throws -> Page.Section {
        let ranks = input.ranking.prefix(3).map { "\($0.label) \(NumberText.percent(Double($0.score)))" }
        let logit = NumberText.fixed(Double(input.logit), places: 2)
        var content: Markup = """
            <p>Explained: <strong><bdi>\(input.label)</bdi></strong>, output \(logit), score \
            \(NumberText.percent(Double(input.score))). The model says: <bdi>\(ranks.joined(separator: ", "))</bdi>.</p>

            """
        if case .sentence(let words) = input.specimen.medium {
            for finding in input.findings {
                content += """
                    <h3>\(title(finding))</h3>
                    <p class="meta">\(note(finding))</p>
                    <p><bdi>\(sentence(words, finding))</bdi></p>

                    """
            }
        } else {
            var plates = try plate("What the network gets", input.specimen)
            for finding in input.findings {
                plates += try plate(title(finding), input.specimen, map: finding.map, note: note(finding))
            }
            content += "<div class=\"plates\">\n\(plates)</div>\n"
        }
        return Page.Section(anchor: anchor, title: "\(input.specimen.name): \(input.label)", content: content)
    }

    private func plate(
        _ title: String, _ specimen: Specimen, map: [Float]? = nil, note: String = ""
    ) throws -> Markup {
        guard let picture = try specimen.drawing(map)?.png() else { return "" }
        var player: Markup = ""
        if case .sound(let sound) = specimen.medium {
            let samples = try map.map { try SoundMap(sound: sound, map: $0).waveform() } ?? sound.samples
            let compact = try CompactSound(samples, sampleRate: sound.frontEnd.sampleRate)
            player = .player(compact.bytes, mediaType: compact.mediaType, description: title)
        }
        return """
            <figure>
            <figcaption><strong>\(title)</strong><span class="meta">\(note)</span></figcaption>
            \(Markup.picture(picture, description: title))\(player)</figure>

            """
    }

    private func title(_ finding: MethodFinding) -> String {
        guard let trust = finding.trust else { return finding.method.rawValue }
        return "\(finding.method.rawValue) (\(trust.isTrusted ? "to be trusted" : "not to be trusted"))"
    }

    private func note(_ finding: MethodFinding) -> String {
        var parts: [String] = []
        if let sum = finding.completeness {
            parts.append(
                "sum \(NumberText.fixed(sum.sum, places: 3)) of \(NumberText.fixed(sum.difference, places: 3)), "
                    + "\(sum.steps) steps")
        }
        if !finding.nodes.isEmpty { parts.append("maps of \(finding.nodes.joined(separator: ", "))") }
        if finding.map.allSatisfy({ $0 == 0 }) { parts.append("nothing") }
        if let trust = finding.trust {
            if trust.changes == false { parts.append("does not change with the weights") }
            if trust.beaten < trust.chance.count {
                parts.append("beats \(trust.beaten) of \(trust.chance.count) orders of chance")
            }
        }
        return parts.joined(separator: "; ")
    }

    private func sentence(_ words: [SentenceWords.Word], _ finding: MethodFinding) -> Markup {
        let largest = Double(finding.map.map(\.magnitude).max() ?? 0)
        var line: Markup = ""
        for (i, word) in words.enumerated() {
            if i > 0 { line += " " }
            let value = Double(finding.map[i])
            let unknown = word.isKnown ? "" : ", unknown to the vocabulary"
            line += .word(
                word.text.shortened(to: 100), effect: value, largest: largest,
                note: NumberText.significant(value) + unknown)
        }
        return line
    }

    private var notes: Markup {
        let items = checked.methods.map { method -> Markup in
            "<dt>\(method.rawValue)</dt><dd>\(method.note(words: inputs.first?.specimen.isSentence ?? false))</dd>\n"
        }
        let baseline = checked.baseline?.rawValue ?? "padding"
        let isSentence = inputs.first?.specimen.isSentence ?? false
        let erasing = isSentence ? " Words are taken away by \(checked.erasing.rawValue)." : ""
        return """
            <p>What is explained is the output of the network before it becomes a score (the logit). Blue speaks for the label, \
            vermilion (of words: underlined) against it. What is taken away becomes, and integrated gradients go out from: \
            \(baseline).\(erasing) A sound is heard through the map.</p>
            <dl class="facts">
            \(items)</dl>

            """
    }
}

extension ExplanationMethod {
    /// One line about it.
    fileprivate func note(words: Bool) -> String {
        switch self {
        case .saliency: "Size of the gradient by the input\(words ? ", the norm over a word's vector" : "")."
        case .gradientTimesInput: "Gradient times input\(words ? ", summed over a word's vector" : "")."
        case .smoothGradient: "Size of the gradient's mean over inputs with noise."
        case .integratedGradients: "Gradients on the way from the baseline; they add up to what the output gains."
        case .guidedBackpropagation: "Gradient that rectifiers pass only where it is above 0."
        case .gradCAM: "Where the last convolution's maps, weighed by their gradients, speak for the label."
        case .occlusion: "How far the output falls when a \(words ? "word" : "box") is taken away."
        }
    }
}
