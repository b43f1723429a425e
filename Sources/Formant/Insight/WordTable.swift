import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// What each word of a vocabulary is where a network of sentences begins to be numbers: a column of the matrix.
struct WordTable: Sendable {
    /// The words.
    let words: [String]
    /// Values of a column.
    let height: Int
    /// Word by word, `height` values each.
    let columns: [Float]

    /// Looks words up, the most frequent first. Where a vocabulary holds none (bytes, hashes) printable characters stand for
    /// them.
    /// - Throws: `NetworkError`.
    init(_ frontEnd: TextFrontEnd, _ subject: Subject, limit: Int = .max) throws(NetworkError) {
        let known = frontEnd.vocabulary.words.prefix(limit)
        words = known.isEmpty ? (33..<127).map { String(UnicodeScalar(UInt8($0))) } : Array(known)
        height = subject.network.input.channels * subject.network.input.height
        var columns: [Float] = []
        let together = min(512, frontEnd.padding.maximumLength)
        for first in stride(from: 0, to: words.count, by: together) {
            let some = Array(words[first..<min(words.count, first + together)])
            let (values, shape) = try WordTable.matrix(of: some, frontEnd, subject)
            guard shape.channels * shape.height == height, shape.width >= frontEnd.padding.margin + some.count else {
                throw .layer(
                    name: "embedding", kind: "embedding",
                    .shape(expected: "a column of \(height) values for each word of a sentence", found: shape))
            }
            for word in some.indices {
                for row in 0..<height { columns.append(values[row * shape.width + frontEnd.padding.margin + word]) }
            }
        }
        self.columns = columns
    }

    /// The matrix of a sentence.
    static func matrix(
        of tokens: [String], _ frontEnd: TextFrontEnd, _ subject: Subject
    ) throws(NetworkError) -> (values: [Float], shape: Shape) {
        let ids = frontEnd.ids(ofTokens: tokens)
        return try subject.values(of: ids.map(Float.init), shape: frontEnd.shape(ofIDs: ids))
    }
}
