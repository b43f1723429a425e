import FormantTensor

extension Decoder {
    /// A setting that is a number or one word: the number, or nil for the word.
    /// - Throws: `AudioError.optionInvalid`, inside a `DecodingError`, for another word.
    func number<Number: Decodable>(
        _ type: Number.Type = Number.self, orWord word: String, option: String, expected: String
    ) throws -> Number? {
        let container = try singleValueContainer()
        if let number = try? container.decode(Number.self) { return number }
        let text = try container.decode(String.self)
        guard text == word else {
            throw DecodingError.refused(
                AudioError.optionInvalid(option: option, found: text, expected: expected), at: codingPath)
        }
        return nil
    }
}

extension Encoder {
    /// Writes a number, or the word where there is none.
    func encode(_ number: (some Encodable)?, orWord word: String) throws {
        var container = singleValueContainer()
        if let number { try container.encode(number) } else { try container.encode(word) }
    }
}
