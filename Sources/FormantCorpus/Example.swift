/// What kind of thing a corpus classifies.
public enum Modality: String, Sendable, Codable, CaseIterable {
    /// Recordings, or stretches of recordings.
    case audio
    /// Sentences or longer texts.
    case text
    /// Pictures.
    case image

    /// What a model or a recipe for it takes: `sound`, `text` or `images`.
    public var takes: String {
        switch self {
        case .audio: "sound"
        case .text: "text"
        case .image: "images"
        }
    }

    /// What an example is, with an s where there are several.
    package func thing(_ count: Int = 2) -> String {
        let name =
            switch self {
            case .audio: "recording"
            case .text: "text"
            case .image: "picture"
            }
        return count == 1 ? name : name + "s"
    }
}

/// A recording, or a stretch of one.
public struct AudioClip: Sendable, Hashable {
    /// Path of the sound file, relative to the corpus's root where that is possible.
    public let path: String
    // NaN stands for "not given" and −1 for "all channels": optionals would make an example half as large again.
    private let startSeconds: Double
    private let endSeconds: Double
    private let channelNumber: Int32

    /// Names a recording, or a stretch of one.
    /// - Parameters:
    ///   - path: path of the sound file.
    ///   - start: where the stretch begins, in seconds, finite and ≥ 0; nil is the file's start.
    ///   - end: where it ends, in seconds, finite and greater than `start`; nil is the file's end.
    ///   - channel: one channel, counted from 0; nil is all of them.
    public init(path: String, start: Double? = nil, end: Double? = nil, channel: Int? = nil) {
        self.path = path
        startSeconds = start ?? .nan
        endSeconds = end ?? .nan
        channelNumber = channel.flatMap { Int32(exactly: $0) } ?? -1
    }

    /// Where the stretch begins, in seconds; nil is the file's start.
    public var start: Double? { startSeconds.isNaN ? nil : startSeconds }
    /// Where the stretch ends, in seconds; nil is the file's end.
    public var end: Double? { endSeconds.isNaN ? nil : endSeconds }
    /// The channel, counted from 0; nil is all of them.
    public var channel: Int? { channelNumber < 0 ? nil : Int(channelNumber) }

    /// Equal in all four; clips without a start (NaN inside) are equal too.
    public static func == (a: AudioClip, b: AudioClip) -> Bool {
        a.path == b.path && a.start == b.start && a.end == b.end && a.channelNumber == b.channelNumber
    }

    /// Hashes all four.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(start)
        hasher.combine(end)
        hasher.combine(channelNumber)
    }
}

/// What an example puts into the front end.
public enum ExampleInput: Sendable, Hashable {
    /// A recording, or a stretch of one.
    case audio(AudioClip)
    /// A text.
    case text(String)
    /// A picture: path of its file, relative to the corpus's root where that is possible.
    case image(path: String)
}

/// The part of a corpus that an example belongs to.
public enum Split: String, Sendable, Codable, CaseIterable {
    /// Learned from.
    case train
    /// Chosen by: early stopping, thresholds, settings.
    case validation
    /// Reported on, and used for nothing else.
    case test

    /// The split that a name in a manifest or a folder name means; `dev`, `valid`, `training` and the like are known.
    public init?(named name: String) {
        switch name.lowercased() {
        case "train", "training": self = .train
        case "validation", "valid", "val", "dev", "development": self = .validation
        case "test", "testing", "eval", "evaluation": self = .test
        default: return nil
        }
    }
}

/// One thing to learn from or to be tested on: an input, its labels, and what keeps splits honest.
///
/// About 120 bytes; labels, groups and file names are shared between examples that have the same.
public struct Example: Sendable, Hashable {
    /// What goes into the front end.
    public var input: ExampleInput
    /// The labels: one as a rule, several in a multi-label corpus, none when unlabelled.
    public var labels: [String]
    /// Speaker, recording or site: what must not stand on both sides of a split. Nil: a group of its own.
    public var group: String?
    /// The split that the corpus itself gives; nil when it gives none.
    public var split: Split?
    /// Index into `Corpus.folds`, when the corpus itself gives folds.
    public var fold: Int?
    /// How much the example counts; 1 as a rule, finite and ≥ 0.
    public var weight: Float
    /// The values of `Corpus.extraColumns`, in their order; missing ones at the end count as empty.
    public var extra: [String]
    /// Name of the file that lists the example (or holds its text), relative to the root; empty for a sound
    /// file or picture that was found in a folder.
    public var source: String
    /// Line in `source`, counted from 1; 0 when there is no source.
    public var line: Int

    /// Creates an example.
    public init(
        input: ExampleInput, labels: [String], group: String? = nil, split: Split? = nil, fold: Int? = nil,
        weight: Float = 1, extra: [String] = [], source: String = "", line: Int = 0
    ) {
        self.input = input
        self.labels = labels
        self.group = group
        self.split = split
        self.fold = fold
        self.weight = weight
        self.extra = extra
        self.source = source
        self.line = line
    }

    /// The example's name: the same on every machine that has the corpus, and different for every example of it.
    ///
    /// For a picture its path relative to the root; for sound too, followed by `#start-end` in seconds and `@channel` where given; for text
    /// `source:line`.
    public var id: String {
        switch input {
        case .text: return "\(source):\(line)"
        case .image(let path): return path
        case .audio(let clip):
            var id = clip.path
            if clip.start != nil || clip.end != nil {
                id += "#" + (clip.start.map { "\($0)" } ?? "") + "-" + (clip.end.map { "\($0)" } ?? "")
            }
            if let channel = clip.channel { id += "@\(channel)" }
            return id
        }
    }
}
