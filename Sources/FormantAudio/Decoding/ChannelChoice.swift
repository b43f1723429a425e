import FormantTensor

/// What becomes of the channels of a recording: networks hear one.
///
/// In JSON and YAML it is `"mix"` or the number of a channel.
public enum ChannelChoice: Hashable, Sendable, CustomStringConvertible {
    /// The mean of all channels.
    case mix
    /// One channel alone, counted from 0.
    case only(Int)

    /// Reads `mix` or the number of a channel, counted from 0.
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        if text == "mix" {
            self = .mix
        } else if let number = Int(text), number >= 0 {
            self = .only(number)
        } else {
            return nil
        }
    }

    /// `mix`, or the number of the channel.
    public var description: String {
        switch self {
        case .mix: "mix"
        case .only(let number): "\(number)"
        }
    }
}

extension ChannelChoice {
    /// Appends one sample for each of the first frames of sound with several channels.
    /// - Parameter interleaved: at least `frames` × `channels` samples, the channels of a frame one after the other.
    func take(_ frames: Int, of interleaved: [Float], channels: Int, into output: inout [Float]) {
        interleaved.withUnsafeBufferPointer { source in
            switch self {
            case .only(let wanted):
                output.append(contentsOf: (0..<frames).lazy.map { source[$0 * channels + wanted] })
            case .mix where channels == 1:
                output.append(contentsOf: source[0..<frames])
            case .mix:
                let scale = 1 / Float(channels)
                for frame in 0..<frames {
                    var sum: Float = 0
                    for c in 0..<channels { sum += source[frame * channels + c] }
                    output.append(sum * scale)
                }
            }
        }
    }
}

extension ChannelChoice: Codable {
    /// Reads `"mix"` or a number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        if let number = try? container.decode(Int.self) {
            text = "\(number)"
        } else {
            text = try container.decode(String.self)
        }
        guard let choice = ChannelChoice(text) else {
            throw DecodingError.refused(
                AudioError.optionInvalid(option: "channel", found: text, expected: "\"mix\" or a number from 0"),
                at: decoder.codingPath)
        }
        self = choice
    }

    /// Writes `"mix"` or a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .mix: try container.encode("mix")
        case .only(let number): try container.encode(number)
        }
    }
}
