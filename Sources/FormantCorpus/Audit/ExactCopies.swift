import FormantTensor

/// Which examples are exact copies of one another: texts that differ by case and white space at most, and the same
/// stretch of recordings, and pictures, with the same bytes.
public struct ExactCopies: Sendable, Equatable {
    /// For each example the number of the set of copies that it belongs to, −1 where there is no other of its kind.
    public let numbers: [Int]
    /// How many such sets there are.
    public let count: Int

    /// Looks for them.
    ///
    /// Of recordings with several stretches the whole file counts once. Files are read only where some have the same size.
    public init(of corpus: Corpus, pool: WorkerPool) {
        var keys: [Key?]
        switch corpus.modality {
        case .text:
            keys = pool.map(corpus.examples, grain: 1024) { example in
                guard case .text(let text) = example.input else { return nil }
                return .text(text.asGroup)
            }
        case .audio, .image:
            let paths = Set(corpus.examples.compactMap(corpus.path)).sorted()
            var files: [String: Int] = [:]
            for (path, number) in zip(paths, FileCopies.numbers(of: paths, pool: pool)) where number >= 0 {
                files[path] = number
            }
            keys = corpus.examples.map { example in
                guard let number = corpus.path(of: example).flatMap({ files[$0] }) else { return nil }
                var stretch = AudioClip(path: "")
                if case .audio(let clip) = example.input {
                    stretch = AudioClip(path: "", start: clip.start, end: clip.end, channel: clip.channel)
                }
                return .file(number, stretch)
            }
        }
        var places: [Key: Int] = [:]
        for key in keys { if let key { places[key, default: 0] += 1 } }
        for index in keys.indices { if let key = keys[index], places[key] == 1 { keys[index] = nil } }
        places.removeAll()
        var numbers: [Int] = []
        numbers.reserveCapacity(keys.count)
        for key in keys {
            guard let key else {
                numbers.append(-1)
                continue
            }
            let number = places[key] ?? places.count
            places[key] = number
            numbers.append(number)
        }
        self.numbers = numbers
        count = places.count
    }

    private enum Key: Hashable {
        case text(String)
        case file(Int, AudioClip)
    }

    /// The examples of each set, ascending.
    public var sets: [[Int]] {
        var sets = [[Int]](repeating: [], count: count)
        for (index, number) in numbers.enumerated() where number >= 0 { sets[number].append(index) }
        return sets
    }

    /// The same sets without those that would leave a label with too few pieces to deal out.
    ///
    /// A corpus in which a label consists of one text alone, say, could not be split at all if its copies had to stay
    /// together.
    /// - Parameter parts: the pieces that a label needs, where it has as many without these sets.
    func dividable(_ corpus: Corpus, unit: SplitUnit, parts: Int) -> [Int] {
        guard count > 0 else { return numbers }
        let tied = SplitUnits.places(corpus, pool: Array(corpus.examples.indices), unit: unit, copies: numbers)
        let free = SplitUnits.places(corpus, pool: Array(corpus.examples.indices), unit: unit, copies: nil)
        func pieces(_ places: [Int]) -> [String: Set<Int>] {
            var pieces: [String: Set<Int>] = [:]
            for (example, place) in zip(corpus.examples, places) {
                for label in example.labels where pieces[label]?.count ?? 0 < parts {
                    pieces[label, default: []].insert(place)
                }
            }
            return pieces
        }
        let (left, before) = (pieces(tied), pieces(free))
        let poor = Set(before.filter { $0.value.count >= parts && left[$0.key]?.count ?? 0 < parts }.keys)
        guard !poor.isEmpty else { return numbers }
        var dropped = [Bool](repeating: false, count: count)
        for (example, number) in zip(corpus.examples, numbers) where number >= 0 {
            if example.labels.contains(where: poor.contains) { dropped[number] = true }
        }
        return numbers.map { $0 >= 0 && dropped[$0] ? -1 : $0 }
    }
}
