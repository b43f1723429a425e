import FormantInsight
import FormantNetwork
import FormantPage
import FormantTensor

/// The pages: an index, and one of each layer, linked both ways.
struct VisualizePages {
    let model: Model
    let title: String
    let subtitle: String

    private var footer: String { "Made by formant \(Version.current). No scripts, no network." }

    /// The page of a layer.
    func layer(_ work: LayerWork, field: ReceptiveField?, chosen: Markup) -> String {
        let layer = work.layer
        var sections = [
            Page.Section(
                anchor: "layer", title: layer.name,
                content: """
                    <p><a href="index.html">All layers</a></p>
                    <p>\(describe(layer, field, shown: work.cards.count))</p>
                    \(work.notes.map { note -> Markup in "<p class=\"note\">\(note)</p>\n" })
                    """)
        ]
        if !work.sheets.isEmpty {
            sections.append(
                Page.Section(
                    anchor: "sheets", title: "Contact sheets",
                    content: Markup(work.sheets.map { figure($0.png, "likes, \($0.preset)") })))
        }
        if work.parts.contains(.filters), layer.kind == .filters, !chosen.html.isEmpty {
            sections.append(Page.Section(anchor: "inputs", title: "Chosen inputs", content: chosen))
        }
        sections.append(
            Page.Section(
                anchor: "channels",
                title: layer.kind == .filters ? "Filters" : layer.kind == .labels ? "Labels" : "Neurons",
                content: "<ul class=\"cards\">\n\(work.cards.map(card))</ul>\n"))
        return Page(title: "\(title): \(layer.name)", subtitle: subtitle, sections: sections, footer: footer).html
    }

    /// The page that leads to the others.
    func index(
        _ summary: VisualizeSummary, _ layers: [(layer: LearnedLayer, field: ReceptiveField?)], labels: [UInt8]?,
        fooling: [UInt8]?, chosen: Markup
    ) -> String {
        var sections = [layerSection(summary, layers)]
        if let labels {
            sections.append(
                Page.Section(
                    anchor: "labels", title: "What the labels like",
                    content: "\(figure(labels, "one input per label, found by gradient ascent"))\(judgements(summary))")
            )
        } else if !summary.judgements.isEmpty {
            sections.append(
                Page.Section(anchor: "labels", title: "What the labels like", content: judgements(summary)))
        }
        if !summary.fooling.isEmpty { sections.append(foolingSection(summary, fooling)) }
        if let probes = summary.probes { sections.append(probeSection(probes)) }
        if !chosen.html.isEmpty {
            sections.append(Page.Section(anchor: "inputs", title: "Chosen inputs", content: chosen))
        }
        if !summary.complete {
            sections.insert(
                Page.Section(
                    anchor: "unfinished", title: "Unfinished",
                    content: "<p>Some of what was wanted is not here yet.</p>",
                    isWarning: true), at: 0)
        }
        return Page(title: title, subtitle: subtitle, sections: sections, footer: footer).html
    }

    /// Pictures of chosen inputs with their names, or sentences.
    func chosen(_ inputs: [ChosenInput], _ view: InputView) throws -> Markup {
        if view.words != nil {
            return Markup(
                inputs.map { input in
                    "<p><bdi>\(input.name.shortened(to: 300))</bdi>\(input.label.map { ": " + $0 } ?? "")</p>\n"
                })
        }
        return try Markup(
            inputs.map { input in
                let sheet = RasterSheet(
                    [.init(raster: view.raster(input.values, input.shape))], columns: 1, side: 112)
                return figure(try sheet.png(), (input.label.map { $0 + ", " } ?? "") + input.name)
            })
    }

    private func figure(_ png: [UInt8], _ note: String) -> Markup {
        """
        <figure class="sheet">\(Markup.picture(png, description: note))<figcaption class="note"><bdi>\(note)</bdi></figcaption></figure>

        """
    }

