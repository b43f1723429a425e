/// How windows become events.
public struct EventRules: Sendable, Hashable {
    /// The score that a window needs to begin an event, above 0, at most 1.
    public var on: Double
    /// The score that a window needs to go on with one, above 0, at most `on`.
    public var off: Double
    /// Events of one label that are at most so many seconds apart become one; 0 … 86,400.
    public var gap: Double
    /// Events of fewer seconds are left out; 0 … 86,400.
    public var minimum: Double
    /// The labels whose events are wanted; nil: all.
    public var labels: [String]?

    /// The share of `on` that `off` is unless it is given.
    public static let usualRatio = 0.8

    /// Creates rules.
    /// - Throws: `RunError.option`, naming the option of the command, for a value out of its range.
    public init(
        on: Double = 0.5, off: Double? = nil, gap: Double = 0, minimum: Double = 0, labels: [String]? = nil
    ) throws(RunError) {
        self.on = on
        self.off = off ?? on * EventRules.usualRatio
        self.gap = gap
        self.minimum = minimum
        self.labels = labels
        guard on > 0, on <= 1 else {
            throw .option(name: "--on", value: "\(on)", expected: "a score above 0, at most 1")
        }
        guard self.off > 0, self.off <= on else {
            throw .option(name: "--off", value: "\(self.off)", expected: "a score above 0, at most that of --on, \(on)")
        }
        for (name, value) in [("--gap", gap), ("--minimum", minimum)] where !(value >= 0 && value <= 86_400) {
            throw .option(name: name, value: "\(value)", expected: "0 to 86400 seconds")
        }
    }
}
