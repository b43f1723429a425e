import FormantTensor

/// A picture in memory: grey or in the colours of sRGB.
///
///     let photo = try Picture.read("photo.jpg")
///     try photo.resized(width: 320, height: 240).write(to: "small.png")
public struct Picture: Sendable, Hashable {
    /// Columns, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    /// Channel × row × column, rows from the top: 0 (dark) … 1 (bright) as files hold them, with sRGB's curve. Values
    /// outside are kept, and cut where the picture is written.
    public var values: [Float]

    /// Creates a picture from its values.
    /// - Precondition: `channels` is 1 or 3, and there are channels · height · width values, at least one.
    public init(width: Int, height: Int, channels: Int, values: [Float]) {
        precondition(width > 0 && height > 0 && (channels == 1 || channels == 3), "\(channels)×\(height)×\(width)")
        precondition(values.count == channels * height * width, "\(values.count) values for a picture")
        self.width = width
        self.height = height
        self.channels = channels
        self.values = values
    }

    /// Creates a picture of one brightness.
    public init(width: Int, height: Int, channels: Int, filledWith value: Float = 0) {
        self.init(
            width: width, height: height, channels: channels,
            values: [Float](repeating: value, count: channels * height * width))
    }

    /// Channels, rows and columns.
    public var shape: Shape { Shape(channels: channels, height: height, width: width) }

    /// Whether it has no colour.
    public var isGrey: Bool { channels == 1 }

    /// One value.
    public subscript(channel: Int, row: Int, column: Int) -> Float {
        get { values[(channel * height + row) * width + column] }
        set { values[(channel * height + row) * width + column] = newValue }
    }

    /// The picture without colour: 0.299 red + 0.587 green + 0.114 blue (luma of ITU-R BT.601).
    public func grey() -> Picture {
        guard channels == 3 else { return self }
        let area = width * height
        let luma = [Float](unsafeUninitializedCapacity: area) { luma, count in
            for i in 0..<area {
                luma[i] = 0.299 * values[i] + 0.587 * values[area + i] + 0.114 * values[2 * area + i]
            }
            count = area
        }
        return Picture(width: width, height: height, channels: 1, values: luma)
    }

    /// The picture in three channels; a grey one has the same values in each.
    public func rgb() -> Picture {
        guard channels == 1 else { return self }
        return Picture(width: width, height: height, channels: 3, values: values + values + values)
    }

    /// A part of the picture.
    /// - Precondition: it lies inside, and is at least a pixel wide and high.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Picture {
        precondition(
            x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= self.width && y + height <= self.height,
            "a part of \(width) × \(height) at \(x), \(y) of \(self.width) × \(self.height)")
        var part: [Float] = []
        part.reserveCapacity(channels * height * width)
        for row in 0..<channels * height {
            let start = (row / height * self.height + y + row % height) * self.width + x
            part += values[start..<start + width]
        }
        return Picture(width: width, height: height, channels: channels, values: part)
    }

    /// The picture in the middle of a larger one of even brightness; an odd pixel is right and below.
    /// - Precondition: the larger one is at least as wide and high.
    public func padded(width: Int, height: Int, with value: Float) -> Picture {
        precondition(width >= self.width && height >= self.height, "\(width) × \(height) is no padding")
        var result = Picture(width: width, height: height, channels: channels, filledWith: value)
        let (x, y) = ((width - self.width) / 2, (height - self.height) / 2)
        for row in 0..<channels * self.height {
            let start = (row / self.height * height + y + row % self.height) * width + x
            let own = row * self.width
            result.values.replaceSubrange(start..<start + self.width, with: values[own..<own + self.width])
        }
        return result
    }

    /// The picture as a mirror shows it: left and right change places.
    public func mirrored() -> Picture {
        var result = self
        for row in 0..<channels * height {
            for column in 0..<width { result.values[row * width + column] = values[(row + 1) * width - 1 - column] }
        }
        return result
    }
}
