import CKernels
import FormantNetwork
import FormantTensor

/// How far an input is from the content of one and the style of another, as the layers of a network see them
/// (Gatys, Ecker & Bethge 2015), and how that changes with the input.
///
/// Of a layer with N channels and M positions, F its values for the input:
/// - content: Σ (F − P)² / Σ P², where P are those of the content;
/// - style: Σ (G − A)² / Σ A², where G = FᵀF / NM and A is the same of the style.
///
/// Against equations 1 and 4 these are divided by what they would be without F: layers and networks of any scale count
/// alike, and inputs of any size. Besides, the total variation: the mean of the squared differences between neighbours
/// (Mahendran & Vedaldi 2015, β = 2).
public final class StyleObjective {
    /// A layer and how much it counts.
    public struct Layer: Hashable, Sendable {
        /// Name of the node.
        public var node: String
        /// Factor of its loss.
        public var weight: Double

        /// Creates a layer.
        public init(_ node: String, weight: Double = 1) {
            self.node = node
            self.weight = weight
        }
    }

    /// The parts of the loss, each times its weight.
    public struct Losses: Hashable, Sendable {
        /// Of the content.
        public var content = 0.0
        /// Of the style.
        public var style = 0.0
        /// Of the total variation.
        public var variation = 0.0
        /// Their sum.
        public var total: Double { content + style + variation }
    }

    /// The Gram matrices of a style, by node.
    public struct Style: Sendable {
        fileprivate var matrices: [String: [Float]]
    }

    /// The parts of the loss at the input that was last evaluated.
    public private(set) var losses = Losses()

    private let subject: Subject
    private let probe: Probe
    private let contentLayers: [Layer]
    private let styleLayers: [Layer]
    private let variation: TotalVariation?
    private let style: Style
    /// Values of the content's layers, in the order of memory.
    private var content: [String: [Float]] = [:]
    private var contentSizes: [String: Double] = [:]

    /// Makes an objective for inputs of one shape.
    /// - Parameters:
    ///   - content: the layers that are to be as in the content, and its values, in the public order. Empty for a texture of
    ///     the style alone.
    ///   - style: the layers whose Gram matrices count, and what `style(of:)` made of the same layers.
    ///   - variation: weight of the total variation; 0: none.
    /// - Throws: `NetworkError` for a node that is not there, and a shape that the network cannot take.
    public init(
        _ subject: Subject, shape: Shape, content: (layers: [Layer], values: [Float])?,
        style: (layers: [Layer], style: Style), variation: Double
    ) throws(NetworkError) {
        self.subject = subject
        contentLayers = content?.layers ?? []
        styleLayers = style.layers
        self.style = style.style
        self.variation = variation > 0 ? TotalVariation(shape: shape, weight: variation) : nil
        let nodes = (contentLayers + styleLayers).map(\.node)
        probe = try Self.probe(subject, nodes, shape: shape, differentiates: true)
        guard let content else { return }
        probe.forward([content.values])
        for layer in contentLayers {
            let values = Array(probe.values(inMemoryOf: layer.node))
            contentSizes[layer.node] = Self.size(of: values)
            self.content[layer.node] = values
        }
    }

    /// The Gram matrices of some layers for an input of any shape, each divided by N · M.
    /// - Throws: `NetworkError`, as `init` does.
    public static func style(
        of values: [Float], shape: Shape, layers: [String], _ subject: Subject
    ) throws(NetworkError) -> Style {
        let probe = try probe(subject, layers, shape: shape, differentiates: false)
        probe.forward([values])
        var matrices: [String: [Float]] = [:]
        for node in layers { matrices[node] = matrix(of: node, probe, subject.pool) }
        return Style(matrices: matrices)
    }

    /// The loss at `values` and its gradient by them.
    public func evaluate(_ values: [Float], _ gradient: inout [Float]) -> Double {
        losses = Losses()
        probe.forward([values])
        for node in Set((contentLayers + styleLayers).map(\.node)) {
            probe.gradient(inMemoryOf: node).update(repeating: 0)
        }
        for layer in styleLayers { losses.style += addStyle(layer) }
        for layer in contentLayers { losses.content += addContent(layer) }
        probe.backwardFromMemory()
        gradient = probe.inputGradient()
        if let variation { losses.variation = variation.add(of: values, to: &gradient) }
        return losses.total
    }

    /// The network up to the last of some nodes, which is its output.
    private static func probe(
        _ subject: Subject, _ nodes: [String], shape: Shape, differentiates: Bool
    ) throws(NetworkError) -> Probe {
        let names = subject.network.nodes.map(\.name)
        for node in nodes where !names.contains(node) { throw .unknownNode(name: node, known: names) }
        let last = names.last(where: nodes.contains)
        return try subject.probe(
            Probe.Options(
                watching: Set(nodes), output: last, shape: shape, differentiates: differentiates))
    }

    private static func matrix(of node: String, _ probe: Probe, _ pool: WorkerPool) -> [Float] {
        let shape = probe.shape(of: node)
        let gram = GramMatrix(positions: shape.positions, channels: shape.channels, pool: pool)
        return gram.product(UnsafePointer(probe.values(inMemoryOf: node).baseAddress!)).scaled(1 / Double(shape.count))
    }

    /// weight · Σ (G − A)² / Σ A², whose gradient by F is 4 weight / (NM Σ A²) · F (G − A).
    private func addStyle(_ layer: Layer) -> Double {
        let shape = probe.shape(of: layer.node)
        let target = style.matrices[layer.node]!
        let scale = 1 / Self.size(of: target)
        var difference = Self.matrix(of: layer.node, probe, subject.pool)
        difference.add(-1, target)
        let loss = layer.weight * difference.sums().squares * scale
        GramMatrix(positions: shape.positions, channels: shape.channels, pool: subject.pool).addGradient(
            of: UnsafePointer(probe.values(inMemoryOf: layer.node).baseAddress!),
            by: difference.scaled(4 * layer.weight * scale / Double(shape.count)),
            to: probe.gradient(inMemoryOf: layer.node).baseAddress!)
        return loss
    }

    /// What a difference is divided by: Σ a², or 1 where that is nothing.
    private static func size(of values: [Float]) -> Double {
        let squares = ck_active().pointee.sum_of_squares(values, values.count)
        return squares > 0 ? squares : 1
    }

    /// weight · Σ (F − P)² / Σ P², whose gradient is 2 weight / Σ P² · (F − P).
    private func addContent(_ layer: Layer) -> Double {
        let (values, gradient) = (probe.values(inMemoryOf: layer.node), probe.gradient(inMemoryOf: layer.node))
        let (target, count) = (content[layer.node]!, values.count)
        let scale = layer.weight / contentSizes[layer.node]!
        let kernels = ck_active()!
        let grain = 1 << 14
        var squares = [Double](repeating: 0, count: (count + grain - 1) / grain)
        squares.withUnsafeMutableBufferPointer { squares in
            target.withUnsafeBufferPointer { target in
                nonisolated(unsafe) let (target, values, gradient, squares) = (target, values, gradient, squares)
                subject.pool.forRanges(of: count, grain: grain) { range, _ in
                    var difference = Array(values[range])
                    kernels.pointee.add_scaled(-1, target.baseAddress! + range.lowerBound, &difference, range.count)
                    squares[range.lowerBound / grain] = kernels.pointee.sum_of_squares(difference, range.count)
                    kernels.pointee.add_scaled(
                        Float(2 * scale), difference, gradient.baseAddress! + range.lowerBound, range.count)
                }
            }
        }
        return scale * squares.reduce(0, +)
    }
}
