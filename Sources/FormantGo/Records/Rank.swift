/// How strong a player is said to be.
public enum Rank: Hashable, Sendable, Comparable {
    /// Learner's grades: 30 is the weakest, 1 the strongest.
    case kyu(Int)
    /// Amateur grades from 1.
    case dan(Int)
    /// Professional grades from 1.
    case professional(Int)

    /// Reads `9k`, `3 dan`, `5p`, also with a mark of doubt behind it (`9k?`, `2d*`); nil for anything else.
    public init?(_ text: String) {
        let bytes = text.utf8.filter { $0 != 0x20 }
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard (1...2).contains(digits.count), let number = Int(String(decoding: digits, as: UTF8.self)), number > 0
        else { return nil }
        var rest = bytes.dropFirst(digits.count).map { $0 | 0x20 }
        if let last = rest.last, [UInt8(ascii: "?") | 0x20, UInt8(ascii: "*") | 0x20].contains(last) {
            rest.removeLast()
        }
        switch String(decoding: rest, as: UTF8.self) {
        case "k", "kyu", "gup": self = .kyu(number)
        case "d", "dan": self = .dan(number)
        case "p", "pro", "dp": self = .professional(number)
        default: return nil
        }
    }

    /// `9k`, `3d`, `5p`.
    public var name: String {
        switch self {
        case .kyu(let number): "\(number)k"
        case .dan(let number): "\(number)d"
        case .professional(let number): "\(number)p"
        }
    }

    private var order: Int {
        switch self {
        case .kyu(let number): -number
        case .dan(let number): number
        case .professional(let number): 1_000 + number
        }
    }

    /// Whether the first is weaker.
    public static func < (a: Rank, b: Rank) -> Bool { a.order < b.order }
}
