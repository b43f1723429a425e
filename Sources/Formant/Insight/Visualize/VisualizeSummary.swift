import FormantInsight
import FormantPage

/// All that was found, for programs: `visualize.json`.
public struct VisualizeSummary: Sendable, Codable {
    /// A filter, neuron or label.
    struct Channel: Sendable, Codable {
        /// Its number, from 0.
        var index: Int
        /// The label, where it is one.
        var label: String?
        /// The activation that was reached, by preset.
        var maximised: [String: Float] = [:]
        /// Mean over the corpus of the strongest response of each example.
        var meanResponse: Double?
        /// Share of the examples with a response above 0.
        var activeShare: Double?
        /// The examples that it answers most strongly.
        var strongest: [Place]?
        /// The words that it answers most strongly.
        var nGrams: [NGrams.Entry]?
        /// Per preset the nearest words to what it likes, position by position.
        var likes: [String: [String]]?
        /// Files of its own, from the folder of the pages.
        var files: [String] = []
    }

    /// Where an example was answered.
    struct Place: Sendable, Codable {
        var example: String
        var label: String?
        var response: Float
        /// First and past-the-last row and column of the input that count.
        var rows: [Int]
        var columns: [Int]
    }

    /// A layer.
    struct Layer: Sendable, Codable {
        var name: String
        var kind: LearnedLayer.Kind
        var page: String
        var channels: [Channel]
        /// How many there are, shown or not.
        var count: Int
    }

    /// What another model says of the input that a label likes.
    struct Judgement: Sendable, Codable {
        var preset: String
        var label: String
        /// What the model itself says, with its score.
        var own: String
        var ownScore: Float
        /// What the other model says, with its score; nil without one.
        var judged: String?
        var judgedScore: Float?
    }

    /// How many of the labels are found again.
    struct Verdict: Sendable, Codable {
        var preset: String
        var own: Int
        /// By the other model; nil without one.
        var judged: Int?
        var labels: Int
    }

    /// An input that is nothing, and its score.
    struct Fool: Sendable, Codable {
        var label: String
        /// Steps of gradient ascent.
        var steps: Int
        /// The score of the label as the network gives it.
        var score: Float
        /// The score at the model's temperature.
        var calibrated: Float
        /// What `classify` would say: the label, another one, or `unknown`.
        var answer: String
        /// Of sentences: the words.
        var words: String?
    }

    /// Linear probes.
    struct Probes: Sendable, Codable {
        var sizes: LayerProbes.Sizes
        var rows: [LayerProbes.Row]
    }

    var version = Version.current
    var model: String
    var corpus: String?
    var seed: UInt64
    var presets: [String]
    var layers: [Layer] = []
    var judgements: [Judgement] = []
    var verdicts: [Verdict] = []
    var fooling: [Fool] = []
    var probes: Probes?
    var complete = false
    /// Whether everything that was wanted was done.
    public var isComplete: Bool { complete }
    var seconds = 0.0

    /// One line of JSON, keys sorted.
    public func json() throws -> String {
        try JSONLine.text(self)
    }

    /// A table for people.
    public var text: String {
        var lines: [String] = []
        for layer in layers {
            lines.append(
                "\(layer.page)  \(layer.name): \(layer.channels.count) of \(layer.count) \(layer.kind.rawValue)")
        }
        for verdict in verdicts {
            let judged = verdict.judged.map { ", by the judge \($0) of \(verdict.labels)" } ?? ""
            lines.append(
                "\(verdict.preset): recognised by the model itself \(verdict.own) of \(verdict.labels)\(judged)")
        }
        if !fooling.isEmpty {
            let named = fooling.filter { $0.answer == $0.label }.count
            lines.append("fooling: \(named) of \(fooling.count) inputs are given the label")
        }
        for row in probes?.rows ?? [] {
            let share = { (value: Double?) in value.map { "\(NumberText.percent($0))" } ?? "–" }
            lines.append("linear probe of \(row.layer): validation \(share(row.validation)), test \(share(row.test))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
