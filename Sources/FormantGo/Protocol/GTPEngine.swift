/// A player of Go that is spoken to through the Go Text Protocol, version 2.
///
/// Moves of `play` may be out of turn and are refused where they are suicide or take a ko back at once. Other repetitions are
/// taken, since the other side may play by other rules; its own moves keep to positional superko.
public struct GTPEngine {
    /// What chooses moves.
    let policy: any Policy
    /// How, and with what chance.
    public var chooser: MoveChooser
    /// The game that is played.
    var game: Game
    /// What was said of the time, in seconds: main time, time of a period, stones in it.
    var time: (main: Double, period: Double, stones: Int)?
    /// Whether `quit` was said.
    public private(set) var hasQuit = false

    /// What it does with each command.
    typealias Handler = @Sendable (inout GTPEngine, [Substring]) throws -> String
    static let handlers: [String: Handler] =
        [play, setup, inspection, score, display].reduce(administration) { $0.merging($1) { $1 } }

    /// Creates a player before an empty board: of 19 rows, or the largest that the policy plays on.
    /// - Precondition: the policy plays on a board of some size.
    public init(policy: any Policy, chooser: MoveChooser = MoveChooser()) {
        let sizes = [19] + Board.sizes.reversed()
        guard let size = sizes.first(where: { policy.plays(size: $0) }), let game = try? Game(size: size) else {
            preconditionFailure("the policy plays on no board")
        }
        self.policy = policy
        self.chooser = chooser
        self.game = game
    }

    /// The answer to a line, with the empty line behind it; nil for a line that needs none.
    /// - Parameter line: without its end.
    public mutating func respond(to line: some Sequence<UInt8>) -> String? {
        let bytes = Array(line.prefix(GTPLine.limit + 1))
        guard let request = GTPLine(bytes) else { return nil }
        guard bytes.count <= GTPLine.limit else {
            return request.answer(.failure(GTPError("a line of more than \(GTPLine.limit) bytes")))
        }
        guard let handler = Self.handlers[request.command] else {
            return request.answer(.failure(GTPError("unknown command")))
        }
        do {
            return request.answer(.success(try handler(&self, request.arguments)))
        } catch let error as GTPError {
            return request.answer(.failure(error))
        } catch {
            return request.answer(.failure(GTPError("\(error)")))
        }
    }

    /// The answer to a text line.
    public mutating func respond(to line: String) -> String? { respond(to: line.utf8) }

    mutating func quit() { hasQuit = true }

    /// Begins a new game; komi stays.
    mutating func begin(from position: Position) {
        game = Game(from: position, komi: game.komi)
        chooser.forget()
    }

    var size: Int { game.position.board.size }
}
