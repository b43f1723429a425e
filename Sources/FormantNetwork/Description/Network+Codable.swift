import FormantTensor

// input: [1, 28, 28]
// layers:
//   - convolution: {filters: 25, kernel: 3}
//   - relu
//   - {name: out, dense: {units: 10}}
//   - {sum, from: [a, b]} is written {from: [a, b], sum: {}}

extension Network {
    private enum Keys: String, SettingsKey { case input, layers }

    /// Reads a description.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "network", keyedBy: Keys.self)
        let extents = try settings.decode([Int].self, forKey: .input)
        guard extents.count == 3, extents.allSatisfy({ (1...largestExtent).contains($0) }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .input, in: settings,
                debugDescription:
                    "expected [channels, height, width], each from 1 to \(largestExtent), found \(extents)")
        }
        let layers = try settings.decode(LayerList.self, forKey: .layers)
        self.init(input: Shape(channels: extents[0], height: extents[1], width: extents[2]), layers: layers)
    }

    /// Creates a network from an input and layers that were read.
    public init(input: Shape, layers: LayerList) {
        var assembly = NetworkAssembly(input: input)
        for node in layers.written { assembly.append(node.layer, name: node.name, inputs: node.from) }
        self = assembly.network
    }

    /// The layers without the input.
    public var layers: LayerList {
        var previous = Network.inputName
        var written: [WrittenNode] = []
        for node in nodes {
            let from = node.inputs == [previous] ? nil : node.inputs
            written.append(WrittenNode(name: node.name, from: from, layer: node.layer))
            previous = node.name
        }
        return LayerList(written: written)
    }

    /// Writes a description that `init(from:)` reads, with every name and only those inputs that are not the node before.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode([input.channels, input.height, input.width], forKey: .input)
        try container.encode(layers, forKey: .layers)
    }
}

/// The layers of a description, as a recipe holds them: the input comes from the front end.
public struct LayerList: Codable, Sendable {
    fileprivate let written: [WrittenNode]

    fileprivate init(written: [WrittenNode]) { self.written = written }

    /// Reads a list of layers.
    public init(from decoder: any Decoder) throws {
        written = try decoder.singleValueContainer().decode([WrittenNode].self)
    }

    /// Writes a list of layers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(written)
    }
}

/// A node as it stands in a file.
private struct WrittenNode: Codable, Sendable {
    var name: String?
    var from: [String]?
    var layer: any Layer

    init(name: String?, from: [String]?, layer: any Layer) {
        self.name = name
        self.from = from
        self.layer = layer
    }

    init(from decoder: any Decoder) throws {
        if let kind = try? decoder.singleValueContainer().decode(String.self) {
            layer = try WrittenNode.layer(kind, settings: nil, at: decoder)
            return
        }
        let container = try decoder.container(keyedBy: AnyKey.self)
        name = try container.decodeIfPresent(String.self, forKey: AnyKey("name"))
        if let one = try? container.decode(String.self, forKey: AnyKey("from")) {
            from = [one]
        } else {
            from = try container.decodeIfPresent([String].self, forKey: AnyKey("from"))
        }
        let kinds = container.allKeys.filter { !["name", "from"].contains($0.stringValue) }
        guard kinds.count == 1 else {
            let found = kinds.map(\.stringValue).sorted().joined(separator: ", ")
            throw DecodingError.refused(
                "a layer has one kind besides name and from; found \(found.isEmpty ? "none" : found)",
                at: decoder.codingPath)
        }
        let settings = try container.decodeNil(forKey: kinds[0]) ? nil : container.superDecoder(forKey: kinds[0])
        layer = try WrittenNode.layer(kinds[0].stringValue, settings: settings, at: decoder)
    }

    private static func layer(_ kind: String, settings: (any Decoder)?, at place: any Decoder) throws -> any Layer {
        guard LayerCatalogue.kinds.contains(kind) else {
            let error = UnknownName("layer", kind, of: "network", known: LayerCatalogue.kinds)
            throw DecodingError.refused(error, at: place.codingPath)
        }
        return try LayerCatalogue.layer(kind: kind, settings: settings)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        if let name { try container.encode(name, forKey: AnyKey("name")) }
        if let from { try container.encode(from, forKey: AnyKey("from")) }
        if layer.isBare {
            try container.encode([String: Int](), forKey: AnyKey(layer.kind))
        } else {
            try layer.encode(to: container.superEncoder(forKey: AnyKey(layer.kind)))
        }
    }
}
