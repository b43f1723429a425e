import FormantCorpus
import FormantTensor
import Foundation
import Testing

@Suite struct JSONObjectTests {
    private func read(_ text: String) -> [String: JSONObjectReader.Value]? {
        JSONObjectReader.pairs(of: Array(text.utf8)).map { pairs in
            Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
    }

    @Test func readsValues() {
        #expect(read("{}") == [:])
        #expect(
            read(
                #" {"a" : "x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é", "b": 1.0, "c": -0, "d": 1e+5, "e": true, "f": null }"#
            )
                == [
                    "a": .text("x\"\\/\u{8}\u{c}\n\r\té😀é"), "b": .text("1.0"), "c": .text("-0"), "d": .text("1e+5"),
                    "e": .text("true"), "f": .null,
                ])
        #expect(
            read(#"{"l": ["a", 1], "m": [], "n": [[1]], "o": {"p": [null, {"q": false}]}}"#)
                == ["l": .list(["a", "1"]), "m": .list([]), "n": .other, "o": .other])
    }

    @Test(arguments: [
        "", "[]", "{", "{}x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}",
        "{\"a\":nul}", "{\"a\":\"\\q\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\n\"}", "{\"a\":\"x", "{\"a\":[1,]}", "{\"a\":\"\\u12\"}", "{\"a\":-}", "{\"a\":1e}",
    ])
    func refusesWhatIsNoObject(text: String) {
        #expect(read(text) == nil)
    }

    /// Whether random changes leave an object valid, against Foundation's reader.
    @Test func agreesWithFoundation() {
        let text = #"{"a": "x\n\u00e9 é", "b": [1, 2.5e3, "t"], "c": {"d": null, "e": [true, false]}, "f": -0.25}"#
        var generator = SeededGenerator(seed: 8)
        var valid = 0
        for round in 0..<5_000 {
            let bytes = mutated(Array(text.utf8), using: &generator)
            let mine = JSONObjectReader.pairs(of: bytes)
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
            // Foundation also takes a byte order mark, UTF-16 and a comma after the last element, and no number that is
            // too large for a Double.
            let changed = String(decoding: bytes, as: UTF8.self)
            if bytes.contains(0) || bytes.starts(with: [0xef, 0xbb, 0xbf]) { continue }
            if changed.contains("1e999") || changed.contains("223372036854775808") { continue }
            if mine == nil, theirs != nil, changed.contains(/,\s*[}\]]/) { continue }
            if mine != nil { valid += 1 }
            #expect((mine == nil) == (theirs == nil), "seed 8, round \(round): \(changed)")
            if let mine, let theirs { #expect(Set(mine.map(\.key)) == Set(theirs.keys), "seed 8, round \(round)") }
        }
        #expect(valid > 100)
    }
}
