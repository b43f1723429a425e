import FormantTensor

/// What all boards of one size share: which points adjoin, and the keys of Zobrist's hash.
final class Lattice: Sendable {
    let size: Int
    /// Number of points.
    let count: Int
    /// Words of 64 bits that hold a bit for each point.
    let words: Int
    /// Four for each point; −1 where the board ends.
    let neighbours: [Int16]
    /// Two for each point: of a black stone there, of a white one. Zobrist 1970, "A new hashing method".
    let keys: [UInt64]

    private init(size: Int) {
        self.size = size
        count = size * size
        words = (count + 63) / 64
        var neighbours: [Int16] = []
        for point in 0..<size * size {
            let (row, column) = (point / size, point % size)
            neighbours.append(row > 0 ? Int16(point - size) : -1)
            neighbours.append(column > 0 ? Int16(point - 1) : -1)
            neighbours.append(column < size - 1 ? Int16(point + 1) : -1)
            neighbours.append(row < size - 1 ? Int16(point + size) : -1)
        }
        self.neighbours = neighbours
        var generator = SeededGenerator.derived(seed: UInt64(size), purpose: "stones of a board")
        keys = (0..<2 * count).map { _ in generator.next() }
    }

    private static let all = Board.sizes.map { Lattice(size: $0) }

    /// The one of a size, which must be among `Board.sizes`.
    static func of(size: Int) -> Lattice { all[size - Board.sizes.lowerBound] }

    @inline(__always)
    func key(_ stone: Stone, _ point: Int) -> UInt64 { keys[2 * point + Int(stone.rawValue) - 1] }

    /// Calls `body` for each point that adjoins `point`.
    @inline(__always)
    func forNeighbours(of point: Int, _ body: (Int) -> Void) {
        for k in 4 * point..<4 * point + 4 {
            let neighbour = Int(neighbours[k])
            if neighbour >= 0 { body(neighbour) }
        }
    }
}

/// A set of points of one board, one bit each.
struct PointSet {
    private var words = SIMD16<UInt64>.zero

    /// Number of points.
    var count: Int {
        var sum = 0
        for i in 0..<10 { sum += words[i].nonzeroBitCount }
        return sum
    }

    @inline(__always)
    mutating func insert(_ point: Int) { words[point >> 6] |= 1 << UInt64(point & 63) }

    @inline(__always)
    mutating func remove(_ point: Int) { words[point >> 6] &= ~(1 << UInt64(point & 63)) }

    @inline(__always)
    func contains(_ point: Int) -> Bool { words[point >> 6] >> UInt64(point & 63) & 1 == 1 }

    @inline(__always)
    mutating func formUnion(word: Int, _ bits: UInt64) { words[word] |= bits }
}
