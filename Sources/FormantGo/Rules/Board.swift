/// The stones on a board, their chains and liberties, and the point that ko forbids.
///
/// A chain is a ring of its stones: `next` leads from stone to stone, `head` from each to the one that stands for all. Its
/// liberties are bits at its head, so that joining chains is an OR and a capture is noticed at once. A move takes time in
/// proportion to the smaller chains that it joins and the stones that it captures.
public struct Board: Sendable {
    /// Sizes that there are.
    public static let sizes = 2...25

    /// Rows, and columns.
    public let size: Int
    /// Zobrist's hash of the stones: equal boards have equal ones. Whose turn it is does not count.
    public private(set) var hash: UInt64 = 0
    /// The point at which one side must not take back a stone now.
    public private(set) var ko: (point: Int, stone: Stone)?
    /// How many stones Black has lost, and White.
    public private(set) var lost = (black: 0, white: 0)

    let lattice: Lattice
    /// 0 where there is no stone.
    private(set) var cells: [UInt8]
    private(set) var head: [Int16]
    private(set) var next: [Int16]
    /// Stones of a chain, at its head.
    private(set) var stoneCount: [Int16]
    /// Liberties of a chain, at its head.
    private(set) var libertyCount: [Int16]
    /// `lattice.words` for each point.
    private(set) var liberties: [UInt64]

    /// Creates an empty board.
    /// - Throws: `GoError.boardSize`.
    public init(size: Int) throws(GoError) {
        guard Board.sizes.contains(size) else { throw .boardSize(found: size, expected: Board.sizes) }
        self.size = size
        lattice = .of(size: size)
        cells = [UInt8](repeating: 0, count: lattice.count)
        head = [Int16](repeating: -1, count: lattice.count)
        next = head
        stoneCount = [Int16](repeating: 0, count: lattice.count)
        libertyCount = stoneCount
        liberties = [UInt64](repeating: 0, count: lattice.count * lattice.words)
    }

    /// Number of points.
    public var count: Int { lattice.count }

    /// The stone on a point, 0 ..< `count`.
    @inline(__always)
    public subscript(point: Int) -> Stone? { Stone(rawValue: cells[point]) }

    /// Puts stones up, or takes them away: nothing is captured, and no ko is left.
    /// - Parameter stones: by point; nil takes a stone away. Later ones win.
    /// - Throws: `GoError.chainWithoutLiberty`; the board is as before then.
    public mutating func setUp(_ stones: [(point: Int, stone: Stone?)]) throws(GoError) {
        var wanted = cells
        for (point, stone) in stones { wanted[point] = stone?.rawValue ?? 0 }
        var board = try Board(size: size)
        board.lost = lost
        for point in wanted.indices {
            guard let stone = Stone(rawValue: wanted[point]) else { continue }
            board.place(stone, at: point)
        }
        for point in wanted.indices where wanted[point] != 0 && board.liberties(ofChainAt: point) == 0 {
            throw .chainWithoutLiberty(vertex: Vertex.name(of: point, size: size))
        }
        self = board
    }

    /// Why a stone must not be placed on a point; nil where it may. Superko is not looked at: it needs the game.
    public func illegality(of stone: Stone, at point: Int) -> IllegalMove.Reason? {
        guard cells.indices.contains(point) else { return .outside }
        guard cells[point] == 0 else { return .occupied }
        if let ko, ko.point == point, ko.stone == stone { return .ko }
        for k in 4 * point..<4 * point + 4 {
            let neighbour = Int(lattice.neighbours[k])
            if neighbour < 0 { continue }
            if cells[neighbour] == 0 { return nil }
            // A friend that keeps a liberty, or an enemy that loses its last one.
            let count = libertyCount[Int(head[neighbour])]
            if (cells[neighbour] == stone.rawValue) == (count > 1) { return nil }
        }
        return .suicide
    }

