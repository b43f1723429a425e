import FormantTensor

extension WordTable {
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
