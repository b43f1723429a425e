/// Colours for values from 0 to 1, brighter with each step, so that they can be told apart without seeing hues.
public struct ColourMap: Sendable, Hashable {
    /// Colours at equal distances, the first for 0, the last for 1.
    let stops: [Colour]

    /// Dark violet over green to yellow: van der Walt & Smith 2015, "A better default colormap for Matplotlib" (dedicated to
    /// the public domain), at tenths of its 256 colours, straight in between.
    public static let viridis = ColourMap(
        stops: [
            0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725,
        ].map { Colour($0) })

    /// The colour of a value; what is no number, or below 0, has the first one, what is above 1 the last one.
    public func colour(_ value: Double) -> Colour {
        let place = (value.isFinite ? min(max(value, 0), 1) : value > 0 ? 1 : 0) * Double(stops.count - 1)
        let step = min(stops.count - 2, Int(place))
        return stops[step].mixed(with: stops[step + 1], share: place - Double(step))
    }

    /// 256 colours from the first to the last.
    public var palette: [Colour] { (0..<256).map { colour(Double($0) / 255) } }
}
