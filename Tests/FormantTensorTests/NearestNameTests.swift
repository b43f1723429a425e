import FormantTensor
import Testing

@Suite struct NearestNameTests {
    @Test func misspelledAndShortenedNames() {
        let names = ["window_seconds", "hop_seconds", "bands", "band", "lower_edge"]
        #expect(nearestName(to: "hop-secnds", among: names) == "hop_seconds")
        #expect(nearestName(to: "hop_secs", among: names) == "hop_seconds")
        #expect(nearestName(to: "bnads", among: names) == "bands")
        #expect(nearestName(to: "BAND", among: names) == "band")
        #expect(nearestName(to: "window", among: names) == "window_seconds")
        #expect(nearestName(to: "colour", among: names) == nil)
        #expect(nearestName(to: "", among: names) == nil)
        #expect(nearestName(to: String(repeating: "bands", count: 50), among: names) == nil)
    }

    @Test func onlyMisspelledNames() {
        let names = ["train", "validation", "test"]
        #expect(nearestSpelling(of: "tset", among: names) == "test")
        #expect(nearestSpelling(of: "Vallidation", among: names) == "validation")
        #expect(nearestSpelling(of: "elephant", among: names) == nil)
        #expect(nearestSpelling(of: "valid", among: names) == nil && nearestName(to: "valid", among: names) != nil)
        #expect(nearestSpelling(of: "", among: names) == nil)
    }

    @Test func sentences() {
        #expect(
            UnknownName("key", "strid", of: "convolution", known: ["stride", "filters"]).description
                == #"unknown key "strid" of convolution; did you mean "stride"?"#)
        #expect(
            UnknownName("window", "gauss", known: ["hann", "hamming"]).description
                == #"unknown window "gauss"; expected one of hann, hamming"#)
        let long = UnknownName("key", String(repeating: "x", count: 100_000), known: ["a"]).description
        #expect(long.count < 120 && long.contains("…"))
    }
}
