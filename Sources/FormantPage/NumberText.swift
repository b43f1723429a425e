/// Numbers as the page shows them.
package enum NumberText {
    /// With `places` digits after the point, rounded to nearest; very large numbers in scientific notation.
    package static func fixed(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return value.isFinite ? "\(value)" : "–" }
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 && scaled > 0 ? "−" : ""
        return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
    }

    /// A share as a percentage with one digit; only what is exactly 0 or 1 is shown as `0.0 %` or `100.0 %`.
    package static func percent(_ share: Double) -> String {
        if share < 1 && share > 0.9995 { return "> 99.9 %" }
        if share > 0 && share < 0.0005 { return "< 0.1 %" }
        return fixed(share * 100, places: 1) + " %"
    }

    /// About four significant digits, as for a loss or a learning rate.
    package static func significant(_ value: Double) -> String {
        switch value.magnitude {
        case 0: "0"
        case 1000...: fixed(value, places: 0)
        case 100...: fixed(value, places: 1)
        case 10...: fixed(value, places: 2)
        case 0.1...: fixed(value, places: 3)
        case 0.001...: fixed(value, places: 5)
        default: scientific(value)
        }
    }

    /// A count with its thousands apart.
    package static func grouped(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var text = count < 0 ? "−" : ""
        for (i, digit) in digits.enumerated() {
            if i > 0 && (digits.count - i) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Seconds as `12.3 s`, `4 min 05 s` or `2 h 05 min`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds >= 60, seconds < 1e9 else { return fixed(seconds, places: 1) + " s" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return whole < 3600
            ? "\(whole / 60) min \(two(whole % 60)) s" : "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
    }

    /// For an attribute of an SVG: two digits after the point, with an ASCII minus.
    package static func coordinate(_ value: Double) -> String {
        let text = fixed(value.magnitude, places: 2)
        return value < 0 ? "-" + text : text
    }

    private static func scientific(_ value: Double) -> String {
        guard value.magnitude > 1e-300 else { return "\(value)" }
        var mantissa = value
        var exponent = 0
        while mantissa.magnitude < 1 {
            mantissa *= 10
            exponent -= 1
        }
        var text = fixed(mantissa, places: 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return "\(text)e\(exponent)"
    }
}
