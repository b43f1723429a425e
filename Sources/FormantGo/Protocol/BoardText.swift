/// A board in letters: `X` for Black, `O` for White, `+` for the points that handicap stones have, `.` for others.
public enum BoardText {
    /// A position with what was captured on its right.
    public static func text(of game: Game) -> String {
        let board = game.position.board
        var lines = text(of: board, last: game.moves.last?.move).split(separator: "\n").map(String.init)
        lines[1] += "   \(game.position.toMove.name) to move, komi \(game.komi)"
        lines[2] += "   captured: black \(board.lost.white), white \(board.lost.black)"
        return lines.joined(separator: "\n")
    }

    /// The stones, with the last one in brackets.
    /// - Parameter marks: letters for empty points.
    public static func text(of board: Board, last: Move? = nil, marks: [Int: String] = [:]) -> String {
        let size = board.size
        let letters = "   " + (0..<size).map { Vertex.letter(ofColumn: $0) }.joined(separator: " ")
        let marked = Set(Handicap.marks(size: size))
        var lines = [letters]
        for row in 0..<size {
            let number = String(size - row)
            var line = (number.utf8.count < 2 ? " " : "") + number
            for column in 0..<size {
                let point = row * size + column
                line += last == .point(point) ? "(" : column > 0 && last == .point(point - 1) ? ")" : " "
                switch board[point] {
                case .black: line += "X"
                case .white: line += "O"
                case nil: line += marks[point] ?? (marked.contains(point) ? "+" : ".")
                }
            }
            lines.append(line + (last == .point(row * size + size - 1) ? ")" : " ") + number)
        }
        return (lines + [letters]).joined(separator: "\n")
    }
}
