/// What can go wrong with a picture.
public enum ImageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The library that draws, or the size of the picture, stood against it.
    case drawing(reason: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .drawing(let reason): "drawing a picture: \(reason)"
        }
    }
}
