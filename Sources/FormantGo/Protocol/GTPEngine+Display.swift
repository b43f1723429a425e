extension GTPEngine {
    /// Commands whose answers GoGui draws on its board.
    ///
    /// Source: GoGui's manual, "Analyze Commands": a line for each, of type, label and command; `%c` stands for a colour.
    static let display: [String: Handler] = [
        "gogui-analyze_commands": { _, _ in
            """
            gfx/Policy/formant-policy %c
            bwboard/Area as the stones stand/formant-area
            plist/Legal points/all_legal %c
            string/Score as the stones stand/final_score
            """
        },
        "formant-policy": { engine, arguments in
            let stone = arguments.isEmpty ? engine.game.position.toMove : try arguments.stone(0)
            return engine.drawn(try MoveChooser.candidates(engine.policy, for: stone, in: engine.game), for: stone)
        },
    ]

    /// Squares in the colour of the player, their area in proportion to the probability; per cent on those of at least a
    /// thousandth; and the likeliest points as a text.
    private func drawn(_ candidates: [(point: Int, probability: Float)], for stone: Stone) -> String {
        guard let largest = candidates.first?.probability, largest > 0 else { return "TEXT \(stone.name): no move" }
        let shown = candidates.filter { $0.probability >= 0.001 }
        let places = shown.map { Vertex.name(of: $0.point, size: size) }
        let percents = shown.map { Self.percent($0.probability) }
        let sides = shown.map { candidate in
            let side = (candidate.probability / largest).squareRoot() * (stone == .black ? 1 : -1)
            return "\((side * 1_000).rounded() / 1_000)"
        }
        func line(_ name: String, _ values: [String]) -> String {
            ([name] + zip(places, values).map { "\($0) \($1)" }).joined(separator: " ")
        }
        let likeliest = zip(places, percents).prefix(5).map { "\($0) \($1) %" }
        return [
            line("INFLUENCE", sides), line("LABEL", percents),
            "TEXT \(stone.name): " + likeliest.joined(separator: ", "),
        ].joined(separator: "\n")
    }

    /// Two digits: `41`, `4.1`, `0.4`.
    private static func percent(_ probability: Float) -> String {
        let tenths = Int((probability * 1_000).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\((tenths + 5) / 10)"
    }
}
