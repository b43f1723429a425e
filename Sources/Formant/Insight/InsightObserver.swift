/// What is told while an input is changed, and asked.
public struct InsightObserver {
    /// A line for people.
    public var note: (String) -> Void
    /// How far the work is, 0 … 1, in words too.
    public var progress: (Double, String) -> Void
    /// Whether to stop with the best so far.
    public var shouldStop: () -> Bool

    /// Creates an observer; by default nobody looks.
    public init(
        note: @escaping (String) -> Void = { _ in }, progress: @escaping (Double, String) -> Void = { _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) {
        self.note = note
        self.progress = progress
        self.shouldStop = shouldStop
    }
}

/// Files that are written on the way to a result.
struct Intermediates {
    /// The result's path; theirs have the step before its extension: `out.png`, `out-0010.png`.
    let output: String
    /// Steps from one to the next; nil: none.
    let every: Int?

    /// The path for a step that is one of those.
    func path(step: Int) -> String? {
        guard let every, step % every == 0 else { return nil }
        let digits = String(step)
        let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        guard let dot = output.lastIndex(of: "."), !output[dot...].contains("/") else { return "\(output)-\(number)" }
        return "\(output[..<dot])-\(number)\(output[dot...])"
    }
}
