import FormantInsight

/// What is to get the style of what, and how.
public struct StyleRequest: Sendable {
    /// How the input is found.
    public enum Method: String, CaseIterable, Sendable {
        /// L-BFGS with a memory of ten steps.
        case lbfgs
        /// Adam.
        case adam
    }

    /// Where the search begins.
    public enum Start: String, CaseIterable, Sendable {
        /// The content.
        case content
        /// Noise with the mean and deviation of the content, or of the style where there is none.
        case noise
    }

    /// A model, its run, or the weights of `vgg16-features`; nil: random filters, for recordings.
    public var features: String?
    /// The picture or recording that is shown; nil: a texture of the style alone.
    public var content: String?
    /// The one whose style it gets.
    public var style: String
    /// Nodes for the content; empty: the last of those for the style.
    public var contentLayers: [String] = []
    /// Nodes for the style; empty: `FeatureNetwork.layersByResolution`.
    public var styleLayers: [String] = []
    /// Weight of the content, 0 to 10⁹.
    public var contentWeight = 1.0
    /// Weight of the style, above 0 to 10⁹; nil: 100.
    public var styleWeight: Double?
    /// Weight of the total variation, 0 to 10⁹; nil: 0.02 for pictures, 0 for recordings.
    public var variation: Double?
    /// Iterations at each size, 1 to 100,000.
    public var steps = 100
    /// How the input is found.
    public var method = Method.lbfgs
    /// How far a step of Adam goes, in standard deviations of the first input, above 0 to 10.
    public var rate = 0.05
    /// Where it begins; nil: at the content, or at noise where there is none.
    public var start: Start?
    /// Longer side of the result, of a picture, 16 to 4096; nil: 512, or the content's own where that is shorter.
    public var size: Int?
    /// Sizes, each half of the next, 1 to 6; nil: 2.
    public var scales: Int?
    /// Longer side of the style against that of the result, 0.1 to 10; nil: 1.
    public var styleScale: Double?
    /// Whether the colours of the content stay.
    public var keepsColour = false
    /// Length of a texture of a recording in seconds, 0.1 to 180; nil: that of the style.
    public var seconds: Double?
    /// Random filters, 16 to 8192; nil: 1024.
    public var filters: Int?
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// Iterations from one picture on the way to the next; nil: none.
    public var every: Int?

    /// The usual request.
    public init(style: String) { self.style = style }

    func validate() throws(InsightError) {
        try InsightError.check("--content-weight", contentWeight, 0...1e9)
        try InsightError.check("--style-weight", styleWeight, 1e-9...1e9)
        try InsightError.check("--variation", variation, 0...1e9)
        try InsightError.check("--steps", steps, 1...100_000)
        try InsightError.check("--rate", rate, 1e-6...10)
        try InsightError.check("--size", size, 16...4096)
        try InsightError.check("--scales", scales, 1...6)
        try InsightError.check("--style-scale", styleScale, 0.1...10)
        try InsightError.check("--seconds", seconds, 0.1...180)
        try InsightError.check("--filters", filters, 16...8192)
        try InsightError.check("--every", every, 1...100_000)
        guard content == nil else { return }
        for (name, given) in [
            ("--keep-colour", keepsColour), ("--content-layer", !contentLayers.isEmpty),
            ("--start content", start == .content),
        ] where given {
            throw .option(name: name, value: "", expected: "--content beside it")
        }
    }
}

/// What came of it.
public struct StyleSummary: Encodable, Sendable {
    /// `picture` or `sound`.
    public var kind: String
    /// The file that was written.
    public var out: String
    /// Nodes for the content.
    public var contentLayers: [String]
    /// Nodes for the style.
    public var styleLayers: [String]
    /// Loss at the end of each iteration, one size after another.
    public var iterations: [Iteration] = []
    /// How often the loss and its gradient were worked out.
    public var evaluations = 0
    /// Time of the iterations, in seconds.
    public var seconds = 0.0
    /// Whether it was stopped before its end.
    public var interrupted = false
    /// Width and height, of a picture.
    public var size: [Int]?
    /// Seconds of a recording.
    public var duration: Double?

    /// One iteration.
    public struct Iteration: Encodable, Sendable {
        /// Longer side of the picture, or frames of the recording.
        public var size: Int
        /// The sum of the others.
        public var loss: Double
        /// Of the content, times its weight.
        public var content: Double
        /// Of the style, times its weight.
        public var style: Double
        /// Of the total variation, times its weight.
        public var variation: Double
    }
}
