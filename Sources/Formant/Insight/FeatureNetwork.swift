import FormantInsight
import FormantNetwork
import FormantTensor

/// A network whose layers say what is in an input, for dream and style: a trained model, or VGG16 with weights from a file.
public struct FeatureNetwork: Sendable {
    /// The file, or the run, for messages.
    public let name: String
    /// The network, opened.
    public let subject: Subject
    /// What makes its inputs.
    public let frontEnd: FrontEnd
    /// The whole of a trained model; nil of weights from elsewhere.
    public let model: Model?
    /// What its outputs stand for; none of a network that ends in a layer's maps.
    public var labels: [String] { model?.labels ?? [] }

    /// The recipe that weights from elsewhere belong to, and the last of its nodes that they reach.
    private static let recipe = (name: "vgg16-features", end: "relu4_1")

    /// Opens a model file or run, or a safetensors file with the weights of `vgg16-features`: tensors convN_M.weight
    /// [outputs, inputs, 3, 3] and convN_M.bias up to conv4_1; others are passed over.
    /// - Throws: `ModelFileError`, naming the tensor that is missing or of another shape.
    public init(path: String, pool: WorkerPool) throws {
        name = path
        let file = try Model.file(of: path)
        let contents = try SafeTensors(path: file)
        if contents.metadata["formant"] != nil {
            let model = try Model(contents, path: file)
            subject = try Subject(network: model.network, parameters: model.parameters, pool: pool)
            frontEnd = model.frontEnd
            self.model = model
            return
        }
        let resolved = try Recipe(Self.recipe.name).resolved(CorpusFacts(classes: 1))
        guard case .image(let images) = resolved.input else {
            preconditionFailure("\(Self.recipe.name) takes pictures")
        }
        let network = try resolved.network(input: images.shape).upTo(Self.recipe.end)
        let parameters = Parameters(zeros: try network.bound().parameters)
        for entry in parameters.table.entries {
            let expected = "\(entry.specification.extents), as \(Self.recipe.name) has it"
            guard let tensor = contents.tensors[entry.name] else {
                throw ModelFileError.tensor(path: file, name: entry.name, expected: expected, found: "none")
            }
            guard tensor.extents == entry.specification.extents else {
                throw ModelFileError.tensor(
                    path: file, name: entry.name, expected: expected, found: "\(tensor.extents)")
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw ModelFileError.tensor(
                    path: file, name: entry.name, expected: "finite values",
                    found: "some that are infinite or no numbers")
            }
            try parameters.set(entry.name, to: tensor)
        }
        subject = try Subject(network: network, parameters: parameters, pool: pool)
        frontEnd = .image(images)
        model = nil
    }

    /// The node that an option names.
    /// - Throws: `InsightError.unknown`, with the nearest right name.
    func node(_ name: String, option: String) throws(InsightError) -> String {
        let names = subject.network.nodes.map(\.name)
        guard names.contains(name) else {
            throw .unknown(
                option: option, name: name, reason: "\(UnknownName("layer", name, of: self.name, known: names))")
        }
        return name
    }

    /// The first activation behind each pooling (and stride) whose outputs have places, in order: of VGG16 relu1_1, relu2_1,
    /// relu3_1 and relu4_1, those that Gatys, Ecker & Bethge 2015 take the style from. Of a network without activations its
    /// convolutions.
    func layersByResolution() throws(NetworkError) -> [String] {
        let bound = try subject.network.bound()
        func first(_ suits: (any Layer) -> Bool) -> [String] {
            var found: [(name: String, positions: Int)] = []
            for (node, place) in zip(subject.network.nodes, bound.nodes) where suits(node.layer) {
                let positions = place.binding.output.positions
                if positions > 1, found.allSatisfy({ $0.positions > positions }) {
                    found.append((node.name, positions))
                }
            }
            return found.map(\.name)
        }
        let activations = first { $0 is Activation }
        return activations.isEmpty ? first { $0 is Convolution2D || $0 is Convolution1D } : activations
    }

    /// The last of some nodes in the order of the network.
    func last(of nodes: [String]) -> String? { subject.network.nodes.map(\.name).last(where: nodes.contains) }

    /// Whether the network up to a node takes inputs of other sizes than its own with the same weights: higher, wider.
    func isFree(upTo node: String?, rows: Bool, columns: Bool) throws(NetworkError) -> Bool {
        let part = try node.map { name throws(NetworkError) in try subject.network.upTo(name) } ?? subject.network
        var larger = part.input
        if rows { larger.height *= 2 }
        if columns { larger.width *= 2 }
        let own = try part.bound()
        guard let other = try? part.bound(to: larger), other.parameters == own.parameters else { return false }
        return node != nil || other.output == own.output
    }
}
