import FormantTensor

/// What a corpus has twice: exact copies, near copies, and groups on both sides of a split.
///
/// Lists hold at most `LeakAudit.limit` entries, those that cross parts first; the counts are of all.
public struct LeakAudit: Codable, Sendable, Equatable {
    /// In what way things are the same, the strictest first.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Files with the same bytes.
        case sameBytes = "same_bytes"
        /// Texts that differ by case and white space at most.
        case sameText = "same_text"
        /// Recordings with the same samples in another container or with other silence around them, or the same sound at
        /// another gain or rate.
        case sameSound = "same_sound"
        /// Recordings of which one holds the other, or a part of it, changed a little.
        case nearSound = "near_sound"
        /// Texts that differ by marks, letters or a word.
        case nearText = "near_text"
        /// Pictures with the same pixels in another file.
        case samePicture = "same_picture"
        /// Pictures that differ by coding, size, brightness or contrast.
        case nearPicture = "near_picture"
    }

    /// An example.
    public struct Member: Codable, Sendable, Equatable {
        /// `Example.id`.
        public var id: String
        /// Its labels.
        public var labels: [String]
        /// Its group.
        public var group: String?
        /// The part that it is in.
        public var part: String
        /// The beginning of its text.
        public var text: String?
    }

    /// Examples that are all the same.
    public struct CopySet: Codable, Sendable, Equatable {
        /// In what way.
        public var kind: Kind
        /// The first of them, at most 20.
        public var members: [Member]
        /// How many there are.
        public var count: Int
        /// Whether they are in several parts.
        public var crosses: Bool
        /// Whether their labels differ.
        public var labelsDiffer: Bool
        /// Whether their groups differ.
        public var groupsDiffer: Bool
    }

    /// Two examples that are nearly the same.
    public struct Pair: Codable, Sendable, Equatable {
        /// In what way.
        public var kind: Kind
        /// The one in the later part.
        public var first: Member
        /// The other.
        public var second: Member
        /// 0 … 1: correlation of the waveforms or of the pictures, or the share of shingles in common.
        public var similarity: Double
        /// Where in the first the sound in common begins, in seconds; nil for texts and pictures.
        public var firstStart: Double?
        /// Where in the second.
        public var secondStart: Double?
        /// How long it is.
        public var seconds: Double?
        /// Whether they are in different parts.
        public var crosses: Bool
        /// Whether their labels differ.
        public var labelsDiffer: Bool
        /// Whether their groups differ.
        public var groupsDiffer: Bool
    }

    /// How much there is of a kind.
    public struct Count: Codable, Sendable, Equatable {
        /// The kind.
        public var kind: Kind
        /// Examples that have another of this kind.
        public var examples: Int
        /// Those of them that have one in another part.
        public var crossing: Int
        /// Sets or pairs whose labels differ.
        public var labelConflicts: Int
    }

    /// Entries of each list.
    public static let limit = 1_000
    static let memberLimit = 20

    /// Names of the parts; one where the corpus gives neither splits nor folds.
    public internal(set) var parts: [String] = []
    /// A row for each kind that was found.
    public internal(set) var counts: [Count] = []
    /// Exact copies.
    public internal(set) var sets: [CopySet] = []
    /// Near copies.
    public internal(set) var pairs: [Pair] = []
    /// Groups in several parts.
    public internal(set) var groups: [StraddlingGroup] = []
    /// How many there are in all, of which `groups` lists some.
    public internal(set) var groupCount = 0
    /// Whether near copies were looked for.
    public internal(set) var isComplete = false

    /// Whether an exact copy or a group stands in several parts: what `train` refuses.
    public var leaks: Bool {
        groupCount > 0 || counts.contains { [.sameBytes, .sameText].contains($0.kind) && $0.crossing > 0 }
    }

    /// How much there is of a kind.
    public func count(of kind: Kind) -> Count {
        counts.first { $0.kind == kind } ?? Count(kind: kind, examples: 0, crossing: 0, labelConflicts: 0)
    }
}
