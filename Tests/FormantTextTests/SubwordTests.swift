import FormantTensor
import FormantText
import Testing
import Yams

@Suite struct SubwordTests {
    private func options(_ rule: SubwordRule, margin: Int = 1) throws -> TextFrontEndOptions {
        TextFrontEndOptions(
            tokeniser: .whitespace, padding: try PaddingRule(margin: margin, lengthStep: 1), subwords: rule)
    }

    @Test func charactersStandBelowTheirWords() throws {
        let rule = try SubwordRule(unit: .characters, perWord: 3)
        let frontEnd = try TextFrontEnd.fit(texts: ["aab a", "ba"], options: try options(rule))
        // Of equal count, words go by their bytes; a is the most frequent character.
        #expect(frontEnd.vocabulary.words == ["a", "aab", "ba"] && frontEnd.subwords?.alphabet.words == ["a", "b"])
        #expect(frontEnd.height == 4 && frontEnd.subwordRowCount == 4 && frontEnd.rowCount == 5)
        let ids = frontEnd.ids(of: "ba x aab")
        #expect(
            ids == [
                0, 4, 1, 3, 0,
                0, 3, 1, 2, 0,
                0, 2, 0, 2, 0,
                0, 0, 0, 3, 0,
            ])
        #expect(frontEnd.shape(ofIDs: ids) == Shape(channels: 1, height: 4, width: 5))
        #expect(try options(rule).shape(ofTokens: 3) == Shape(channels: 1, height: 4, width: 5))
        #expect(frontEnd.ids(ofTokens: ["ba", "x", "aab"]) == ids)
        #expect(frontEnd.ids(of: "") == [Int32](repeating: 0, count: 8))
        // The first two and the last one of more than three.
        #expect(frontEnd.ids(of: "abxxb") == [0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 3, 0])
        #expect(try value(TextFrontEnd.self, json: try json(frontEnd)) == frontEnd)
    }

    /// fastText's hash of 32 bits, over signed bytes: the values come from gensim's `ft_hash_bytes`.
    @Test func ngramsAreHashedAsFastTextDoes() throws {
        let rule = try SubwordRule(unit: .ngrams(minimum: 3, maximum: 3, buckets: 1_000_000), perWord: 4)
        let frontEnd = try TextFrontEnd.fit(texts: ["ab"], options: try options(rule, margin: 0))
        #expect(frontEnd.subwordRowCount == 1_000_002)
        let ids = frontEnd.ids(of: "ab é我x")
        #expect(frontEnd.shape(ofIDs: ids) == Shape(channels: 1, height: 5, width: 2))
        func id(_ hash: UInt32) -> Int32 { Int32(hash % 1_000_000) + 2 }
        // <ab ab> and <é我 é我x 我x>
        let (word, other) = (
            (UInt32(1218209508), UInt32(1699241756)), (UInt32(504172572), UInt32(1030371902), UInt32(1625574396))
        )
        #expect(ids == [2, 1, id(word.0), id(other.0), id(word.1), id(other.1), 0, id(other.2), 0, 0])
    }

    @Test func withoutSubwordsNothingChanges() throws {
        let frontEnd = try TextFrontEnd.fit(texts: ["a b"], options: .init(tokeniser: .whitespace))
        #expect(frontEnd.height == 1 && frontEnd.subwordRowCount == 0)
        #expect(frontEnd.shape(ofIDs: frontEnd.ids(of: "a")) == Shape(channels: 1, width: 16))
    }

    @Test func wordsFromBeyondTheTexts() throws {
        let fitted = try TextFrontEnd.fit(texts: ["The cat"], options: .init(tokeniser: .whitespace))
        let extended = fitted.extended(by: ["dog", "cat", "", "a\nb", "dog", "the"])
        #expect(extended.vocabulary.words == ["The", "cat", "dog", "the"])
        #expect(extended.ids(ofTokens: ["The", "the", "Cat", "DOG", "cow"])[4..<9] == [2, 5, 3, 4, 1])
        #expect(fitted.ids(ofTokens: ["Cat"])[4] == Vocabulary.unknown)
        #expect(try value(TextFrontEnd.self, json: try json(extended)) == extended)
        #expect(Vocabulary.bytes.extended(by: ["x"]) == .bytes)
    }

    @Test func coding() throws {
        let read = { (yaml: String) in try YAMLDecoder().decode(TextFrontEndOptions.self, from: yaml) }
        #expect(try read("subwords: {unit: characters}").subwords == SubwordRule(unit: .characters, perWord: 16))
        #expect(
            try read("subwords: {unit: ngrams, minimum: 2, buckets: 50}").subwords
                == SubwordRule(unit: .ngrams(minimum: 2, maximum: 5, buckets: 50), perWord: 20))
        #expect(try read("{}").subwords == nil)
        let options = try options(SubwordRule(unit: .ngrams(minimum: 1, maximum: 2, buckets: 3), perWord: 4))
        #expect(try value(TextFrontEndOptions.self, json: try json(options)) == options)
        for (yaml, hint) in [
            ("subwords: {unit: character}", #"did you mean "characters"?"#), ("subwords: {perWord: 0}", "1 … 256"),
            ("subwords: {perWord: 257}", "1 … 256"), ("subwords: {unit: characters, buckets: 5}", "ngrams alone"),
            ("subwords: {unit: ngrams, minimum: 6}", "minimum 6, maximum 5"),
            ("subwords: {unit: ngrams, buckets: 0}", "1 … 8388608"), ("subwords: {perword: 3}", "perWord"),
        ] {
            let error = try #require(throws: DecodingError.self, "\(yaml)") { try read(yaml) }
            #expect(message(error).contains(hint), "\(yaml): \(error)")
        }
        for subwords in [
            #"{"rule":{}}"#, #"{"rule":{},"alphabet":{"bytes":256}}"#, "3", #"{"rule":{"perWord":999}}"#,
        ] {
            let text = #"{"vocabulary":{"words":"a"},"subwords":\#(subwords)}"#
            #expect(throws: DecodingError.self, "\(text)") { try value(TextFrontEnd.self, json: text) }
        }
    }
}
