import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// Words with the columns that a network's embeddings make of them.
struct WordTable: Sendable {
    let words: [String]
    /// Word by word, `dimension` values each.
    let columns: [Float]
    let dimension: Int
    private let input: Shape
    private let lengths: [Float]

    /// So many words are compared with, the most frequent ones.
    private static let limit = 20_000

    /// Looks the words of a vocabulary up. Where it holds none (bytes, hashes) printable characters stand for them.
    /// - Throws: `NetworkError`, or `RunError.setting` where the embeddings of a sentence are not a column a word.
    init(_ frontEnd: TextFrontEnd, _ subject: Subject) throws {
        let known = frontEnd.vocabulary.words.prefix(WordTable.limit)
        words = known.isEmpty ? (33..<127).map { String(UnicodeScalar(UInt8($0))) } : Array(known)
        input = subject.network.input
        dimension = input.channels * input.height
        var columns: [Float] = []
        let together = min(512, frontEnd.padding.maximumLength)
        for first in stride(from: 0, to: words.count, by: together) {
            let some = words[first..<min(words.count, first + together)]
            let ids = frontEnd.ids(ofTokens: some)
            let width = frontEnd.shape(ofIDs: ids).width
            let (values, shape) = try subject.values(of: ids.map(Float.init), shape: frontEnd.shape(ofIDs: ids))
            guard shape.width == width, shape.channels * shape.height == dimension else {
                throw RunError.setting(
                    name: "MODEL", value: "",
                    reason: "its embeddings make \(shape.full) of \(width) words; expected a column a word")
            }
            for word in 0..<some.count {
                for row in 0..<shape.channels * shape.height {
                    columns.append(values[row * shape.width + frontEnd.padding.margin + word])
                }
            }
        }
        self.columns = columns
        let dimension = dimension
        lengths = words.indices.map { word in
            columns[word * dimension..<(word + 1) * dimension].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }

    /// Between which numbers each row of a sentence lies; 0, the padding, is rest.
    func range(width: Int) -> InputRange {
        var (low, high) = ([Float](repeating: 0, count: dimension), [Float](repeating: 0, count: dimension))
        for i in columns.indices {
            low[i % dimension] = min(low[i % dimension], columns[i])
            high[i % dimension] = max(high[i % dimension], columns[i])
        }
        for row in 0..<dimension { high[row] = max(high[row], low[row] + 1e-6) }
        return InputRange(
            shape: Shape(channels: input.channels, height: input.height, width: width), lowest: low, highest: high,
            rest: [Float](repeating: 0, count: dimension))
    }

    /// The words whose columns point most nearly where a column of an input does.
    func nearest(_ column: [Float], count: Int) -> [(word: String, cosine: Float)] {
        let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var best = Strongest<Int>(limit: count)
        for word in words.indices where lengths[word] > 0 && length > 0 {
            var product: Float = 0
            for row in 0..<dimension { product += columns[word * dimension + row] * column[row] }
            best.offer(product / (lengths[word] * length), word)
        }
        return best.entries.map { (words[$0.element], $0.value) }
    }

    /// The nearest words to each column of an input.
    func reading(_ values: [Float], width: Int, count: Int) -> [[(word: String, cosine: Float)]] {
        (0..<width).map { place in
            nearest((0..<dimension).map { values[$0 * width + place] }, count: count)
        }
    }
}
