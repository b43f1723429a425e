import FormantCorpus
import FormantEvaluation
import FormantTensor
import FormantTraining

extension Model {
    /// When an input is none of the labels.
    public struct Rejection: Codable, Hashable, Sendable {
        /// The lead over the score of `outOfScope` below which the best label in scope is not believed, −1 … 1; without that
        /// output the score, 0 … 1.
        public var threshold: Float
        /// What such an input is called.
        public var label: String
        /// The output that stands for examples out of scope, where the training had some. It is never named, and its
        /// share of the scores is what the labels in scope lack.
        public var outOfScope: String?
        /// Accuracy in scope on the validation part that the threshold was allowed to cost, 0 ..< 1.
        public var cost: Double

        /// What an input out of scope is called.
        public static let unknown = "unknown"

        /// Creates a rule.
        public init(
            threshold: Float, label: String = Rejection.unknown, outOfScope: String? = nil, cost: Double
        ) {
            self.threshold = threshold
            self.label = label
            self.outOfScope = outOfScope
            self.cost = cost
        }
    }

    /// The labels that inputs are given: all but what stands for examples out of scope.
    public var namedLabels: [String] { labels.filter { rejection?.outOfScope != $0 } }

    /// Throws why a rejection does not go with labels and scoring.
    func check(_ rejection: Rejection?, path: String) throws(ModelFileError) {
        guard let rejection else { return }
        let least: Float = rejection.outOfScope == nil ? 0 : -1
        guard (least...1).contains(rejection.threshold), scoring == .softmax, !rejection.label.isEmpty else {
            throw .notAModel(
                path: path,
                reason: "rejection: expected a threshold from \(Int(least)) to 1, a label and softmax, found "
                    + "\(rejection.threshold), \"\(rejection.label)\" and \(scoring.rawValue)")
        }
        if let outOfScope = rejection.outOfScope, !labels.contains(outOfScope) || labels.count < 2 {
            throw .notAModel(path: path, reason: "rejection: \"\(outOfScope)\" is not one of several labels")
        }
    }
}

extension TrainingRun {
    /// How a threshold is to be found for a corpus; nil where none is wanted.
    func rejection(_ corpus: Corpus, _ options: TrainingOptions) -> TrainingOptions.Rejection? {
        options.rejection ?? (hasOutOfScope(corpus) ? TrainingOptions.Rejection() : nil)
    }

    /// Whether there are examples of a label out of scope.
    func hasOutOfScope(_ corpus: Corpus) -> Bool { corpus.outOfScope.map(corpus.labels.contains) ?? false }

    /// Throws where something out of scope is to be told from labels that do not allow it.
    func checkRejection(_ corpus: Corpus, _ options: TrainingOptions) throws {
        if let wanted = request.reading.outOfScope, !corpus.labels.contains(wanted) {
            throw RunError.setting(
                name: "--out-of-scope", value: wanted,
                reason: UnknownName("label", wanted, of: corpus.name, known: corpus.labels).description)
        }
        guard rejection(corpus, options) != nil else { return }
        let name = hasOutOfScope(corpus) ? "out of scope" : "training.rejection"
        if corpus.isMultiLabel {
            throw RunError.setting(
                name: name, value: "",
                reason: "examples of \(corpus.name) have several labels; where none fits, none is given")
        }
        let inScope = corpus.labels.filter { $0 != corpus.outOfScope }
        if inScope.count < 2 {
            throw RunError.tooFew(
                what: "labels of \(corpus.name) in scope", found: inScope.count, expected: "2 or more")
        }
        if inScope.contains(Model.Rejection.unknown) {
            throw RunError.setting(
                name: name, value: "",
                reason:
                    "the corpus has a label '\(Model.Rejection.unknown)', which is what an input out of scope is called"
            )
        }
    }

    /// The threshold that predictions of the validation part give, with what it does there; nil where none is wanted or
    /// none can be found.
    func threshold(
        _ corpus: Corpus, _ options: TrainingOptions, _ validation: Predictions?
    ) -> Model.Rejection? {
        guard let rejection = rejection(corpus, options) else { return nil }
        guard let validation, let threshold = validation.rejectionThreshold(cost: rejection.cost) else {
            observer.warning("no threshold for \(Model.Rejection.unknown): there is no validation part to find it by")
            return nil
        }
        return Model.Rejection(
            threshold: threshold, label: Model.Rejection.unknown,
            outOfScope: hasOutOfScope(corpus) ? corpus.outOfScope : nil, cost: rejection.cost)
    }
}
