import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// What each word of a vocabulary is where a network of sentences begins to be numbers: a column of the matrix.
struct WordTable {
    /// The words.
    let words: [String]
    /// Values of a column.
    let height: Int
    /// Word × value.
    let columns: [Float]

    /// Looks all words up.
    /// - Throws: `InsightError` for a vocabulary that holds no words.
    init(_ frontEnd: TextFrontEnd, _ subject: Subject) throws {
        words =
            frontEnd.vocabulary.holdsWords
            ? frontEnd.vocabulary.words
            : (Int(Vocabulary.firstWord)..<frontEnd.vocabulary.rowCount).compactMap {
                frontEnd.vocabulary.word(of: Int32($0))
            }
        guard !words.isEmpty else {
            throw InsightError.undefined(
                what: "a vocabulary that holds no words has none to exchange", expected: "a model that knows its words")
        }
        var columns: [Float] = []
        var height = 0
        let length = min(frontEnd.padding.maximumLength, 256)
        for start in stride(from: 0, to: words.count, by: length) {
            let some = words[start..<min(words.count, start + length)]
            let matrix = try WordTable.matrix(of: Array(some), frontEnd, subject)
            height = matrix.shape.channels * matrix.shape.height
            for i in 0..<some.count {
                let column = frontEnd.padding.margin + i
                for row in 0..<height { columns.append(matrix.values[row * matrix.shape.width + column]) }
            }
        }
        (self.height, self.columns) = (height, columns)
    }

    /// The matrix of a sentence.
    static func matrix(
        of tokens: [String], _ frontEnd: TextFrontEnd, _ subject: Subject
    ) throws -> (values: [Float], shape: Shape) {
        let ids = frontEnd.ids(ofTokens: tokens)
        return try subject.values(of: ids.map(Float.init), shape: frontEnd.shape(ofIDs: ids))
    }

    /// An exchange of a word of a sentence.
    struct Exchange {
        var place: Int
        var word: Int
        /// By how much the number whose gradient is given would grow if it went on evenly.
        var gain: Float
    }

    /// The exchanges that promise most, best first (Ebrahimi, Rao, Lowd & Dou 2018, "HotFlip"): a new word w for x at a place
    /// promises gradient · (w − x).
    func exchanges(
        of matrix: [Float], gradient: [Float], shape: Shape, places: Range<Int>, count: Int, pool: WorkerPool
    ) -> [Exchange] {
        let grain = 512
        var best = [[Exchange]](repeating: [], count: (words.count + grain - 1) / grain)
        best.withUnsafeMutableBufferPointer { best in
            nonisolated(unsafe) let best = best  // each written by one worker
            pool.forRanges(of: words.count, grain: grain) { range, _ in
                var found: [Exchange] = []
                for place in places {
                    for word in range {
                        var gain: Float = 0
                        for row in 0..<height {
                            let i = row * shape.width + place
                            gain += gradient[i] * (columns[word * height + row] - matrix[i])
                        }
                        if gain > 0 { found.append(Exchange(place: place, word: word, gain: gain)) }
                    }
                }
                found.sort { $0.gain > $1.gain }
                best[range.lowerBound / grain] = Array(found.prefix(count))
            }
        }
        let all = best.flatMap { $0 }
        let order = all.indices.sorted { (all[$0].gain, -$0) > (all[$1].gain, -$1) }
        return order.prefix(count).map { all[$0] }
    }
}
