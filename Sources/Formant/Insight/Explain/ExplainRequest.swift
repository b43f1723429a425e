import FormantCorpus
import FormantInsight
import FormantTensor

/// What is to be explained, and how.
public struct ExplainRequest: Sendable {
    /// Names of methods, or `all`.
    public var methods = ["all"]
    /// Labels to explain; empty: what the model takes the input for.
    public var labels: [String] = []
    /// `zeros`, `padding` or `mean`; nil: padding.
    public var baseline: String?
    /// Nodes whose maps Grad-CAM takes; empty: the last convolution of each branch.
    public var nodes: [String] = []
    /// Noisy inputs of SmoothGrad, 1 to 10,000.
    public var samples = 50
    /// Noise of SmoothGrad as a share of the input's span, 0 to 10.
    public var noise = 0.15
    /// Rows and columns of the boxes of occlusion; nil: by the input's size.
    public var patch: [Int]?
    /// Rows and columns from one box to the next; nil: half a box.
    public var stride: [Int]?
    /// How words are taken away: `leave-out` or `replace`.
    public var words = "leave-out"
    /// Whether maps are checked: against weights of chance, and by taking away what they say counts.
    public var checks = true
    /// What noise, weights and orders of chance are drawn from.
    public var seed: UInt64 = 1
    /// Seconds from one window of a recording to the next; nil: one clip of it, as in classifying.
    public var hop: Double?
    /// The second of a recording that the explained clip has in its middle.
    public var at: Double?

    /// The usual request.
    public init() {}
}

/// A request whose names are understood.
struct CheckedRequest {
    /// What parts of an input become when they are taken away, and what integrated gradients go out from.
    enum Baseline: String, CaseIterable { case zeros, padding, mean }

    let request: ExplainRequest
    let methods: [ExplanationMethod]
    /// Numbers of the labels; empty: the one that is given.
    let labels: [Int]
    let baseline: Baseline?
    let erasing: SentenceWords.Erasing
    let settings: ExplanationSettings

    /// - Throws: `RunError.option` for what is unknown or out of its range.
    init(_ request: ExplainRequest, _ model: Model) throws {
        self.request = request
        func named<Name: RawRepresentable & CaseIterable>(_ option: String, _ text: String) throws -> Name
        where Name.RawValue == String {
            if let name = Name(rawValue: text) { return name }
            let known = Name.allCases.map(\.rawValue) + (Name.self == ExplanationMethod.self ? ["all"] : [])
            throw RunError.setting(
                name: option, value: "", reason: UnknownName("name", text, known: known).description)
        }
        func check(_ option: String, _ value: some Comparable, _ isRight: Bool, _ expected: String) throws {
            guard isRight else { throw RunError.option(name: option, value: "\(value)", expected: expected) }
        }
        var methods: [ExplanationMethod] = []
        for name in request.methods {
            let more = name == "all" ? ExplanationMethod.allCases : [try named("--method", name)]
            methods += more.filter { !methods.contains($0) }
        }
        self.methods = methods.isEmpty ? ExplanationMethod.allCases : methods
        labels = try request.labels.map { label in
            guard let place = model.labels.firstIndex(of: label) else {
                throw RunError.setting(
                    name: "--label", value: "",
                    reason: UnknownName("label", label, of: "the model", known: model.labels).description)
            }
            return place
        }
        baseline = try request.baseline.map { try named("--baseline", $0) }
        erasing = try named("--words", request.words)
        try check("--samples", request.samples, (1...10_000).contains(request.samples), "1 to 10000")
        try check("--noise", request.noise, (0...10).contains(request.noise), "0 to 10")
        for (option, size) in [("--patch", request.patch), ("--stride", request.stride)] {
            guard let size else { continue }
            guard size.count == 2, size.allSatisfy({ (1...65_536).contains($0) }) else {
                throw RunError.option(
                    name: option, value: size.map { "\($0)" }.joined(separator: "x"),
                    expected: "rows x columns of 1 to 65536, such as 4x8")
            }
        }
        if let at = request.at {
            try check("--at", at, at >= 0 && at <= 1e9, "seconds from the start of the recording")
            if request.hop != nil {
                throw RunError.option(name: "--at", value: "\(at)", expected: "no --hop beside it")
            }
        }
        if let hop = request.hop { try check("--hop", hop, hop >= 0.001 && hop <= 86_400, "0.001 to 86400 seconds") }
        if model.frontEnd.modality != .audio, request.at != nil || request.hop != nil {
            throw RunError.option(
                name: request.at == nil ? "--hop" : "--at", value: "",
                expected: "a model of sound; this one takes \(model.frontEnd.takes)")
        }
        for node in request.nodes where !model.network.nodes.contains(where: { $0.name == node }) {
            throw RunError.setting(
                name: "--layer", value: "",
                reason: UnknownName("layer", node, of: "the network", known: model.network.nodes.map(\.name))
                    .description)
        }
        var settings = ExplanationSettings()
        settings.samples = request.samples
        settings.noise = Float(request.noise)
        settings.nodes = request.nodes
        settings.seed = request.seed
        self.settings = settings
    }
}
