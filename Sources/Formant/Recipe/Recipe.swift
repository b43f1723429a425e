import FormantNetwork
import FormantTensor
import FoundationEssentials
import Yams

/// A recipe as it is written: a front end, a network whose sizes depend on the corpus, and the settings of training.
///
/// Recipes are YAML documents. Some are built in; any may be written to a file, changed and used by its path.
public struct Recipe: Sendable {
    /// Name, as the document gives it.
    public let name: String
    /// The document.
    public let yaml: String

    /// The names of the recipes that are built in, sorted.
    public static var names: [String] { RecipeCatalogue.documents.keys.sorted() }

    /// Finds a recipe: a built-in one, or the file of that path.
    /// - Throws: `RecipeError`.
    public init(_ nameOrFile: String) throws(RecipeError) {
        if let bytes = RecipeCatalogue.documents[nameOrFile] {
            try self.init(yaml: String(decoding: bytes, as: UTF8.self), origin: nameOrFile)
            return
        }
        guard nameOrFile.contains("/") || nameOrFile.hasSuffix(".yaml") || nameOrFile.hasSuffix(".yml")
            || FileManager.default.fileExists(atPath: nameOrFile)
        else {
            throw .unknown(
                name: nameOrFile, nearest: nearestName(to: nameOrFile, among: Recipe.names), known: Recipe.names)
        }
        let text: String
        do { text = try String(contentsOfFile: nameOrFile, encoding: .utf8) } catch {
            throw .unreadable(file: nameOrFile, reason: "no such file, or not UTF-8 text")
        }
        try self.init(yaml: text, origin: nameOrFile)
    }

    /// Reads a document.
    /// - Parameter origin: the file or name, for messages.
    /// - Throws: `RecipeError.malformed`.
    public init(yaml: String, origin: String) throws(RecipeError) {
        let node = try Recipe.compose(yaml, origin)
        guard case .mapping = node else { throw .malformed(recipe: origin, reason: "expected keys and values") }
        name = node["name"]?.string ?? origin
        self.yaml = yaml
    }

    /// The recipe with some settings changed.
    /// - Parameter settings: each `key.key=value`, where keys lead from the top of the document (numbers count list
    ///   items from 0) and the value is YAML.
    /// - Throws: `RecipeError.setting`. Whether a key is known shows when the recipe is resolved.
    public func setting(_ settings: [String]) throws(RecipeError) -> Recipe {
        if settings.isEmpty { return self }
        var node = try Recipe.compose(yaml, name)
        for text in settings {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw .setting(text: text, reason: "expected KEY=VALUE, such as training.epochs=10")
            }
            let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let value: Node
            do {
                value = try Yams.compose(yaml: String(text[text.index(after: equals)...])) ?? Node("null", Tag(.null))
            } catch { throw .setting(text: text, reason: "the value is not YAML: \(error)") }
            node = try Recipe.replace(in: node, path[...], by: value, text)
        }
        do { return try Recipe(yaml: try Yams.serialize(node: node), origin: name) } catch let error as RecipeError {
            throw error
        } catch { throw .malformed(recipe: name, reason: "\(error)") }
    }

    private static func compose(_ yaml: String, _ origin: String) throws(RecipeError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                throw RecipeError.malformed(recipe: origin, reason: "the document is empty")
            }
            return node
        } catch let error as RecipeError { throw error } catch {
            throw .malformed(recipe: origin, reason: settingsMessage(error))
        }
    }

    private static func replace(
        in node: Node, _ path: ArraySlice<String>, by value: Node, _ text: String
    ) throws(RecipeError) -> Node {
        guard let key = path.first else { return value }
        guard !key.isEmpty else { throw .setting(text: text, reason: "a key is empty") }
        switch node {
        case .mapping(var mapping):
            mapping[Node(key)] = try replace(in: mapping[Node(key)] ?? Node.mapping(Node.Mapping([])), path.dropFirst(), by: value, text)
            return .mapping(mapping)
        case .sequence(var sequence):
            guard let index = Int(key), sequence.indices.contains(index) else {
                throw .setting(text: text, reason: "\"\(key)\" should be a number from 0 to \(sequence.count - 1)")
            }
            sequence[index] = try replace(in: sequence[index], path.dropFirst(), by: value, text)
            return .sequence(sequence)
        default:
            // A name alone, such as `optimiser: adam`, cannot hold settings; an empty place can.
            return try replace(in: Node.mapping(Node.Mapping([])), path, by: value, text)
        }
    }
}
