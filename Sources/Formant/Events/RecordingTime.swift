import FormantFiles

/// When a recording began, as its file's name says.
///
/// A name says it by a date and a time of day with a letter, a sign or nothing between them: `20240131_054500.wav`,
/// `SM4_20240131_054500.WAV`, `2024-01-31T05-45-00.flac`, `rec 2024-01-31 05:45:00.250Z.wav`.
public struct RecordingTime: Sendable, Hashable {
    /// How far a clock is from that of Greenwich, as it is written behind a time.
    public struct Zone: Sendable, Hashable {
        /// `Z`, or `+01:00`.
        public let text: String

        /// Reads `Z`, `+01:00`, `+0100` or `+01`, up to 14 hours.
        /// - Returns: nil for anything else.
        public init?(_ text: String) {
            let bytes = Array(text.utf8)
            guard let sign = bytes.first else { return nil }
            if bytes.count == 1, sign == 0x5a || sign == 0x7a {
                self.text = "Z"
                return
            }
            guard sign == 0x2b || sign == 0x2d else { return nil }
            var digits = bytes.dropFirst()
            if digits.count == 5, digits[digits.startIndex + 2] == 0x3a { digits.remove(at: digits.startIndex + 2) }
            guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            let numbers = digits.map { Int($0) - 0x30 }
            let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0)
            guard hours * 60 + minutes <= 14 * 60, minutes % 15 == 0, minutes < 60 else { return nil }
            self.text = "\(sign == 0x2b ? "+" : "-")\(twoDigits(hours)):\(twoDigits(minutes))"
        }
    }

    /// Milliseconds since the first day of 1970, on the clock of the recorder.
    private let milliseconds: Int
    /// Where that clock is; nil where nobody says so.
    public let zone: Zone?

    /// Finds the first time in a file's name.
    /// - Parameters:
    ///   - path: its folders do not count.
    ///   - zone: where the clock is, for a name that does not say it.
    /// - Returns: nil for a name without a date between 1900 and 2199 and a time of day.
    public init?(path: String, zone: Zone? = nil) {
        guard let found = RecordingTime.find(in: Array(FilePath.name(of: path).utf8)) else { return nil }
        milliseconds = found.milliseconds
        self.zone = found.zone ?? zone
    }

    private static func find(in name: [UInt8]) -> (milliseconds: Int, zone: Zone?)? {
        for start in name.indices where start == 0 || !isDigit(name[start - 1]) {
            var scanner = Scanner(bytes: name, at: start)
            if let found = scanner.time() { return (found, scanner.zone()) }
        }
        return nil
    }

    /// The time so many seconds after the beginning: `2024-01-31T05:45:12.500`, with the zone behind it.
    public func text(after seconds: Double) -> String {
        guard seconds.magnitude <= 1e10 else { return "" }
        let total = milliseconds + Int((seconds * 1000).rounded())
        let (days, rest) = RecordingTime.floorDivide(total, 86_400_000)
        let (year, month, day) = RecordingTime.date(ofDay: days)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map(twoDigits).joined(separator: ":")
        let thousandths = String(1000 + rest % 1000).dropFirst()
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))T\(clock).\(thousandths)\(zone?.text ?? "")"
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> (Int, Int) {
        let rest = ((value % divisor) + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted from March, so that the day that a
    /// leap year adds is the last.
    fileprivate static func day(year: Int, month: Int, day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let monthOfYear = (month + 9) % 12
        let dayOfYear = (153 * monthOfYear + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        // The mean length of a year gives the year or the one before it.
        var year = floorDivide(shifted * 400, 146_097).0
        while RecordingTime.day(year: year + 1, month: 3, day: 1) <= day { year += 1 }
        while RecordingTime.day(year: year, month: 3, day: 1) > day { year -= 1 }
        let dayOfYear = day - RecordingTime.day(year: year, month: 3, day: 1)
        let monthOfYear = (5 * dayOfYear + 2) / 153
        let month = monthOfYear < 10 ? monthOfYear + 3 : monthOfYear - 9
        return (month > 2 ? year : year + 1, month, dayOfYear - (153 * monthOfYear + 2) / 5 + 1)
    }

    /// Reads the parts of a time, one after the other.
    private struct Scanner {
        let bytes: [UInt8]
        var at: Int

        /// Milliseconds since 1970-01-01; nil where no time begins here.
        mutating func time() -> Int? {
            guard let year = number(4), (1900..<2200).contains(year) else { return nil }
            let dash = separator([0x2d, 0x5f, 0x2e])
            guard let month = number(2), (1...12).contains(month), take(dash), let day = number(2) else { return nil }
            let lengths = [31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30]
            let length = month <= 6 ? lengths[month - 1] : [31, 31, 30, 31, 30, 31][month - 7]
            guard (1...length).contains(day) else { return nil }
            // One character between date and time, or none: `_`, `T`, `-`, a space and whatever else is no digit.
            if at < bytes.count, !isDigit(bytes[at]) { at += 1 }
            guard let hour = number(2), hour < 24 else { return nil }
            let colon = separator([0x2d, 0x3a, 0x5f, 0x2e])
            guard let minute = number(2), minute < 60, take(colon), let second = number(2), second < 60 else {
                return nil
            }
            guard at == bytes.count || !isDigit(bytes[at]) else { return nil }
            let days = RecordingTime.day(year: year, month: month, day: day)
            return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + thousandths()
        }

        /// What says where the clock is; nil where nothing does.
        mutating func zone() -> Zone? {
            guard at < bytes.count else { return nil }
            for count in [6, 5, 1] where at + count <= bytes.count {
                let end = at + count
                // Followed by another letter or digit it is part of a word or of another number.
                let isFree = end == bytes.count || !(isDigit(bytes[end]) || isLetter(bytes[end]))
                if isFree, let zone = Zone(String(decoding: bytes[at..<end], as: UTF8.self)) { return zone }
            }
            return nil
        }

        private mutating func number(_ digits: Int) -> Int? {
            guard at + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + digits] {
                guard isDigit(byte) else { return nil }
                value = value * 10 + Int(byte) - 0x30
            }
            at += digits
            return value
        }

        private mutating func separator(_ allowed: [UInt8]) -> UInt8? {
            guard at < bytes.count, allowed.contains(bytes[at]) else { return nil }
            at += 1
            return bytes[at - 1]
        }

        private mutating func take(_ byte: UInt8?) -> Bool {
            guard let byte else { return true }
            guard at < bytes.count, bytes[at] == byte else { return false }
            at += 1
            return true
        }

        /// Three digits behind a point; fewer are a number that somebody gave the file.
        private mutating func thousandths() -> Int {
            let start = at
            if at < bytes.count, bytes[at] == 0x2e {
                at += 1
                if let value = number(3), at == bytes.count || !isDigit(bytes[at]) { return value }
            }
            at = start
            return 0
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
