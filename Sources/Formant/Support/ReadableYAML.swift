import Yams

/// YAML for people.
enum ReadableYAML {
    /// A value as a document: numbers as short as reading them back allows, letters as they are, lines not broken.
    static func text(_ value: some Encodable) throws -> String {
        let document = try YAMLEncoder().encode(value)
        guard let node = try Yams.compose(yaml: document) else { return document }
        return try Yams.serialize(node: shortened(node), width: -1, allowUnicode: true)
    }

    private static func shortened(_ node: Node) -> Node {
        switch node {
        case .mapping(let mapping):
            return Node(mapping.map { ($0.key, shortened($0.value)) }, mapping.tag, mapping.style)
        case .sequence(let sequence): return Node(sequence.map(shortened), sequence.tag, sequence.style)
        case .scalar(var scalar):
            guard scalar.style == .any || scalar.style == .plain, node.int == nil, let number = Double(scalar.string),
                number.isFinite
            else { return node }
            scalar.string = shortest(number)
            return .scalar(scalar)
        default: return node
        }
    }

    /// The encoder writes a single-precision number with the digits of a double: 0.1 as 1.00000001490116e-1.
    private static func shortest(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e9 { return "\(Int(number))" }
        let single = Float(number)
        return abs(Double(single) - number) <= 1e-13 * number.magnitude ? "\(single)" : "\(number)"
    }
}
