/// A clean-up of the text before it is cut into tokens.
public enum CleanUp: String, Codable, Hashable, Sendable, CaseIterable {
    /// The text stays as it is.
    case none
    /// The clean-up of Kim 2014 ("Convolutional Neural Networks for Sentence Classification"), for English: whatever is
    /// none of `A–Z a–z 0–9 ( ) , ! ? ' `` ` `` becomes a space; `'s 've n't 're 'd 'll` are split off; `, ! ( ) ?` stand
    /// alone; spaces are single. Meant for the `whitespace` tokeniser. Case is left to `LetterCase`: Kim keeps it for
    /// TREC and lowers it everywhere else.
    case kim

    func apply(to text: String) -> String {
        switch self {
        case .none: text
        case .kim: kimCleanUp(text)
        }
    }
}

extension CleanUp {
    /// The share of the letters of some texts that the clean-up removes, 0 … 1; of many texts, about 10,000 are looked at.
    public func shareOfLettersLost(in texts: [String]) -> Double {
        guard self == .kim else { return 0 }
        var (letters, lost) = (0, 0)
        for i in stride(from: 0, to: texts.count, by: max(1, texts.count / 10_000)) {
            for scalar in texts[i].unicodeScalars where scalar.properties.isAlphabetic {
                letters += 1
                if !scalar.isASCII { lost += 1 }
            }
        }
        return letters == 0 ? 0 : Double(lost) / Double(letters)
    }
}

private let kimEndings = ["'s", "'ve", "n't", "'re", "'d", "'ll"].map { Array($0.utf8) }

private func kimCleanUp(_ text: String) -> String {
    let plain = text.unicodeScalars.map { scalar -> UInt8 in
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "(", ")", ",", "!", "?", "'", "`": UInt8(scalar.value)
        default: 0x20
        }
    }
    var clean: [UInt8] = []
    clean.reserveCapacity(plain.count + 16)
    func space() { if let last = clean.last, last != 0x20 { clean.append(0x20) } }
    for (index, byte) in plain.enumerated() {
        switch byte {
        case 0x20: space()
        case UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "?"):
            space()
            clean.append(byte)
            space()
        case UInt8(ascii: "'"), UInt8(ascii: "n"):
            if kimEndings.contains(where: { plain[index...].starts(with: $0) }) { space() }
            clean.append(byte)
        default: clean.append(byte)
        }
    }
    if clean.last == 0x20 { clean.removeLast() }
    return String(decoding: clean, as: UTF8.self)
}
