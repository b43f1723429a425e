import FormantTensor

/// Which stretches of sound have landmarks in common, and at what distance in time.
///
/// One list of eight bytes a landmark, sorted: it takes time in proportion to the number of landmarks (times its
/// logarithm), whatever they are, since of a landmark that stands everywhere a few neighbours alone are looked at.
public struct LandmarkIndex: Sendable {
    /// Two stretches that may have sound in common.
    public struct Candidate: Sendable, Equatable {
        /// Number of the stretch that was added first.
        public var first: Int
        /// Number of the other.
        public var second: Int
        /// Where the second begins in the first, in samples of `LandmarkExtractor.sampleRate`, to within some frames.
        public var offset: Int
        /// Landmarks that they share at that distance.
        public var votes: Int
    }

    /// Most stretches that an index tells apart: 35,000 hours.
    public static let mostStretches = 1 << 22
    /// Landmarks that an index is meant to hold, 256 MB of them; `thinning` keeps to it.
    public static let standardSize = 1 << 25

    /// Landmarks of a second of sound, as a rule.
    private static let landmarksPerSecond = 650.0
    private static let stretchBits: UInt64 = 22
    private static let neighbours = 48
    private static let leastVotes = 3
    private static let candidatesEach = 3
    /// Shared landmarks that are counted at once: 32 MB of them.
    private static let blockSize = 1 << 22

    /// Landmark, stretch, frame.
    private var postings: [UInt64] = []

    /// An empty index.
    /// - Parameter seconds: how much sound it is going to hold, as far as that is known; room is made for it at once.
    public init(seconds: Double = 0) {
        let expected = seconds * Self.landmarksPerSecond / Double(1 << Self.thinning(seconds: seconds))
        postings.reserveCapacity(Int(min(max(0, expected), Double(Self.standardSize))))
    }

    /// How much landmarks are to be thinned, so that those of so much sound fit: see `LandmarkExtractor`.
    public static func thinning(seconds: Double) -> Int {
        var thinning = 0
        while thinning < 16, seconds * landmarksPerSecond > Double(standardSize << thinning) { thinning += 1 }
        return thinning
    }

    /// Adds the landmarks of a stretch.
    /// - Parameter stretch: its number, 0 ..< `mostStretches`; larger ones come later.
    public mutating func add(_ landmarks: [UInt64], stretch: Int) {
        precondition((0..<Self.mostStretches).contains(stretch))
        let frameBits = LandmarkExtractor.frameBits
        for landmark in landmarks {
            let frame = landmark & (1 << frameBits - 1)
            let placed = (landmark >> frameBits) << Self.stretchBits | UInt64(stretch)
            postings.append(placed << frameBits | frame)
        }
    }

    /// Pairs that have three landmarks or more in common at one distance: for each stretch at most three, those with the
    /// most, among the stretches behind it. Sorted by first and second; the same for any number of threads.
    public consuming func candidates(pool: WorkerPool) -> [Candidate] {
        postings.sort()
        var counts = [Int32](repeating: 0, count: 1 + Int(postings.lazy.map(Self.stretch).max() ?? 0))
        forSharedLandmarks(of: 0..<counts.count) { first, _ in counts[Self.stretch(first)] += 1 }
        var blocks: [Range<Int>] = []
        var (start, size) = (0, 0)
        for stretch in counts.indices {
            size += Int(counts[stretch])
            guard size >= Self.blockSize || stretch == counts.count - 1 else { continue }
            if size > 0 { blocks.append(start..<stretch + 1) }
            (start, size) = (stretch + 1, 0)
        }
        var found = [[Candidate]](repeating: [], count: blocks.count)
        let index = self
        found.withUnsafeMutableBufferPointer { found in
            nonisolated(unsafe) let found = found  // each written by one worker
            pool.forEach(blocks.count) { block, _ in found[block] = index.candidates(of: blocks[block]) }
        }
        return found.flatMap { $0 }
    }

    private static func stretch(_ posting: UInt64) -> Int {
        Int(posting >> LandmarkExtractor.frameBits & (1 << stretchBits - 1))
    }

    private static func frame(_ posting: UInt64) -> Int { Int(posting & (1 << LandmarkExtractor.frameBits - 1)) }

    /// Calls `body` with each two postings of one landmark in different stretches, the earlier stretch, which is one of a
    /// range, first.
    private func forSharedLandmarks(of stretches: Range<Int>, _ body: (UInt64, UInt64) -> Void) {
        let below = Self.stretchBits + LandmarkExtractor.frameBits
        postings.withUnsafeBufferPointer { postings in
            for i in postings.indices where stretches.contains(Self.stretch(postings[i])) {
                var looked = 0
                var j = i + 1
                while j < postings.count, looked < Self.neighbours, postings[j] >> below == postings[i] >> below {
                    if Self.stretch(postings[j]) != Self.stretch(postings[i]) {
                        body(postings[i], postings[j])
                        looked += 1
                    }
                    j += 1
                }
            }
        }
    }

    /// The candidates whose first stretch is one of a range.
    private func candidates(of stretches: Range<Int>) -> [Candidate] {
        // First stretch within the range, second stretch, distance in frames.
        let (distanceBits, zero): (UInt64, Int) = (13, 1 << 12)
        var shared: [UInt64] = []
        forSharedLandmarks(of: stretches) { first, second in
            let distance = UInt64(Self.frame(first) - Self.frame(second) + zero)
            let pair = UInt64(Self.stretch(first) - stretches.lowerBound) << Self.stretchBits
            shared.append((pair | UInt64(Self.stretch(second))) << distanceBits | distance)
        }
        shared.sort()
        var found: [Candidate] = []
        var ofFirst: [Candidate] = []
        func close() {
            ofFirst.sort { ($0.votes, -$0.second) > ($1.votes, -$1.second) }
            found += ofFirst.prefix(Self.candidatesEach).sorted { $0.second < $1.second }
            ofFirst.removeAll(keepingCapacity: true)
        }
        var place = 0
        while place < shared.count {
            let pair = shared[place] >> distanceBits
            var end = place
            while end < shared.count, shared[end] >> distanceBits == pair { end += 1 }
            let first = stretches.lowerBound + Int(pair >> Self.stretchBits)
            if let last = ofFirst.last, last.first != first { close() }
            let (votes, distance) = Self.mostAgreeing(shared[place..<end])
            if votes >= Self.leastVotes {
                ofFirst.append(
                    Candidate(
                        first: first, second: Int(pair & (1 << Self.stretchBits - 1)),
                        offset: (Int(distance & (1 << distanceBits - 1)) - zero) * LandmarkExtractor.hop, votes: votes))
            }
            place = end
        }
        close()
        return found
    }

    /// How many of the sorted values lie within three neighbouring ones, and the middle of these.
    private static func mostAgreeing(_ values: ArraySlice<UInt64>) -> (votes: Int, value: UInt64) {
        var (votes, value) = (0, values[values.startIndex])
        var start = values.startIndex
        for end in values.indices {
            while values[end] - values[start] > 2 { start += 1 }
            if end - start + 1 > votes { (votes, value) = (end - start + 1, values[(start + end) / 2]) }
        }
        return (votes, value)
    }
}
