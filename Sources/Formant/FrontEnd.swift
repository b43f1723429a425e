import FormantAudio
import FormantGo
import FormantTensor
import FormantText

/// What turns an input into what the network takes: stored in the model, so that training, evaluation and
/// classification run the same code with the same numbers.
public enum FrontEnd: Hashable, Sendable {
    /// Recordings.
    case audio(AudioFrontEnd)
    /// Sentences.
    case text(TextFrontEnd)
    /// Positions of Go.
    case go(GoFrontEnd)

    /// `sound`, `text` or `games of Go`.
    public var takes: String {
        switch self {
        case .audio: "sound"
        case .text: "text"
        case .go: "games of Go"
        }
    }
}

extension FrontEnd: Codable {
    private enum Keys: String, SettingsKey { case audio, text, go }

    /// Reads `{audio: …}`, `{text: …}` or `{go: …}`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "front end", keyedBy: Keys.self)
        if settings.contains(.audio) {
            self = .audio(try settings.decode(AudioFrontEnd.self, forKey: .audio))
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
        }
    }
}
