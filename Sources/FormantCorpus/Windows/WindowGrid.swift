/// Where the windows of a recording lie.
///
/// Window k covers `from + k · hop ..< from + k · hop + length` as long as that ends in the recording; one more may cover
/// the end. Times are rounded to microseconds.
struct WindowGrid {
    /// Most windows of one recording.
    static let limit = 1_000_000
    /// Seconds below which nothing is told apart.
    static let tolerance = 1e-6

    let from: Double
    let to: Double
    let length: Double
    let hop: Double
    /// Windows of full length, one every hop.
    let regularCount: Int
    /// The window over the end; nil when nothing is left over, or it is left out.
    let last: ClosedRange<Double>?

    /// Lays windows over `from ..< to` of a recording, in seconds; nil when there would be more than `limit`.
    init?(from: Double, to: Double, rules: WindowRules) {
        self.from = from
        self.to = to
        length = rules.window
        hop = rules.hop ?? rules.window
        let extent = to - from
        guard extent.isFinite, extent > 0 else { return nil }
        let room = (extent - length + WindowGrid.tolerance) / hop
        guard room < Double(WindowGrid.limit) - 1 else { return nil }
        regularCount = room < 0 ? 0 : Int(room) + 1
        let next = Double(regularCount) * hop
        let covered = regularCount == 0 ? 0 : Double(regularCount - 1) * hop + length
        guard rules.tail != .drop, covered < extent - WindowGrid.tolerance, next < extent - WindowGrid.tolerance else {
            last = nil
            return
        }
        let start = rules.tail == .pad ? from + next : max(from, to - length)
        last = WindowGrid.rounded(start)...max(WindowGrid.rounded(start), WindowGrid.rounded(to))
    }

    var count: Int { regularCount + (last == nil ? 0 : 1) }

    /// Start and end of a window in seconds.
    subscript(index: Int) -> ClosedRange<Double> {
        if index == regularCount, let last { return last }
        let start = WindowGrid.rounded(from + Double(index) * hop)
        return start...WindowGrid.rounded(from + Double(index) * hop + length)
    }

    /// The windows that may touch a stretch of time; that they do is to be checked.
    func candidates(_ start: Double, _ end: Double) -> Range<Int> {
        let lowest = ((start - from - length) / hop).rounded(.down)
        let highest = ((end - from) / hop).rounded(.down) + 1
        guard highest > 0 else { return 0..<0 }
        let lower = lowest < 0 ? 0 : Int(min(lowest, Double(regularCount)))
        let upper = Int(min(highest, Double(regularCount)))
        return lower..<max(lower, upper)
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }
}
