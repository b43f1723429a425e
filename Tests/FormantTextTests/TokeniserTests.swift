import FormantText
import Testing

@Suite struct TokeniserTests {
    @Test(
        arguments: [
            (
                "Don't stop: it's well-known, O'Neill's.",
                ["Don't", "stop", ":", "it's", "well-known", ",", "O'Neill's", "."]
            ),
            (
                "'tis 3.14 and 1,000,000. x-1 -5 a_b _ 7.",
                [
                    "'", "tis", "3.14", "and", "1,000,000", ".", "x-1", "-", "5", "a_b", "_", "7", ".",
                ]
            ),
            ("l’été “quoted”…", ["l’été", "“", "quoted", "”", "…"]),
            ("wait... $5 + 2€!!", ["wait", ".", ".", ".", "$", "5", "+", "2", "€", "!", "!"]),
            ("e\u{301}te\u{301} o\u{308}l", ["e\u{301}te\u{301}", "o\u{308}l"]),
            ("Съешь ещё этих булок-то", ["Съешь", "ещё", "этих", "булок-то"]),
            ("مَرْحَبًا، كيف الحال؟ ١٢٣٫٥", ["مَرْحَبًا", "،", "كيف", "الحال", "؟", "١٢٣", "٫", "٥"]),
            ("می\u{200c}خواهم", ["می\u{200c}خواهم"]),
            ("हिन्दी में", ["हिन्दी", "में"]),
            ("我爱北京。", ["我", "爱", "北", "京", "。"]),
            ("東京タワーへ行く", ["東", "京", "タワー", "へ", "行", "く"]),
            ("か\u{3099}く", ["か\u{3099}", "く"]),
            ("สวัสดีครับ", ["ส", "วั", "ส", "ดี", "ค", "รั", "บ"]),
            ("안녕하세요 세계", ["안녕하세요", "세계"]),
            (
                "hi👨‍👩‍👧‍👦👍🏽!❤️ 🇩🇪🇫🇷1️⃣",
                [
                    "hi", "👨‍👩‍👧‍👦", "👍🏽", "!", "❤️", "🇩🇪", "🇫🇷", "1️⃣",
                ]
            ),
            ("a\u{0}b\u{200b}c\u{2028}d\u{85}e\u{feff}f", ["a", "b", "c", "d", "e", "f"]),
            ("\u{10ffff}\u{e000}", ["\u{10ffff}", "\u{e000}"]), ("", []), (" \t\n\u{3000}", []),
        ] as [(String, [String])])
    func words(text: String, tokens: [String]) {
        #expect(Tokeniser.words().tokens(of: text).map(scalars) == tokens.map(scalars))
    }

    @Test func droppedPunctuationLeavesSymbols() {
        #expect(
            Tokeniser.words(punctuation: .dropped).tokens(of: "Well, (yes) - it's 3.5 € + 😀!")
                == ["Well", "yes", "it's", "3.5", "€", "+", "😀"])
    }

    @Test func whitespaceSplitsAtWhiteSpaceAlone() {
        #expect(
            Tokeniser.whitespace.tokens(of: " a,b\u{a0}c\u{3000}d\u{2003}e\u{85}f\u{200b}g\th\r\n")
                == ["a,b", "c", "d", "e", "f\u{200b}g", "h"])
    }

    @Test func anyUnicodeKeepsItsLetters() {
        var generator = TestGenerator(seed: 5)
        for _ in 0..<5000 {
            let text = randomText(using: &generator)
            let words = Tokeniser.words().tokens(of: text)
            #expect(words.allSatisfy { !$0.isEmpty }, "seed 5: \(scalars(text))")
            let kept = words.flatMap(scalars)
            let expected = text.unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
            // In order, with nothing lost but separators; format characters inside words stay.
            let format = kept.filter { Unicode.Scalar($0)?.properties.generalCategory != .format }
            #expect(format == expected.map(\.value), "seed 5: \(scalars(text))")
            let split = text.unicodeScalars.split { $0.properties.isWhitespace }.map { scalars(String($0)) }
            #expect(Tokeniser.whitespace.tokens(of: text).map(scalars) == split, "seed 5: \(scalars(text))")
        }
    }

    @Test func coding() throws {
        for tokeniser in [Tokeniser.words(), .words(punctuation: .dropped), .whitespace] {
            #expect(try value(Tokeniser.self, json: try json(tokeniser)) == tokeniser)
        }
        #expect(try json(Tokeniser.words()) == #"{"words":{"punctuation":"separate"}}"#)
        #expect(try value(Tokeniser.self, json: #""words""#) == .words())
        #expect(try value(Tokeniser.self, json: #"{"words":{}}"#) == .words())
        for (text, hint) in [
            (#""word""#, #"did you mean "words"?"#), (#"{"wrods":{}}"#, #"did you mean "words"?"#),
            (#"{"words":{"punctation":"dropped"}}"#, #"did you mean "punctuation"?"#),
            (#"{"words":{"punctuation":"droped"}}"#, #"did you mean "dropped"?"#), ("{}", "an empty mapping"),
            (#"{"whitespace":{}}"#, "found whitespace"),
        ] {
            let error = try #require(throws: DecodingError.self) { try value(Tokeniser.self, json: text) }
            #expect(message(error).contains(hint), "\(text): \(error)")
        }
        #expect(throws: DecodingError.self) { try value(Tokeniser.self, json: "7") }
    }
}
