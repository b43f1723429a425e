extension [Substring] {
    /// A colour, in either case, also its first letter.
    func stone(_ index: Int) throws(GTPError) -> Stone {
        guard indices.contains(index) else { throw GTPError("expected a color") }
        switch self[index].lowercased() {
        case "b", "black": return .black
        case "w", "white": return .white
        default: throw GTPError("invalid color")
        }
    }

    /// A point or a pass.
    func move(_ index: Int, size: Int) throws(GTPError) -> Move {
        guard indices.contains(index), let move = Vertex.move(named: self[index], size: size) else {
            throw GTPError("invalid coordinate")
        }
        return move
    }

    /// A whole number.
    func integer(_ index: Int) throws(GTPError) -> Int {
        guard indices.contains(index), let number = Int(self[index]) else { throw GTPError("not an integer") }
        return number
    }

    /// A finite number.
    func number(_ index: Int) throws(GTPError) -> Double {
        guard indices.contains(index), let number = Double(self[index]), number.isFinite else {
            throw GTPError("not a number")
        }
        return number
    }
}
