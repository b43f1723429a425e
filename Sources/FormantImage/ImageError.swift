import FormantFiles

/// What can go wrong with a picture.
public enum ImageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The library that draws, or the size of the picture, stood against it.
    case drawing(reason: String)
    /// A file, or bytes, that give no picture: missing, of another format, cut short, damaged.
    case unreadable(file: String, found: String)
    /// More pixels than the reader allows.
    case tooLarge(file: String, width: Int, height: Int, limit: Int)
    /// An option outside its range.
    case optionInvalid(option: String, found: String, expected: String)
    /// A file that could not be written.
    case output(path: String, reason: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .drawing(let reason): "drawing a picture: \(reason)"
        case .unreadable(let file, let found): "\(file): expected a PNG or JPEG picture, found: \(found)"
        case .tooLarge(let file, let width, let height, let limit):
            "\(file): expected a picture of at most \(limit) pixels, found \(width) × \(height)"
        case .optionInvalid(let option, let found, let expected):
            "option \(option): expected \(expected), found \(found)"
        case .output(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}

/// Throws `optionInvalid` unless `condition` holds.
func require(
    _ condition: Bool, _ option: String, _ found: some CustomStringConvertible, _ expected: String
) throws(ImageError) {
    guard condition else { throw .optionInvalid(option: option, found: found.description, expected: expected) }
}
