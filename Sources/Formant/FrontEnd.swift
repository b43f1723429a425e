import FormantAudio
import FormantCorpus
import FormantGo
import FormantImage
import FormantTensor
import FormantText

/// What turns an input into what the network takes: stored in the model, so that training, evaluation and
/// classification run the same code with the same numbers.
public enum FrontEnd: Hashable, Sendable {
    /// Recordings.
    case audio(AudioFrontEnd)
    /// Sentences.
    case text(TextFrontEnd)
    /// Pictures.
    case image(ImageFrontEnd)
    /// Positions of Go.
    case go(GoFrontEnd)

    /// What kind of corpus it takes; nil: none, but games of Go.
    public var modality: Modality? {
        switch self {
        case .audio: .audio
        case .text: .text
        case .image: .image
        case .go: nil
        }
    }

    /// `sound`, `text`, `images` or `games of Go`.
    public var takes: String { modality?.takes ?? GoFrontEnd.takes }
}

extension FrontEnd: Codable {
    private enum Keys: String, SettingsKey { case audio, text, image, go }

    /// Reads `{audio: …}`, `{text: …}`, `{image: …}` or `{go: …}`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "front end", keyedBy: Keys.self)
        if settings.contains(.audio) {
            self = .audio(try settings.decode(AudioFrontEnd.self, forKey: .audio))
        } else if settings.contains(.image) {
            self = .image(try settings.decode(ImageFrontEnd.self, forKey: .image))
        } else if settings.contains(.go) {
            self = .go(try settings.decode(GoFrontEnd.self, forKey: .go))
        } else {
            self = .text(try settings.decode(TextFrontEnd.self, forKey: .text))
        }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .audio(let frontEnd): try container.encode(frontEnd, forKey: .audio)
        case .text(let frontEnd): try container.encode(frontEnd, forKey: .text)
        case .go(let frontEnd): try container.encode(frontEnd, forKey: .go)
        case .image(let frontEnd): try container.encode(frontEnd, forKey: .image)
        }
    }
}
