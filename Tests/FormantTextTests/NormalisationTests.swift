import Foundation
import FormantText
import Testing

@Suite struct NormalisationTests {
    @Test(arguments: [
        ("e\u{301}", "é", "é"), ("ﬁne Ａ① x²", "ﬁne Ａ① x²", "fine A1 x2"),
        ("\u{1100}\u{1161}\u{11a8}", "각", "각"), ("\u{ac00}\u{11a8}", "각", "각"),
        ("\u{ac00}\u{11a7}\u{301}", "\u{ac00}\u{11a7}\u{301}", "\u{ac00}\u{11a7}\u{301}"), ("か\u{3099}", "が", "が"),
        ("\u{101f10}\u{301}", "\u{101f10}\u{301}", "\u{101f10}\u{301}"),
        ("ｶﾞ", "ｶﾞ", "ガ"),
        ("a\u{0323}\u{0307}", "ạ\u{307}", "ạ\u{307}"), ("\u{212b}", "Å", "Å"), ("\u{a0}x", "\u{a0}x", " x"),
        // Marks that come out of a decomposition behind one of a higher class.
        ("T\u{aabe}\u{f75}", "T\u{f71}\u{f74}\u{aabe}", "T\u{f71}\u{f74}\u{aabe}"),
        ("B\u{363}\u{ff9e}", "B\u{363}\u{ff9e}", "B\u{3099}\u{363}"),
    ])
    func forms(text: String, nfc: String, nfkc: String) {
        #expect(scalars(NormalisationForm.nfc.apply(to: text)) == scalars(nfc))
        #expect(scalars(NormalisationForm.nfkc.apply(to: text)) == scalars(nfkc))
    }

    @Test func scalarsAloneAreAsInALongText() {
        // The short cut decides scalar by scalar; the long text holds marks and never takes it.
        let letters = (UInt32(0x20)..<0xd7a4).filter { $0 != 0x7c }.compactMap(Unicode.Scalar.init).map(String.init)
        for form in NormalisationForm.allCases {
            let whole = form.apply(to: letters.joined(separator: "|")).unicodeScalars
                .split(separator: "|", omittingEmptySubsequences: false).map { scalars(String($0)) }
            #expect(whole.count == letters.count)
            for (letter, expected) in zip(letters, whole) where scalars(form.apply(to: letter)) != expected {
                Issue.record("\(form) of \(scalars(letter)): expected \(expected)")
            }
        }
    }

    @Test func formsAreIdempotentAndAgreeWithCanonicalEquivalence() {
        var generator = TestGenerator(seed: 11)
        var wrong: [[UInt32]] = []
        for _ in 0..<3000 {
            let text = randomText(using: &generator)
            let nfc = NormalisationForm.nfc.apply(to: text)
            let nfkc = NormalisationForm.nfkc.apply(to: text)
            let decomposed = text.decomposedStringWithCanonicalMapping
            // The standard library's comparison forgets to order what U+0F73 decomposes to.
            let isEquivalent = nfc == text || text.unicodeScalars.contains("\u{f73}")
            if !isEquivalent || scalars(NormalisationForm.nfc.apply(to: nfc)) != scalars(nfc)
                || scalars(NormalisationForm.nfc.apply(to: decomposed)) != scalars(nfc)
                || scalars(NormalisationForm.nfkc.apply(to: nfkc)) != scalars(nfkc)
                || scalars(NormalisationForm.nfkc.apply(to: nfc)) != scalars(nfkc)
            {
                wrong.append(scalars(text))
            }
        }
        #expect(wrong.isEmpty, "seed 11: \(wrong.prefix(3))")
    }

    @Test(arguments: [
        ("Straße ΣΊΣΥΦΟΣ", "strasse σίσυφοσ"), ("ПРИВЕТ", "привет"), ("ſo µ", "so μ"), ("ISTANBUL ı", "istanbul ı"),
        ("İ", "i\u{307}"), ("HELLO, World 42", "hello, world 42"), ("ﬃ Ǆ", "ffi ǆ"), ("\u{390}", "ΐ"),
        ("日本 ไทย", "日本 ไทย"),
    ])
    func caseFolding(text: String, folded: String) {
        let normalisation = TextNormalisation(letterCase: .folded)
        #expect(scalars(normalisation.apply(to: text)) == scalars(folded))
        #expect(TextNormalisation().apply(to: text) == text)
    }

    @Test func kimCleanUp() {
        let kim = TextFrontEndOptions.kim()
        func clean(_ text: String) -> String { kim.normalisation.apply(to: text) }
        #expect(clean("It's (really) good,isn't it?!") == "It 's ( really ) good , is n't it ? !")
        #expect(clean("  We've\tbeen:they'll  \"go\" we're I'd ") == "We 've been they 'll go we 're I 'd")
        #expect(clean("caf\u{e9} 3.5% -- x_y `quote'") == "caf 3 5 x y `quote'")
        #expect(clean("") == "" && clean(" \n ") == "" && clean("п") == "" && clean("n't'") == "n't'")
        #expect(
            TextFrontEndOptions.kim(letterCase: .folded).normalisation.apply(to: "Don't!") == "do n't !")
    }

    @Test func lettersThatKimLoses() {
        #expect(CleanUp.kim.shareOfLettersLost(in: ["aé 1", "", "?"]) == 0.5)
        #expect(CleanUp.kim.shareOfLettersLost(in: ["今天", "天气！"]) == 1)
        #expect(CleanUp.none.shareOfLettersLost(in: ["今天"]) == 0 && CleanUp.kim.shareOfLettersLost(in: []) == 0)
        let many = (0..<35_000).map { $0 % 2 == 0 ? "ab" : "äb" }
        #expect(abs(CleanUp.kim.shareOfLettersLost(in: many) - 0.25) < 0.01)
    }

    @Test func trecAsKimHadIt() throws {
        let frontEnd = try TextFrontEnd.fit(
            texts: ["What is the full form of .com ?"], options: .kim())
        #expect(frontEnd.tokens(of: "What 's the Old West ?") == ["What", "'s", "the", "Old", "West", "?"])
        let plain = TextFrontEndOptions(tokeniser: .whitespace)
        #expect(
            plain.tokeniser.tokens(of: "How far is it from Denver to St. Louis ?")
                == ["How", "far", "is", "it", "from", "Denver", "to", "St.", "Louis", "?"])
    }
}
