import FormantCorpus
import FormantFiles
import FormantInsight
import FormantNetwork
import FormantPage
import FormantTensor

/// Shows what a model learned, layer by layer, as pages and files.
public struct VisualizeRun {
    private let request: VisualizeRequest
    private let pool: WorkerPool
    private let observer: RunObserver
    private let view: InputView
    private let judge: InputView?
    private let layers: [(layer: LearnedLayer, field: ReceptiveField?)]
    private let scanned: ScannedCorpus?
    private let inputs: [ChosenInput]
    private let parts: Set<VisualizeRequest.Part>
    private let pages: VisualizePages
    private let chosen: Markup
    private var summary: VisualizeSummary
    private var labelSheet: [UInt8]?
    private var foolingSheet: [UInt8]?

    /// Inputs of the corpus whose response maps are shown where none are given.
    private static let chosenLimit = 4
    /// Words of a sentence that a neuron or a label may fill.
    private static let sentenceLength = 12

    /// Shows a model. What is done stays when it is interrupted.
    /// - Returns: what was found; `complete` says whether it is all.
    /// - Throws: what is wrong with the model, the corpus or the request.
    public static func run(
        _ request: VisualizeRequest, pool: WorkerPool, observer: RunObserver = RunObserver()
    ) throws -> VisualizeSummary {
        try request.check()
        let clock = ContinuousClock()
        let start = clock.now
        var run = try VisualizeRun(request, pool: pool, observer: observer)
        try FolderMaker.make(request.out)
        do {
            try run.work()
            run.summary.complete = true
        } catch RunError.interrupted {}
        let seconds = (clock.now - start).components
        run.summary.seconds = Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18
        try run.writeIndex()
        try AtomicFile.write(
            text: try run.summary.json() + "\n", to: FilePath.join(request.out, "visualize.json"))
        return run.summary
    }

    private init(_ request: VisualizeRequest, pool: WorkerPool, observer: RunObserver) throws {
        (self.request, self.pool, self.observer) = (request, pool, observer)
        let model = try Model(path: request.model)
        view = try InputView(model, pool: pool)
        judge = try request.judge.map { try InputView(try Model(path: $0), pool: pool) }
        let (argument, items) = try ChosenInput.divide(request.items)
        parts = try VisualizeRun.parts(request, hasCorpus: argument != nil)
        let known = try model.network.learnedLayers(input: try model.frontEnd.networkInput(model.network))
        let fields = try model.network.receptiveFields(input: try model.frontEnd.networkInput(model.network))
        layers = try VisualizeRun.select(request.layers, known).map { ($0, fields[$0.response]) }
        scanned = try argument.map {
            try ScannedCorpus(
                argument: $0, model: model, root: request.root, reading: request.reading, caching: request.caching,
                pool: pool, observer: observer)
        }
        let given = try ChosenInput.given(items, model.frontEnd)
        inputs = try given.isEmpty ? scanned?.chosen(VisualizeRun.chosenLimit) ?? [] : given
        let corpus = scanned?.corpus.name
        pages = VisualizePages(
            model: model, title: "What \(model.provenance.recipe) learned",
            subtitle: "trained on \(model.provenance.corpus), seed \(model.provenance.seed)"
                + (corpus.map { "; shown on \($0)" } ?? ""))
        chosen = try pages.chosen(inputs, view)
        summary = VisualizeSummary(
            model: request.model, corpus: corpus, seed: request.seed, presets: request.presets.map(\.rawValue))
        guard let judge, let path = request.judge else { return }
        guard model.frontEnd.modality == judge.model.frontEnd.modality else {
            throw RunError.setting(
                name: "--judge", value: path,
                reason: "it takes \(judge.model.frontEnd.takes); expected \(model.frontEnd.takes), as the model")
        }
        // Said now, not after all pictures are made.
        if view.words == nil {
            _ = try view.input([Float](repeating: 0, count: view.range.shape.count), for: judge)
        }
    }

    private static func parts(_ request: VisualizeRequest, hasCorpus: Bool) throws -> Set<VisualizeRequest.Part> {
        let possible = VisualizeRequest.Part.allCases.filter { hasCorpus || !$0.needsCorpus }
        guard !request.parts.isEmpty else { return Set(possible) }
        if let part = VisualizeRequest.Part.allCases.first(where: {
            request.parts.contains($0) && !possible.contains($0)
        }) {
            throw RunError.option(name: "--what", value: part.rawValue, expected: "a corpus to look at")
        }
        return request.parts
    }

    private static func select(_ names: [String], _ known: [LearnedLayer]) throws -> [LearnedLayer] {
        for name in names where !known.contains(where: { $0.name == name }) {
            throw RunError.setting(
                name: "--layer", value: name,
                reason: UnknownName("layer", name, of: "the network", known: known.map(\.name)).description)
        }
        return names.isEmpty ? known : known.filter { names.contains($0.name) }
    }

