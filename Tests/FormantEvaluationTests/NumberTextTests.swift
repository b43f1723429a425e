import FormantPage
import FormantEvaluation
import Testing

@Suite struct NumberTextTests {
    @Test func fixed() {
        #expect(NumberText.fixed(0.05, places: 1) == "0.1")
        #expect(NumberText.fixed(-1.005, places: 0) == "−1")
        #expect(NumberText.fixed(-0.001, places: 2) == "0.00")
        #expect(NumberText.fixed(1234.5678, places: 3) == "1234.568")
        #expect(NumberText.fixed(1e300, places: 2) == "1e+300")
        #expect(NumberText.fixed(.nan, places: 2) == "–")
        #expect(NumberText.fixed(.infinity, places: 0) == "–")
    }

    @Test func onlyAllIsAHundredPercent() {
        #expect(NumberText.percent(1) == "100.0 %")
        #expect(NumberText.percent(0.99999) == "> 99.9 %")
        #expect(NumberText.percent(0.9993) == "99.9 %")
        #expect(NumberText.percent(0.00001) == "< 0.1 %")
        #expect(NumberText.percent(0) == "0.0 %")
    }

    @Test func significant() {
        #expect(NumberText.significant(0) == "0")
        #expect(NumberText.significant(0.0003) == "3e-4")
        #expect(NumberText.significant(0.001) == "0.00100")
        #expect(NumberText.significant(2.30259) == "2.303")
        #expect(NumberText.significant(-12345.6) == "−12346")
        #expect(NumberText.significant(.leastNonzeroMagnitude) == "5e-324")
    }

    @Test func groupedAndDuration() {
        #expect(NumberText.grouped(999) == "999")
        #expect(NumberText.grouped(-1_234_567) == "−1,234,567")
        #expect(NumberText.grouped(.min) == "−9,223,372,036,854,775,808")
        #expect(NumberText.duration(59.94) == "59.9 s")
        #expect(NumberText.duration(245) == "4 min 05 s")
        #expect(NumberText.duration(7500) == "2 h 05 min")
        #expect(NumberText.duration(.infinity) == "– s")
    }

    @Test(arguments: [
        (0.0, 1.0), (0, 0), (5, 5), (-3, 8), (.leastNonzeroMagnitude, .leastNormalMagnitude), (-1e29, 1e29),
        (0.9991, 1), (1e29, 1e29 + 1e14),
        (-1e29, -1e29), (1, 30),
    ])
    func ticksCoverTheRange(low: Double, high: Double) {
        let ticks = AxisTicks(covering: low...high, count: 5)
        #expect(ticks.range.lowerBound <= low && ticks.range.upperBound >= high)
        #expect(2...12 ~= ticks.values.count)
        #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func tickTexts() {
        let fifths = AxisTicks(covering: 0...1, count: 5)
        #expect(fifths.values.map(fifths.text) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        let epochs = AxisTicks(covering: 1...3, count: 6, whole: true)
        #expect(epochs.values.map(epochs.text) == ["1", "2", "3"])
    }
}
