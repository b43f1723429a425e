import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// What each word of a vocabulary is where a network of sentences begins to be numbers: a column of the matrix.
struct WordTable: Sendable {
    /// The words.
    let words: [String]
    /// Shape of a column: channels × height × 1.
    let column: Shape
    /// Word by word, `height` values each.
    let columns: [Float]

    /// Values of a column.
    var height: Int { column.count }

    /// Looks words up, the most frequent first. Where a vocabulary holds none (bytes, hashes) printable characters stand for
    /// them.
    /// - Throws: `NetworkError`, or `InsightError.undefined` where the embeddings of a sentence are not a column a word.
    init(_ frontEnd: TextFrontEnd, _ subject: Subject, limit: Int = .max) throws {
        let known = frontEnd.vocabulary.words.prefix(limit)
        words = known.isEmpty ? (33..<127).map { String(UnicodeScalar(UInt8($0))) } : Array(known)
        let input = subject.network.input
        column = Shape(channels: input.channels, height: input.height, width: 1)
        var columns: [Float] = []
        let together = min(512, frontEnd.padding.maximumLength)
        for first in stride(from: 0, to: words.count, by: together) {
            let some = Array(words[first..<min(words.count, first + together)])
            let (values, shape) = try WordTable.matrix(of: some, frontEnd, subject)
            let width = frontEnd.padding.paddedLength(ofTokens: some.count)
            guard shape.width == width, shape.channels * shape.height == column.count else {
                throw InsightError.undefined(
                    what: "embeddings that make \(shape.full) of \(width) words", expected: "a column a word")
            }
            for word in some.indices {
                for row in 0..<column.count {
                    columns.append(values[row * shape.width + frontEnd.padding.margin + word])
                }
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
