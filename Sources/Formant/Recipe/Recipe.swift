import FormantFiles
import FormantNetwork
import FormantTensor
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        guard
            nameOrFile.contains("/") || nameOrFile.hasSuffix(".yaml") || nameOrFile.hasSuffix(".yml")
                || FileManager.default.fileExists(atPath: nameOrFile)
        else {
            throw .unknown(
                name: nameOrFile, nearest: nearestName(to: nameOrFile, among: Recipe.names), known: Recipe.names)
        }
        guard FilePath.kind(of: nameOrFile) == .file else {
            throw .unreadable(file: nameOrFile, reason: "no such file")
        }
        let text: String
        do { text = try String(contentsOfFile: nameOrFile, encoding: .utf8) } catch {
            throw .unreadable(file: nameOrFile, reason: "no permission, or not UTF-8 text")
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
        let node = try Recipe.compose(yaml, name).applying(settings: settings)
        do { return try Recipe(yaml: try Yams.serialize(node: node), origin: name) } catch let error as RecipeError {
            throw error
        } catch { throw .malformed(recipe: name, reason: "\(error)") }
    }

    /// Keys and values that a document may have. Aliases of aliases make huge documents out of a few lines.
    private static let largestDocument = 100_000

    private static func compose(_ yaml: String, _ origin: String) throws(RecipeError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                throw RecipeError.malformed(recipe: origin, reason: "the document is empty")
            }
            var room = Recipe.largestDocument
            guard node.fits(in: &room) else {
                throw RecipeError.malformed(
                    recipe: origin,
                    reason:
                        "expected at most \(Recipe.largestDocument) keys and values, found more, aliases written out")
            }
            return node
        } catch let error as RecipeError { throw error } catch {
            throw .malformed(recipe: origin, reason: settingsMessage(error))
        }
    }
}

extension Node {
    /// Whether the node and all below it, aliases written out, are no more than `room`, from which they are taken.
    fileprivate func fits(in room: inout Int) -> Bool {
        room -= 1
        guard room >= 0 else { return false }
        switch self {
        case .mapping(let mapping):
            for (key, value) in mapping where !key.fits(in: &room) || !value.fits(in: &room) { return false }
        case .sequence(let sequence):
            for element in sequence where !element.fits(in: &room) { return false }
        case .scalar, .alias: break
        }
        return true
    }
}
