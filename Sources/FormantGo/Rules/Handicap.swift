/// Where handicap stones go by custom.
public enum Handicap {
    /// The points that have a mark on boards: those of nine stones from 15 rows on, corners and middle below.
    public static func marks(size: Int) -> [Int] {
        points(size < 15 ? 5 : 9, size: size) ?? points(4, size: size) ?? []
    }

    /// The points of so many stones, in the order in which they are placed; GTP 2, section 4.1.1.
    /// - Returns: nil where custom knows none: other numbers than 2 … 9, boards below 7, more than four stones on boards
    ///   that have no middle or are of size 7.
    public static func points(_ stones: Int, size: Int) -> [Int]? {
        let most = size < 7 ? 0 : size % 2 == 0 || size == 7 ? 4 : 9
        guard stones >= 2, stones <= most else { return nil }
        let near = size < 13 ? 2 : 3
        let (low, high, middle) = (near, size - 1 - near, size / 2)
        // (column from the left, row from below)
        let corners = [(low, low), (high, high), (low, high), (high, low)]
        let sides = [(low, middle), (high, middle), (middle, low), (middle, high)]
        var places = Array(corners.prefix(stones))
        if stones > 4 { places += sides.prefix((stones - 4) / 2 * 2) }
        if stones > 4, stones % 2 == 1 { places.append((middle, middle)) }
        return places.map { (size - 1 - $0.1) * size + $0.0 }
    }
}
