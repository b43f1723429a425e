/// A colour of the sRGB space.
public struct Colour: Sendable, Hashable {
    /// 0 ... 1.
    public var red, green, blue: Double
    /// 0 (nothing is seen) ... 1 (nothing shows through).
    public var opacity: Double

    /// Creates a colour of parts from 0 to 1.
    public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
        (self.red, self.green, self.blue, self.opacity) = (red, green, blue, opacity)
    }

    /// Creates a colour as it is written in style sheets: `0x0072b2`.
    public init(_ hexadecimal: UInt32, opacity: Double = 1) {
        func part(_ shift: UInt32) -> Double { Double(hexadecimal >> shift & 0xff) / 255 }
        self.init(red: part(16), green: part(8), blue: part(0), opacity: opacity)
    }

    /// Between this colour and another one.
    /// - Parameter share: 0 gives this one, 1 the other.
    public func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * share }
        return Colour(
            red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
            opacity: mix(opacity, other.opacity))
    }

    /// The same, letting more or less show through.
    public func with(opacity: Double) -> Colour { Colour(red: red, green: green, blue: blue, opacity: opacity) }

    /// Red, green and blue as bytes.
    public var bytes: [UInt8] { [red, green, blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) } }
}

extension Colour {
    // Colours that colour-blind readers can tell apart: Okabe & Ito 2008, "Color universal design".

    /// Blue, for what is right and for what comes first.
    public static let blue = Colour(0x0072b2)
    /// Vermilion, for what is wrong and for what comes second.
    public static let vermilion = Colour(0xd55e00)
    /// Bluish green.
    public static let green = Colour(0x009e73)
    /// Sky blue.
    public static let sky = Colour(0x56b4e9)
    /// Orange.
    public static let orange = Colour(0xe69f00)
    /// Reddish purple.
    public static let purple = Colour(0xcc79a7)
    /// Yellow.
    public static let yellow = Colour(0xf0e442)
}