    private func describe(_ layer: LearnedLayer, _ field: ReceptiveField?, shown: Int) -> String {
        let kind = layer.kind == .filters ? "filters" : layer.kind == .labels ? "labels" : "neurons"
        let shownText = shown < layer.count ? ", of which the first \(shown) are shown" : ""
        let seen = field.map { ". \(Self.size($0))" } ?? ""
        return "\(layer.count) \(kind)\(shownText); output \(layer.shape.full)\(seen)."
    }

    /// What an output of a layer sees of the input.
    static func size(_ field: ReceptiveField) -> String {
        let region = (
            rows: min(field.rows.extent, field.input.height), columns: min(field.columns.extent, field.input.width)
        )
        return field.input.height == 1
            ? "Sees \(region.columns) positions" : "Sees \(region.rows) × \(region.columns) (rows × columns)"
    }

    private func card(_ card: LayerWork.Card) -> Markup {
        var content: Markup = "<p><strong><bdi>\(card.title)</bdi></strong></p>\n"
        for fact in card.facts { content += "<p class=\"note\">\(fact)</p>\n" }
        for (png, note) in card.pictures { content += figure(png, note) }
        for (sound, note) in card.sounds {
            content += "<p class=\"note\">\(note)</p>"
            content += Markup.player(sound.bytes, mediaType: sound.mediaType, description: "\(card.title), \(note)")
            content += "\n"
        }
        for (preset, words) in card.likes {
            content += "<p class=\"note\">likes, \(preset), by the nearest words</p><ol>"
            for word in words { content += "<li><bdi>\(word)</bdi></li>" }
            content += "</ol>\n"
        }
        if !card.nGrams.isEmpty {
            content += "<p class=\"note\">strongest in the corpus</p><ol>"
            for entry in card.nGrams { content += nGram(entry) }
            content += "</ol>\n"
        }
        return "<li>\(content)</li>\n"
    }

    private func nGram(_ entry: NGrams.Entry) -> Markup {
        let words = entry.words.joined(separator: " ").shortened(to: 160)
        var line: Markup =
            "<li><strong><bdi>\(words)</bdi></strong> \(NumberText.significant(Double(entry.response)))"
        if entry.count > 1 { line += ", \(entry.count) times" }
        if let context = entry.contexts.first {
            let label = context.label.map { " (\($0))" } ?? ""
            if !context.before.isEmpty || !context.after.isEmpty {
                line += "<br/><span class=\"note\"><bdi>\(context.before) <mark class=\"p2\">\(words)</mark> "
                line += "\(context.after)</bdi>\(label)</span>"
            } else {
                line += "<span class=\"note\">\(label)</span>"
            }
        }
        line += "</li>\n"
        return line
    }

    private func layerSection(
        _ summary: VisualizeSummary, _ layers: [(layer: LearnedLayer, field: ReceptiveField?)]
    ) -> Page.Section {
        let pages = Dictionary(uniqueKeysWithValues: summary.layers.map { ($0.name, $0) })
        let rows = layers.map { layer, field -> [Table.Cell] in
            let name: Table.Cell =
                pages[layer.name].map { .markup("<a href=\"\($0.page)\"><bdi>\(layer.name)</bdi></a>") }
                ?? .name(layer.name)
            return [
                name, .count(layer.count), .name(layer.kind.rawValue), .name(layer.shape.full),
                .name(field.map { Self.size($0) } ?? ""),
            ]
        }
        return Page.Section(
            anchor: "layers", title: "Layers",
            content: Table(
                caption: "Layers, from the input on",
                columns: [.text("layer"), .number("number"), .text("of"), .text("output"), .text("field")],
                rows: rows
            ).markup)
    }

