/// Points as people write them: a letter for the column, without I, and the row counted from below. `D4`, `Q16`.
public enum Vertex {
    private static let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ".utf8)

    /// The name of a point. A point that is not on the board has its number.
    public static func name(of point: Int, size: Int) -> String {
        guard (0..<size * size).contains(point) else { return "point \(point)" }
        return letter(ofColumn: point % size) + String(size - point / size)
    }

    /// The name of a move.
    public static func name(of move: Move, size: Int) -> String {
        switch move {
        case .pass: "pass"
        case .point(let point): name(of: point, size: size)
        }
    }

    /// The letter of a column, counted from 0 on the left.
    public static func letter(ofColumn column: Int) -> String { String(Unicode.Scalar(letters[column])) }

    /// The point of a name, in either case; nil when it is none of a board of this size.
    public static func point(named name: some StringProtocol, size: Int) -> Int? {
        let bytes = Array(name.utf8)
        guard (2...3).contains(bytes.count), let column = letters.firstIndex(of: bytes[0] & 0xdf), column < size,
            bytes.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }),
            let row = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), (1...size).contains(row)
        else { return nil }
        return (size - row) * size + column
    }

    /// The move of a name: `pass`, or a point; nil when it is neither.
    public static func move(named name: some StringProtocol, size: Int) -> Move? {
        name.lowercased() == "pass" ? .pass : point(named: name, size: size).map { .point($0) }
    }
}
