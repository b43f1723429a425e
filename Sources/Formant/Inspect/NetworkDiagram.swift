import FormantFiles
import FormantImage
import FormantNetwork

/// A network as a picture: boxes from the input at the top to the output at the bottom, with the shapes between them.
///
/// What follows a layer value by value (norms, activations, dropout) stands in its box.
struct NetworkDiagram {
    private struct Box {
        var lines: [String]
        var kind: String
        /// Boxes that go in.
        var inputs: [Int]
    }

    private var boxes: [Box] = []

    private static let lineHeight = 15.0
    private static let margin = 10.0
    private static let textSize = 11.0
    private static let between = 34.0
    private static let boxLimit = 400

    private static let ink = Colour(0x1b1f24)
    private static let attached: Set<String> = ["batchNorm", "layerNorm", "dropout"]

    /// - Throws: `ImageError` for a network of more boxes than one could look at.
    init(_ network: BoundNetwork) throws(ImageError) {
        let nodes = network.nodes
        var uses = [Int](repeating: 0, count: nodes.count + 1)
        for node in nodes { for input in node.inputs { uses[input] += 1 } }
        boxes.append(Box(lines: ["input", network.input.full], kind: "input", inputs: []))
        // The box of each tensor.
        var owner = [0]
        for node in nodes {
            if let source = node.inputs.first, node.inputs.count == 1, source > 0, uses[source] == 1,
                NetworkDiagram.isAttached(node, network)
            {
                boxes[owner[source]].lines.insert(node.kind, at: boxes[owner[source]].lines.count - 1)
                owner.append(owner[source])
                continue
            }
            let weights = node.binding.parameters.filter { $0.role != .running }.reduce(0) { $0 + $1.count }
            var lines = [node.name == node.kind ? node.kind : "\(node.name): \(node.kind)"]
            if weights > 0 { lines[0] += ", \(weights) weights" }
            lines.append("\(node.binding.output)")
            owner.append(boxes.count)
            boxes.append(Box(lines: lines, kind: node.kind, inputs: node.inputs.map { owner[$0] }))
        }
        guard boxes.count <= NetworkDiagram.boxLimit else {
            throw .drawing(reason: "\(boxes.count) boxes, expected at most \(NetworkDiagram.boxLimit)")
        }
    }

    /// Whether a layer changes values one by one, without weights that are worth a box.
    private static func isAttached(_ node: BoundNetwork.Node, _ network: BoundNetwork) -> Bool {
        let source = node.inputs[0] == 0 ? network.input : network.nodes[node.inputs[0] - 1].binding.output
        guard node.binding.output == source, node.binding.multiplications == 0 else { return false }
        return attached.contains(node.kind) || node.binding.parameters.isEmpty
    }

    /// An SVG document.
    /// - Throws: `ImageError`.
    func svg() throws(ImageError) -> [UInt8] {
        let ruler = try Canvas(width: 1, height: 1, format: .svg)
        let sizes = boxes.map { box in
            let widest = box.lines.map { ruler.width(of: shown($0), size: NetworkDiagram.textSize) }.max() ?? 0
            return (
                width: widest.rounded(.up) + 2 * NetworkDiagram.margin,
                height: Double(box.lines.count) * NetworkDiagram.lineHeight + NetworkDiagram.margin
            )
        }
        let layout = LayeredLayout(
            inputs: boxes.map(\.inputs), widths: sizes.map(\.width), heights: sizes.map(\.height),
            between: NetworkDiagram.between)
        let canvas = try Canvas(width: layout.width + 40, height: layout.height + 40, format: .svg)
        canvas.fill(x: 0, y: 0, width: layout.width + 40, height: layout.height + 40, Colour(0xffffff))
        for edge in layout.edges {
            let points = edge.map { ($0.x + 20, $0.y + 20) }
            canvas.stroke(curve(points), Colour(0x57606a), thickness: 1.3)
            let (x, y) = points[points.count - 1]
            canvas.fill([.move(x, y), .line(x - 4, y - 7), .line(x + 4, y - 7)], Colour(0x57606a))
        }
        for (i, box) in boxes.enumerated() {
            let (x, y) = (layout.places[i].x - sizes[i].width / 2 + 20, layout.places[i].y + 20)
            let colour = NetworkDiagram.colour(of: box.kind)
            let fill = Colour(0xffffff).mixed(with: colour, share: 0.18)
            canvas.fill(x: x, y: y, width: sizes[i].width, height: sizes[i].height, radius: 5, fill)
            canvas.stroke(x: x, y: y, width: sizes[i].width, height: sizes[i].height, radius: 5, colour, thickness: 1.2)
            for (line, text) in box.lines.enumerated() {
                canvas.text(
                    shown(text), x: layout.places[i].x + 20,
                    y: y + NetworkDiagram.margin / 2 + (Double(line) + 0.75) * NetworkDiagram.lineHeight,
                    size: NetworkDiagram.textSize, anchor: .middle, NetworkDiagram.ink)
            }
        }
        return try canvas.bytes()
    }

    /// Writes an SVG file, which is there whole or not at all.
    func write(to path: String) throws { try AtomicFile.write(bytes: try svg(), to: path) }

    private func shown(_ text: String) -> String { text.count > 60 ? text.prefix(59) + "…" : text }

    /// Through points, leaving and arriving straight down.
    private func curve(_ points: [(x: Double, y: Double)]) -> [Canvas.PathStep] {
        var steps = [Canvas.PathStep.move(points[0].x, points[0].y)]
        for (a, b) in zip(points, points.dropFirst()) {
            let middle = (a.y + b.y) / 2
            steps.append(.curve(a.x, middle, b.x, middle, b.x, b.y))
        }
        return steps
    }

    private static func colour(of kind: String) -> Colour {
        switch kind {
        case _ where kind.hasPrefix("convolution"): .blue
        case _ where kind.lowercased().hasSuffix("pool"): .green
        case "sum", "concatenate": .orange
        case "dense": .vermilion
        case "embedding": .purple
        default: Colour(0x57606a)
        }
    }
}
