import FormantPage

extension Report {
    /// The text of `report.html`: one page that needs no other file, no script and no network.
    /// - Parameter media: what is shown beside the examples in `listed`; without any their names stand alone.
    public func html(media: ReportMedia = ReportMedia()) -> String {
        let media = MediaMarkup(media)
        var sections: [Page.Section] = []
        if !warnings.isEmpty { sections.append(warningSection) }
        if let part = mainPart {
            sections +=
                EvaluationSections(part: part, others: parts.filter { $0.split != part.split }, media: media).all
        }
        if let events { sections.append(EventSection(events: events).section) }
        if !history.isEmpty { sections.append(HistorySection(history: history, bestEpoch: bestEpoch).section) }
        if let part = mainPart {
            sections +=
                FurtherSections(part: part, calibration: calibration, labelErrors: labelErrors, media: media).all
        }
        if let corpus { sections.append(CorpusSection(corpus: corpus).section) }
        if !model.isEmpty || !layers.isEmpty { sections.append(modelSection) }
        if !recipe.isEmpty {
            sections.append(
                Page.Section(anchor: "recipe", title: "Recipe", content: "<pre tabindex=\"0\">\(recipe)</pre>\n"))
        }
        if !reproduce.isEmpty || !origin.isEmpty { sections.append(reproduceSection) }
        return Page(
            title: title, subtitle: made, sections: sections,
            footer: "Made by Formant. The same figures, and all that is shortened here, are in report.json."
        ).html
    }

    private var warningSection: Page.Section {
        let items = warnings.map { warning -> Markup in "<li>\(warning)</li>\n" }
        return Page.Section(anchor: "warnings", title: "Warnings", content: "<ul>\n\(items)</ul>\n", isWarning: true)
    }

    private var reproduceSection: Page.Section {
        let command: Markup = reproduce.isEmpty ? "" : "<pre class=\"wrap\">\(reproduce)</pre>\n"
        return Page.Section(anchor: "reproduce", title: "Reproduce", content: "\(command)\(list(origin))")
    }

    private func list(_ facts: [Fact]) -> Markup {
        guard !facts.isEmpty else { return "" }
        let items = facts.map { fact -> Markup in "<dt>\(fact.name)</dt><dd><bdi>\(fact.value)</bdi></dd>\n" }
        return "<dl class=\"facts\">\n\(items)</dl>\n"
    }

    private var modelSection: Page.Section {
        var content = list(model)
        if !layers.isEmpty {
            let table = Table(
                caption: "Layers, their output shapes and weights",
                columns: [.text("Layer"), .text("Operation"), .text("Output"), .number("Weights")],
                rows: layers.map { [.name($0.name), .name($0.operation), .name($0.output), .count($0.parameters)] })
            content += "<h3>Layers</h3>\n\(table.markup)"
        }
        return Page.Section(anchor: "model", title: "Model", content: content)
    }
}
