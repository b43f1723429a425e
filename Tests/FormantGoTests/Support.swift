import Foundation
import FormantGo
import FormantTensor

let publicData = ProcessInfo.processInfo.environment["FORMANT_DATA"]

extension Position {
    /// A position from a picture: X for Black, O for White, anything else but spaces and line ends for no stone.
    init(_ picture: String, toMove: Stone = .black) throws {
        let rows = picture.split(separator: "\n").map { $0.filter { $0 != " " } }
        self = try Position(size: rows.count)
        var setup = Setup()
        for (row, line) in rows.enumerated() {
            for (column, letter) in line.enumerated() {
                if letter == "X" { setup.black.append(row * rows.count + column) }
                if letter == "O" { setup.white.append(row * rows.count + column) }
            }
        }
        setup.toMove = toMove
        try setUp(setup)
    }

    func point(_ name: String) -> Int { Vertex.point(named: name, size: board.size)! }
}

extension Board {
    /// The stones as a picture.
    var picture: String {
        (0..<size).map { row in
            (0..<size).map { self[row * size + $0].map { $0 == .black ? "X" : "O" } ?? "." }.joined()
        }.joined(separator: "\n")
    }

    func point(_ name: String) -> Int { Vertex.point(named: name, size: size)! }
}

/// A board without any bookkeeping: everything is found by walking from stone to stone.
struct PlainBoard {
    let size: Int
    var stones: [Stone?]
    var ko: (point: Int, stone: Stone)?

    init(size: Int) {
        self.size = size
        stones = Array(repeating: nil, count: size * size)
    }

    func neighbours(_ point: Int) -> [Int] {
        let (row, column) = (point / size, point % size)
        return [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            .filter { (0..<size).contains($0.0) && (0..<size).contains($0.1) }.map { $0.0 * size + $0.1 }
    }

    func chain(_ point: Int) -> (stones: Set<Int>, liberties: Set<Int>) {
        var (chain, liberties, open) = (Set([point]), Set<Int>(), [point])
        while let place = open.popLast() {
            for neighbour in neighbours(place) {
                if stones[neighbour] == nil { liberties.insert(neighbour) }
                if stones[neighbour] == stones[point], chain.insert(neighbour).inserted { open.append(neighbour) }
            }
        }
        return (chain, liberties)
    }

    /// The board after a move and the stones taken; nil where the move is suicide, a ko or on a stone.
    func after(_ stone: Stone, _ point: Int) -> (board: PlainBoard, captured: Set<Int>)? {
        guard stones[point] == nil, !(ko?.point == point && ko?.stone == stone) else { return nil }
        var board = self
        board.stones[point] = stone
        board.ko = nil
        var captured: Set<Int> = []
        for neighbour in neighbours(point) where board.stones[neighbour] == stone.other {
            let chain = board.chain(neighbour)
            if chain.liberties.isEmpty { captured.formUnion(chain.stones) }
        }
        for place in captured { board.stones[place] = nil }
        let own = board.chain(point)
        guard !own.liberties.isEmpty else { return nil }
        if captured.count == 1, own.stones.count == 1, own.liberties.count == 1 {
            board.ko = (captured.first!, stone.other)
        }
        return (board, captured)
    }
}

/// A random game of moves that the rules allow.
func randomGame(size: Int, moves: Int, seed: UInt64) throws -> Game {
    var generator = SeededGenerator(seed: seed)
    var game = try Game(size: size, komi: 6.5)
    for _ in 0..<moves {
        let stone = game.position.toMove
        let legal = game.legalPoints(for: stone)
        let points = legal.indices.filter { legal[$0] }
        guard !points.isEmpty, generator.uniform() > 0.02 else {
            try game.play(.pass, by: stone)
            continue
        }
        try game.play(.point(points[generator.index(below: points.count)]), by: stone)
    }
    return game
}
