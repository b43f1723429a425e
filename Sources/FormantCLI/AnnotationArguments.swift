import ArgumentParser

/// How recordings with annotations become windows.
struct AnnotationArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cut annotated recordings into windows of this length; short for --annotations window=SECONDS.",
            valueName: "SECONDS"))
    var window: String?

    @Option(
        help: ArgumentHelp(
            "Seconds from one window to the next; short for --annotations hop=SECONDS.", valueName: "SECONDS"))
    var hop: String?

    @Option(
        name: .customLong("annotations"), parsing: .singleValue,
        help: ArgumentHelp(
            "Change how annotations become windows, such as overlap.seconds=0.25 or background.keep=none.",
            valueName: "KEY=VALUE"))
    var annotations: [String] = []

    /// All as settings.
    var settings: [String] {
        annotations + [("window", window), ("hop", hop)].compactMap { key, value in value.map { "\(key)=\($0)" } }
    }
}
