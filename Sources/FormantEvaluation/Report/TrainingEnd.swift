/// Why a training ended.
public struct TrainingEnd: Codable, Sendable, Equatable {
    /// One word: `complete`, `patience` (validation no longer got better), `minutes` (its time was over), `interrupted` or
    /// `diverged`.
    public var reason: String
    /// One sentence.
    public var detail: String

    /// Creates an end.
    public init(reason: String, detail: String) { (self.reason, self.detail) = (reason, detail) }
}
