import FormantInsight
import FormantTensor

extension WordTable {
    /// So many words are compared with, the most frequent ones.
    static let nearestLimit = 20_000

    /// Between which numbers each row of a sentence lies; 0, the padding, is rest.
    func range(width: Int) -> InputRange {
        var (low, high) = ([Float](repeating: 0, count: height), [Float](repeating: 0, count: height))
        for i in columns.indices {
            low[i % height] = min(low[i % height], columns[i])
            high[i % height] = max(high[i % height], columns[i])
        }
        for row in 0..<height { high[row] = max(high[row], low[row] + 1e-6) }
        return InputRange(
            shape: Shape(channels: column.channels, height: column.height, width: width), lowest: low, highest: high,
            rest: [Float](repeating: 0, count: height))
    }

    /// The words whose columns point most nearly where a column of an input does.
    func nearest(_ column: [Float], count: Int) -> [(word: String, cosine: Float)] {
        let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var best = Strongest<Int>(limit: count)
        for word in words.indices {
            var (product, square) = (Float(0), Float(0))
            for row in 0..<height {
                let value = columns[word * height + row]
                product += value * column[row]
                square += value * value
            }
            if square > 0, length > 0 { best.offer(product / (square.squareRoot() * length), word) }
        }
        return best.entries.map { (words[$0.element], $0.value) }
    }

    /// The nearest words to each column of an input.
    func reading(_ values: [Float], width: Int, count: Int) -> [[(word: String, cosine: Float)]] {
        (0..<width).map { place in
            nearest((0..<height).map { values[$0 * width + place] }, count: count)
        }
    }
}
