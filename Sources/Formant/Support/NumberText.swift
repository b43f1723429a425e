extension Double {
    /// With a number of decimals.
    package func digits(_ count: Int) -> String {
        guard isFinite, abs(self) < 1e12 else { return "\(self)" }
        var scale = 1.0
        for _ in 0..<count { scale *= 10 }
        let scaled = Int64((magnitude * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        if count == 0 { return "\(sign)\(whole)" }
        let decimals = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: count - decimals.count) + decimals
    }

    /// As a percentage with two decimals.
    package var percent: String { (self * 100).digits(2) + " %" }

    /// Seconds as people say them.
    package var duration: String {
        guard isFinite, self < 1e8 else { return "?" }
        let seconds = Int(self.rounded())
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
