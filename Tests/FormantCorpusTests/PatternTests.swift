import FormantCorpus
import FormantTensor
import Testing

@Suite struct PatternTests {
    @Test func capturesNamedGroups() throws {
        let pattern = try Pattern(#"/(?<digit>\d)_(?<speaker>[a-z]+)_(\d+)\.wav$"#)
        #expect(pattern.firstMatch(in: "r/7_jackson_32.wav") == ["digit": "7", "speaker": "jackson"])
        #expect(pattern.firstMatch(in: "r/7_jackson_32.wav.bak") == nil)
        #expect(try Pattern("(?<a>x)?y").firstMatch(in: "y") == [:])
        #expect(try Pattern("(?<a>x+?)(?<b>x*)").firstMatch(in: "axxx") == ["a": "x", "b": "xx"])
        #expect(try Pattern("ü{2}|ß").matches("grüüße"))
        #expect(try !Pattern(#"\bno\b"#).matches("nothing"))
        #expect(try Pattern("").matches(""))
    }

    @Test(arguments: [
        "(", ")", "(?<a>x", "(?<>x)", "(?<a>x)(?<a>y)", "(?=x)", "(?<=x)", "[", "[b-a]", "*a", "a**", "a{2",
        "a{3,2}", "a{99999}", #"\"#, #"\q"#, "((a{1000}){1000}){1000}", "((){1000}){1000}", "[[a]",
    ])
    func refusesWhatItDoesNotKnow(source: String) {
        #expect(throws: CorpusError.self) { try Pattern(source) }
    }

    @Test func takesLinearTime() throws {
        let text = String(repeating: "a", count: 20_000) + "b"
        for source in ["(a+)+$", "(a|a)+$", "(a|aa)+c", "^(a?){50}a{50}c"] {
            #expect(try !Pattern(source).matches(text))
        }
        #expect(throws: CorpusError.self) { try Pattern(String(repeating: "(", count: 1_000)) }
    }

    /// Random expressions against the standard library's engine.
    @Test func agreesWithTheStandardLibrary() throws {
        var generator = SeededGenerator(seed: 11)
        var matched = 0
        for round in 0..<1_500 {
            var groups = 0
            let source = expression(depth: 3, groups: &groups, using: &generator)
            let own = try Pattern(source)
            let other = try Regex(source)
            for _ in 0..<4 {
                let text = String(
                    (0..<generator.index(below: 9)).map { _ in "abc".randomElement(using: &generator) ?? "a" })
                let mine = own.firstMatch(in: text)
                let match = try other.firstMatch(in: text)
                var theirs: [String: String]? = nil
                if let match {
                    matched += 1
                    var found: [String: String] = [:]
                    for value in match.output {
                        if let name = value.name { found[name] = value.substring.map(String.init) }
                    }
                    theirs = found
                }
                #expect(mine == theirs, "seed 11, round \(round): '\(source)' in '\(text)'")
            }
        }
        #expect(matched > 1_000)
    }

    /// An expression of a, b and c, without repetitions of what can be empty, where engines differ.
    private func expression(depth: Int, groups: inout Int, using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0...generator.index(below: 3) {
            switch generator.index(below: depth > 0 ? 9 : 6) {
            case 0, 1: text += ["a", "b", "c"][generator.index(below: 3)]
            case 2: text += ["[ab]", "[^a]", ".", "[b-c]"][generator.index(below: 4)]
            case 3, 4:
                text += ["a", "b", "[bc]", "."][generator.index(below: 4)]
                text += ["*", "+", "?", "{1,2}", "*?", "+?", "??", "{2}"][generator.index(below: 8)]
            case 5: text += ["^", "$", "a", "c"][generator.index(below: 4)]
            case 6:
                let a = expression(depth: depth - 1, groups: &groups, using: &generator)
                let b = expression(depth: depth - 1, groups: &groups, using: &generator)
                text += "(?:\(a)|\(b))"
            default:
                groups += 1
                text += "(?<g\(groups)>" + expression(depth: depth - 1, groups: &groups, using: &generator) + ")"
            }
        }
        return text
    }

    @Test func filePatterns() throws {
        let cases: [(String, String, Bool)] = [
            ("*.wav", "a.wav", true), ("*.wav", "x/a.wav", false), ("**/*.wav", "a.wav", true),
            ("**/*.wav", "x/y/a.wav", true), ("x/**", "x/y/z", true), ("x/**", "y/x/z", false),
            ("?-[0-9].{wav,flac}", "a-7.flac", true), ("?-[0-9].{wav,flac}", "a-7.flacx", false),
            ("[!a]b", "ab", false), ("[!a]b", "cb", true), ("a+b (1).wav", "a+b (1).wav", true), ("a.b", "axb", false),
            ("[a^]", "^", true),
        ]
        for (pattern, path, wanted) in cases {
            #expect(try Pattern(filePattern: pattern).matches(path) == wanted, "\(pattern) \(path)")
        }
        #expect(throws: CorpusError.self) { try Pattern(filePattern: "[a") }
        #expect(throws: CorpusError.self) { try Pattern(filePattern: "{a") }
    }
}
