/// What is left of a text for comparison: letters and digits in lower case, words with one space between them.
///
/// Apostrophes and the like vanish, so that `what's` is `whats`; other marks part words. Marks on letters stay.
enum TextKey {
    static func of(_ text: String) -> String {
        var key = ""
        var space = false
        for scalar in text.lowercased().unicodeScalars {
            let properties = scalar.properties
            if properties.isAlphabetic || properties.numericType != nil
                || properties.generalCategory == .nonspacingMark
            {
                if space, !key.isEmpty { key.unicodeScalars.append(" ") }
                space = false
                key.unicodeScalars.append(scalar)
            } else if scalar != "'" && scalar != "\u{2019}" && scalar != "`" {
                space = true
            }
        }
        return key
    }
}
