import FormantTensor

/// For each text the one that is most like it, in its own part of the corpus and in another.
///
/// Texts are alike by the shingles that they share: stretches of four bytes of their keys (`TextKey`). Candidates are
/// those with equal minima under the four hash functions of one of 24 bands (MinHash: A. Broder, "On the resemblance and
/// containment of documents", 1997); each is then checked. Time and memory are in proportion to the number of texts:
/// of many that are alike, a few neighbours alone are looked at.
struct NearTexts {
    /// Another text, and how like it is.
    struct Match: Sendable {
        var other: Int32 = -1
        var similarity: Float = 0
    }

    /// The most like text in another part, of those whose parts come earlier.
    private(set) var across: [Match]
    /// The most like text in the same part, of those that come earlier.
    private(set) var within: [Match]

    /// Least share of shingles in common, of all that either has (Jaccard's index).
    static let threshold: Float = 0.7
    /// Words that a text has at least where one word that differs makes no other text.
    static let leastWords = 8

    private static let bands = 24
    private static let rows = 4
    private static let neighbours = 24

    private let keys: [[UInt8]]
    private let parts: [Int]

    /// Compares texts.
    /// - Parameters:
    ///   - texts: the texts, each once.
    ///   - parts: the part of each; of two texts in different parts the one in the later part gets the match.
    init(_ texts: [String], parts: [Int], pool: WorkerPool) {
        keys = pool.map(texts, grain: 512) { Array(TextKey.of($0).utf8) }
        self.parts = parts
        across = [Match](repeating: Match(), count: texts.count)
        within = across
        for band in 0..<Self.bands {
            let minima = pool.map(keys, grain: 512) { Self.minima($0, band: band) }
            let order = minima.indices.filter { minima[$0] != 0 }.sorted {
                (minima[$0], $0) < (minima[$1], $1)
            }
            let found = pool.map(stride(from: 0, to: order.count, by: 4096).map { $0 }, grain: 1) { start in
                matches(order, minima, start..<min(order.count, start + 4096))
            }
            for (first, second, similarity) in found.joined() { note(first, second, similarity) }
        }
    }

    /// The pairs of a stretch of the sorted texts that turn out to be alike.
    private func matches(_ order: [Int], _ minima: [UInt64], _ stretch: Range<Int>) -> [(Int, Int, Float)] {
        var matches: [(Int, Int, Float)] = []
        for place in stretch {
            guard place + 1 < order.count, minima[order[place + 1]] == minima[order[place]] else { continue }
            let own = Self.shingles(keys[order[place]])
            for other in (place + 1)..<max(place + 1, min(order.count, place + 1 + Self.neighbours)) {
                guard minima[order[other]] == minima[order[place]] else { break }
                let (first, second) = (order[place], order[other])
                if let similarity = similarity(first, own, second) { matches.append((first, second, similarity)) }
            }
        }
        return matches
    }

    /// How alike two texts are, where they are.
    private func similarity(_ first: Int, _ own: [UInt32], _ second: Int) -> Float? {
        if keys[first] == keys[second] { return 1 }
        let similarity = Self.jaccard(own, Self.shingles(keys[second]))
        return similarity >= Self.threshold || Self.differInOneWord(keys[first], keys[second]) ? similarity : nil
    }

    private mutating func note(_ a: Int, _ b: Int, _ similarity: Float) {
        if parts[a] == parts[b] {
            if similarity > within[max(a, b)].similarity {
                within[max(a, b)] = Match(other: Int32(min(a, b)), similarity: similarity)
            }
        } else {
            let (later, earlier) = parts[a] > parts[b] ? (a, b) : (b, a)
            if similarity > across[later].similarity {
                across[later] = Match(other: Int32(earlier), similarity: similarity)
            }
        }
    }

    // MARK: Shingles

    /// The distinct shingles of a key, ascending; one of its own for a key that is shorter.
    static func shingles(_ key: [UInt8]) -> [UInt32] {
        guard !key.isEmpty else { return [] }
        var shingles: [UInt32] = []
        shingles.reserveCapacity(key.count)
        forShingles(of: key) { shingles.append($0) }
        shingles.sort()
        var distinct: [UInt32] = []
        for shingle in shingles where shingle != distinct.last { distinct.append(shingle) }
        return distinct
    }

    /// Calls `body` with every stretch of four bytes; the key stands between two spaces, so that its first and last letters
    /// count like the others.
    private static func forShingles(of key: [UInt8], _ body: (UInt32) -> Void) {
        var shingle: UInt32 = 0x20
        for place in 0...key.count {
            shingle = shingle << 8 | UInt32(place < key.count ? key[place] : 0x20)
            if place >= 2 || place == key.count { body(shingle) }
        }
    }

    /// The share that two ascending lists have in common.
    static func jaccard(_ a: [UInt32], _ b: [UInt32]) -> Float {
        var (i, j, common) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                common += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        let all = a.count + b.count - common
        return all > 0 ? Float(common) / Float(all) : 0
    }

    /// Whether two keys of enough words are equal but for one word, which is another, or not there.
    static func differInOneWord(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        let (a, b) = (a.split(separator: 0x20), b.split(separator: 0x20))
        guard max(a.count, b.count) >= leastWords, abs(a.count - b.count) <= 1 else { return false }
        let same = zip(a, b).prefix { $0 == $1 }.count
        let rest = zip(a.dropFirst(same).reversed(), b.dropFirst(same).reversed()).prefix { $0 == $1 }.count
        return same + rest >= max(a.count, b.count) - 1
    }

    /// The four minima of a band as one number; 0 for a key without shingles.
    private static func minima(_ key: [UInt8], band: Int) -> UInt64 {
        guard !key.isEmpty else { return 0 }
        var least = SIMD4<UInt64>(repeating: .max)
        let first = UInt64(band * rows)
        let salts = (SIMD4<UInt64>(0, 1, 2, 3) &+ (first + 1)) &* 0x9e37_79b9_7f4a_7c15
        forShingles(of: key) { shingle in
            let values = mixed(SIMD4<UInt64>(repeating: UInt64(shingle)) ^ salts)
            least = least.replacing(with: values, where: values .< least)
        }
        var combined: UInt64 = 0x1234_5678_9abc_def1
        for row in 0..<rows { combined = (combined ^ least[row]) &* 0x94d0_49bb_1331_11eb ^ combined >> 29 }
        return max(1, combined)
    }

    /// The finaliser of SplitMix64.
    private static func mixed(_ value: SIMD4<UInt64>) -> SIMD4<UInt64> {
        var value = value
        value = (value ^ value &>> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value &>> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value &>> 31
    }
}
