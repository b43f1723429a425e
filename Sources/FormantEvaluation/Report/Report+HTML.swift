extension Report {
    /// The text of `report.html`: one page that needs no other file, no script and no network.
    public func html() -> String {
        var sections: [Page.Section] = []
        if !warnings.isEmpty { sections.append(warningSection) }
        if let part = mainPart {
            sections += EvaluationSections(part: part, others: parts.filter { $0.split != part.split }).all
        }
        if !history.isEmpty { sections.append(HistorySection(history: history, bestEpoch: bestEpoch).section) }
        if let part = mainPart {
            sections += FurtherSections(part: part, calibration: calibration, labelErrors: labelErrors).all
        }
        if let corpus { sections.append(CorpusSection(corpus: corpus).section) }
        if !model.isEmpty || !layers.isEmpty { sections.append(modelSection) }
        if !recipe.isEmpty {
            sections.append(
                Page.Section(anchor: "recipe", title: "Recipe", content: "<pre tabindex=\"0\">\(recipe)</pre>\n"))
        }
        if !reproduce.isEmpty {
            sections.append(
                Page.Section(
                    anchor: "reproduce", title: "Reproduce", content: "<pre class=\"wrap\">\(reproduce)</pre>\n"))
        }
        return Page(
            title: title, subtitle: made, sections: sections,
            footer: "Made by Formant. The same figures, and all that is shortened here, are in report.json."
        ).html
    }

    private var warningSection: Page.Section {
        let items = warnings.map { warning -> Markup in "<li>\(warning)</li>\n" }
        return Page.Section(anchor: "warnings", title: "Warnings", content: "<ul>\n\(items)</ul>\n", isWarning: true)
    }

    private var modelSection: Page.Section {
        var content: Markup = ""
        if !model.isEmpty {
            let facts = model.map { fact -> Markup in "<dt>\(fact.name)</dt><dd><bdi>\(fact.value)</bdi></dd>\n" }
            content += "<dl class=\"facts\">\n\(facts)</dl>\n"
        }
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
