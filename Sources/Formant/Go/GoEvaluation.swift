import FormantGo
import FormantNetwork
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How well a network says where players placed their stones.
public struct GoEvaluation: Encodable, Sendable {
    /// Figures over some positions.
    public struct Figures: Codable, Sendable {
        /// Number of positions.
        public private(set) var n = 0
        private var first = 0
        private var firstFive = 0
        /// Mean natural logarithm of the played point's probability, of which none counts less than 10⁻⁹.
        public private(set) var logLikelihood = 0.0

        /// Share of positions in which the likeliest point is the one that was played.
        public var top1: Double { n > 0 ? Double(first) / Double(n) : 0 }
        /// Share of positions in which the played point is among the five likeliest.
        public var top5: Double { n > 0 ? Double(firstFive) / Double(n) : 0 }

        private enum CodingKeys: String, CodingKey { case n, top1, top5, logLikelihood }

        /// Figures over no positions.
        init() {}

        /// Writes the shares and the mean.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(n, forKey: .n)
            try container.encode(top1, forKey: .top1)
            try container.encode(top5, forKey: .top5)
            try container.encode(logLikelihood, forKey: .logLikelihood)
        }

        /// Reads what `encode(to:)` writes.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            n = try container.decode(Int.self, forKey: .n)
            first = try Self.count(try container.decode(Double.self, forKey: .top1), of: n, container)
            firstFive = try Self.count(try container.decode(Double.self, forKey: .top5), of: n, container)
            logLikelihood = try container.decode(Double.self, forKey: .logLikelihood)
        }

        /// A share back as the whole number that it is of `n`.
        private static func count(
            _ share: Double, of n: Int, _ container: KeyedDecodingContainer<CodingKeys>
        ) throws -> Int {
            guard n >= 0, (0...1).contains(share), let count = Int(exactly: (share * Double(n)).rounded()) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .n, in: container, debugDescription: "a share of \(share) of \(n) positions")
            }
            return count
        }

        /// Adds a position.
        /// - Parameters:
        ///   - place: how many points are likelier than the played one.
        ///   - probability: of the played one.
        mutating func add(place: Int, probability: Float) {
            n += 1
            first += place == 0 ? 1 : 0
            firstFive += place < 5 ? 1 : 0
            logLikelihood += (log(max(Double(probability), 1e-9)) - logLikelihood) / Double(n)
        }
    }

    /// Figures over positions that have something in common.
    public struct Part: Encodable, Sendable {
        /// What: `1–30`, `9k`.
        public let name: String
        /// Their figures.
        public let figures: Figures
    }

    /// Number of games.
    public let games: Int
    /// Files and games of the part that were passed over.
    public internal(set) var failed = 0
    /// All positions.
    public private(set) var all = Figures()
    private var moves: [Int: Figures] = [:]
    private var ranks: [Rank?: Figures] = [:]

    /// Moves of a part.
    private static let moveStep = 30
    /// The last part holds all moves beyond.
    private static let lastStep = 8

    /// By the number of the move in its game.
    public var byMove: [Part] {
        moves.sorted { $0.key < $1.key }.map { step, figures in
            let start = step * Self.moveStep + 1
            let name = step == Self.lastStep ? "\(start) –" : "\(start) – \(start + Self.moveStep - 1)"
            return Part(name: name, figures: figures)
        }
    }

    /// By the rank of the player who moved, the weakest first; `unknown` where the record does not say it.
    public var byRank: [Part] {
        let known = ranks.compactMap { rank, figures in rank.map { ($0, figures) } }.sorted { $0.0 < $1.0 }
        return known.map { Part(name: $0.0.name, figures: $0.1) }
            + (ranks[nil].map { [Part(name: "unknown", figures: $0)] } ?? [])
    }

    private enum CodingKeys: String, CodingKey { case games, failed, n, top1, top5, logLikelihood, byMove, byRank }

    /// Writes one object.
    public func encode(to encoder: any Encoder) throws {
        try all.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(games, forKey: .games)
        try container.encode(failed, forKey: .failed)
        try container.encode(byMove, forKey: .byMove)
        try container.encode(byRank, forKey: .byRank)
    }

    /// Judges a policy on all stones of some games.
    /// - Parameter progress: told after each batch how many positions are done, of how many.
    /// - Throws: what the policy throws, and `progress`.
    init(
        _ policy: NetworkPolicy, on records: [GameRecord], _ frontEnd: GoFrontEnd,
        progress: (Int, Int) throws -> Void = { _, _ in }
    ) throws {
        games = records.count
        let positions = GoPositions(records, frontEnd, seed: nil, limit: .max)
        let step = 256
        for first in stride(from: 0, to: positions.count, by: step) {
            let places = (first..<min(first + step, positions.count)).map { positions.place(of: $0) }
            let batch = try places.map { try positions.position(at: $0) }
            for (place, weights) in zip(places, try policy.weights(for: batch)) {
                let record = records[place.game]
                guard case .point(let point) = record.moves[place.move].move else { continue }
                let likelier = weights.indices.count {
                    weights[$0] > weights[point] || weights[$0] == weights[point] && $0 < point
                }
                let probability = weights[point]
                all.add(place: likelier, probability: probability)
                let part = min(place.move / Self.moveStep, Self.lastStep)
                moves[part, default: Figures()].add(place: likelier, probability: probability)
                let rank = record.player(record.moves[place.move].stone).rank
                ranks[rank, default: Figures()].add(place: likelier, probability: probability)
            }
            try progress(min(first + step, positions.count), positions.count)
        }
    }

    /// The figures as tables.
    public var text: String {
        func row(_ name: String, _ figures: Figures) -> [String] {
            [name, "\(figures.n)", figures.top1.percent, figures.top5.percent, figures.logLikelihood.digits(3)]
        }
        let header = ["positions", "top 1", "top 5", "log-likelihood"]
        let tables = [
            [["all"] + header, row("\(games) games", all)],
            [["move"] + header] + byMove.map { row($0.name, $0.figures) },
            [["rank"] + header] + byRank.map { row($0.name, $0.figures) },
        ]
        return tables.map { TextTable.text($0, rightAligned: [1, 2, 3, 4]) }.joined(separator: "\n")
    }
}
