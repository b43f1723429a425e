import FormantTensor

/// Which channels a network gets, in order.
public enum ColourOrder: String, Codable, Hashable, Sendable, CaseIterable {
    /// One: brightness.
    case grey
    /// Red, green, blue.
    case rgb
    /// Blue, green, red, as networks of the Caffe family were trained.
    case bgr

    /// 1 or 3.
    public var channels: Int { self == .grey ? 1 : 3 }
}

/// What becomes of a picture whose size is not the network's.
public enum PictureFit: String, Codable, Hashable, Sendable, CaseIterable {
    /// The whole picture, its sides pulled to the size.
    case stretch
    /// The largest part of the right proportions from its middle.
    case crop
    /// The whole picture, its proportions kept, with the background beside it.
    case pad
}

/// From a picture to what a network gets: size, colours and scale.
///
/// Value v of channel c, 0 (dark) … 1 (bright), becomes (range · v − mean[c]) / deviation[c].
public struct ImageFrontEnd: Hashable, Sendable {
    /// Columns, 1 … `largestSide`.
    public var width: Int
    /// Rows, 1 … `largestSide`.
    public var height: Int
    /// The channels. Default `rgb`.
    public var colour: ColourOrder
    /// What becomes of pictures of another size. Default `stretch`.
    public var fit: PictureFit
    /// What is beside a padded picture, and comes in where a varied one has moved away: 0 (black, the default) … 1.
    public var background: Float
    /// What the brightest value becomes before the mean is subtracted, above 0, at most 65,535. Default 1.
    public var range: Float
    /// What is subtracted, per channel in the network's order; empty (the default): 0.
    public var mean: [Float]
    /// What the difference is divided by, per channel, above 0; empty (the default): 1.
    public var deviation: [Float]

    /// The most columns, and rows.
    public static let largestSide = 8192

    /// Creates a front end; `validate()` says whether its numbers can be.
    public init(
        width: Int, height: Int, colour: ColourOrder = .rgb, fit: PictureFit = .stretch, background: Float = 0,
        range: Float = 1, mean: [Float] = [], deviation: [Float] = []
    ) {
        self.width = width
        self.height = height
        self.colour = colour
        self.fit = fit
        self.background = background
        self.range = range
        self.mean = mean
        self.deviation = deviation
    }

    /// The shape that the network gets: channels × rows × columns.
    public var shape: Shape { Shape(channels: colour.channels, height: height, width: width) }

    /// Checks every number.
    /// - Throws: `ImageError.optionInvalid`, naming the option, what it may be and what it is.
    public func validate() throws(ImageError) {
        let sides = 1...ImageFrontEnd.largestSide
        try require(sides.contains(width), "image.width", width, "1 … \(ImageFrontEnd.largestSide)")
        try require(sides.contains(height), "image.height", height, "1 … \(ImageFrontEnd.largestSide)")
        try require((0...1).contains(background), "image.background", background, "0 … 1")
        try require(range > 0 && range <= 65_535, "image.range", range, "a number above 0, at most 65535")
        let counts = "a number, or one for each of \(colour.channels) channels"
        for (name, values) in [("image.mean", mean), ("image.deviation", deviation)] {
            try require(values.isEmpty || values.count == colour.channels, name, values, counts)
        }
        try require(mean.allSatisfy { abs($0) <= 1e6 }, "image.mean", mean, "numbers within ± 1e6")
        try require(
            deviation.allSatisfy { $0 >= 1e-6 && $0 <= 1e6 }, "image.deviation", deviation, "numbers within 1e-6 … 1e6")
    }

    /// Reads a picture as the network gets it: [channels, rows, columns].
    /// - Throws: `ImageError`, as `Picture.read` does.
    public func load(_ path: String) throws(ImageError) -> Tensor { input(of: try Picture.read(path)) }

    /// What the network gets of a picture of any size: [channels, rows, columns].
    public func input(of picture: Picture) -> Tensor { scaled(fitted(picture)) }

    /// The picture at the network's size, with its number of channels (red first), values 0 … 1.
    public func fitted(_ picture: Picture) -> Picture {
        // Before it is resized, which then has less to do.
        let picture = inColours(picture)
        let (across, down) = (Double(width) / Double(picture.width), Double(height) / Double(picture.height))
        switch fit {
        case .stretch: return picture.resized(width: width, height: height)
        case .crop:
            let scale = max(across, down)
            let part = (
                width: side(Double(width) / scale, atMost: picture.width),
                height: side(Double(height) / scale, atMost: picture.height)
            )
            return picture.cropped(
                x: (picture.width - part.width) / 2, y: (picture.height - part.height) / 2, width: part.width,
                height: part.height
            ).resized(width: width, height: height)
        case .pad:
            let scale = min(across, down)
            return picture.resized(
                width: side(Double(picture.width) * scale, atMost: width),
                height: side(Double(picture.height) * scale, atMost: height)
            ).padded(width: width, height: height, with: background)
        }
    }

