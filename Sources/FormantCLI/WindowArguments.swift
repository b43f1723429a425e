import ArgumentParser
import Formant
import FormantTensor

/// How a recording becomes windows, and windows events.
struct WindowArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Slide over each recording: seconds of a window, where the network takes others than those of its training.",
            valueName: "SECONDS"))
    var window: Double?

    @Option(help: ArgumentHelp("Slide over each recording: seconds from one window to the next.", valueName: "SECONDS"))
    var hop: Double?

    @Flag(help: "Merge windows into events; each of the options below does so too, and the formats audacity and raven.")
    var events = false

    @Option(
        help: ArgumentHelp(
            "Score of the window that begins an event; default the threshold of the label, 0.5 for a model without.",
            valueName: "SCORE"))
    var on: Double?

    @Option(help: ArgumentHelp("Score down to which an event goes on; default 0.8 of --on.", valueName: "SCORE"))
    var off: Double?

    @Option(help: ArgumentHelp("Events at most so far apart become one; default 0.", valueName: "SECONDS"))
    var gap: Double?

    @Option(help: ArgumentHelp("Shorter events are left out; default 0.", valueName: "SECONDS"))
    var minimum: Double?

    @Option(
        name: .customLong("label"), parsing: .singleValue,
        help: ArgumentHelp("Only events of this label; may be repeated.", valueName: "NAME"))
    var labels: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Times of day, from names such as 20240131_054500.wav: names, off, or the zone that the recorder's clock has: Z, +01:00.",
            valueName: "names|off|ZONE"))
    var times: String = "names"

    func validate() throws {
        if let window, !(window >= 0.001 && window <= 3600) {
            throw ValidationError("--window \(window): expected 0.001 to 3600 seconds")
        }
        if let hop, !(hop >= 0.001 && hop <= 86_400) {
            throw ValidationError("--hop \(hop): expected 0.001 to 86400 seconds")
        }
        if times != "names", times != "off", RecordingTime.Zone(times) == nil {
            throw ValidationError("--times \(times): expected names, off, or a zone such as Z or +01:00")
        }
        if makesEvents {
            do {
                _ = try rules()
            } catch { throw ValidationError("\(error)") }
        }
    }

    /// The first option given that is about windows, which sentences have not.
    var firstGiven: String? {
        let given: [(String, Bool)] = [
            ("--window", window != nil), ("--hop", hop != nil), ("--events", events), ("--on", on != nil),
            ("--off", off != nil), ("--gap", gap != nil), ("--minimum", minimum != nil), ("--label", !labels.isEmpty),
            ("--times", times != "names"),
        ]
        return given.first(where: \.1)?.0
    }

    /// Whether windows are merged.
    var makesEvents: Bool {
        events || on != nil || off != nil || gap != nil || minimum != nil || !labels.isEmpty
    }

    /// Whether recordings are cut into windows.
    var slides: Bool { window != nil || hop != nil || makesEvents }

    /// How windows are merged.
    func rules() throws(RunError) -> EventRules {
        try EventRules(
            on: on ?? 0.5, off: off, gap: gap ?? 0, minimum: minimum ?? 0, labels: labels.isEmpty ? nil : labels)
    }

    /// Throws for a label that a model has not.
    func checkLabels(_ known: [String]) throws {
        for label in labels where !known.contains(label) {
            throw ValidationError("--label: " + UnknownName("label", label, known: known).description)
        }
    }

    /// When a recording began, as its name says.
    func time(of path: String) -> RecordingTime? {
        times == "off" ? nil : RecordingTime(path: path, zone: RecordingTime.Zone(times))
    }

    /// The settings that decide what is said of a recording.
    func settings(_ windowing: Classifier.Windowing, events: Bool) throws -> [String: String] {
        var settings = ["window": "\(windowing.length)", "hop": "\(windowing.hop)", "times": times]
        guard events else { return settings }
        let rules = try rules()
        settings["on"] = "\(rules.on)"
        settings["off"] = "\(rules.off)"
        settings["gap"] = "\(rules.gap)"
        settings["minimum"] = "\(rules.minimum)"
        settings["label"] = labels.sorted().joined(separator: ", ")
        return settings
    }
}