    private func judgements(_ summary: VisualizeSummary) -> Markup {
        let hasJudge = summary.verdicts.contains { $0.judged != nil }
        var content: Markup = ""
        for verdict in summary.verdicts {
            content += "<p><strong>\(verdict.preset)</strong>: the model itself recognises \(verdict.own) of "
            content += "\(verdict.labels)"
            if let judged = verdict.judged { content += ", the other model \(judged) of \(verdict.labels)" }
            content += ".</p>\n"
        }
        let score = { (value: Float) in NumberText.percent(Double(value)) }
        let rows = summary.judgements.map { judgement -> [Table.Cell] in
            var cells: [Table.Cell] = [
                .name(judgement.label), .name(judgement.preset), .name(judgement.own),
                .number(score(judgement.ownScore)),
            ]
            if hasJudge {
                cells.append(.name(judgement.judged ?? "–"))
                cells.append(.number(judgement.judgedScore.map(score) ?? "–"))
            }
            return cells
        }
        content +=
            Table(
                caption: "What is said of the inputs that labels like",
                columns: [.text("label"), .text("preset"), .text("the model"), .number("score")]
                    + (hasJudge ? [.text("the other model"), .number("score")] : []),
                rows: rows
            ).markup
        return content
    }

    private func foolingSection(_ summary: VisualizeSummary, _ picture: [UInt8]?) -> Page.Section {
        let score = { (value: Float) in NumberText.percent(Double(value)) }
        let hasWords = summary.fooling.contains { $0.words != nil }
        let rows = summary.fooling.map { fool -> [Table.Cell] in
            [
                .name(fool.label), .count(fool.steps), .number(score(fool.score)), .number(score(fool.calibrated)),
                .name(fool.answer),
            ] + (hasWords ? [.text(fool.words ?? "")] : [])
        }
        let temperature = model.temperature.map { NumberText.significant(Double($0)) } ?? "none"
        let rejection = model.rejection.map {
            "calls inputs \($0.label) below \(NumberText.significant(Double($0.threshold)))"
        }
        let table = Table(
            caption: "Inputs that are nothing, and what the model makes of them",
            columns: [
                .text("label"), .number("steps"), .number("score"), .number("at the temperature"),
                .text("classify says"),
            ] + (hasWords ? [.text("words")] : []),
            rows: rows)
        return Page.Section(
            anchor: "fooling", title: "Fooling inputs",
            content: """
                <p>Noise, changed by gradient ascent until a label has a score of \(score(Fooling.until)). Temperature: \
                \(temperature); \(rejection ?? "the model does not reject").</p>
                \(picture.map { figure($0, "one input per label") } ?? "")\(table.markup)
                """)
    }

    private func probeSection(_ probes: VisualizeSummary.Probes) -> Page.Section {
        let percent = { (value: Double?) -> Table.Cell in .optional(value, NumberText.percent) }
        let rows = probes.rows.map { row -> [Table.Cell] in
            [
                .name(row.layer), .count(row.features), .number(NumberText.significant(Double(row.decay))),
                percent(row.validation), percent(row.test),
            ]
        }
        func points(_ value: (LayerProbes.Row) -> Double?) -> [(x: Double, y: Double?)] {
            probes.rows.enumerated().map { (Double($0.offset), value($0.element).map { $0 * 100 }) }
        }
        let chart = LineChart(
            title: "Accuracy by depth", xTitle: "layer, from the first row of the table on",
            series: [
                .init(name: "test", points: points(\.test)), .init(name: "validation", points: points(\.validation)),
            ], unit: " %")
        let table = Table(
            caption: "Accuracy of a linear classifier on each layer's output",
            columns: [
                .text("layer"), .number("values"), .number("penalty"), .number("validation"), .number("test"),
            ], rows: rows)
        return Page.Section(
            anchor: "probe", title: "Linear probes",
            content: """
                <p>Multinomial logistic regression on the output of each layer, pooled to a bounded number of values: learned on \
                \(probes.sizes.train) examples, its penalty chosen on \(probes.sizes.validation), judged once on \
                \(probes.sizes.test).</p>
                <div class="charts">\(chart.markup)</div>
                \(table.markup)
                """)
    }
}