    private mutating func work() throws {
        var strengths: Strengths?
        if let scanned, !parts.isDisjoint(with: [.patches, .deconvnet]) {
            observer.note("looking for the strongest places of \(scanned.usable.count) examples")
            strengths = try Strengths(
                scanned, layers.map(\.layer), channelLimit: request.limit, observer: observer)
        }
        for (place, (layer, field)) in layers.enumerated() {
            if observer.shouldStop() { throw RunError.interrupted }
            observer.note("\(layer.name): layer \(place + 1) of \(layers.count)")
            var work = LayerWork(layer, number: place + 1, view: view, request: request, parts: parts)
            if parts.contains(.filters) {
                try work.drawFilters()
                try work.drawMaps(of: inputs, pool: pool)
            }
            if parts.contains(.maximise) {
                try work.maximise(shape: shape(for: layer, field))
                if layer.kind == .labels { try judgeLabels(work) }
            }
            if let strengths, let scanned {
                try work.drawStrongest(
                    strengths, place: place, of: scanned, [layer.response: field].compactMapValues { $0 })
            }
            try AtomicFile.write(
                text: pages.layer(work, field: field, chosen: chosen),
                to: FilePath.join(request.out, "\(work.stem).html"))
            summary.layers.append(work.summary)
            try writeIndex()
        }
        if parts.contains(.fooling) { try fool() }
        if parts.contains(.probe), let scanned {
            let division = try division(of: scanned.corpus)
            let probes = try LayerProbes(scanned, layers.map(\.layer), division: division, observer: observer)
            summary.probes = .init(sizes: probes.sizes, rows: probes.rows)
            try writeIndex()
        }
    }

    /// The shape of inputs that are maximised: of a sentence as many words as a filter sees.
    private func shape(for layer: LearnedLayer, _ field: ReceptiveField?) -> Shape {
        let range = view.range.shape
        guard view.words != nil else { return range }
        let wanted =
            layer.kind == .filters && field?.columns.follows == .time
            ? field!.columns.extent : VisualizeRun.sentenceLength
        for width in [wanted, range.width] {
            let shape = Shape(channels: range.channels, height: range.height, width: width)
            if let part = try? view.subject.network.upTo(layer.sum), (try? part.bound(to: shape)) != nil {
                return shape
            }
        }
        return range
    }

    private mutating func judgeLabels(_ work: LayerWork) throws {
        let pictures = LabelPictures(view: view, judge: judge, pool: pool)
        for (preset, inputs, shape) in work.maximised {
            let judgements = try pictures.judge(inputs, shape, preset: preset)
            summary.judgements += judgements
            summary.verdicts.append(LabelPictures.verdict(judgements, preset: preset))
        }
        guard view.words == nil else { return }
        labelSheet = try sheet(work.maximised.map { ($0.preset, $0.inputs) }, work.maximised[0].shape)
        try AtomicFile.write(bytes: labelSheet!, to: FilePath.join(request.out, "labels.png"))
    }

    /// A row per preset, a column per label.
    private func sheet(_ rows: [(title: String, inputs: [[Float]])], _ shape: Shape) throws -> [UInt8] {
        try RasterSheet(
            rows: rows.map { row in
                row.inputs.enumerated().map {
                    .init(raster: view.raster($0.element, shape), caption: view.model.labels[$0.offset])
                }
            }, rowTitles: rows.map(\.title)
        ).png()
    }

    private mutating func fool() throws {
        observer.note("fooling inputs")
        let labels = 0..<min(view.model.labels.count, request.limit)
        var shape = view.range.shape
        if view.words != nil { shape.width = VisualizeRun.sentenceLength }
        let found = try Fooling(view: view, pool: pool).run(labels, shape: shape, seed: request.seed)
        summary.fooling = found.map(\.fool)
        if view.words == nil {
            foolingSheet = try sheet([("", found.map(\.input))], shape)
            try AtomicFile.write(bytes: foolingSheet!, to: FilePath.join(request.out, "fooling.png"))
        }
        try writeIndex()
    }

    /// As the training cut the corpus, where it is the same.
    private func division(of corpus: Corpus) throws -> SplitPlan {
        var warnings: [String] = []
        defer { for warning in warnings { observer.warning(warning) } }
        guard corpus.fingerprint == view.model.provenance.fingerprint else {
            return try EvaluationRun.plan(of: view.model.provenance, corpus, pool)
        }
        return try EvaluationRun.division(
            of: corpus, view.model, modelPath: request.model, reading: request.reading, pool: pool, &warnings)
    }

    private func writeIndex() throws {
        let page = pages.index(
            summary, layers, labels: labelSheet, fooling: foolingSheet, chosen: chosen)
        try AtomicFile.write(text: page, to: FilePath.join(request.out, "index.html"))
    }
}
