/// The shortest of several runs: what a piece of work takes when nothing disturbs it.
enum Stopwatch {
    /// Runs `body` once to warm up, then until `seconds` have passed, but 2 to 200 times.
    /// - Returns: the least time of a run in seconds.
    static func least(seconds: Double, _ body: () -> Void) -> Double {
        body()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var least = Double.infinity
        for run in 0..<200 where run < 2 || clock.now < end {
            let start = clock.now
            body()
            least = min(least, (clock.now - start) / .seconds(1))
        }
        return least
    }
}
