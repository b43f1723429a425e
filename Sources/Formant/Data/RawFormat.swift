import FormantAudio
import FormantTensor

/// What a stream of samples without a header holds, as options say it.
public struct RawFormat: Sendable, Hashable {
    /// How the samples are written, and how many there are.
    public let format: RawSoundReader.Format

    /// The names of encodings: `s16le` and so on.
    public static var encodings: [String] { RawEncoding.allCases.map(\.rawValue) }

    /// Reads options.
    /// - Throws: `RunError.option`, naming the option and what it may be.
    public init(encoding: String, rate: Int, channels: Int) throws(RunError) {
        guard let found = RawEncoding(rawValue: encoding) else {
            let hint = nearestName(to: encoding, among: RawFormat.encodings).map { "; did you mean \"\($0)\"?" } ?? ""
            throw .option(
                name: "--raw", value: encoding, expected: RawFormat.encodings.joined(separator: ", ") + hint)
        }
        guard (1...1_000_000).contains(rate) else {
            throw .option(name: "--rate", value: "\(rate)", expected: "1 to 1000000 samples a second")
        }
        guard (1...1024).contains(channels) else {
            throw .option(name: "--channels", value: "\(channels)", expected: "1 to 1024")
        }
        format = RawSoundReader.Format(encoding: found, sampleRate: rate, channels: channels)
    }
}
