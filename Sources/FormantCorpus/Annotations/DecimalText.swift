/// Numbers in tables: decimal, never with an exponent, and exactly the number when they are read again.
enum DecimalText {
    /// The shortest decimal that is read as `value` again, with zeros behind it up to `places` digits after the point.
    /// Of a number that is not finite it is `0`.
    static func text(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return text(0, places: places) }
        var digits = "\(value.magnitude)"
        var exponent = 0
        if let mark = digits.firstIndex(where: { $0 == "e" }) {
            exponent = Int(digits[digits.index(after: mark)...]) ?? 0
            digits = String(digits[..<mark])
        }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var whole = parts[0]
        var fraction = parts.count > 1 ? parts[1] : ""
        if fraction == "0" { fraction = "" }
        while exponent > 0 {
            whole += fraction.isEmpty ? "0" : String(fraction.removeFirst())
            exponent -= 1
        }
        while exponent < 0 {
            fraction = (whole.isEmpty ? "0" : String(whole.removeLast())) + fraction
            exponent += 1
        }
        while whole.count > 1, whole.hasPrefix("0") { whole.removeFirst() }
        if whole.isEmpty { whole = "0" }
        while fraction.count < places { fraction += "0" }
        let isNegative = value < 0
        return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// A label on one line without tabs.
    static func label(_ text: String) -> String {
        guard text.utf8.contains(where: { (0x09...0x0d).contains($0) }) else { return text }
        return String(decoding: text.utf8.map { (0x09...0x0d).contains($0) ? 0x20 : $0 }, as: UTF8.self)
    }
}
