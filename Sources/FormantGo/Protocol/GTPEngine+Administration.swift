#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension GTPEngine {
    /// Commands about the engine.
    static let administration: [String: Handler] = [
        "protocol_version": { _, _ in "2" },
        "name": { _, _ in "Formant" },
        "version": { engine, _ in engine.policy.name },
        "known_command": { _, arguments in "\(handlers[arguments.first.map(String.init) ?? ""] != nil)" },
        "list_commands": { _, _ in handlers.keys.sorted().joined(separator: "\n") },
        "quit": { engine, _ in
            engine.quit()
            return ""
        },
        "cputime": { _, _ in "\(Double(clock()) / Double(CLOCKS_PER_SEC))" },
        // Answers take some milliseconds whatever the clock says.
        "time_settings": { engine, arguments in
            let (main, period) = (try arguments.number(0), try arguments.number(1))
            let stones = try arguments.integer(2)
            guard main >= 0, period >= 0, stones >= 0 else { throw GTPError("expected times of 0 or more") }
            engine.time = (main, period, stones)
            return ""
        },
        "time_left": { engine, arguments in
            _ = try arguments.stone(0)
            let (seconds, stones) = (try arguments.number(1), try arguments.integer(2))
            engine.time = (seconds, engine.time?.period ?? 0, stones)
            return ""
        },
    ]
}
