/// What each side has on the board: its stones, and the empty points from which only its stones are reached.
///
/// Source: Tromp & Taylor, "The game of Go", logical rules, 1995. All stones count as alive.
public struct AreaScore: Hashable, Sendable {
    /// Points of Black.
    public var black: Int
    /// Points of White, without komi.
    public var white: Int

    /// Puts a score together.
    public init(black: Int, white: Int) { (self.black, self.white) = (black, white) }

    /// Black's points less White's and komi.
    public func lead(komi: Double) -> Double { Double(black - white) - komi }

    /// The result as GTP and SGF write it: `B+3.5`, `W+0.5`, `0`.
    public func result(komi: Double) -> String {
        let lead = lead(komi: komi)
        if lead == 0 { return "0" }
        let margin = abs(lead)
        let text = margin < 1e6 && margin == margin.rounded() ? "\(Int(margin))" : "\(margin)"
        return (lead > 0 ? "B+" : "W+") + text
    }
}

extension Board {
    /// Who owns each point by area; nil where both colours are reached, or none.
    public var owners: [Stone?] {
        var owners = cells.map { Stone(rawValue: $0) }
        var visited = [Bool](repeating: false, count: count)
        for start in cells.indices where cells[start] == 0 && !visited[start] {
            visited[start] = true
            var region = [start]
            var borders: UInt8 = 0
            var place = 0
            while place < region.count {
                lattice.forNeighbours(of: region[place]) { neighbour in
                    borders |= cells[neighbour]
                    if cells[neighbour] == 0, !visited[neighbour] {
                        visited[neighbour] = true
                        region.append(neighbour)
                    }
                }
                place += 1
            }
            // Both colours together are 3, which is none.
            if let owner = Stone(rawValue: borders) { for point in region { owners[point] = owner } }
        }
        return owners
    }

    /// The score as the stones stand.
    public var areaScore: AreaScore {
        owners.reduce(into: AreaScore(black: 0, white: 0)) { score, owner in
            switch owner {
            case .black: score.black += 1
            case .white: score.white += 1
            case nil: break
            }
        }
    }
}
