import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Settings of a recipe that a search varies, and between what.
public struct SearchSpace: Sendable {
    /// One setting.
    public struct Axis: Sendable, Hashable {
        /// Its key, as for `--set`.
        public var key: String
        /// Its values.
        public var values: Values
        /// As it was given.
        var text: String
    }

    /// What a setting may be.
    public enum Values: Sendable, Hashable {
        /// A number between two, both included; `isLog`: so that each factor is as likely as any other.
        case real(Double, Double, isLog: Bool)
        /// A whole number between two, both included.
        case integer(Int, Int, isLog: Bool)
        /// One of some texts.
        case choice([String])
    }

    /// The settings, in the order in which they were given.
    public let axes: [Axis]

    /// Reads `KEY=LOW..HIGH`, `KEY=LOW..HIGH:log` or `KEY=A,B,C`; two whole numbers give whole numbers.
    /// - Throws: `RunError.setting`.
    public init(_ texts: [String]) throws(RunError) {
        var axes: [Axis] = []
        for text in texts {
            func fail(_ reason: String) -> RunError { .setting(name: "--vary", value: text, reason: reason) }
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw fail("expected KEY=LOW..HIGH, KEY=LOW..HIGH:log or KEY=A,B,C")
            }
            let key = String(text[..<equals])
            guard !axes.contains(where: { $0.key == key }) else { throw fail("\(key) is varied twice") }
            let range = String(text[text.index(after: equals)...])
            axes.append(Axis(key: key, values: try SearchSpace.values(range, fail), text: range))
        }
        guard !axes.isEmpty else {
            throw .setting(name: "--vary", value: "", reason: "expected a setting to vary, found none")
        }
        self.axes = axes
    }

    private static func values(_ text: String, _ fail: (String) -> RunError) throws(RunError) -> Values {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let bounds = bounds(String(parts[0]))
        guard let bounds else {
            let choices = choices(text)
            guard choices.allSatisfy({ !$0.isEmpty }), Set(choices).count == choices.count else {
                throw fail("expected different values with commas between them, or LOW..HIGH")
            }
            return .choice(choices)
        }
        let isLog = parts.count == 2 && parts[1] == "log"
        guard parts.count == 1 || isLog else { throw fail("expected LOW..HIGH or LOW..HIGH:log") }
        guard let low = Double(bounds.0), let high = Double(bounds.1), low.isFinite, high.isFinite, low < high else {
            throw fail("expected two numbers, the lower one first")
        }
        guard !isLog || low > 0 else { throw fail("expected numbers above 0, of which there are logarithms") }
        if let low = Int(bounds.0), let high = Int(bounds.1) {
            guard (high - low).magnitude <= 1 << 53 else { throw fail("expected whole numbers nearer to each other") }
            return .integer(low, high, isLog: isLog)
        }
        return .real(low, high, isLog: isLog)
    }

    /// What stands before and behind two dots; nil without them.
    private static func bounds(_ text: String) -> (String, String)? {
        let bytes = Array(text.utf8)
        guard let place = bytes.indices.dropLast().first(where: { bytes[$0] == 0x2e && bytes[$0 + 1] == 0x2e }) else {
            return nil
        }
        return (
            String(decoding: bytes[..<place], as: UTF8.self), String(decoding: bytes[(place + 2)...], as: UTF8.self)
        )
    }

    /// The parts between commas that stand in no brackets.
    private static func choices(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for letter in text {
            if "[{".contains(letter) { depth += 1 }
            if "]}".contains(letter) { depth -= 1 }
            if letter == ",", depth <= 0 { parts.append("") } else { parts[parts.count - 1].append(letter) }
        }
        return parts
    }

    /// The values of a trial, drawn at random (Bergstra & Bengio 2012): each has a generator of its own, so that another
    /// setting, or one more trial, changes none of them.
    public func draw(trial: Int, seed: UInt64) -> [String] {
        axes.map { axis in
            var chance = SeededGenerator.derived(seed: seed, purpose: "\(axis.key) in trial \(trial)")
            switch axis.values {
            case .choice(let choices): return choices[chance.index(below: choices.count)]
            case .integer(let low, let high, isLog: false): return "\(low + chance.index(below: high - low + 1))"
            case .integer(let low, let high, isLog: true):
                // Each whole number has the room from half below to half above.
                let value = SearchSpace.between(Double(low) - 0.5, Double(high) + 0.5, log: true, &chance)
                return "\(min(high, max(low, Int(value.rounded()))))"
            case .real(let low, let high, let isLog):
                return "\(Float(SearchSpace.between(low, high, log: isLog, &chance)))"
            }
        }
    }

    private static func between(
        _ low: Double, _ high: Double, log isLog: Bool, _ chance: inout SeededGenerator
    ) -> Double {
        let share = Double(chance.uniform())
        return isLog ? low * pow(high / low, share) : low + (high - low) * share
    }
}
