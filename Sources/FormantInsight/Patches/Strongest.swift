/// The strongest of many, in bounded room: of equal ones those that came first.
public struct Strongest<Element: Sendable>: Sendable {
    /// How many are kept at most, at least 1.
    public let limit: Int
    /// Those that are kept, the strongest first.
    public private(set) var entries: [(value: Float, element: Element)] = []

    /// Keeps none yet.
    public init(limit: Int) {
        precondition(limit >= 1, "a list of \(limit)")
        self.limit = limit
    }

    /// Whether something so strong would be kept. What is no number would not.
    public func wouldKeep(_ value: Float) -> Bool {
        guard !value.isNaN else { return false }
        return entries.count < limit || value > entries[entries.count - 1].value
    }

    /// Keeps something, if it is strong enough.
    public mutating func offer(_ value: Float, _ element: @autoclosure () -> Element) {
        guard wouldKeep(value) else { return }
        if entries.count == limit { entries.removeLast() }
        let place = entries.firstIndex { $0.value < value } ?? entries.count
        entries.insert((value, element()), at: place)
    }
}
