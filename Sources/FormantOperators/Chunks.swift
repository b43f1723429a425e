/// A fixed split of a long sum into parts that are summed apart and then added in order.
///
/// It depends on the length alone, never on the number of threads: this is what makes results the same bytes for any
/// number of threads.
package struct Chunks: Sendable {
    /// What is split: 0 ..< `total`.
    package let total: Int
    /// Number of parts, at least 1.
    package let count: Int

    /// - Parameters:
    ///   - least: a part is not made shorter than this.
    ///   - most: at most so many parts.
    package init(total: Int, least: Int, most: Int) {
        self.total = total
        count = max(1, min(most, total / max(1, least)))
    }

    /// The range of one part.
    package subscript(part: Int) -> Range<Int> { part * total / count..<(part + 1) * total / count }
}
