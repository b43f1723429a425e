/// Why a recipe cannot be used.
public enum RecipeError: Error, Sendable, CustomStringConvertible {
    /// There is no built-in recipe and no file of this name.
    case unknown(name: String, nearest: String?, known: [String])
    /// The file cannot be read.
    case unreadable(file: String, reason: String)
    /// The document is not what a recipe looks like.
    case malformed(recipe: String, reason: String)
    /// `--set` got something other than `key.key=value`.
    case setting(text: String, reason: String)
    /// The recipe has one network alone, not one for each axis.
    case axis(recipe: String, axis: String)
    /// The recipe is for another kind of input than the corpus has.
    case modality(recipe: String, takes: String, found: String)
    /// The recipe needs word vectors, or has no use for them.
    case vectors(recipe: String, reason: String)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .unknown(let name, let nearest, let known):
            let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "built in are \(known.joined(separator: ", "))"
            return "no recipe and no file is called \"\(name)\"; \(hint)"
        case .unreadable(let file, let reason): return "\(file): cannot be read as a recipe: \(reason)"
        case .malformed(let recipe, let reason): return "recipe \(recipe): \(reason)"
        case .setting(let text, let reason): return "--set \(text): \(reason)"
        case .axis(let recipe, let axis):
            return "--axis \(axis): recipe \(recipe) has one network alone; speech-lecture has one for each axis"
        case .modality(let recipe, let takes, let found):
            return "recipe \(recipe) takes \(takes), the corpus holds \(found)"
        case .vectors(let recipe, let reason): return "recipe \(recipe) \(reason)"
        }
    }
}
