import FormantInsight

/// What is written of an explained input, as a line of JSON.
struct ExplainedJSON: Encodable {
    struct Ranked: Encodable {
        var label: String
        var score: Float
    }

    struct Axis: Encodable {
        var name: String
        var unit: String
        var values: [Double]
    }

    struct Method: Encodable {
        var method: String
        /// Whether values below 0 speak against the label.
        var signed: Bool
        /// Rows and columns, or words.
        var shape: [Int]
        /// Row by row.
        var values: [Float]
        var completeness: Completeness?
        var layers: [String]?
        var checks: Checks?
    }

    struct Completeness: Encodable {
        var sum: Double
        var difference: Double
        var error: Double
        var steps: Int
    }

    struct Checks: Encodable {
        struct Stage: Encodable {
            var downTo: String
            var rank: Double
            var structure: Double
        }

        var changes: Bool?
        var rank: Double?
        var structure: Double?
        var stages: [Stage]
        var deletion: Double
        var insertion: Double
        var beatenOrders: Int
        var orders: Int
        var trusted: Bool
    }

    var input: String
    var modality: String
    /// Seconds of the recording at which the clip begins.
    var start: Double?
    var label: String
    var logit: Float
    var score: Float
    var ranking: [Ranked]
    var words: [String]?
    var rows: Axis?
    var columns: Axis?
    var methods: [Method]
}

extension ExplainedJSON {
    init(_ explained: Explained) {
        let specimen = explained.specimen
        input = specimen.name
        label = explained.label
        (logit, score) = (explained.logit, explained.score)
        ranking = explained.ranking.map { Ranked(label: $0.label, score: $0.score) }
        func axis(_ axis: FieldAxes.Axis) -> Axis { Axis(name: axis.name, unit: axis.unit, values: axis.values) }
        switch specimen.medium {
        case .sound(let sound):
            modality = "sound"
            start = sound.start
            (rows, columns) = (axis(sound.axes.rows), axis(sound.axes.columns))
        case .picture:
            modality = "image"
            let axes = FieldAxes.picture(specimen.shape)
            (rows, columns) = (axis(axes.rows), axis(axes.columns))
        case .sentence(let own):
            modality = "text"
            words = own.map(\.text)
        }
        let shape =
            specimen.isSentence
            ? [specimen.mapShape.columns] : [specimen.mapShape.rows, specimen.mapShape.columns]
        methods = explained.findings.map { finding in
            Method(
                method: finding.method.rawValue, signed: finding.method.isSigned, shape: shape, values: finding.map,
                completeness: finding.completeness.map {
                    Completeness(sum: $0.sum, difference: $0.difference, error: $0.error, steps: $0.steps)
                },
                layers: finding.nodes.isEmpty ? nil : finding.nodes, checks: finding.trust.map(Checks.init))
        }
    }
}

extension ExplainedJSON.Checks {
    init(_ trust: Trust) {
        (changes, rank, structure) = (trust.changes, trust.rank, trust.structure)
        stages = trust.comparisons.map {
            Stage(downTo: $0.network.lowest, rank: $0.similarity.rank, structure: $0.similarity.structure)
        }
        (deletion, insertion) = (trust.curves.deletionArea, trust.curves.insertionArea)
        (beatenOrders, orders, trusted) = (trust.beaten, trust.chance.count, trust.isTrusted)
    }
}
