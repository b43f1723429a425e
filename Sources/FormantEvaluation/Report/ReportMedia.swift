/// What a page shows beside the examples that it lists, made by whoever can read them: the figures are in the report.
public struct ReportMedia: Sendable {
    /// An example that a page lists, with the label that is to be explained.
    public struct Listed: Sendable, Hashable {
        /// The recording's or picture's path, or the sentence itself.
        public var identity: String
        /// The predicted, or suggested, label.
        public var label: String

        /// Creates an entry.
        public init(identity: String, label: String) { (self.identity, self.label) = (identity, label) }
    }

    /// A sound with its picture.
    public struct Sound: Sendable {
        /// A file that browsers play.
        public var audio: [UInt8]
        /// Its media type, such as `audio/ogg`.
        public var mediaType: String
        /// A PNG file; empty where none could be drawn.
        public var picture: [UInt8]
        /// Seconds that are heard.
        public var seconds: Double
        /// Whether the example is longer.
        public var isCut: Bool

        /// Creates a sound.
        public init(audio: [UInt8], mediaType: String, picture: [UInt8], seconds: Double, isCut: Bool) {
            (self.audio, self.mediaType, self.picture) = (audio, mediaType, picture)
            (self.seconds, self.isCut) = (seconds, isCut)
        }
    }

    /// A picture.
    public struct Picture: Sendable {
        /// A PNG file.
        public var png: [UInt8]
        /// How wide it is shown, in pixels of the page.
        public var width: Int

        /// Creates a picture.
        public init(png: [UInt8], width: Int) { (self.png, self.width) = (png, width) }
    }

    /// A word of a sentence.
    public struct Word: Sendable, Equatable {
        /// As it stands there.
        public var text: String
        /// How much of the label's score the word makes: what it falls by without the word, −1 ... 1.
        public var effect: Double

        /// Creates a word.
        public init(text: String, effect: Double) { (self.text, self.effect) = (text, effect) }
    }

    /// Sounds by the identity of their examples.
    public var sounds: [String: Sound]
    /// Pictures by the identity of their examples.
    public var pictures: [String: Picture]
    /// Words of sentences.
    public var words: [Listed: [Word]]
    /// Why an example is not shown, by its identity.
    public var missing: [String: String]
    /// What a reader should know: how the words were judged, what was left out.
    public var notes: [String]

    /// Creates media; none by default.
    public init(
        sounds: [String: Sound] = [:], pictures: [String: Picture] = [:], words: [Listed: [Word]] = [:],
        missing: [String: String] = [:], notes: [String] = []
    ) {
        (self.sounds, self.pictures, self.words) = (sounds, pictures, words)
        (self.missing, self.notes) = (missing, notes)
    }
}

extension Report {
    /// The examples that the page lists, the most important first, each once.
    public var listed: [ReportMedia.Listed] {
        var seen: Set<ReportMedia.Listed> = []
        var list: [ReportMedia.Listed] = []
        func add(_ identity: String, _ label: String?) {
            let entry = ReportMedia.Listed(identity: identity, label: label ?? "")
            if seen.insert(entry).inserted { list.append(entry) }
        }
        let evaluation = mainPart?.evaluation
        for error in evaluation?.confidentErrors ?? [] { add(error.identity, error.explained) }
        for error in labelErrors { add(error.identity, error.suggested) }
        let labels = evaluation?.metrics.confusion?.labels ?? []
        let pairs = evaluation?.pairs ?? []
        for pair in pairs.filter({ !$0.isRight }) + pairs.filter(\.isRight) where labels.indices ~= pair.prediction {
            for example in pair.examples { add(example.identity, labels[pair.prediction]) }
        }
        return list
    }
}

extension ConfidentError {
    /// The label whose score its words explain: one wrongly given, else one wrongly left out.
    var explained: String? {
        prediction.first { !truth.contains($0) } ?? truth.first { !prediction.contains($0) }
    }
}
