import ArgumentParser
import Formant

/// Samples without a header on standard input.
struct RawArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Standard input holds samples without a header: \(RawFormat.encodings.joined(separator: ", ")).",
            valueName: "ENCODING"))
    var raw: String?

    @Option(help: ArgumentHelp("Samples a second of --raw, per channel.", valueName: "HZ"))
    var rate: Int?

    @Option(help: ArgumentHelp("Channels of --raw, a sample of each in turn; default 1.", valueName: "N"))
    var channels: Int?

    func validate() throws {
        guard let raw else {
            if rate != nil {
                throw ValidationError("--rate: is about --raw; files say themselves which rate they have")
            }
            if channels != nil { throw ValidationError("--channels: is about --raw; files say it themselves") }
            return
        }
        guard let rate else { throw ValidationError("--raw \(raw): needs --rate, the samples a second") }
        do {
            _ = try RawFormat(encoding: raw, rate: rate, channels: channels ?? 1)
        } catch { throw ValidationError("\(error)") }
    }

    /// What standard input holds; nil without `--raw`.
    func format() throws -> RawFormat? {
        guard let raw, let rate else { return nil }
        return try RawFormat(encoding: raw, rate: rate, channels: channels ?? 1)
    }
}
