import FormantInsight
import FormantNetwork
import FormantTensor

/// What a method says of one label of an input.
struct MethodFinding {
    var method: ExplanationMethod
    /// One value per place of the specimen's map.
    var map: [Float]
    /// What else there is to say.
    var completeness: Attribution.Completeness?
    var nodes: [String] = []
    /// Whether to believe it; nil where that was not asked.
    var trust: Trust?
    /// How long the map took.
    var seconds: Double
}

/// An input with what the methods say of one label.
struct Explained {
    var specimen: Specimen
    /// The labels with their scores, strongest first.
    var ranking: [(label: String, score: Float)]
    var label: String
    /// The output that is explained, before it becomes a score.
    var logit: Float
    var score: Float
    var findings: [MethodFinding]
    /// What parts in orders of chance give: the areas below the score while they are taken away, and put in.
    var chance: [(deletion: Double, insertion: Double)] = []
}

/// Explains specimens by the methods of a request.
final class Examiner {
    private let model: Model
    private let subject: Subject
    private let checked: CheckedRequest
    private let networks: [RandomNetwork]
    private var explainer: Explainer?

    /// Orders of chance that maps are held against.
    static let orderDraws = 5

    init(_ model: Model, _ subject: Subject, _ checked: CheckedRequest) {
        (self.model, self.subject, self.checked) = (model, subject, checked)
        networks = checked.request.checks ? RandomNetwork.all(of: subject, seed: checked.request.seed) : []
    }

    /// What each label asked for, or the one that the model gives, owes to the parts of an input.
    /// - Throws: `NetworkError`, and for outputs or maps that are no finite numbers.
    func explain(_ specimen: Specimen) throws -> [Explained] {
        let own = try explainer(for: specimen.shape)
        let outputs = try own.outputs(count: 1) { _ in specimen.values }[0]
        guard outputs.allSatisfy(\.isFinite) else {
            throw ExplainError.notFinite(input: specimen.name, what: "the outputs of the network")
        }
        let scores = model.scores(outputs)
        let order = scores.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
        let labels = checked.labels.isEmpty ? [order[0]] : checked.labels
        let filled = specimen.filled
        let others = try networks.map { network in
            // Steps need not be many where only the order of values counts.
            var settings = checked.settings
            settings.steps = 32...32
            return (network, try Explainer(try network.subject(subject), shape: specimen.shape, settings: settings))
        }
        return try labels.map { label in
            var result = Explained(
                specimen: specimen, ranking: order.map { (model.labels[$0], scores[$0]) }, label: model.labels[label],
                logit: outputs[label], score: scores[label], findings: [])
            let erasure = specimen.erasure(specimen.cells, own)
            let score = { (output: [Float]) in Double(self.model.scores(output)[label]) }
            if checked.request.checks {
                let orders = ErasureCurves.randomOrders(
                    of: specimen.cells.count, draws: Examiner.orderDraws, seed: checked.request.seed)
                result.chance = try orders.map {
                    let curves = try ErasureCurves(erasure, order: $0, score: score)
                    return (curves.deletionArea, curves.insertionArea)
                }
            }
            for method in checked.methods {
                var finding = try find(specimen, label, method, own)
                if checked.request.checks {
                    let values = specimen.isSentence ? finding.map : erasure.means(of: finding.map)
                    var trust = Trust(
                        curves: try ErasureCurves(erasure, order: ErasureCurves.order(by: values), score: score),
                        chance: result.chance)
                    for (network, explainer) in others {
                        let map = try find(specimen, label, method, explainer).map
                        trust.comparisons.append(
                            .init(
                                network: network,
                                similarity: MapSimilarity(
                                    finding.map, map, width: specimen.mapShape.columns, places: filled)))
                    }
                    // Ranks of three words agree by chance.
                    if filled.count < Trust.leastPlaces { trust.comparisons = [] }
                    finding.trust = trust
                }
                result.findings.append(finding)
            }
            return result
        }
    }

    private func explainer(for shape: Shape) throws -> Explainer {
        if let explainer, explainer.shape == shape { return explainer }
        let made = try Explainer(subject, shape: shape, settings: checked.settings)
        explainer = made
        return made
    }

    private func find(
        _ specimen: Specimen, _ label: Int, _ method: ExplanationMethod, _ explainer: Explainer
    ) throws -> MethodFinding {
        let start = ContinuousClock.now
        var finding = MethodFinding(method: method, map: [], seconds: 0)
        if method == .occlusion {
            finding.map = try specimen.erasure(specimen.boxes, explainer).occlusion(output: label).map
        } else {
            let attribution = try explainer.attribution(
                of: specimen.values, output: label, by: method, baseline: specimen.baseline)
            finding.map = specimen.map(attribution)
            (finding.completeness, finding.nodes) = (attribution.completeness, attribution.nodes)
        }
        guard finding.map.allSatisfy(\.isFinite) else {
            throw ExplainError.notFinite(input: specimen.name, what: method.rawValue)
        }
        finding.seconds = (ContinuousClock.now - start) / .seconds(1)
        return finding
    }
}
