/// How a window that slides along one axis treats the ends.
public enum Padding: Hashable, Sendable {
    /// The window stays inside: output = ⌊(input − span) / stride⌋ + 1.
    case valid
    /// Zeros at both ends, the odd one after, so that output = ⌈input / stride⌉.
    case same
    /// A given number of zeros before and after.
    case explicit(before: Int, after: Int)
}

/// A window that slides along one axis: the one place where its arithmetic stands.
public struct Window: Hashable, Sendable {
    /// Taps of the window, at least 1.
    public var extent: Int
    /// Distance of neighbouring windows, at least 1.
    public var stride: Int
    /// Distance of neighbouring taps, at least 1.
    public var dilation: Int
    /// What happens at the ends.
    public var padding: Padding

    /// Creates a window.
    public init(extent: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .valid) {
        self.extent = extent
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
    }

    /// Positions from the first to the last tap.
    public var span: Int { (extent - 1) * dilation + 1 }

    /// Zeros before and after an axis of `input` positions.
    public func zeros(for input: Int) -> (before: Int, after: Int) {
        switch padding {
        case .valid: return (0, 0)
        case .explicit(let before, let after): return (before, after)
        case .same:
            let outputs = (input + stride - 1) / stride
            let total = max(0, (outputs - 1) * stride + span - input)
            return (total / 2, total - total / 2)
        }
    }

    /// Number of places where the window can stand on `input` positions.
    /// - Throws: `WindowError` where a number is out of range or the window does not fit.
    public func outputLength(for input: Int) throws(WindowError) -> Int {
        for (name, value) in [("extent", extent), ("stride", stride), ("dilation", dilation)] {
            guard (1...WindowError.largest).contains(value) else { throw .outOfRange(name: name, value: value) }
        }
        let zeros = zeros(for: input)
        for value in [zeros.before, zeros.after] where !(0...WindowError.largest).contains(value) {
            throw .outOfRange(name: "padding", value: value)
        }
        let padded = input + zeros.before + zeros.after
        guard padded >= span else { throw .doesNotFit(span: span, input: input, padded: padded) }
        return (padded - span) / stride + 1
    }

    /// How often a tap lies on a position of the axis, and not on a zero beside it, over all places of the window.
    /// - Throws: `WindowError`, as `outputLength(for:)` does.
    public func contacts(with input: Int) throws(WindowError) -> Int {
        let (places, before) = (try outputLength(for: input), zeros(for: input).before)
        return (0..<extent).reduce(0) { sum, tap in
            // At place p the tap lies on p · stride + offset.
            let offset = tap * dilation - before
            let first = offset < 0 ? (-offset + stride - 1) / stride : 0
            let end = offset < input ? (input - 1 - offset) / stride + 1 : 0
            return sum + max(0, min(end, places) - first)
        }
    }
}

/// Why a window cannot slide along an axis.
public enum WindowError: Error, Hashable, CustomStringConvertible {
    /// A number outside 1 … 16,777,216 (padding: 0 … 16,777,216).
    case outOfRange(name: String, value: Int)
    /// The window is longer than what it slides along.
    case doesNotFit(span: Int, input: Int, padded: Int)

    static let largest = 1 << 24

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .outOfRange(let name, let value):
            "\(name) \(value): expected \(name == "padding" ? 0 : 1) to \(WindowError.largest)"
        case .doesNotFit(let span, let input, let padded):
            padded == input
                ? "a window that spans \(span) does not fit an axis of \(input)"
                : "a window that spans \(span) does not fit an axis of \(input), \(padded) with its padding"
        }
    }
}
