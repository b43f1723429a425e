/// Why a model file cannot be used.
public enum ModelFileError: Error, Sendable, CustomStringConvertible {
    /// The file cannot be read or written.
    case file(path: String, reason: String)
    /// The bytes are no safetensors file.
    case malformed(path: String, offset: Int, expected: String, found: String)
    /// A safetensors file without what a model of Formant has.
    case notAModel(path: String, reason: String)
    /// A tensor that is wanted by name, and is missing or of another shape.
    case tensor(path: String, name: String, expected: String, found: String)
    /// A later version of the format.
    case version(path: String, found: Int, known: Int)

    /// The file, what was expected and what was found.
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .malformed(let path, let offset, let expected, let found):
            "\(path): byte \(offset): expected \(expected), found \(found)"
        case .notAModel(let path, let reason): "\(path): not a model of Formant: \(reason)"
        case .tensor(let path, let name, let expected, let found):
            "\(path): tensor \(name): expected \(expected); found \(found)"
        case .version(let path, let found, let known):
            "\(path): format version \(found); this program knows versions up to \(known)"
        }
    }
}
