extension GameRecord {
    /// Puts a record together from the nodes of a main line, and plays it through.
    /// - Parameter source: what errors call it.
    /// - Throws: `GoError.record` where it is no game of Go on a square board of 5 to 25, a point is none, or a move is
    ///   against the rules, simple ko among them.
    public init(_ nodes: [SGFNode], source: String) throws(GoError) {
        func failure(_ reason: String) -> GoError { .record(source: source, line: 0, reason: reason) }
        let root = nodes.first ?? SGFNode()
        // What is said of a game stands in its first node, as a rule, but may in any other.
        func said(_ name: String) -> String? { nodes.lazy.compactMap { $0[name] }.first }
        if let kind = root["GM"], Self.number(kind) != 1 { throw failure("GM[\(Self.short(kind))] is not Go, GM[1]") }
        self.init(size: try Self.size(root["SZ"], failure))
        komi = said("KM").flatMap(Self.number)
        handicap = said("HA").flatMap(Self.number).flatMap { (0...100).contains($0) ? Int($0) : nil } ?? 0
        (black.name, white.name) = (Self.line(said("PB")), Self.line(said("PW")))
        (black.rankText, white.rankText) = (Self.line(said("BR")), Self.line(said("WR")))
        (result, rules, date) = (Self.line(said("RE")), Self.line(said("RU")), Self.line(said("DT")))
        var effort = SetupEffort()
        for node in nodes { try add(node, &effort, failure) }
        placeHandicapStones()
        try playThrough(failure)
    }

    /// Most points that the set-ups of a game name, all together.
    public static let setupPointLimit = 1 << 16
    /// Most nodes of a game that set stones up.
    public static let setupLimit = 1_000
    /// Most games of a file.
    public static let gameLimit = 1 << 20

    /// All games of a file.
    /// - Parameter source: what errors call it; the second game of a file is `source, game 2`.
    /// - Returns: the games that can be read, and what is wrong with the others, each with the game's number from 1.
    ///   Where the file stops being SGF, the games before that count.
    /// - Throws: `GoError.record` where the file has no game, or breaks off in its first.
    public static func games(
        of bytes: [UInt8], source: String
    ) throws(GoError) -> (games: [(number: Int, record: GameRecord)], faults: [(number: Int, error: GoError)]) {
        var parser = SGFParser(bytes, source: source)
        var games: [(number: Int, record: GameRecord)] = []
        var faults: [(number: Int, error: GoError)] = []
        var number = 0
        while true {
            let nodes: [SGFNode]
            do throws(GoError) {
                guard let next = try parser.nextGame() else { break }
                guard number < gameLimit else {
                    throw .record(source: source, line: 0, reason: "a file of more than \(gameLimit) games")
                }
                nodes = next
            } catch {
                guard number > 0 else { throw error }
                faults.append((number + 1, error))
                break
            }
            number += 1
            do throws(GoError) {
                games.append((number, try GameRecord(nodes, source: number > 1 ? "\(source), game \(number)" : source)))
            } catch {
                faults.append((number, error))
            }
        }
        guard number > 0 else { throw .record(source: source, line: 0, reason: "no game: expected '(;'") }
        return (games, faults)
    }

    // MARK: Parts

    /// What the set-ups of a game take so far.
    private struct SetupEffort {
        var points = 0
        var times = 0
    }

    private mutating func add(
        _ node: SGFNode, _ effort: inout SetupEffort, _ failure: (String) -> GoError
    ) throws(GoError) {
        var setup = Setup()
        func points(of property: SGFNode.Property) throws(GoError) -> [Int] {
            let points = try self.points(of: property, failure)
            effort.points += points.count
            guard effort.points <= Self.setupPointLimit else {
                throw failure("stones are set up at more than \(Self.setupPointLimit) points, one after another")
            }
            return points
        }
        func keep(_ setup: Setup) throws(GoError) {
            if setup.isNothing { return }
            effort.times += 1
            guard effort.times <= Self.setupLimit else {
                throw failure("stones are set up more than \(Self.setupLimit) times")
            }
            self.keep(setup)
        }
        for property in node.properties {
            switch property.name {
            case "B", "W":
                guard let text = property.values.first else { break }
                guard let move = Self.move(text, size: size) else {
                    throw failure("move \(moves.count + 1), \(property.name)[\(Self.short(text))], is on no point")
                }
                try keep(setup)
                setup = Setup()
                moves.append(PlayedMove(property.name == "B" ? .black : .white, move))
            case "AB": setup.black += try points(of: property)
            case "AW": setup.white += try points(of: property)
            case "AE": setup.empty += try points(of: property)
            case "PL": setup.toMove = property.values.first.flatMap(Self.player) ?? setup.toMove
            default: break
            }
        }
        try keep(setup)
    }

