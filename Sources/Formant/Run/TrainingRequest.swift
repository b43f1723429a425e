import FormantCorpus
import FormantTraining

/// What a training run is to do.
public struct TrainingRequest: Sendable {
    /// A folder, a manifest or a card.
    public var corpus: String
    /// Where the corpus's files are, if not beside it.
    public var root: String?
    /// How the corpus is read.
    public var reading = CorpusReading()
    /// Where the features of recordings are kept from run to run.
    public var caching: FeatureCaching = .off
    /// The folder of the run.
    public var output: String
    /// The recipe, with its settings.
    public var recipe: Recipe
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// How the corpus is tested again and again, if it is.
    public var folds: Folds?
    /// Whether a split that the corpus gives may have exact copies, or groups, on both sides; official ones always may.
    public var allowsLeaks = true
    /// A file of word vectors.
    public var vectors: String?
    /// The words of the rows of that file, one a line, where it is a NumPy matrix.
    public var vectorWords: String?
    /// Bytes of samples up to which they stay at hand for augmentation; above, recordings are read again in each epoch.
    public var keptSamples = 4 << 30
    /// A model file, or the folder of its run, that training begins with: its front end and network count instead of the
    /// recipe's.
    public var from: String?
    /// What becomes of that model's labels.
    public var head = Head.extended
    /// Whether nothing is predicted for the test part: while settings are searched, nobody looks at it.
    public var hidesTest = false
    /// Whether to go on from the checkpoint in the folder of the run, where there is one.
    public var resumes = false
    /// How often the state of the training is kept.
    public var checkpoints = Checkpoints.standard
    /// The command line that does the same again, for the report.
    public var commandLine = ""

    /// What becomes of the labels of a model that is trained further.
    public enum Head: String, CaseIterable, Sendable {
        /// They stay, with their weights, and those that only the corpus has are added.
        case extended = "extend"
        /// The labels are those of the corpus, and the last layer begins anew.
        case replaced = "replace"
    }

    /// How often the state of a training is kept.
    public enum Checkpoints: Sendable, Equatable {
        /// Not at all.
        case off
        /// At the ends of epochs and every minute, but for at most a hundredth of the time.
        case standard
        /// At the ends of epochs and whenever so many seconds have gone by, whatever it costs.
        case every(Double)
    }

    /// How a corpus is tested fold by fold.
    public enum Folds: Sendable, Equatable {
        /// So many parts; those that the corpus gives, if it gives so many.
        case count(Int)
        /// One group (speaker, site) after the other is left out.
        case leaveOneGroupOut

        /// Reads a number from 2 to 10000, or `groups`.
        public init?(named name: String) {
            if name == "groups" {
                self = .leaveOneGroupOut
            } else if let count = Int(name), (2...10_000).contains(count) {
                self = .count(count)
            } else {
                return nil
            }
        }

        /// What `init(named:)` reads.
        public var name: String {
            switch self {
            case .count(let count): "\(count)"
            case .leaveOneGroupOut: "groups"
            }
        }

        /// How the splitter calls it.
        var kind: FoldKind {
            switch self {
            case .count(let count): .count(count)
            case .leaveOneGroupOut: .leaveOneGroupOut
            }
        }
    }

    /// Creates a request.
    public init(corpus: String, root: String? = nil, output: String, recipe: Recipe) {
        self.corpus = corpus
        self.root = root
        self.output = output
        self.recipe = recipe
    }
}

/// What a training run tells while it goes on.
public struct RunObserver: Sendable {
    /// A sentence about what begins, or about something a person should know.
    public var note: @Sendable (String) -> Void
    /// Something that deserves attention: a file that could not be read, a class that is missing.
    public var warning: @Sendable (String) -> Void
    /// Recordings done, of how many.
    public var features: @Sendable (Int, Int) -> Void
    /// Positions of Go that are judged, of how many.
    public var positions: @Sendable (Int, Int) -> Void
    /// A training step.
    public var step: @Sendable (TrainingProgress) -> Void
    /// An epoch.
    public var epoch: @Sendable (FormantTraining.EpochRecord) -> Void
    /// Whether to stop with what there is.
    public var shouldStop: @Sendable () -> Bool

    /// Creates an observer; by default one that does nothing.
    public init(
        note: @escaping @Sendable (String) -> Void = { _ in },
        warning: @escaping @Sendable (String) -> Void = { _ in },
        features: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
        positions: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
        step: @escaping @Sendable (TrainingProgress) -> Void = { _ in },
        epoch: @escaping @Sendable (FormantTraining.EpochRecord) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.note = note
        self.warning = warning
        self.features = features
        self.positions = positions
        self.step = step
        self.epoch = epoch
        self.shouldStop = shouldStop
    }
}