    private func side(_ length: Double, atMost limit: Int) -> Int { min(limit, max(1, Int(length.rounded()))) }

    private func inColours(_ picture: Picture) -> Picture { colour == .grey ? picture.grey() : picture.rgb() }

    /// A picture of any size with its values scaled for the network, for networks that slide over pictures larger than
    /// those of their training: [channels, rows, columns].
    public func scaled(_ picture: Picture) -> Tensor {
        let picture = inColours(picture)
        var tensor = Tensor(zeros: [picture.channels, picture.height, picture.width])
        picture.values.withUnsafeBufferPointer { source in
            tensor.values.withUnsafeMutableBufferPointer { scale(source, into: $0) }
        }
        return tensor
    }

    /// Scales the values of a picture that has the network's number of channels.
    /// - Parameters:
    ///   - source: channel × row × column, red first.
    ///   - target: as many, in the network's order.
    public func scale(_ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>) {
        let area = source.count / colour.channels
        for channel in 0..<colour.channels {
            let (from, to) = (place(channel) * area, channel * area)
            let (mean, factor) = (mean(channel), 1 / deviation(channel))
            for i in 0..<area { target[to + i] = (range * source[from + i] - mean) * factor }
        }
    }

    /// The picture that a network's input shows; values beyond dark and bright are cut.
    /// - Parameter input: [channels, rows, columns] of any size, with the channels of the front end.
    /// - Precondition: the channels are those.
    public func picture(of input: Tensor) -> Picture {
        let (channels, height, width) = (input.extents[0], input.extents[1], input.extents[2])
        precondition(channels == colour.channels, "\(channels) channels for \(colour.rawValue)")
        var picture = Picture(width: width, height: height, channels: channels)
        let area = width * height
        for channel in 0..<channels {
            let (from, to) = (channel * area, place(channel) * area)
            let (mean, deviation) = (mean(channel), deviation(channel))
            for i in 0..<area {
                picture.values[to + i] = min(max((input.values[from + i] * deviation + mean) / range, 0), 1)
            }
        }
        return picture
    }

    /// What dark and bright are in each of the network's channels.
    public var limits: [ClosedRange<Float>] {
        (0..<colour.channels).map { channel in
            let (mean, factor) = (mean(channel), 1 / deviation(channel))
            return (0 - mean) * factor...(range - mean) * factor
        }
    }

    /// The channel of a picture that a channel of the network shows, and the other way round.
    private func place(_ channel: Int) -> Int { colour == .bgr ? 2 - channel : channel }

    private func mean(_ channel: Int) -> Float { mean.isEmpty ? 0 : mean[channel] }

    private func deviation(_ channel: Int) -> Float { deviation.isEmpty ? 1 : deviation[channel] }
}

extension ImageFrontEnd: Codable {
    private enum CodingKeys: String, SettingsKey {
        case width, height, colour, fit, background, range, mean, deviation
    }

    /// Reads the keys named like the properties. `width` and `height` must be there, any other has its default where it is
    /// absent, an unknown one is an error with the nearest right name; `mean` and `deviation` may be one number for all
    /// channels. What is read is validated.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "image front end", keyedBy: CodingKeys.self)
        let colour: ColourOrder = try settings.name(.colour, default: .rgb)
        func perChannel(_ key: CodingKeys) throws -> [Float] {
            guard settings.contains(key), try !settings.decodeNil(forKey: key) else { return [] }
            if let value = try? settings.decode(Float.self, forKey: key) {
                return [Float](repeating: value, count: colour.channels)
            }
            return try settings.decode([Float].self, forKey: key)
        }
        self.init(
            width: try settings.decode(Int.self, forKey: .width),
            height: try settings.decode(Int.self, forKey: .height), colour: colour,
            fit: try settings.name(.fit, default: .stretch),
            background: try settings.decode(.background, default: 0), range: try settings.decode(.range, default: 1),
            mean: try perChannel(.mean), deviation: try perChannel(.deviation))
        do { try validate() } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        try container.encode(colour, forKey: .colour)
        try container.encode(fit, forKey: .fit)
        try container.encode(background, forKey: .background)
        try container.encode(range, forKey: .range)
        if !mean.isEmpty { try container.encode(mean, forKey: .mean) }
        if !deviation.isEmpty { try container.encode(deviation, forKey: .deviation) }
    }
}
