import FormantTensor

/// How long the id sequence of a sentence is.
///
/// The length depends on the number of tokens alone, never on other sentences of a batch: tokens are cut at
/// `maximumLength`; `margin` padding ids come before and after; then padding is added at the end until the length is at least
/// `minimumLength` and a multiple of `lengthStep`.
public struct PaddingRule: Hashable, Sendable {
    /// Padding ids before and after the tokens, 0 … 4,096. Kim 2014 has the widest filter's width less one on each side.
    public let margin: Int
    /// The length is a multiple of this, 1 … 4,096.
    public let lengthStep: Int
    /// The least length, margins counted, 0 … 1,048,576.
    public let minimumLength: Int
    /// The most tokens that are kept, which are the first ones, 1 … 1,048,576; margins are not counted.
    public let maximumLength: Int

    /// A margin of 4 (filters up to 5 words wide), steps of 8, no least length, at most 512 tokens.
    public static let standard = PaddingRule(unchecked: 4, lengthStep: 8, minimumLength: 0, maximumLength: 512)

    /// Creates a rule; what is not said is as in `standard`.
    /// - Throws: `TextError.invalidOption` if a number is outside its range.
    public init(
        margin: Int = standard.margin, lengthStep: Int = standard.lengthStep,
        minimumLength: Int = standard.minimumLength, maximumLength: Int = standard.maximumLength
    ) throws(TextError) {
        try PaddingRule.check(margin, "margin", in: 0...4096)
        try PaddingRule.check(lengthStep, "lengthStep", in: 1...4096)
        try PaddingRule.check(minimumLength, "minimumLength", in: 0...(1 << 20))
        try PaddingRule.check(maximumLength, "maximumLength", in: 1...(1 << 20))
        self.init(
            unchecked: margin, lengthStep: lengthStep, minimumLength: minimumLength, maximumLength: maximumLength)
    }

    private init(unchecked margin: Int, lengthStep: Int, minimumLength: Int, maximumLength: Int) {
        self.margin = margin
        self.lengthStep = lengthStep
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
    }

    /// The length of the id sequence of so many tokens: at least one step, even for none.
    public func paddedLength(ofTokens count: Int) -> Int {
        let length = max(1, minimumLength, min(max(0, count), maximumLength) + 2 * margin)
        return (length + lengthStep - 1) / lengthStep * lengthStep
    }

    private static func check(_ value: Int, _ name: String, in range: ClosedRange<Int>) throws(TextError) {
        guard range.contains(value) else {
            throw .invalidOption(
                name: "padding \(name)", expected: "\(range.lowerBound) … \(range.upperBound)", found: "\(value)")
        }
    }
}

extension PaddingRule: Codable {
    private enum CodingKeys: String, SettingsKey { case margin, lengthStep, minimumLength, maximumLength }

    /// Decodes the keys `margin`, `lengthStep`, `minimumLength` and `maximumLength`; absent keys are as in `standard`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "padding", keyedBy: CodingKeys.self)
        let standard = PaddingRule.standard
        do {
            try self.init(
                margin: try settings.decode(.margin, default: standard.margin),
                lengthStep: try settings.decode(.lengthStep, default: standard.lengthStep),
                minimumLength: try settings.decode(.minimumLength, default: standard.minimumLength),
                maximumLength: try settings.decode(.maximumLength, default: standard.maximumLength))
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}