    private mutating func keep(_ later: Setup) {
        guard moves.isEmpty else {
            laterSetups.append(LaterSetup(move: moves.count, setup: later))
            return
        }
        if !setup.isNothing {
            let renewed = Set(later.stones.map(\.point))
            setup.black.removeAll { renewed.contains($0) }
            setup.white.removeAll { renewed.contains($0) }
            setup.empty.removeAll { renewed.contains($0) }
        }
        setup.black += later.black
        setup.white += later.white
        setup.empty += later.empty
        setup.toMove = later.toMove ?? setup.toMove
    }

    /// Points of a list, in which `aa:cc` is a rectangle.
    private func points(of property: SGFNode.Property, _ failure: (String) -> GoError) throws(GoError) -> [Int] {
        var points: [Int] = []
        for value in property.values where !value.isEmpty {
            let corners = value.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            let places = corners.compactMap { Self.point(Substring($0), size: size) }
            guard places.count == corners.count, (1...2).contains(places.count) else {
                throw failure("\(property.name)[\(Self.short(value))] names no points of a board of size \(size)")
            }
            let (a, b) = (places[0], places[places.count - 1])
            let (rows, columns) = ([a / size, b / size].sorted(), [a % size, b % size].sorted())
            for row in rows[0]...rows[1] {
                for column in columns[0]...columns[1] { points.append(row * size + column) }
            }
            guard points.count <= 4 * size * size else { throw failure("\(property.name) names points over and over") }
        }
        return points
    }

    /// Older records name the handicap and leave its stones out: they stand where custom has them.
    private mutating func placeHandicapStones() {
        guard handicap >= 2, setup.black.isEmpty, moves.first?.stone == .white else { return }
        if let points = Handicap.points(handicap, size: size) { setup.black = points }
    }

    private func playThrough(_ failure: (String) -> GoError) throws(GoError) {
        var position: Position
        do throws(GoError) { position = try start() } catch { throw failure("\(error)") }
        for index in moves.indices {
            do throws(GoError) { try play(index..<index + 1, on: &position) } catch {
                throw failure("move \(index + 1): \(error)")
            }
        }
    }

    // MARK: Values

    private static func size(_ text: String?, _ failure: (String) -> GoError) throws(GoError) -> Int {
        guard let text else { return 19 }
        let sides = text.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard (1...2).contains(sides.count), sides.allSatisfy({ $0 == sides[0] }), let side = sides[0],
            let size = Int(exactly: side), sizes.contains(size)
        else {
            throw failure(
                "SZ[\(short(text))] is no board that is read: expected a square of "
                    + "\(sizes.lowerBound) to \(sizes.upperBound)")
        }
        return size
    }

    /// A pass is empty, or `tt` on boards up to 19.
    static func move(_ text: String, size: Int) -> Move? {
        let text = trimmed(text)
        if text.isEmpty || text == "tt" && size <= 19 { return .pass }
        return point(text, size: size).map { .point($0) }
    }

    /// Two letters: column from the left, row from above.
    static func point(_ text: Substring, size: Int) -> Int? {
        let letters = Array(trimmed(text).utf8)
        guard letters.count == 2, letters.allSatisfy({ (0x61..<0x61 + UInt8(size)).contains($0) }) else { return nil }
        return Int(letters[1] - 0x61) * size + Int(letters[0] - 0x61)
    }

    private static func player(_ text: String) -> Stone? {
        switch text.utf8.first(where: { $0 != 0x20 }) {
        case UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "1"): .black
        case UInt8(ascii: "W"), UInt8(ascii: "w"), UInt8(ascii: "2"): .white
        default: nil
        }
    }

    /// A number, in which people also write a comma: `6,5`.
    private static func number(_ text: String) -> Double? {
        let text = String(trimmed(text).map { $0 == "," ? "." : $0 })
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// One line of text, without spaces around it.
    private static func line(_ text: String?) -> String {
        String(trimmed((text ?? "").split(separator: "\n").joined(separator: " ")))
    }

    /// The beginning of a text, for messages: of one line, without what is not seen.
    private static func short(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(20) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.append(" ")
            default: shown.append(scalar)
            }
        }
        return String(shown) + (text.unicodeScalars.count > 20 ? "…" : "")
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
        let bytes = Substring(text).utf8
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return Substring(bytes[first...last])
    }
}
