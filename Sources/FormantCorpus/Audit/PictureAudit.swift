import FormantImage
import FormantTensor
import Synchronization

/// Every picture of a corpus, decoded once, and which of them are alike.
///
/// About 500 bytes are kept of each.
struct PictureAudit {
    /// Two pictures that are nearly the same.
    struct Pair: Sendable {
        /// Indices into `paths`, the first the smaller.
        var first: Int
        var second: Int
        /// Their correlation, `least` … 1.
        var similarity: Double
    }

    /// What is kept of a picture.
    struct Facts: Sendable {
        var info: Picture.Info
        /// The same for pictures with the same pixels.
        var digest: UInt64
        /// Nil for a picture of one brightness, which is like all such.
        var sketch: PictureSketch?
    }

    /// The pictures, each once, sorted.
    let paths: [String]
    /// What was found in each, or why it could not be read.
    let scans: [Result<Facts, ImageError>]
    /// Those that are alike; of pictures with the same pixels the first stands for all.
    let pairs: [Pair]

    /// The least correlation of near copies. Coded again at JPEG quality 20, at half or double the size, brighter or of less
    /// contrast a picture has more; different digits of one kind have up to 0.986.
    static let least = 0.995

    /// Reads all pictures.
    /// - Parameters:
    ///   - comparing: whether near copies are looked for, or exact ones alone.
    ///   - progress: is told how many were read, from any thread.
    init(_ corpus: Corpus, comparing: Bool, pool: WorkerPool, progress: @escaping @Sendable (Int) -> Void) {
        let paths = Set(corpus.examples.compactMap(corpus.path)).sorted()
        let done = Mutex(0)
        let scans = pool.map(Array(paths.indices), grain: 1) { file in
            let scan = Result { () throws(ImageError) in try PictureAudit.scan(paths[file]) }
            progress(
                done.withLock { done in
                    done += 1
                    return done
                })
            return scan
        }
        self.paths = paths
        self.scans = scans
        pairs = comparing ? PictureAudit.alike(paths, scans, pool) : []
    }

    private static func scan(_ path: String) throws(ImageError) -> Facts {
        let info = try Picture.probe(path)
        let picture = try Picture.read(path)
        var digest = PixelDigest()
        digest.add(UInt64(picture.width) << 32 | UInt64(picture.height) << 2 | UInt64(picture.channels))
        for value in picture.values { digest.add(UInt64(value.bitPattern)) }
        return Facts(info: info, digest: digest.value, sketch: PictureSketch(picture))
    }

    /// Pairs whose sketches are alike, and then the pictures themselves.
    private static func alike(
        _ paths: [String], _ scans: [Result<Facts, ImageError>], _ pool: WorkerPool
    ) -> [Pair] {
        var seen: Set<UInt64> = []
        var files: [Int] = []
        var sketches: [PictureSketch] = []
        for (file, scan) in scans.enumerated() {
            guard case .success(let facts) = scan, let sketch = facts.sketch, seen.insert(facts.digest).inserted else {
                continue
            }
            files.append(file)
            sketches.append(sketch)
        }
        let bits = sketches.map(\.bits)
        let candidates = pool.map(Array(bits.indices), grain: 64) { first -> [(Int, Int)] in
            var found: [(Int, Int)] = []
            for second in first + 1..<max(first + 1, bits.count)
            where (bits[first] ^ bits[second]).nonzeroBitCount <= PictureSketch.mostBits
                && sketches[first].correlation(with: sketches[second]) >= PictureSketch.least
            {
                found.append((first, second))
                if found.count == PictureSketch.mostCandidates { break }
            }
            return found
        }.flatMap { $0 }
        return pool.map(candidates, grain: 4) { candidate -> Pair? in
            let (first, second) = (files[candidate.0], files[candidate.1])
            guard let a = try? Picture.read(paths[first]), let b = try? Picture.read(paths[second]) else { return nil }
            let similarity = PictureSketch.correlation(a, b)
            return similarity >= least ? Pair(first: first, second: second, similarity: similarity) : nil
        }.compactMap { $0 }
    }
}

/// What is left of a picture at 16 × 16 grey pixels, to find those that may be copies.
struct PictureSketch: Sendable {
    /// For each of 8 × 8 parts whether it is brighter than the whole, in the middle of which noise changes few.
    let bits: UInt64
    /// Brightness less its mean, so scaled that the squares sum to 1.
    private let values: [Int8]

    /// Bits in which copies differ at most.
    static let mostBits = 4
    /// The least correlation of the sketches of copies.
    static let least = 0.97
    /// Pictures that one is compared with at most.
    static let mostCandidates = 64

    private static let side = 16
    /// What a value of 1 is in a byte; the values of a picture are well below.
    private static let scale: Float = 254

    /// - Returns: nil for a picture of one brightness.
    init?(_ picture: Picture) {
        let small = picture.grey().resized(width: PictureSketch.side, height: PictureSketch.side)
        guard let values = PictureSketch.normalised(small) else { return nil }
        self.values = values.map { Int8(min(max(($0 * PictureSketch.scale).rounded(), -127), 127)) }
        let parts = small.resized(width: 8, height: 8)
        let mean = parts.values.reduce(0, +) / 64
        bits = parts.values.reduce(0) { $0 << 1 | ($1 > mean ? 1 : 0) }
    }

    func correlation(with other: PictureSketch) -> Double {
        var (sum, own, its) = (0, 0, 0)
        for (a, b) in zip(values, other.values) {
            sum += Int(a) * Int(b)
            own += Int(a) * Int(a)
            its += Int(b) * Int(b)
        }
        return Double(sum) / max(1, Double(own * its).squareRoot())
    }

    /// The correlation of two pictures at 64 × 64 grey pixels.
    static func correlation(_ a: Picture, _ b: Picture) -> Double {
        let sides = [a, b].map { normalised($0.grey().resized(width: 64, height: 64)) }
        guard let first = sides[0], let second = sides[1] else { return 0 }
        return zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private static func normalised(_ picture: Picture) -> [Float]? {
        let mean = picture.values.reduce(0, +) / Float(picture.values.count)
        let squares = picture.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares > 1e-6 * Float(picture.values.count) else { return nil }
        let factor = 1 / squares.squareRoot()
        return picture.values.map { ($0 - mean) * factor }
    }
}

/// A hash of pixels.
private struct PixelDigest {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    var value: UInt64 { state ^ state >> 32 }

    mutating func add(_ value: UInt64) {
        state = (state ^ value) &* 0x9fb2_1c65_1e98_df25
        state ^= state >> 29
    }
}
