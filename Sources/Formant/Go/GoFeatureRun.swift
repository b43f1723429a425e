import FormantAudio
import FormantFiles
import FormantGo
import FormantTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes positions as arrays for programs that learn from them elsewhere: the very planes that a network of a recipe
/// gets here.
public struct GoFeatureRun {
    /// What was written.
    public struct Summary: Encodable, Sendable {
        /// The folder.
        public var out: String
        /// Number of positions.
        public var positions: Int
        /// Files and games that were passed over.
        public var failed: Int
        /// Planes of each.
        public var planes: Int
        /// Rows of the board, and columns.
        public var size: Int
    }

    /// The recipe whose planes are written.
    public var recipe: Recipe
    /// Games that count.
    public var part = GoPart.all
    /// Most positions, spread evenly over all games; nil: all.
    public var limit: Int?

    /// Creates a run.
    public init(recipe: Recipe) { self.recipe = recipe }

    /// Writes `planes.npy`, `moves.npy`, `legal.npy` and `positions.csv` to a folder, in the order of the games.
    ///
    /// Planes are bytes [positions, planes, rows, columns], moves the numbers of the points that were played, row by row
    /// from the upper left corner, legal points bytes of 0 and 1 [positions, rows, columns]. The table is written last:
    /// where it is, all is there. Positions are made as they are written.
    /// - Throws: `RecipeError`, `GoError`, `RunError`, `AudioError.output`, `FileError`.
    public func run(games path: String, to output: String, pool: WorkerPool, observer: RunObserver) throws -> Summary {
        let frontEnd = try recipe.resolvedForGo().frontEnd
        if let limit, limit < 1 { throw RunError.option(name: "--limit", value: "\(limit)", expected: "1 or more") }
        let games = try GoGames(path: path, observer: observer)
        let entries = games.entries(of: part, size: frontEnd.size)
        let positions = GoPositions(entries.map(\.record), frontEnd, seed: nil, limit: limit ?? .max)
        guard positions.count > 0 else {
            throw RunError.tooFew(
                what: "moves on boards of \(frontEnd.size)", found: 0, expected: "1 or more")
        }
        try FolderMaker.make(output)
        let board = [frontEnd.size, frontEnd.size]
        let planes = try NumpyWriter(
            FilePath.join(output, "planes.npy"), rowExtents: [frontEnd.planes.count] + board, of: Int8.self)
        let legal = try NumpyWriter(FilePath.join(output, "legal.npy"), rowExtents: board, of: Int8.self)
        let moves = try NumpyWriter(FilePath.join(output, "moves.npy"), rowExtents: [], of: Int16.self)
        // The table comes last: where it is, all is there, and of one run.
        let tablePath = FilePath.join(output, "positions.csv")
        try? FileManager.default.removeItem(atPath: tablePath)
        let table = try AtomicFile(path: tablePath)
        try table.write("file,game,move,player,rank\n")
        let step = 256
        for first in stride(from: 0, to: positions.count, by: step) {
            let rows = pool.results(of: min(step, positions.count - first)) {
                try row(first + $0, of: positions, frontEnd)
            }
            for row in rows {
                let row = try row.get()
                try planes.append(row.planes)
                try legal.append(row.legal)
                try moves.append([row.move])
                let (entry, move) = (entries[row.place.game], row.place.move)
                let player = entry.record.moves[move].stone
                let rank = entry.record.player(player).rank?.name ?? ""
                try table.write(
                    "\(CSVField.quoted(entry.file)),\(entry.number),\(move + 1),\(player.name),\(rank)\n")
            }
            observer.positions(min(first + step, positions.count), positions.count)
            if observer.shouldStop() { throw RunError.stopped }
        }
        try planes.finish()
        try legal.finish()
        try moves.finish()
        try table.commit()
        return Summary(
            out: output, positions: positions.count, failed: games.failed(in: part), planes: frontEnd.planes.count,
            size: frontEnd.size)
    }

    private struct Row {
        var place: GoPositions.Place
        var planes: [Int8]
        var legal: [Int8]
        var move: Int16
    }

    private func row(_ index: Int, of positions: GoPositions, _ frontEnd: GoFrontEnd) throws -> Row {
        let place = positions.place(of: index)
        let position = try positions.position(at: place)
        guard case .point(let point) = positions.games[place.game].moves[place.move].move else {
            preconditionFailure("a pass is no position's move")
        }
        var planes = [Float](repeating: 0, count: frontEnd.shape.count)
        planes.withUnsafeMutableBufferPointer { frontEnd.planes.write(position, Symmetry.all[0], into: $0) }
        return Row(
            place: place, planes: planes.map { Int8($0) }, legal: position.legalPoints.map { $0 ? 1 : 0 },
            move: Int16(point))
    }
}
