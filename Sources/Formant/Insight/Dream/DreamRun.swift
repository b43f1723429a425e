import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor

/// Changes a picture, a recording or a sentence so that a network sees more in it.
public struct DreamRun {
    let request: DreamRequest
    let network: FeatureNetwork
    let pool: WorkerPool
    let observer: InsightObserver

    /// Opens the network.
    /// - Throws: `InsightError`, `ModelFileError`.
    public init(_ request: DreamRequest, pool: WorkerPool, observer: InsightObserver = InsightObserver()) throws {
        try request.validate()
        self.request = request
        self.pool = pool
        self.observer = observer
        network = try FeatureNetwork(path: request.features, pool: pool)
    }

    /// Dreams, and writes the result.
    /// - Parameters:
    ///   - input: a picture, a recording, or the words of a sentence: what the network takes.
    ///   - output: the file that is written: a picture's or a recording's; nil for a sentence.
    /// - Throws: `InsightError` for options that the kind of input has not, and the errors of reading and writing.
    public func run(_ input: String, to output: String?) throws -> DreamSummary {
        if case .text(let frontEnd) = network.frontEnd {
            guard output == nil else {
                throw InsightError.option(
                    name: "--out", value: output ?? "", expected: "none for a model of sentences, which are printed")
            }
            return try sentence(input, frontEnd)
        }
        guard let output else {
            throw InsightError.option(name: "--out", value: "", expected: "the file that is written")
        }
        switch network.frontEnd {
        case .image(let frontEnd): return try picture(input, frontEnd, to: output)
        case .audio(let frontEnd): return try sound(input, frontEnd, to: output)
        case .text: preconditionFailure("sentences have no files")
        }
    }

    /// The node that is looked at, unless it is an output.
    func node() throws -> String? {
        if request.label != nil { return nil }
        if let layer = request.layer { return try network.node(layer, option: "--layer") }
        guard let last = try network.layersByResolution().last else {
            throw InsightError.undefined(
                what: "\(network.name) has no layer with places", expected: "one named with --layer, or --label")
        }
        return last
    }

    /// The number of the label that is wanted.
    func output(_ label: String) throws -> Int {
        guard let index = network.labels.firstIndex(of: label) else {
            let problem = UnknownName("label", label, of: network.name, known: network.labels)
            throw InsightError.unknown(
                option: "--label", name: label,
                reason: network.labels.isEmpty ? "\(network.name) has no labels" : "\(problem)")
        }
        return index
    }

    /// The aim, where the guide's values are as the network gets them.
    func aim(guide: (values: [Float], shape: Shape)?) throws -> DreamAim {
        if let label = request.label { return .output(try output(label)) }
        let node = try node()!
        if let guide {
            return .guide(
                node: node,
                try DreamGuide(network.subject, node: node, values: guide.values, shape: guide.shape))
        }
        guard !request.channels.isEmpty else { return .energy(node: node) }
        let bound = try network.subject.network.upTo(node).bound()
        for channel in request.channels where !(0..<bound.output.channels).contains(channel) {
            throw InsightError.option(
                name: "--channel", value: "\(channel)",
                expected: "0 to \(bound.output.channels - 1), the channels of \(node)")
        }
        return .channels(node: node, request.channels)
    }

    /// What is raised, for people.
    func aimName() throws -> String {
        if let label = request.label { return "label \(label)" }
        let channels = request.channels.isEmpty ? "" : " \(request.channels.map(String.init).joined(separator: ", "))"
        return (try node() ?? "") + channels + (request.guide == nil ? "" : " by \(request.guide!)")
    }

    /// Throws where an option is given that is for pictures alone.
    func refusePictureOptions(_ kind: String) throws {
        for (name, given) in [
            ("--octaves", request.octaves != nil), ("--scale", request.scale != nil), ("--size", request.size != nil),
        ] where given {
            throw InsightError.option(name: name, value: "", expected: "a picture, found \(kind)")
        }
    }
}
