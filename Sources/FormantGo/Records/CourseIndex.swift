/// Finds games that took the same course: equal boards, equal stones set up, equal moves. All else that is written of a game,
/// such as names and comments, does not matter.
///
/// It holds a hash and a place for each game; the games themselves are looked at where the hashes are equal.
struct CourseIndex {
    private var places: [Int: [Int]] = [:]

    /// The first game of the same course.
    /// - Parameters:
    ///   - number: the place that the game gets among the others where it is the first of its course.
    ///   - games: those that got a place before.
    /// - Returns: nil where it is the first; it is known from then on.
    mutating func original(
        of record: GameRecord, numbered number: Int, among games: [GameFolder.Entry]
    ) -> GameFolder.Entry? {
        let course = record.course
        let hash = course.hashValue
        if let place = (places[hash] ?? []).first(where: { games[$0].record.course == course }) { return games[place] }
        places[hash, default: []].append(number)
        return nil
    }
}

extension GameRecord {
    /// What happens on the board, however the record writes it.
    fileprivate struct Course: Hashable {
        var size: Int
        /// Stones before the first move.
        var start: [Stone?]
        var moves: [PlayedMove]
        /// Stones that are set up later, before a move.
        var later: [LaterSetup]
    }

    fileprivate var course: Course {
        let board = try? start().board
        let later = laterSetups.filter { $0.move < moves.count }.map {
            LaterSetup(move: $0.move, setup: $0.setup.stonesInOrder)
        }
        return Course(
            size: size, start: (0..<size * size).map { board?[$0] }, moves: moves,
            later: later.filter { !$0.setup.isNothing })
    }
}

extension Setup {
    /// The stones alone, in the order of their points. Whose turn it is shows in the moves.
    fileprivate var stonesInOrder: Setup {
        var setup = self
        setup.black.sort()
        setup.white.sort()
        setup.empty.sort()
        setup.toMove = nil
        return setup
    }
}
