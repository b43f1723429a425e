import FormantText
import Testing
import Yams

@Suite struct CharacterTokenTests {
    @Test(
        arguments: [
            ("我爱北京。", ["我", "爱", "北", "京", "。"]), ("東京タワーへ", ["東", "京", "タ", "ワ", "ー", "へ"]),
            ("สวัสดีครับ", ["ส", "วั", "ส", "ดี", "ค", "รั", "บ"]), ("か\u{3099}く", ["か\u{3099}", "く"]),
            ("हिन्दी", ["हि", "न्", "दी"]), (" a \t\n b", [" ", "a", " ", "b"]), ("👍🏽", ["👍", "🏽"]), ("", []),
            ("a\u{0}\u{200b}\r\n", ["a", "\u{0}", "\u{200b}", " "]), ("\u{301}x", ["\u{301}", "x"]),
        ] as [(String, [String])])
    func characters(text: String, tokens: [String]) {
        #expect(Tokeniser.characters.tokens(of: text).map(scalars) == tokens.map(scalars))
    }

    @Test func ngramsSlideOverEachRun() throws {
        let two = Tokeniser.ngrams(try CharacterNGrams(minimum: 1, maximum: 2))
        #expect(two.tokens(of: " ab  c\n") == ["<a", "a", "ab", "b", "b>", "<c", "c", "c>"])
        let three = Tokeniser.ngrams(try CharacterNGrams(minimum: 2, maximum: 3))
        #expect(
            three.tokens(of: "我爱北京") == ["<我", "<我爱", "我爱", "我爱北", "爱北", "爱北京", "北京", "北京>", "京>"])
        #expect(
            three.tokens(of: "ดีครับ").map(scalars)
                == ["<ดี", "<ดีค", "ดีค", "ดีครั", "ครั", "ครับ", "รับ", "รับ>", "บ>"].map(scalars))
        #expect(three.tokens(of: "です")[0] == "<で" && three.tokens(of: "").isEmpty)
        #expect(Tokeniser.ngrams(try CharacterNGrams(minimum: 5, maximum: 9)).tokens(of: "ab c").isEmpty)
        for (minimum, maximum) in [(0, 1), (3, 2), (1, 17), (-1, -1)] {
            #expect(throws: TextError.self) { try CharacterNGrams(minimum: minimum, maximum: maximum) }
        }
    }

    @Test func bytesKnowEverything() throws {
        let frontEnd = try TextFrontEnd.fit(
            texts: [String](), options: .init(tokeniser: .bytes, padding: PaddingRule(margin: 0, lengthStep: 1)))
        #expect(frontEnd.rowCount == 258 && frontEnd.vocabulary == .bytes)
        let text = "aé我👍\n"
        #expect(frontEnd.ids(of: text) == text.utf8.map { Int32($0) + 2 })
        #expect(frontEnd.ids(ofTokens: frontEnd.tokens(of: text)) == frontEnd.ids(of: text))
        for byte in 0..<256 {
            let token = String(Unicode.Scalar(UInt8(byte)))
            #expect(Vocabulary.bytes.id(of: token) == Int32(byte + 2))
            #expect(Vocabulary.bytes.word(of: Int32(byte + 2)) == token)
        }
        #expect(
            Vocabulary.bytes.id(of: "我") == Vocabulary.unknown && Vocabulary.bytes.id(of: "ab") == Vocabulary.unknown)
        #expect(Vocabulary.bytes.id(of: "") == Vocabulary.unknown && Vocabulary.bytes.word(of: 258) == nil)
    }

    /// FNV-1a of 64 bits: the published values of "" and "a" are cbf29ce484222325 and af63dc4c8601ec8c.
    @Test func hashingIsFNV() throws {
        let vocabulary = try Vocabulary.hashed(buckets: 1000)
        #expect(vocabulary.rowCount == 1002 && vocabulary.words.isEmpty && !vocabulary.holdsWords)
        #expect(vocabulary.id(of: "") == Int32(0xcbf2_9ce4_8422_2325 % UInt64(1000)) + 2)
        #expect(vocabulary.id(of: "a") == Int32(0xaf63_dc4c_8601_ec8c % UInt64(1000)) + 2)
        #expect(vocabulary.word(of: 5) == nil)
        for buckets in [0, -1, (1 << 23) + 1] {
            #expect(throws: TextError.self) { try Vocabulary.hashed(buckets: buckets) }
        }
        let words: [Tokeniser] = [
            .words(), .whitespace, .characters, .bytes, .ngrams(try CharacterNGrams(minimum: 2, maximum: 4)),
        ]
        for tokeniser in words {
            let frontEnd = try TextFrontEnd.fit(
                texts: ["never read"],
                options: .init(tokeniser: tokeniser, vocabulary: .init(hashed: Hashing(buckets: 7))))
            let ids = frontEnd.ids(of: "天気がいい, isn't it?")
            #expect(frontEnd.rowCount == 9 && ids.allSatisfy { $0 == 0 || (2..<9).contains($0) })
            #expect(Set(ids).count > 1 && frontEnd.ids(of: "天気がいい, isn't it?") == ids)
            #expect(try value(TextFrontEnd.self, json: try json(frontEnd)) == frontEnd)
        }
    }

    /// Text without spaces, by characters: what the training texts did not have is unknown, the rest is not.
    @Test func sentencesWithoutSpaces() throws {
        let texts = ["我想听音乐", "今天天气怎么样", "音楽をかけてください", "วันนี้อากาศเป็นอย่างไร", "เปิดเพลง"]
        for tokeniser in [Tokeniser.characters, .ngrams(try CharacterNGrams(minimum: 1, maximum: 3))] {
            let options = TextFrontEndOptions(tokeniser: tokeniser, padding: try PaddingRule(margin: 1))
            let frontEnd = try TextFrontEnd.fit(texts: texts, options: options)
            for text in texts {
                let ids = frontEnd.ids(of: text)
                #expect(!ids.contains(Vocabulary.unknown) && ids.filter { $0 > 1 }.count >= 5, "\(text)")
            }
            #expect(frontEnd.ids(of: "我想听天气").contains(Vocabulary.unknown) == (tokeniser != .characters))
            #expect(frontEnd.ids(of: "狗").contains(Vocabulary.unknown))
            #expect(try value(TextFrontEnd.self, json: try json(frontEnd)) == frontEnd)
        }
    }

    @Test func coding() throws {
        let ngrams = Tokeniser.ngrams(try CharacterNGrams(minimum: 2, maximum: 4))
        for tokeniser in [.characters, .bytes, ngrams] {
            #expect(try value(Tokeniser.self, json: try json(tokeniser)) == tokeniser)
            #expect(try YAMLDecoder().decode(Tokeniser.self, from: try YAMLEncoder().encode(tokeniser)) == tokeniser)
        }
        #expect(try value(Tokeniser.self, json: #""ngrams""#) == .ngrams(CharacterNGrams(minimum: 1, maximum: 3)))
        #expect(try value(Tokeniser.self, json: #"{"ngrams":{"minimum":2,"maximum":4}}"#) == ngrams)
        for (yaml, hint) in [
            ("tokeniser: {ngrams: {minimum: 4}}", "minimum 4, maximum 3"), ("tokeniser: {ngrams: {max: 4}}", "maximum"),
            ("tokeniser: character", #"did you mean "characters"?"#),
            ("vocabulary: {hashed: {buckets: 0}}", "1 … 8388608"), ("vocabulary: {hashed: {}, extra: 5}", "found both"),
            ("vocabulary: {extra: -1}", "0 … 8388608"), ("{tokeniser: bytes, vocabulary: {extra: 1}}", "bytes"),
            ("{tokeniser: characters, subwords: {}}", "tokens that are words"),
        ] {
            let error = try #require(throws: DecodingError.self, "\(yaml)") {
                try YAMLDecoder().decode(TextFrontEndOptions.self, from: yaml)
            }
            #expect(message(error).contains(hint), "\(yaml): \(error)")
        }
        for text in [#"{"bytes":255}"#, #"{"hashed":{"buckets":-4}}"#, "{}", #"{"hashed":{"bucket":4}}"#] {
            #expect(throws: DecodingError.self, "\(text)") { try value(Vocabulary.self, json: text) }
        }
    }
}
