import FormantAudio
import FormantCorpus
import FormantGo
import FormantImage
import FormantNetwork
import FormantTensor
import FormantText
import FormantTraining
import Yams

/// What only the corpus knows and a recipe needs.
public struct CorpusFacts: Sendable {
    /// Number of labels.
    public var classes: Int
    /// Rows of an embedding table, padding and unknown word included.
    public var words: Int
    /// Rows of an embedding table of sub-words, padding and unknown part included.
    public var subwords: Int
    /// Values per word, where word vectors decide it.
    public var dimension: Int?
    /// Rate of the recordings in hertz, for a recipe that does not set one.
    public var sampleRate: Int?

    /// Creates facts.
    public init(
        classes: Int, words: Int = 2, subwords: Int = 2, dimension: Int? = nil, sampleRate: Int? = nil
    ) {
        self.classes = classes
        self.words = words
        self.subwords = subwords
        self.dimension = dimension
        self.sampleRate = sampleRate
    }
}

/// A recipe with every size filled in.
public struct ResolvedRecipe: Encodable, Sendable {
    /// What goes in.
    public enum Input: Sendable {
        /// Recordings.
        case audio(AudioFrontEnd)
        /// Sentences.
        case text(TextFrontEndOptions)
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

    /// Where embeddings come from.
    public struct Words: Codable, Sendable, Hashable {
        /// Whether word vectors from a file are wanted.
        public enum Vectors: String, Codable, Sendable {
            /// No use for them.
            case none
            /// Taken if there are some.
            case optional
            /// It does not work without.
            case required
        }
        /// Values per word, where no vectors decide it.
        public var dimension = 300
        /// Whether word vectors are wanted.
        public var vectors = Vectors.none
        /// What stands for a word that the vectors do not have.
        public var unknown = UnknownWords.subword

        init() {}

        enum CodingKeys: String, SettingsKey { case dimension, vectors, unknown }

        /// Reads the settings of `embedding`.
        public init(from decoder: any Decoder) throws {
            let settings = try decoder.settings(of: "embedding", keyedBy: CodingKeys.self)
            dimension = try settings.decode(.dimension, default: 300)
            vectors = try settings.decode(.vectors, default: .none)
            unknown = try settings.name(.unknown, default: .subword)
        }
    }

    /// Name.
    public let name: String
    /// One sentence.
    public let summary: String?
    /// The front end, or what is needed to make it.
    public var input: Input
    /// Where embeddings come from.
    public let words: Words
    /// The layers.
    public var layers: LayerList
    /// The settings of training.
    public var training: TrainingOptions
    /// How training varies its examples.
    public var augmentation: Augmentation

    private enum Keys: String, SettingsKey {
        case name, summary, audio, text, image, go, embedding, network, training, augmentation
    }

    /// Writes the recipe with its sizes filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(summary, forKey: .summary)
        switch input {
        case .audio(let frontEnd): try container.encode(frontEnd, forKey: .audio)
        case .text(let options):
            try container.encode(options, forKey: .text)
            try container.encode(words, forKey: .embedding)
        case .image(let frontEnd): try container.encode(frontEnd, forKey: .image)
        case .go(let frontEnd): try container.encode(frontEnd, forKey: .go)
        }
        try container.encode(layers, forKey: .network)
        try container.encode(training, forKey: .training)
        if augmentation != Augmentation() { try container.encode(augmentation, forKey: .augmentation) }
    }

    /// The recipe as a YAML document.
    public func yaml() throws -> String { try ReadableYAML.text(self) }

    /// The network over an input.
    public func network(input shape: Shape) -> Network { Network(input: shape, layers: layers) }

    /// The network over an input, with the shapes of all layers.
    /// - Parameter classes: number of labels, as many as the network is to end in; nil for any.
    /// - Throws: `RecipeError.malformed`, naming the layer that does not fit.
    func bound(input shape: Shape, classes: Int? = nil) throws(RecipeError) -> BoundNetwork {
        let bound: BoundNetwork
        do { bound = try network(input: shape).bound() } catch {
            throw .malformed(recipe: name, reason: "network: \(error)")
        }
        guard let classes, bound.output != Shape(channels: classes) else { return bound }
        throw .malformed(
            recipe: name,
            reason: "the network ends in \(bound.output.full), expected \(classes) units, one for each label "
                + "(dense: {units: classes})")
    }
}

extension ResolvedRecipe: Decodable {
    /// Reads a document; sizes come from the decoder's `userInfo`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "the recipe", keyedBy: Keys.self)
        name = try settings.decode(.name, default: "recipe")
        summary = try settings.decodeIfPresent(String.self, forKey: .summary)
        let given = [Keys.audio, .text, .image, .go].filter { settings.contains($0) }
        guard given.count == 1 else {
            let found = given.isEmpty ? "none" : given.map(\.rawValue).joined(separator: " and ")
            throw DecodingError.refused("expected one of audio, text, image and go; found \(found)", at: [])
        }
        switch given[0] {
        case .audio: input = .audio(try settings.decode(AudioFrontEnd.self, forKey: .audio))
        case .text: input = .text(try settings.decode(TextFrontEndOptions.self, forKey: .text))
        case .go: input = .go(try settings.decode(GoFrontEnd.self, forKey: .go))
        default: input = .image(try settings.decode(ImageFrontEnd.self, forKey: .image))
        }
        words = try settings.decode(.embedding, default: Words())
        layers = try settings.decode(LayerList.self, forKey: .network)
        training = try settings.decode(.training, default: TrainingOptions())
        augmentation = try settings.decode(.augmentation, default: Augmentation())
        if let reason = augmentation.refusal(of: input.modality) { throw DecodingError.refused(reason, at: []) }
    }
}

extension Recipe {
    /// What the recipe takes: `sound`, `text`, `images` or `games of Go`.
    public func takes() throws(RecipeError) -> String {
        try resolved(CorpusFacts(classes: 2)).input.takes
    }

    /// Fills in what the corpus decides.
    /// - Throws: `RecipeError.malformed`, with the place in the document.
    public func resolved(_ facts: CorpusFacts) throws(RecipeError) -> ResolvedRecipe {
        do {
            guard var node = try Yams.compose(yaml: yaml) else {
                throw RecipeError.malformed(recipe: name, reason: "the document is empty")
            }
            try Recipe.chooseNetwork(in: &node, name: name)
            if let rate = facts.sampleRate, case .mapping? = node["audio"], node["audio"]?["sampleRate"] == nil {
                node["audio"]?["sampleRate"] = Node(String(rate))
            }
            let written = node["embedding"]?["dimension"]?.int
            // Of Go the classes are the points of the board. A mistake is told with its place when all is decoded.
            let board = node["go"].flatMap { try? YAMLDecoder().decode(GoFrontEnd.self, from: $0) }
            let sizes = NamedSizes([
                "classes": board?.labels.count ?? facts.classes, "words": facts.words, "subwords": facts.subwords,
                "dimension": facts.dimension ?? written ?? ResolvedRecipe.Words().dimension,
            ])
            let recipe = try YAMLDecoder().decode(ResolvedRecipe.self, from: node, userInfo: [NamedSizes.key: sizes])
            try recipe.training.validate()
            return recipe
        } catch let error as RecipeError { throw error } catch {
            throw .malformed(recipe: name, reason: settingsMessage(error))
        }
    }
}
