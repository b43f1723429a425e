/// Says what stands in each window of a recording.
struct WindowLabeller {
    /// What a window is.
    enum Verdict: Equatable {
        case labelled([String])
        case background
        case uncertain
    }

    /// Most pairs of a window and an annotation in one recording.
    static let pairLimit = 4_000_000

    let rules: WindowRules
    let grid: WindowGrid

    /// An annotation that counts in a window.
    private struct Hit {
        let window: Int32
        let label: Int32
        let start: Double
        let end: Double
    }

    /// The verdict on each window, in order.
    /// - Parameter annotations: of this recording and channel.
    /// - Returns: nil when there are more than `pairLimit` pairs of a window and an annotation that touch.
    func verdicts(of annotations: [Annotation]) -> [Verdict]? {
        var names: [String] = []
        var numbers: [String: Int32] = [:]
        var isTouched = [Bool](repeating: false, count: grid.count)
        var hits: [Hit] = []
        var pairs = 0
        for annotation in annotations {
            guard let labels = rules.labels(of: annotation) else { continue }
            let stretch = annotation.start...min(max(annotation.start, annotation.end), max(annotation.start, grid.to))
            var candidates = Array(grid.candidates(stretch.lowerBound, stretch.upperBound))
            if grid.last != nil { candidates.append(grid.regularCount) }
            pairs += candidates.count
            guard pairs <= WindowLabeller.pairLimit else { return nil }
            for index in candidates {
                let window = grid[index]
                guard let overlap = overlap(stretch, window) else { continue }
                isTouched[index] = true
                guard counts(overlap, of: stretch, in: window) else { continue }
                for label in labels {
                    if numbers[label] == nil {
                        numbers[label] = Int32(names.count)
                        names.append(label)
                    }
                    hits.append(
                        Hit(
                            window: Int32(index), label: numbers[label] ?? 0,
                            start: max(stretch.lowerBound, window.lowerBound),
                            end: min(stretch.upperBound, window.upperBound)))
                }
            }
        }
        hits.sort { a, b in
            if a.window != b.window { return a.window < b.window }
            if a.label != b.label { return names[Int(a.label)] < names[Int(b.label)] }
            return a.start < b.start
        }
        var verdicts = isTouched.map { $0 ? Verdict.uncertain : .background }
        var first = 0
        while first < hits.count {
            var end = first
            while end < hits.count, hits[end].window == hits[first].window { end += 1 }
            verdicts[Int(hits[first].window)] = .labelled(labels(of: hits[first..<end], names))
            first = end
        }
        return verdicts
    }

    /// Seconds that a stretch and a window share; nil when they do not touch. A point touches the window that it is in: its
    /// start belongs to a window, its end only where the recording ends too.
    private func overlap(_ stretch: ClosedRange<Double>, _ window: ClosedRange<Double>) -> Double? {
        if stretch.lowerBound == stretch.upperBound {
            let point = stretch.lowerBound
            let isLast = window.upperBound >= grid.to - WindowGrid.tolerance
            let isIn = point >= window.lowerBound && (point < window.upperBound || (isLast && point <= grid.to))
            return isIn ? 0 : nil
        }
        let shared = min(stretch.upperBound, window.upperBound) - max(stretch.lowerBound, window.lowerBound)
        return shared > WindowGrid.tolerance ? shared : nil
    }

    private func counts(_ overlap: Double, of stretch: ClosedRange<Double>, in window: ClosedRange<Double>) -> Bool {
        // What was meant to be equal is, whatever the last bits say.
        let slack = 1e-9
        let duration = stretch.upperBound - stretch.lowerBound
        let limits = rules.overlap
        if let least = limits.label, (duration > 0 ? overlap / duration : 1) >= least - slack { return true }
        if duration == 0 { return false }
        if let least = limits.seconds, overlap >= least - WindowGrid.tolerance { return true }
        if let least = limits.window, overlap / (window.upperBound - window.lowerBound) >= least - slack { return true }
        return false
    }

    /// The labels of one window; its hits are sorted by name and start.
    private func labels(of hits: ArraySlice<Hit>, _ names: [String]) -> [String] {
        var found: [(name: String, seconds: Double, start: Double)] = []
        var reached = 0.0
        for hit in hits {
            let name = names[Int(hit.label)]
            if found.last?.name != name {
                found.append((name, 0, hit.start))
                reached = hit.start
            }
            // The union of the label's stretches: two that overlap do not count twice.
            if hit.end > reached {
                found[found.count - 1].seconds += hit.end - max(reached, hit.start)
                reached = hit.end
            }
        }
        guard rules.mode == .one else { return found.map(\.name) }
        var best = found[0]
        for other in found.dropFirst() {
            let difference = other.seconds - best.seconds
            if difference > WindowGrid.tolerance
                || (difference > -WindowGrid.tolerance && other.start < best.start - WindowGrid.tolerance)
            {
                best = other
            }
        }
        return [best.name]
    }
}
