import Yams

extension Node {
    /// The document with some settings changed.
    /// - Parameter settings: each `key.key=value`, where keys lead from the top of the document (numbers count list
    ///   items from 0) and the value is YAML.
    /// - Throws: `RecipeError.setting`. Whether a key is known shows when the document is decoded.
    func applying(settings: [String]) throws(RecipeError) -> Node {
        var node = self
        for text in settings {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw .setting(text: text, reason: "expected KEY=VALUE, such as training.epochs=10")
            }
            let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let value: Node
            do {
                value = try Yams.compose(yaml: String(text[text.index(after: equals)...])) ?? Node("null", Tag(.null))
            } catch { throw .setting(text: text, reason: "the value is not YAML: \(settingsMessage(error))") }
            node = try node.replacing(path[...], by: value, text)
        }
        return node
    }

    private func replacing(_ path: ArraySlice<String>, by value: Node, _ text: String) throws(RecipeError) -> Node {
        guard let key = path.first else { return value }
        guard !key.isEmpty else { throw .setting(text: text, reason: "a key is empty") }
        let empty = Node.mapping(Mapping([]))
        switch self {
        case .mapping(var mapping):
            mapping[Node(key)] = try (mapping[Node(key)] ?? empty).replacing(path.dropFirst(), by: value, text)
            return .mapping(mapping)
        case .sequence(var sequence):
            guard let index = Int(key), sequence.indices.contains(index) else {
                throw .setting(text: text, reason: "\"\(key)\" should be a number from 0 to \(sequence.count - 1)")
            }
            sequence[index] = try sequence[index].replacing(path.dropFirst(), by: value, text)
            return .sequence(sequence)
        default:
            // A name alone, such as `optimiser: adam`, cannot hold settings; an empty place can.
            return try empty.replacing(path, by: value, text)
        }
    }
}
