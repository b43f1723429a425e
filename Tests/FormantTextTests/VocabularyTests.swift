import FormantText
import Testing

@Suite struct VocabularyTests {
    @Test func orderIsByCountAndThenByCodeUnits() throws {
        let counts = ["b": 2, "a": 2, "z": 5, "é": 2, "\u{10000}": 2, "\u{ff5a}": 2, "B": 2, "rare": 1]
        let vocabulary = try Vocabulary(counts: counts, minimumCount: 2)
        #expect(vocabulary.words == ["z", "B", "a", "b", "é", "\u{ff5a}", "\u{10000}"])
        #expect(vocabulary.count == 7 && vocabulary.rowCount == 9)
        #expect(vocabulary.id(of: "z") == 2 && vocabulary.id(of: "rare") == Vocabulary.unknown)
        #expect(try Vocabulary(counts: counts, maximumSize: 2).words == ["z", "B"])
    }

    @Test func idsAndWordsAreEachOthersInverse() throws {
        let words = (0..<5000).map { "w\($0 &* 7919)" }
        let vocabulary = try Vocabulary(words: words)
        for (number, word) in words.enumerated() {
            #expect(vocabulary.id(of: word) == Int32(number) + 2 && vocabulary.word(of: Int32(number) + 2) == word)
        }
        for id in [Int32.min, -1, 0, 1, 5002, Int32.max] { #expect(vocabulary.word(of: id) == nil) }
        #expect(vocabulary.id(of: "") == Vocabulary.unknown)
    }

    @Test func wordsAreComparedByBytes() throws {
        let vocabulary = try Vocabulary(words: ["é", "e\u{301}"])
        #expect(vocabulary.id(of: "é") == 2 && vocabulary.id(of: "e\u{301}") == 3)
    }

    @Test func roundTrip() throws {
        for words in [[], ["a"], ["the", "é", "a\r", "\u{0}", "\"q\"", "\u{10ffff}"]] {
            let vocabulary = try Vocabulary(words: words)
            let back = try value(Vocabulary.self, json: try json(vocabulary))
            #expect(back == vocabulary && back.hashValue == vocabulary.hashValue && back.words == words)
        }
        #expect(try json(Vocabulary(words: ["the", "of"])) == #"{"words":"the\nof"}"#)
        #expect(try Vocabulary(words: ["a", "b"]) != Vocabulary(words: ["ab"]))
    }

    @Test func hostileOnesAreRefused() throws {
        for (text, hint) in [
            (#"{"words":"a\na"}"#, "'a' stands at 1 too"), (#"{"words":"a\n"}"#, "word 2: it is empty"),
            (#"{"words":"\n\n"}"#, "word 1: it is empty"),
            (#"{"word":"a"}"#, #"did you mean "words"?"#), ("{}", "words"),
            (#"{"words":["a"]}"#, "String"), (#"{"words":7}"#, "String"), ("[]", ""),
        ] {
            let error = try #require(throws: DecodingError.self) { try value(Vocabulary.self, json: text) }
            #expect(message(error).contains(hint) || hint.isEmpty, "\(text): \(error)")
        }
        #expect(throws: TextError.self) { try Vocabulary(words: ["a\nb"]) }
        #expect(throws: TextError.self) { try Vocabulary(counts: ["a": 1], minimumCount: 0) }
        #expect(throws: TextError.self) { try Vocabulary(counts: ["a": 1], maximumSize: 0) }
    }
}
