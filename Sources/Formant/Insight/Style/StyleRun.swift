import FormantCorpus
import FormantFiles
import FormantInsight
import FormantNetwork
import FormantPage
import FormantTensor

/// Makes a picture or a recording that has the content of one and the style of another.
public struct StyleRun {
    let request: StyleRequest
    let pool: WorkerPool
    let observer: InsightObserver

    /// Checks a request.
    /// - Throws: `InsightError`.
    public init(_ request: StyleRequest, pool: WorkerPool, observer: InsightObserver = InsightObserver()) throws {
        try request.validate()
        self.request = request
        self.pool = pool
        self.observer = observer
    }

    /// Makes it and writes it.
    /// - Parameter output: the file: of a picture .png or .jpg, of a recording .wav or .flac.
    /// - Throws: `InsightError` for what does not go together, and the errors of reading and writing.
    public func run(to output: String) throws -> StyleSummary {
        for path in [request.content, request.style].compactMap({ $0 })
        where ["txt", "csv", "tsv", "jsonl"].contains(FilePath.fileExtension(of: path)) {
            throw Self.sentences
        }
        guard let features = request.features else {
            guard Corpus.soundExtensions.contains(FilePath.fileExtension(of: request.style)) else {
                throw InsightError.option(
                    name: "--features", value: "",
                    expected: "a model of pictures, or the weights of vgg16-features, for \(request.style)")
            }
            return try sound(to: output)
        }
        let network = try FeatureNetwork(path: features, pool: pool)
        switch network.frontEnd {
        case .image(let frontEnd): return try picture(network, frontEnd, to: output)
        case .audio(let frontEnd): return try sound(network, frontEnd, to: output)
        case .text: throw Self.sentences
        }
    }

    private static let sentences = InsightError.undefined(
        what: "what a style of sentences would be is not defined", expected: "two pictures or two recordings")

    /// The layers that are asked for, or the usual ones.
    func layers(_ network: FeatureNetwork) throws -> (content: [String], style: [String]) {
        let usual = try network.layersByResolution()
        let style =
            try request.styleLayers.isEmpty
            ? usual : request.styleLayers.map { try network.node($0, option: "--style-layer") }
        guard let last = style.last else {
            throw InsightError.undefined(
                what: "\(network.name) has no layer with places", expected: "some named with --style-layer")
        }
        let content =
            try request.contentLayers.isEmpty
            ? [last] : request.contentLayers.map { try network.node($0, option: "--content-layer") }
        return (request.content == nil ? [] : content, style)
    }

    /// Iterations at one size.
    /// - Parameters:
    ///   - start: where they begin.
    ///   - unit: standard deviation of values, which the total variation and the steps of Adam are measured by.
    ///   - size: what the summary calls the size.
    ///   - usualVariation: weight of the total variation where none is given.
    ///   - done: iterations at sizes before, of all iterations.
    ///   - show: writes what is there under a path.
    /// - Returns: the best input.
    func descend(
        _ subject: Subject, from start: [Float], shape: Shape, unit: Float, content: [Float]?,
        layers: (content: [String], style: [String]), style: StyleObjective.Style, size: Int,
        usualVariation: Double, done: (before: Int, all: Int), _ summary: inout StyleSummary,
        intermediates: Intermediates,
        show: (_ values: [Float], _ path: String) throws -> Void
    ) throws -> [Float] {
        let contentShare = request.contentWeight / Double(max(1, layers.content.count))
        let styleShare = (request.styleWeight ?? 100) / Double(layers.style.count)
        let objective = try StyleObjective(
            subject, shape: shape,
            content: content.map { (layers.content.map { .init($0, weight: contentShare) }, $0) },
            style: (layers.style.map { .init($0, weight: styleShare) }, style),
            variation: (request.variation ?? usualVariation) / Double(unit * unit))
        var minimiser = Minimiser(
            request.method == .lbfgs ? .lbfgs(memory: 10) : .adam(rate: Float(request.rate) * unit), from: start)
        let clock = ContinuousClock()
        let began = clock.now
        // The parts of the loss wherever it was worked out in a step: the step ends at one of these places.
        var parts: [Double: StyleObjective.Losses] = [:]
        for iteration in 1...request.steps where !minimiser.isStuck {
            minimiser.step { values, gradient in
                let loss = objective.evaluate(values, &gradient)
                parts[loss] = objective.losses
                return loss
            }
            let losses = parts[minimiser.loss] ?? objective.losses
            parts = [minimiser.loss: losses]
            summary.iterations.append(
                .init(
                    size: size, loss: losses.total, content: losses.content, style: losses.style,
                    variation: losses.variation))
            let step = done.before + iteration
            observer.progress(
                Double(step) / Double(done.all),
                "iteration \(step) of \(done.all), loss \(NumberText.significant(losses.total))")
            if iteration == 1 || iteration % 10 == 0 {
                observer.note(
                    "iteration \(step) of \(done.all), size \(size): loss \(NumberText.significant(losses.total)), "
                        + "content \(NumberText.significant(losses.content)), style "
                        + NumberText.significant(losses.style))
            }
            if let path = intermediates.path(step: step) { try show(minimiser.values, path) }
            if observer.shouldStop() {
                summary.interrupted = true
                break
            }
        }
        summary.seconds += (clock.now - began) / .seconds(1)
        summary.evaluations += minimiser.evaluations
        return minimiser.best.values
    }

    /// Values of noise with a mean and a deviation.
    func noise(_ count: Int, like values: [Float]) -> [Float] {
        var generator = SeededGenerator.derived(seed: request.seed, purpose: "style noise")
        let deviation = DreamAscent.deviation(of: values)
        let mean = Float(values.reduce(0) { $0 + Double($1) } / Double(max(1, values.count)))
        return (0..<count).map { _ in mean + deviation * generator.normal() }
    }
}
