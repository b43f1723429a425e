extension CorpusAudit {
    /// Adds what is alike among pictures.
    static func addPictures(
        _ corpus: Corpus, _ parts: CorpusParts, _ copies: ExactCopies, _ pictures: PictureAudit,
        to builder: inout AuditBuilder
    ) {
        // A file is one example.
        var examples: [String: Int] = [:]
        for (index, example) in corpus.examples.enumerated() {
            if let path = corpus.path(of: example) { examples[path] = index }
        }
        for set in copies.sets { builder.add(.sameBytes, set: set) }
        var byDigest: [UInt64: [Int]] = [:]
        for (path, scan) in zip(pictures.paths, pictures.scans) {
            if case .success(let facts) = scan, let index = examples[path] {
                byDigest[facts.digest, default: []].append(index)
            }
        }
        for set in byDigest.values.map({ $0.sorted() }).sorted(by: { $0[0] < $1[0] }) where set.count > 1 {
            let numbers = set.map { copies.numbers[$0] }
            if numbers.contains(where: { $0 < 0 || $0 != numbers[0] }) { builder.add(.samePicture, set: set) }
        }
        // A pair stands for all pictures with the pixels of either: those in different parts, if there are some, are named.
        func named(_ file: Int) -> [Int] {
            guard case .success(let facts) = pictures.scans[file] else { return [] }
            return Array((byDigest[facts.digest] ?? []).prefix(8))
        }
        for pair in pictures.pairs {
            let (first, second) = (named(pair.first), named(pair.second))
            guard let a = first.first, let b = second.first else { continue }
            let crossing = first.lazy.compactMap { a in
                second.first { parts.numbers[$0] != parts.numbers[a] }.map { (a, $0) }
            }.first
            let chosen = crossing ?? (a, b)
            builder.add(.nearPicture, chosen.0, chosen.1, similarity: pair.similarity)
        }
    }
}
