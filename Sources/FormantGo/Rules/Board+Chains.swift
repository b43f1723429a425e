extension Board {
    /// What placing a stone would lead to.
    public struct Effect: Hashable, Sendable {
        /// Enemy stones that would be captured.
        public var captured: Int
        /// Stones of the chain that the stone would be part of.
        public var stones: Int
        /// Liberties of that chain.
        public var liberties: Int

        /// Whether the move would leave its own chain in atari.
        public var isSelfAtari: Bool { liberties == 1 }
    }

    /// Number of liberties of the chain that has a stone on a point; 0 where there is none.
    public func liberties(ofChainAt point: Int) -> Int { cells[point] == 0 ? 0 : Int(libertyCount[Int(head[point])]) }

    /// Points of the chain that has a stone on a point, in no certain order; none where there is none.
    public func chain(at point: Int) -> [Int] {
        guard cells[point] != 0 else { return [] }
        var points: [Int] = []
        var place = point
        repeat {
            points.append(place)
            place = Int(next[place])
        } while place != point
        return points
    }

    /// What placing a stone on a point would lead to, where it may be placed. The board stays as it is.
    public func effect(of stone: Stone, at point: Int) -> Effect {
        var effect = Effect(captured: 0, stones: 1, liberties: 0)
        var free = PointSet()
        var friends = Neighbours()
        var victims = Neighbours()
        lattice.forNeighbours(of: point) { neighbour in
            if cells[neighbour] == 0 {
                free.insert(neighbour)
                return
            }
            let chain = head[neighbour]
            if cells[neighbour] == stone.rawValue {
                guard friends.insert(chain) else { return }
                effect.stones += Int(stoneCount[Int(chain)])
                for word in 0..<lattice.words {
                    free.formUnion(word: word, liberties[Int(chain) * lattice.words + word])
                }
            } else if libertyCount[Int(chain)] == 1, victims.insert(chain) {
                effect.captured += Int(stoneCount[Int(chain)])
            }
        }
        victims.forEach { victim in
            var place = Int(victim)
            repeat {
                lattice.forNeighbours(of: place) { neighbour in
                    let isOwn = neighbour == point || cells[neighbour] != 0 && friends.contains(head[neighbour])
                    if isOwn { free.insert(place) }
                }
                place = Int(next[place])
            } while place != Int(victim)
        }
        free.remove(point)
        effect.liberties = free.count
        return effect
    }

    /// The hash of the board after a stone has been placed on a point, where it may be.
    public func hash(after stone: Stone, at point: Int) -> UInt64 {
        var result = hash ^ lattice.key(stone, point)
        var victims = Neighbours()
        lattice.forNeighbours(of: point) { neighbour in
            guard cells[neighbour] == stone.other.rawValue else { return }
            if libertyCount[Int(head[neighbour])] == 1 { victims.insert(head[neighbour]) }
        }
        victims.forEach { victim in
            var place = Int(victim)
            repeat {
                result ^= lattice.key(stone.other, place)
                place = Int(next[place])
            } while place != Int(victim)
        }
        return result
    }

    /// Whether a point is an eye of a colour that filling would destroy: all around are its stones, and of the four
    /// points across the corners at most one is the enemy's, none at the edge.
    public func isEye(_ point: Int, of stone: Stone) -> Bool {
        guard cells[point] == 0 else { return false }
        var surrounded = true
        lattice.forNeighbours(of: point) { if cells[$0] != stone.rawValue { surrounded = false } }
        guard surrounded else { return false }
        let (row, column) = (point / size, point % size)
        var (corners, enemies) = (0, 0)
        for (down, right) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] {
            let (y, x) = (row + down, column + right)
            guard (0..<size).contains(y), (0..<size).contains(x) else { continue }
            corners += 1
            if cells[y * size + x] == stone.other.rawValue { enemies += 1 }
        }
        return enemies < (corners == 4 ? 2 : 1)
    }
}

/// The chains around a point, four at most, each once.
private struct Neighbours {
    private var chains = SIMD4<Int16>(repeating: -1)
    private var count = 0

    @discardableResult
    mutating func insert(_ chain: Int16) -> Bool {
        if contains(chain) { return false }
        chains[count] = chain
        count += 1
        return true
    }

    func contains(_ chain: Int16) -> Bool { any(chains .== chain) }

    func forEach(_ body: (Int16) -> Void) {
        for i in 0..<count { body(chains[i]) }
    }
}
