import FormantFiles
import FormantGo
import FormantImage
import FormantTensor

/// What a network would play in a position of a game.
public struct GoSuggestion: Encodable, Sendable {
    /// A point and how likely it is.
    public struct Candidate: Encodable, Sendable {
        /// Its name, such as `Q16`.
        public let vertex: String
        /// 0 … 1; those of all legal points sum to 1.
        public let probability: Float
        let point: Int

        private enum CodingKeys: String, CodingKey { case vertex, probability }
    }

    /// The number of the move that is suggested, from 1.
    public let move: Int
    /// Who is to move: `black` or `white`.
    public let player: String
    /// What was played; nil after the last move.
    public let played: String?
    /// How many points are likelier than the one that was played; nil where it is no point.
    public let place: Int?
    /// The likeliest points, the likeliest first.
    public let candidates: [Candidate]

    let board: Board
    let last: Move?
    private let playedPoint: Int?

    private enum CodingKeys: String, CodingKey { case move, player, played, place, candidates }

    /// Most candidates that get a letter.
    public static let most = 26

    /// Looks at a position of the first game of a file.
    /// - Parameters:
    ///   - move: number of the move to be suggested, from 1 to one more than the game has; nil: after the last one.
    ///   - top: how many candidates are listed, 1 … `most`.
    /// - Throws: `ModelFileError`, `ClassifierError`, `GoError`, `RunError.option` for a move that there is not.
    public init(
        modelPath: String, gamePath: String, move: Int?, top: Int, ensemble: Bool, pool: WorkerPool
    ) throws {
        let policy = try NetworkPolicy(Model(path: modelPath), ensemble: ensemble, pool: pool)
        let record = try GoSuggestion.record(gamePath)
        guard policy.plays(size: record.size) else {
            throw GoError.record(
                source: gamePath, line: 0, reason: "a board of \(record.size), which the network does not play on")
        }
        let number = move ?? record.moves.count + 1
        guard (1...record.moves.count + 1).contains(number) else {
            throw RunError.option(
                name: "--move", value: "\(number)",
                expected: "1 to \(record.moves.count + 1), as the game has "
                    + "\(record.moves.count) moves")
        }
        let position = try record.position(before: number - 1)
        let weights = try policy.weights(for: position)
        let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
        let size = record.size
        self.move = number
        player = position.toMove.name
        board = position.board
        last = position.lastMove
        candidates = order.prefix(top).filter { weights[$0] > 0 }.map {
            Candidate(vertex: Vertex.name(of: $0, size: size), probability: weights[$0], point: $0)
        }
        if number <= record.moves.count {
            let made = record.moves[number - 1].move
            played = Vertex.name(of: made, size: size)
            if case .point(let point) = made { playedPoint = point } else { playedPoint = nil }
        } else {
            (played, playedPoint) = (nil, nil)
        }
        place = playedPoint.flatMap { order.firstIndex(of: $0) }
    }

    private static func record(_ path: String) throws -> GameRecord {
        let bytes: [UInt8]
        do { bytes = try WholeRead.bytes(of: path, limit: GameFolder.fileLimit) } catch { throw GoError.file(error) }
        var parser = SGFParser(bytes, source: path)
        guard let nodes = try parser.nextGame() else {
            throw GoError.record(source: path, line: 0, reason: "no game: expected '(;'")
        }
        return try GameRecord(nodes, source: path)
    }

    private static func letter(_ index: Int) -> String { String(Unicode.Scalar(0x61 + UInt8(index))) }

    /// The board with the candidates as letters, and a table of them.
    public var text: String {
        var marks: [Int: String] = [:]
        for (index, candidate) in candidates.enumerated() { marks[candidate.point] = Self.letter(index) }
        var rows = [["", "point", "probability", ""]]
        for (index, candidate) in candidates.enumerated() {
            let note = candidate.point == playedPoint ? "played" : ""
            rows.append([Self.letter(index), candidate.vertex, Double(candidate.probability).percent, note])
        }
        let end = played.map { name in
            "\nplayed: \(name)" + (place.map { ", number \($0 + 1) by likelihood" } ?? "") + "\n"
        }
        return BoardText.text(of: board, last: last, marks: marks) + "\n\nmove \(move), \(player)\n"
            + TextTable.text(rows, rightAligned: [2]) + (end ?? "")
    }

    /// Writes the board as a picture, SVG, or PNG where the name ends so: with the probabilities of the candidates on it
    /// and a frame around the point that was played.
    public func write(to path: String) throws {
        let format: Canvas.Format = FilePath.fileExtension(of: path) == "png" ? .png(scale: 2) : .svg
        let diagram = GoDiagram(size: board.size)
        let canvas = try Canvas(width: diagram.side, height: diagram.side, format: format)
        diagram.drawBoard(on: canvas)
        for point in 0..<board.count {
            guard let stone = board[point] else { continue }
            diagram.draw(stone, at: point, isLast: last == .point(point), on: canvas)
        }
        for candidate in candidates.reversed() {
            diagram.draw(
                probability: Double(candidate.probability), relativeTo: Double(candidates[0].probability),
                at: candidate.point, on: canvas)
        }
        if let playedPoint { diagram.frame(playedPoint, on: canvas) }
        try AtomicFile.write(bytes: try canvas.bytes(), to: path)
    }
}
