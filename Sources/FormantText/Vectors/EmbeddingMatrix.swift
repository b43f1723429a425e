import FormantTensor

extension Vocabulary {
    /// An embedding matrix of chance alone: rows for padding (zero), unknown and each word.
    /// - Parameters:
    ///   - dimension: values per row, 1 … 65,536.
    ///   - halfWidth: values are uniform in -halfWidth ..< halfWidth; 0.25 is that of Kim's published code.
    ///   - generator: the source of chance, drawn from row by row.
    /// - Returns: extents [rowCount, dimension].
    public func randomEmbeddingMatrix(
        dimension: Int, halfWidth: Float = 0.25, using generator: inout SeededGenerator
    ) -> Tensor {
        precondition((1...VectorFileFormat.largestDimension).contains(dimension), "dimension \(dimension)")
        var matrix = Tensor(zeros: [rowCount, dimension])
        for index in (Int(Vocabulary.unknown) * dimension)..<matrix.values.count {
            matrix.values[index] = generator.symmetric(halfWidth: halfWidth)
        }
        return matrix
    }
}

extension WordVectors {
    /// How much of a vocabulary has vectors.
    public struct Coverage: Hashable, Sendable, CustomStringConvertible {
        /// Words found as written.
        public internal(set) var exact = 0
        /// Words found with case folded only.
        public internal(set) var folded = 0
        /// Words whose vector is put together from the file's sub-words.
        public internal(set) var composed = 0
        /// Words without a vector.
        public internal(set) var missing = 0
        /// The first of the words without a vector, which are the most frequent ones; at most 20.
        public internal(set) var missingWords: [String] = []
        /// Numbers per word.
        public let dimension: Int

        /// Words with a vector of their own.
        public var found: Int { exact + folded }

        /// One line for people.
        public var description: String {
            let count = found + composed + missing
            let share = count == 0 ? 0 : found * 1000 / count
            var parts = [
                "word vectors of \(dimension) numbers for \(found) of \(count) words (\(share / 10).\(share % 10) %)"
            ]
            if folded > 0 { parts.append("\(folded) of them with case folded") }
            if composed > 0 { parts.append("\(composed) more from sub-words") }
            if missing > 0 {
                let names = missingWords.prefix(8).joined(separator: " ")
                parts.append("none for \(missing): \(names)\(missing > 8 ? " …" : "")")
            }
            return parts.joined(separator: "; ")
        }
    }

    /// How many words of `vocabulary` have vectors.
    public func coverage(of vocabulary: Vocabulary, matching: WordMatching = .foldingCase) -> Coverage {
        var coverage = Coverage(dimension: dimension)
        for word in vocabulary.words {
            if let number = table.find(word) {
                if isComposed(number) { coverage.composed += 1 } else { coverage.exact += 1 }
            } else if find(word, matching: matching) != nil {
                coverage.folded += 1
            } else {
                coverage.missing += 1
                if coverage.missingWords.count < 20 { coverage.missingWords.append(word) }
            }
        }
        return coverage
    }

    /// The embedding matrix of a vocabulary: the padding row zero, the rows of known words from the file, and for words
    /// without a vector what `unknown` says. Chance, which the row of unknown always has unless `unknown` is `zero`, is
    /// uniform in -a ..< a, where a = √(3 · variance) gives it the variance of the known rows (Kim 2014, section 4.3); of
    /// all rows of the file, if no word is known.
    /// - Parameters:
    ///   - vocabulary: the words, one row each from row 2 on.
    ///   - matching: how words are looked for.
    ///   - unknown: what stands for words that the file has no row of.
    ///   - generator: the source of chance, drawn from in the order of the rows, for rows without a vector only.
    /// - Returns: extents [vocabulary.rowCount, dimension].
    public func embeddingMatrix(
        for vocabulary: Vocabulary, matching: WordMatching = .foldingCase, unknown treatment: UnknownWords = .subword,
        using generator: inout SeededGenerator
    ) -> Tensor {
        var matrix = Tensor(zeros: [vocabulary.rowCount, dimension])
        var moments = Moments()
        var unknown = [Int(Vocabulary.unknown)]
        for (number, word) in vocabulary.words.enumerated() {
            let target = number + Int(Vocabulary.firstWord)
            if let found = find(word, matching: matching), treatment == .subword || !isComposed(found) {
                if !isComposed(found) { moments.add(row(found)) }
                matrix.values.replaceSubrange((target * dimension)..<((target + 1) * dimension), with: row(found))
            } else {
                unknown.append(target)
            }
        }
        if treatment == .zero { return matrix }
        let variance = moments.isEmpty ? statistics.variance : moments.variance
        let halfWidth = Float(min((3 * variance).squareRoot(), Double(Float.greatestFiniteMagnitude)))
        for target in unknown {
            for index in (target * dimension)..<((target + 1) * dimension) {
                matrix.values[index] = generator.symmetric(halfWidth: halfWidth)
            }
        }
        return matrix
    }

    private func find(_ word: String, matching: WordMatching) -> Int? {
        if let number = table.find(word) { return number }
        return matching == .foldingCase ? table.find(caseFolded(word)) : nil
    }
}

extension SeededGenerator {
    // Uniform in -halfWidth ..< halfWidth; the width itself may be more than a Float holds.
    fileprivate mutating func symmetric(halfWidth: Float) -> Float { (uniform() * 2 - 1) * halfWidth }
}
