import FormantText
import Foundation
import Testing
import Yams

@Suite struct FrontEndTests {
    private func frontEnd(_ padding: PaddingRule) throws -> TextFrontEnd {
        TextFrontEnd(tokeniser: .whitespace, vocabulary: try Vocabulary(words: ["a", "b", "c"]), padding: padding)
    }

    @Test func padsByTheSentenceAlone() throws {
        let rule = try PaddingRule(margin: 2, lengthStep: 4, minimumLength: 0, maximumLength: 5)
        let frontEnd = try frontEnd(rule)
        #expect(frontEnd.ids(of: "") == [0, 0, 0, 0])
        #expect(frontEnd.ids(of: " \n") == [0, 0, 0, 0])
        #expect(frontEnd.ids(of: "a") == [0, 0, 2, 0, 0, 0, 0, 0])
        #expect(frontEnd.ids(of: "a x c b") == [0, 0, 2, 1, 4, 3, 0, 0])
        #expect(frontEnd.ids(of: "a b c a b c c c") == [0, 0, 2, 3, 4, 2, 3, 0, 0, 0, 0, 0])
        #expect(
            frontEnd.ids(ofTokens: "a b c a b c c c".split(separator: " ").map(String.init))
                == frontEnd.ids(of: "a b c a b c c c"))
        #expect(frontEnd.ids(ofTokens: []) == [0, 0, 0, 0])
    }

    @Test func lengthRules() throws {
        #expect(try frontEnd(PaddingRule(margin: 0, lengthStep: 1)).ids(of: "") == [0])
        #expect(try frontEnd(PaddingRule(margin: 0, lengthStep: 1)).ids(of: "b") == [3])
        #expect(try frontEnd(PaddingRule(margin: 0, lengthStep: 8, minimumLength: 9)).ids(of: "b").count == 16)
        #expect(try frontEnd(.standard).ids(of: "a b").count == 16)
        let long = String(repeating: "a ", count: 100_000)
        #expect(try frontEnd(.standard).ids(of: long).count == 520)
        for count in [-5, 0, 1, 7, 8, 9, 1000, Int.max] {
            let length = try PaddingRule(margin: 3, lengthStep: 5, minimumLength: 11, maximumLength: 20)
                .paddedLength(ofTokens: count)
            #expect(length % 5 == 0 && length >= 11 && length - 6 >= min(max(0, count), 20))
        }
    }

    @Test func paddedLengthIsTheLengthOfTheIds() throws {
        var generator = TestGenerator(seed: 9)
        for _ in 0..<500 {
            let rule = try PaddingRule(
                margin: generator.index(below: 6), lengthStep: 1 + generator.index(below: 9),
                minimumLength: generator.index(below: 30), maximumLength: 1 + generator.index(below: 40))
            let count = generator.index(below: 50)
            let ids = try frontEnd(rule).ids(of: String(repeating: "b ", count: count))
            #expect(ids.count == rule.paddedLength(ofTokens: count), "seed 9: \(rule), \(count)")
            #expect(ids.filter { $0 == 3 }.count == min(count, rule.maximumLength), "seed 9: \(rule), \(count)")
            #expect(ids.prefix(rule.margin).allSatisfy { $0 == 0 } && ids.suffix(rule.margin).allSatisfy { $0 == 0 })
        }
    }

    @Test func fitCountsWholeTextsInAnyOrder() throws {
        let options = TextFrontEndOptions(
            normalisation: .init(letterCase: .folded), vocabulary: .init(minimumCount: 2, maximumSize: 3),
            padding: try PaddingRule(maximumLength: 1))
        let texts = ["The cat, the dog", "THE dog.", "a cat", "e\u{301} é once"]
        let fitted = try TextFrontEnd.fit(texts: texts, options: options)
        #expect(fitted.vocabulary.words == ["the", "cat", "dog"])
        #expect(try TextFrontEnd.fit(texts: texts.reversed(), options: options) == fitted)
        #expect(fitted.tokens(of: "The E\u{301}!").map(scalars) == ["the", "é", "!"].map(scalars))
        #expect(try TextFrontEnd.fit(texts: [String](), options: options).rowCount == 2)
        #expect(throws: TextError.self) {
            try TextFrontEnd.fit(texts: texts, options: .init(vocabulary: .init(minimumCount: 0)))
        }
    }

    @Test func roundTrip() throws {
        let options = TextFrontEndOptions(
            normalisation: .init(form: .nfkc, cleanUp: .kim, letterCase: .folded),
            tokeniser: .words(punctuation: .dropped), vocabulary: .init(minimumCount: 1, maximumSize: 50),
            padding: try PaddingRule(margin: 1, lengthStep: 2, minimumLength: 3, maximumLength: 4))
        let frontEnd = try TextFrontEnd.fit(texts: ["one two", "two three"], options: options)
        let back = try value(TextFrontEnd.self, json: try json(frontEnd))
        #expect(back == frontEnd && back.hashValue == frontEnd.hashValue)
        #expect(back.ids(of: "Two ONE four") == frontEnd.ids(of: "Two ONE four"))
        #expect(try value(TextFrontEndOptions.self, json: try json(options)) == options)
        #expect(try YAMLDecoder().decode(TextFrontEndOptions.self, from: try YAMLEncoder().encode(options)) == options)
    }

    @Test func absentKeysHaveDefaults() throws {
        #expect(try value(TextFrontEndOptions.self, json: "{}") == TextFrontEndOptions())
        #expect(
            try value(TextFrontEnd.self, json: #"{"vocabulary":{"words":"a"}}"#)
                == TextFrontEnd(vocabulary: Vocabulary(words: ["a"])))
        let yaml = """
            normalisation: {cleanUp: kim}
            tokeniser: whitespace
            padding: {margin: 6}
            """
        let options = try YAMLDecoder().decode(TextFrontEndOptions.self, from: yaml)
        #expect(options.normalisation == TextNormalisation(cleanUp: .kim))
        #expect(try options.tokeniser == .whitespace && options.padding == PaddingRule(margin: 6))
    }

    @Test(arguments: [
        ("normalization: {}", #"did you mean "normalisation"?"#),
        ("normalisation: {form: nfd}", #"did you mean "nfc"?"#),
        ("normalisation: {lettercase: folded}", #"did you mean "letterCase"?"#),
        ("padding: {lenghtStep: 8}", #"did you mean "lengthStep"?"#), ("padding: {lengthStep: 0}", "1 … 4096"),
        ("padding: {margin: -1}", "0 … 4096"), ("padding: {maximumLength: 9223372036854775807}", "1 … 1048576"),
        ("vocabulary: {minimumCount: 0}", "at least 1"), ("vocabulary: {zzzzzzzz: 1}", #"unknown key "zzzzzzzz""#),
        ("padding: []", ""), ("tokeniser: [words]", ""),
    ])
    func wrongRecipesAreRefused(yaml: String, hint: String) throws {
        let error = try #require(throws: DecodingError.self) {
            try YAMLDecoder().decode(TextFrontEndOptions.self, from: yaml)
        }
        #expect(message(error).contains(hint) || hint.isEmpty, "\(error)")
    }

    @Test func wrongModelsAreRefused() throws {
        for text in [
            "{}", #"{"vocabulary":{"words":"a"},"pading":{}}"#,
            #"{"vocabulary":{"words":"a"},"padding":{"margin":1e30}}"#,
            #"{"vocabulary":{"words":"a"},"padding":{"margin":1.5}}"#, #"{"vocabulary":"a"}"#, "null", "3",
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try value(TextFrontEnd.self, json: text) }
        }
    }

    @Test(.enabled(if: dataRoot != nil)) func firstQuestionsOfTREC() throws {
        let lines = try TextEncoding.latin1.decodeLines(try data("text/TREC.train"), source: "TREC.train")
        #expect(lines.count == 5452)
        let texts = lines.map { String($0.drop { $0 != " " }.dropFirst()) }
        let frontEnd = try TextFrontEnd.fit(texts: texts, options: .kim())
        #expect(
            frontEnd.tokens(of: texts[0]) == [
                "How", "did", "serfdom", "develop", "in", "and", "then", "leave", "Russia", "?",
            ])
        #expect(frontEnd.vocabulary.word(of: 2) == "?" && frontEnd.vocabulary.word(of: 3) == "the")
        let ids = frontEnd.ids(of: texts[0])
        #expect(ids.count == 24 && ids[..<4] == [0, 0, 0, 0] && ids[13] == 2 && ids[14...].allSatisfy { $0 == 0 })
        #expect(ids[4..<14].allSatisfy { $0 >= 2 })
    }

    @Test(.enabled(if: dataRoot != nil)) func reviewsHaveOneSentenceALine() throws {
        for name in ["pos", "neg"] {
            let bytes = try data("text/rt-polarity.\(name)")
            for encoding in [TextEncoding.latin1, .windows1252] {
                #expect(try encoding.decodeLines(bytes, source: name).count == 5331)
            }
            let error = try #require(throws: TextError.self) {
                try TextEncoding.utf8.decodeLines(bytes, source: "rt-polarity.\(name)")
            }
            guard case .invalidEncoding(_, .utf8, let line, let offset, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(bytes[offset] >= 0x80 && bytes[..<offset].count { $0 == 0x0a } == line - 1)
        }
    }
}
