import FormantInsight
import FormantNetwork
import FormantTensor

/// What is to be dreamt, and how. What is nil has a default that depends on the kind of input.
public struct DreamRequest: Sendable {
    /// A model, its run, or the weights of `vgg16-features`.
    public var features: String
    /// The node that is looked at; nil: the last of `FeatureNetwork.layersByResolution`.
    public var layer: String?
    /// Channels of the node; empty: all, by the mean of their squares.
    public var channels: [Int] = []
    /// A label whose output is raised in place of a node.
    public var label: String?
    /// A picture or recording whose shapes are sought.
    public var guide: String?
    /// Steps, of pictures at each size, 1 to 100,000.
    public var steps = 10
    /// Sizes of a picture, 1 to 20; nil: 4.
    public var octaves: Int?
    /// Ratio of sizes, 1.05 to 4; nil: 1.4.
    public var scale: Double?
    /// How far a step goes, in standard deviations of the input's values, above 0 to 10; nil: 0.025.
    public var rate: Double?
    /// How far the input is turned before a step, in rows and columns, 0 to 4096; nil: 32.
    public var jitter: Int?
    /// Rows and columns of a tile, 64 to 4096.
    public var tile = 512
    /// The longer side that a picture is made to have; nil: its own.
    public var size: Int?
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// Steps between pictures on the way; nil: none.
    public var every: Int?

    /// The usual request.
    public init(features: String) { self.features = features }

    /// Around a tile, more than a value of relu4_1 of VGG16 sees (60).
    static let margin = 64

    func validate() throws(InsightError) {
        try InsightError.check("--steps", steps, 1...100_000)
        try InsightError.check("--octaves", octaves, 1...20)
        try InsightError.check("--scale", scale, 1.05...4)
        try InsightError.check("--rate", rate, 1e-6...10)
        try InsightError.check("--jitter", jitter, 0...4096)
        try InsightError.check("--tile", tile, 64...4096)
        try InsightError.check("--size", size, 8...16_384)
        try InsightError.check("--every", every, 1...100_000)
        if label != nil, layer != nil || !channels.isEmpty || guide != nil {
            throw .option(
                name: "--label", value: label ?? "", expected: "no --layer, --channel and --guide beside it")
        }
        if guide != nil, !channels.isEmpty {
            throw .option(name: "--guide", value: guide ?? "", expected: "no --channel beside it")
        }
    }
}

/// What came of a dream.
public struct DreamSummary: Encodable, Sendable {
    /// `picture`, `sound` or `sentence`.
    public var kind: String
    /// The file that was written.
    public var out: String?
    /// The node that was looked at, or the label.
    public var aim: String
    /// The aim before each step.
    public var aims: [Double]
    /// Whether it was stopped before its end.
    public var interrupted = false
    /// Width and height, of a picture.
    public var size: [Int]?
    /// Seconds of a recording.
    public var seconds: Double?
    /// Of a sentence: what it was before and after each exchange of a word, with the aim.
    public var sentences: [SentenceStep]?

    /// A sentence on the way.
    public struct SentenceStep: Encodable, Sendable {
        /// The words, with spaces between them.
        public var text: String
        /// The aim for it.
        public var aim: Double
        /// Its best label, and the score.
        public var label: String?
        /// 0 … 1.
        public var score: Float?
    }
}
