extension Board {
    /// Points at which a stone would begin a ladder that ends in the capture of a chain which has two liberties.
    ///
    /// In a ladder the hunter leaves the chain one liberty with every stone, until it cannot be saved by any move. Ko and
    /// superko within it are not looked at, but for a stone taken back at once. A ladder of more than 400
    /// stones, all branches counted, is taken for one that fails.
    public func ladderCaptures(by hunter: Stone) -> [Int] {
        var points: [Int] = []
        for chain in chains(of: hunter.other, withLiberties: 2) {
            for liberty in libertyPoints(ofChainAt: chain) where !points.contains(liberty) {
                var ladder = Ladder(hunter: hunter, prey: chain)
                if ladder.catches(from: liberty, on: self) { points.append(liberty) }
            }
        }
        return points
    }

    /// Points at which a stone would save a chain of its colour that is in atari: by running or by capturing, with no ladder
    /// that catches it after all.
    public func ladderEscapes(of prey: Stone) -> [Int] {
        var points: [Int] = []
        for chain in chains(of: prey, withLiberties: 1) {
            var ladder = Ladder(hunter: prey.other, prey: chain)
            for move in ladder.defences(on: self) where !points.contains(move) {
                ladder.stones = 0
                if !ladder.catches(after: move, on: self) { points.append(move) }
            }
        }
        return points
    }

    /// A stone of each chain of a colour with so many liberties.
    private func chains(of stone: Stone, withLiberties count: Int) -> [Int] {
        cells.indices.filter {
            cells[$0] == stone.rawValue && Int(head[$0]) == $0 && Int(libertyCount[$0]) == count
        }
    }

    /// Whether a point is next to the chain that has a stone on another.
    func adjoins(_ point: Int, chainAt stone: Int) -> Bool {
        var adjoins = false
        lattice.forNeighbours(of: point) { if cells[$0] != 0, head[$0] == head[stone] { adjoins = true } }
        return adjoins
    }

    /// The liberties of the chain that has a stone on a point, in the order of the points.
    func libertyPoints(ofChainAt point: Int) -> [Int] {
        guard cells[point] != 0 else { return [] }
        var points: [Int] = []
        let first = Int(head[point]) * lattice.words
        for word in 0..<lattice.words {
            var bits = liberties[first + word]
            while bits != 0 {
                points.append(64 * word + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
        return points
    }
}

/// The search whether a chain is caught in a ladder.
private struct Ladder {
    let hunter: Stone
    /// A stone of the chain.
    let prey: Int
    /// Stones placed by the search so far.
    var stones = 0

    /// Most stones that a search places: several times those of a ladder across the board.
    static let stoneLimit = 400

    init(hunter: Stone, prey: Int) {
        self.hunter = hunter
        self.prey = prey
    }

    /// Whether the chain is caught when the hunter places a stone on one of its two liberties.
    mutating func catches(from liberty: Int, on board: Board) -> Bool {
        // Where the chain has three liberties by running to its other one, no copy of the board is needed to see that: of those
        // that `effect` counts, the hunter's stone takes one.
        guard board.illegality(of: hunter, at: liberty) == nil else { return false }
        if board.effect(of: hunter, at: liberty).captured == 0,
            let other = board.libertyPoints(ofChainAt: prey).first(where: { $0 != liberty }),
            board.effect(of: hunter.other, at: other).liberties > 3
        {
            return false
        }
        guard let next = self.board(after: hunter, at: liberty, on: board),
            next.liberties(ofChainAt: prey) == 1
        else { return false }
        for defence in defences(on: next) {
            if !catches(after: defence, on: next) { return false }
        }
        return true
    }

    /// Whether the chain is caught although its side, with the chain in atari, makes a move.
    mutating func catches(after defence: Int, on board: Board) -> Bool {
        // A move that is not allowed saves nothing.
        guard board.illegality(of: hunter.other, at: defence) == nil else { return true }
        // Most chains that run away are seen to without a copy of the board.
        if board.adjoins(defence, chainAt: prey) {
            let liberties = board.effect(of: hunter.other, at: defence).liberties
            if liberties != 2 { return liberties < 2 }
        }
        guard let next = self.board(after: hunter.other, at: defence, on: board) else { return false }
        switch next.liberties(ofChainAt: prey) {
        case 0, 1: return true
        case 2:
            for liberty in next.libertyPoints(ofChainAt: prey) {
                if catches(from: liberty, on: next) { return true }
            }
            return false
        default: return false
        }
    }

    /// What may save the chain from its atari: running to its liberty, and the capture of chains in atari that adjoin it.
    func defences(on board: Board) -> [Int] {
        var points = board.libertyPoints(ofChainAt: prey)
        for stone in board.chain(at: prey) {
            board.lattice.forNeighbours(of: stone) { neighbour in
                guard board[neighbour] == hunter, board.liberties(ofChainAt: neighbour) == 1 else { return }
                let liberty = board.libertyPoints(ofChainAt: neighbour)[0]
                if !points.contains(liberty) { points.append(liberty) }
            }
        }
        // By the board alone, not by how it came about, so that equal boards are searched in equal order.
        return points.sorted()
    }

    /// The board after a stone; nil where it may not be placed, or enough have been.
    private mutating func board(after stone: Stone, at point: Int, on board: Board) -> Board? {
        guard stones < Ladder.stoneLimit else { return nil }
        stones += 1
        var next = board
        do { try next.play(stone, at: point) } catch { return nil }
        return next
    }
}
