extension GameRecord {
    /// The record of a game that is being played. Black stones that it begins with, with White to move, are a handicap.
    public init(_ game: Game) {
        let start = game.start
        self.init(size: start.board.size)
        komi = game.komi
        moves = game.moves
        for point in 0..<start.board.count {
            switch start.board[point] {
            case .black: setup.black.append(point)
            case .white: setup.white.append(point)
            case nil: break
            }
        }
        guard !setup.isNothing else { return }
        setup.toMove = start.toMove
        if setup.black.count >= 2, setup.white.isEmpty, start.toMove == .white { handicap = setup.black.count }
    }

    /// The record as nodes of SGF FF[4], from which `init(_:source:)` makes it again.
    public var nodes: [SGFNode] {
        var root = SGFNode([.init("GM", ["1"]), .init("FF", ["4"]), .init("CA", ["UTF-8"]), .init("SZ", ["\(size)"])])
        if let komi { root.properties.append(.init("KM", ["\(komi)"])) }
        if handicap > 0 { root.properties.append(.init("HA", ["\(handicap)"])) }
        let texts = [
            ("PB", black.name), ("BR", black.rankText), ("PW", white.name), ("WR", white.rankText), ("RE", result),
            ("RU", rules), ("DT", date),
        ]
        for (name, text) in texts where !text.isEmpty { root.properties.append(.init(name, [text])) }
        add(setup, to: &root)
        var nodes = [root]
        for index in 0...moves.count {
            for later in laterSetups where later.move == index {
                var node = SGFNode()
                add(later.setup, to: &node)
                nodes.append(node)
            }
            guard index < moves.count else { break }
            let move = moves[index]
            nodes.append(SGFNode([.init(move.stone.letter, [text(of: move.move)])]))
        }
        return nodes
    }

    /// The record as SGF text.
    public var sgf: String { SGFWriter.text(nodes) }

    private func add(_ setup: Setup, to node: inout SGFNode) {
        for (name, points) in [("AB", setup.black), ("AW", setup.white), ("AE", setup.empty)] where !points.isEmpty {
            node.properties.append(.init(name, points.map { text(of: .point($0)) }))
        }
        if let stone = setup.toMove { node.properties.append(.init("PL", [stone.letter])) }
    }

    private func text(of move: Move) -> String {
        guard case .point(let point) = move else { return "" }
        return [point % size, point / size].map { String(Unicode.Scalar(0x61 + UInt8($0))) }.joined()
    }
}
