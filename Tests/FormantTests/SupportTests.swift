import Formant
import Testing

/// Numbers and tables for people.
@Suite struct SupportTests {
    @Test func decimals() {
        #expect((1.005).digits(2) == "1.00" || (1.005).digits(2) == "1.01")
        #expect((0.0).digits(3) == "0.000" && (-0.0).digits(1) == "0.0" && (-0.04).digits(1) == "0.0")
        #expect((-1.25).digits(2) == "-1.25" && (12.999).digits(1) == "13.0" && (7.5).digits(0) == "8")
        #expect((0.05).digits(3) == "0.050" && (1e11).digits(2) == "100000000000.00")
        #expect(Double.nan.digits(2) == "nan" && (-Double.infinity).digits(2) == "-inf" && (1e13).digits(2) == "1e+13")
        #expect((0.98765).percent == "98.77 %" || (0.98765).percent == "98.76 %")
    }

    @Test func durations() {
        #expect((0.4).duration == "0 s" && (59.4).duration == "59 s" && (60.0).duration == "1 min 0 s")
        #expect(
            (3599.0).duration == "59 min 59 s" && (3600.0).duration == "1 h 0 min"
                && (90_000.0).duration == "25 h 0 min")
        #expect(Double.infinity.duration == "?" && Double.nan.duration == "?" && (1e300).duration == "?")
    }

    @Test func tables() {
        let text = TextTable.text([["a", "1"], ["längeres", "22"], ["", "333"]], rightAligned: [1])
        #expect(text == "a           1\nlängeres   22\n          333\n")
        #expect(TextTable.text([]) == "" && TextTable.text([["x", ""], ["y"]]) == "x\ny\n")
    }
}
