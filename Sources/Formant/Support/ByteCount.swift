/// A number of bytes as people write it: `500M` is 500 · 10⁶.
public struct ByteCount: Sendable, Hashable, CustomStringConvertible {
    /// The bytes.
    public let count: Int

    private static let units: [(letter: Character, bytes: Int)] = [
        ("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("K", 1_000),
    ]

    /// So many bytes.
    public init(_ count: Int) { self.count = count }

    /// A number, which may have a fraction, and K, M, G or T behind it, with or without B; nil where the text is none.
    public init?(_ text: String) {
        var text = text.uppercased()
        if text.hasSuffix("B") { text.removeLast() }
        var unit = 1
        if let last = text.last, let known = ByteCount.units.first(where: { $0.letter == last }) {
            unit = known.bytes
            text.removeLast()
        }
        guard let first = text.first, first.isASCII, first.isNumber, let number = Double(text), number.isFinite,
            number >= 0, number * Double(unit) < 9e18
        else { return nil }
        count = Int(number * Double(unit))
    }

    /// Three digits and a unit.
    public var description: String {
        guard let unit = ByteCount.units.first(where: { count >= $0.bytes }) else { return "\(count) B" }
        let value = Double(count) / Double(unit.bytes)
        return "\(value.digits(value < 10 ? 2 : value < 100 ? 1 : 0)) \(unit.letter)B"
    }
}
