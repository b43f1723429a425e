import FormantPage

/// Everything the report of a run shows, whether as `report.json` or as `report.html`.
public struct Report: Codable, Sendable, Equatable {
    /// A named value of the summary.
    public struct Fact: Codable, Sendable, Equatable {
        /// What it is.
        public var name: String
        /// Its value, as shown.
        public var value: String

        /// Creates a fact.
        public init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// The evaluation of one part of the corpus; in JSON, `split` stands beside the keys of the evaluation.
    public struct Part: Codable, Sendable, Equatable {
        /// The name of the split, such as `test`.
        public var split: String
        /// What came out.
        public var evaluation: Evaluation

        /// Creates a part.
        public init(split: String, evaluation: Evaluation) { (self.split, self.evaluation) = (split, evaluation) }

        private enum CodingKeys: String, CodingKey { case split }

        /// Reads a part.
        public init(from decoder: any Decoder) throws {
            split = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .split)
            evaluation = try Evaluation(from: decoder)
        }

        /// Writes a part.
        public func encode(to encoder: any Encoder) throws {
            try evaluation.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(split, forKey: .split)
        }
    }

    /// The version of the JSON that this code writes and reads.
    public static let formatVersion = 1

    /// Version of the JSON.
    public private(set) var formatVersion = Report.formatVersion
    /// Heading of the page.
    public var title: String
    /// When the report was made, as shown: the caller holds the clock.
    public var made: String
    /// What should be known before the figures are believed.
    public var warnings: [String]
    /// Summary of the model: name, parameters, size, front end …
    public var model: [Fact]
    /// The model's layers, first to last; empty to leave them out.
    public var layers: [LayerRow]
    /// Examples per label and split.
    public var corpus: CorpusTable?
    /// The resolved recipe, as text.
    public var recipe: String
    /// One record per epoch; empty when nothing was trained.
    public var history: [EpochRecord]
    /// The epoch whose weights were kept.
    public var bestEpoch: Int?
    /// Evaluations; the page shows the one named `test` (else the first) in full and the others in a table.
    public var parts: [Part]
    /// The command line that makes the run again.
    public var reproduce: String
    /// What else is needed for it: seed, version, fingerprint of the corpus.
    public var origin: [Fact]
    /// How events that were found in long recordings agree with those that are there; nil where there are none.
    public var events: EventReport?
    /// What temperature scaling did; nil where none was tried.
    public var calibration: CalibrationReport?
    /// Examples whose labels are likely wrong, likeliest first.
    public var labelErrors: [LabelError]
    /// Why training ended; nil where nothing was trained.
    public var stop: TrainingEnd?
    /// What a model that was trained further has forgotten; nil for one that was not.
    public var forgetting: Forgetting?

    private enum CodingKeys: String, CodingKey {
        case title, made, warnings, model, layers, corpus, recipe, history, reproduce, calibration, origin, events,
            stop, forgetting
        case labelErrors = "label_errors"
        case formatVersion = "format_version"
        case bestEpoch = "best_epoch"
        case parts = "evaluations"
    }

    /// Creates a report.
    public init(
        title: String, made: String, warnings: [String] = [], model: [Fact] = [], layers: [LayerRow] = [],
        corpus: CorpusTable? = nil, recipe: String = "", history: [EpochRecord] = [], bestEpoch: Int? = nil,
        parts: [Part], reproduce: String = "", origin: [Fact] = [], events: EventReport? = nil,
        calibration: CalibrationReport? = nil, labelErrors: [LabelError] = [], stop: TrainingEnd? = nil,
        forgetting: Forgetting? = nil
    ) {
        self.title = title
        self.made = made
        self.warnings = warnings
        self.model = model
        self.layers = layers
        self.corpus = corpus
        self.recipe = recipe
        self.history = history
        self.bestEpoch = bestEpoch
        self.parts = parts
        self.reproduce = reproduce
        self.origin = origin
        self.events = events
        self.calibration = calibration
        self.labelErrors = labelErrors
        self.stop = stop
        self.forgetting = forgetting
    }

    /// Reads a report; what those of earlier versions do not have is left empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.decode(String.self, forKey: .title)
        made = try container.decode(String.self, forKey: .made)
        warnings = try container.decode([String].self, forKey: .warnings)
        model = try container.decode([Fact].self, forKey: .model)
        layers = try container.decode([LayerRow].self, forKey: .layers)
        corpus = try container.decodeIfPresent(CorpusTable.self, forKey: .corpus)
        recipe = try container.decode(String.self, forKey: .recipe)
        history = try container.decode([EpochRecord].self, forKey: .history)
        bestEpoch = try container.decodeIfPresent(Int.self, forKey: .bestEpoch)
        parts = try container.decode([Part].self, forKey: .parts)
        reproduce = try container.decode(String.self, forKey: .reproduce)
        origin = try container.decodeIfPresent([Fact].self, forKey: .origin) ?? []
        events = try container.decodeIfPresent(EventReport.self, forKey: .events)
        formatVersion = try container.decode(Int.self, forKey: .formatVersion)
        calibration = try container.decodeIfPresent(CalibrationReport.self, forKey: .calibration)
        labelErrors = try container.decodeIfPresent([LabelError].self, forKey: .labelErrors) ?? []
        stop = try container.decodeIfPresent(TrainingEnd.self, forKey: .stop)
        forgetting = try container.decodeIfPresent(Forgetting.self, forKey: .forgetting)
    }

    /// Reads a `report.json`.
    /// - Throws: `EvaluationError.unreadableReport` when it is not one or is of a later version.
    public init(json: String) throws(EvaluationError) {
        do {
            self = try JSONText.decode(Report.self, from: json)
        } catch {
            throw .unreadableReport(reason: "\(error)".shortened(to: 300))
        }
        if formatVersion != Report.formatVersion {
            throw .unreadableReport(reason: "format version \(formatVersion), not \(Report.formatVersion)")
        }
    }

    /// The text of `report.json`: keys sorted, one line, ended by a line feed.
    public func json() throws -> String { try JSONText.encode(self) + "\n" }

    /// The part that the page shows in full.
    public var mainPart: Part? { parts.first { $0.split == "test" } ?? parts.first }
}

/// One layer of a model, as listed.
public struct LayerRow: Codable, Sendable, Equatable {
    /// The layer's name.
    public var name: String
    /// What it does, such as `conv 3×3`.
    public var operation: String
    /// The shape of what it gives, such as `32×40×98`.
    public var output: String
    /// Number of its weights.
    public var parameters: Int

    /// Creates a row.
    public init(name: String, operation: String, output: String, parameters: Int) {
        (self.name, self.operation, self.output, self.parameters) = (name, operation, output, parameters)
    }
}
