/// A named axis of an activation.
///
/// Speech puts frequency on the height and time on the width; a sentence has its words along the width; a picture
/// uses the two as rows and columns.
public enum Axis: String, Codable, Sendable, CaseIterable {
    /// The channels: one per filter, or one per embedding dimension.
    case channel
    /// The height: frequency bands of a spectrogram, rows of a picture or board.
    case frequency
    /// The width: frames of a spectrogram, words of a sentence, columns of a picture or board.
    case time
}

/// The public shape of one example: (channels, height = frequency, width = time).
///
/// Memory inside the engine is batch × height × width × channels; this type is what people read and write.
public struct Shape: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Extent of the channel axis, at least 1.
    public var channels: Int
    /// Extent of the height or frequency axis, at least 1.
    public var height: Int
    /// Extent of the width or time axis, at least 1.
    public var width: Int

    /// Creates a shape from the three extents.
    public init(channels: Int, height: Int = 1, width: Int = 1) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// Number of values in one example.
    public var count: Int { channels * height * width }

    /// Number of positions a filter can stand at: height × width.
    public var positions: Int { height * width }

    /// The extent of one named axis.
    public subscript(axis: Axis) -> Int {
        switch axis {
        case .channel: channels
        case .frequency: height
        case .time: width
        }
    }

    /// `25×26×26`, or `1250` where height and width are 1.
    public var description: String {
        height == 1 && width == 1 ? "\(channels)" : "\(channels)×\(height)×\(width)"
    }
}
