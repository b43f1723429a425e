import FormantGo
import FormantTensor

/// A trained network that plays through the Go Text Protocol, version 2.
public struct GoPlayer {
    /// How it plays.
    public struct Options: Sendable {
        /// 0: the likeliest point. Else points by chance, likelier ones more often, the more so the smaller it is.
        public var temperature: Float = 0
        /// Points behind, by area as the stones stand, at which it resigns; nil: it never does.
        public var resigns: Double?
        /// Whether it looks one move ahead and leaves moves out that put own stones in atari.
        public var avoidsSelfAtari = false
        /// Whether the network sees each board in all eight ways.
        public var ensemble = false
        /// Seed of chance.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    private var engine: GTPEngine

    /// Creates a player from a model file, or the folder of its run.
    /// - Throws: `ModelFileError`, `ClassifierError` where it is no model of Go.
    public init(modelPath: String, options: Options, pool: WorkerPool) throws {
        let policy = try NetworkPolicy(Model(path: modelPath), ensemble: options.ensemble, pool: pool)
        var chooser = MoveChooser(seed: options.seed)
        chooser.temperature = options.temperature
        chooser.resigns = options.resigns
        chooser.avoidsSelfAtari = options.avoidsSelfAtari
        engine = GTPEngine(policy: policy, chooser: chooser)
    }

    /// Whether it was told to quit.
    public var hasQuit: Bool { engine.hasQuit }

    /// The answer to a line, given without its end, with the empty line behind it; nil for a line that needs none.
    public mutating func respond(to line: [UInt8]) -> String? { engine.respond(to: line) }
}