    /// Places a stone and takes the chains off that have no liberty then.
    /// - Returns: the number of stones captured.
    /// - Throws: `IllegalMove`, never for superko; the board is as before then.
    @discardableResult
    public mutating func play(_ stone: Stone, at point: Int) throws(IllegalMove) -> Int {
        if let reason = illegality(of: stone, at: point) {
            throw IllegalMove(stone: stone, vertex: Vertex.name(of: point, size: size), reason: reason)
        }
        place(stone, at: point)
        ko = nil
        var captured = 0
        var last = 0
        for k in 4 * point..<4 * point + 4 {
            let neighbour = Int(lattice.neighbours[k])
            if neighbour < 0 || cells[neighbour] != stone.other.rawValue { continue }
            let chain = Int(head[neighbour])
            if libertyCount[chain] > 0 { continue }
            captured += Int(stoneCount[chain])
            last = neighbour
            remove(chain: chain, of: stone.other)
        }
        if stone == .black { lost.white += captured } else { lost.black += captured }
        let own = Int(head[point])
        if captured == 1, stoneCount[own] == 1, libertyCount[own] == 1 { ko = (last, stone.other) }
        return captured
    }

    /// Forgets that ko forbids a point, as a pass does.
    mutating func clearKo() { ko = nil }

    /// Adds a stone to an empty point; captures nothing.
    private mutating func place(_ stone: Stone, at point: Int) {
        cells[point] = stone.rawValue
        hash ^= lattice.key(stone, point)
        head[point] = Int16(point)
        next[point] = Int16(point)
        stoneCount[point] = 1
        libertyCount[point] = 0
        for word in point * lattice.words..<(point + 1) * lattice.words { liberties[word] = 0 }
        for k in 4 * point..<4 * point + 4 {
            let neighbour = Int(lattice.neighbours[k])
            if neighbour < 0 { continue }
            if cells[neighbour] == 0 {
                addLiberty(neighbour, to: point)
            } else {
                removeLiberty(point, from: Int(head[neighbour]))
            }
        }
        for k in 4 * point..<4 * point + 4 {
            let neighbour = Int(lattice.neighbours[k])
            if neighbour < 0 || cells[neighbour] != stone.rawValue { continue }
            join(Int(head[point]), Int(head[neighbour]))
        }
    }

    private mutating func join(_ a: Int, _ b: Int) {
        guard a != b else { return }
        let (large, small) = stoneCount[a] >= stoneCount[b] ? (a, b) : (b, a)
        var stone = small
        repeat {
            head[stone] = Int16(large)
            stone = Int(next[stone])
        } while stone != small
        next.swapAt(large, small)
        stoneCount[large] += stoneCount[small]
        var count = 0
        for word in 0..<lattice.words {
            let bits = liberties[large * lattice.words + word] | liberties[small * lattice.words + word]
            liberties[large * lattice.words + word] = bits
            count += bits.nonzeroBitCount
        }
        libertyCount[large] = Int16(count)
    }

    private mutating func remove(chain: Int, of stone: Stone) {
        var place = chain
        repeat {
            cells[place] = 0
            hash ^= lattice.key(stone, place)
            for k in 4 * place..<4 * place + 4 {
                let neighbour = Int(lattice.neighbours[k])
                if neighbour < 0 || cells[neighbour] != stone.other.rawValue { continue }
                addLiberty(place, to: Int(head[neighbour]))
            }
            place = Int(next[place])
        } while place != chain
    }

    @inline(__always)
    private mutating func addLiberty(_ point: Int, to chain: Int) {
        let (word, bit) = (chain * lattice.words + point >> 6, UInt64(1) << UInt64(point & 63))
        if liberties[word] & bit == 0 {
            liberties[word] |= bit
            libertyCount[chain] += 1
        }
    }

    @inline(__always)
    private mutating func removeLiberty(_ point: Int, from chain: Int) {
        let (word, bit) = (chain * lattice.words + point >> 6, UInt64(1) << UInt64(point & 63))
        if liberties[word] & bit != 0 {
            liberties[word] &= ~bit
            libertyCount[chain] -= 1
        }
    }
}
