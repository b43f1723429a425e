import FormantFiles
import FormantTensor

/// Everything that can go wrong between a sound file and its features. Each case says what was done, what was expected
/// and what was found.
public enum AudioError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A path that gives no sound: missing, a directory, no permission, or no format that libsndfile knows.
    case unreadable(file: String, found: String)
    /// A stream that stopped with an error of the system.
    case cannotRead(input: String, reason: String)
    /// A file, or the asked part of it, without a single sample.
    case noSamples(file: String, seconds: Double)
    /// A sample that is not a number, infinite, or beyond ± `SampleCheck.limit`.
    case badSample(file: String, seconds: Double, value: Float)
    /// A channel that the recording does not have.
    case channelMissing(file: String, wanted: Int, channels: Int)
    /// A part of a recording that lies outside it or is no range.
    case rangeOutside(file: String, start: Double, end: Double, seconds: Double?)
    /// A recording longer than the caller allows.
    case tooLong(file: String, limit: Double)
    /// A conversion of sample rates that is not possible.
    case resampling(from: Int, to: Int, reason: String)
    /// Fewer samples than the first window needs.
    case tooShort(samples: Int, needed: Int, what: String)
    /// An option outside its range.
    case optionInvalid(option: String, found: String, expected: String)
    /// A name that does not exist.
    case unknownName(UnknownName)
    /// Features whose extents do not fit what they are given to.
    case extentMismatch(what: String, expected: Int, found: Int)
    /// An output file that could not be written.
    case output(FileError)

    /// The message for people.
    public var description: String {
        switch self {
        case .unreadable(let file, let found):
            return "\(file): expected a sound file that libsndfile reads, found: \(found)"
        case .cannotRead(let input, let reason): return "\(input): cannot be read: \(reason)"
        case .noSamples(let file, let seconds):
            return seconds == 0
                ? "\(file): expected at least one sample, found none"
                : "\(file): expected at least one sample from \(seconds) s on, found none"
        case .badSample(let file, let seconds, let value):
            return "\(file): expected finite samples within ± \(SampleCheck.limit), found \(value) at \(seconds) s"
        case .channelMissing(let file, let wanted, let channels):
            return "\(file): channel \(wanted) asked for (counted from 0), found \(channels) channel(s)"
        case .rangeOutside(let file, let start, let end, let seconds):
            let length = seconds.map { "\($0) s" } ?? "unknown"
            return "\(file): expected a part inside the recording (length: \(length)), found \(start) … \(end) s"
        case .tooLong(let file, let limit):
            return "\(file): longer than the \(limit) s allowed; give a range, or read it in blocks"
        case .resampling(let from, let to, let reason):
            return "cannot resample from \(from) Hz to \(to) Hz: \(reason)"
        case .tooShort(let samples, let needed, let what):
            return "\(what): expected at least \(needed), found \(samples)"
        case .optionInvalid(let option, let found, let expected):
            return "option \(option): expected \(expected), found \(found)"
        case .unknownName(let error): return error.description
        case .extentMismatch(let what, let expected, let found):
            return "\(what): expected \(expected), found \(found)"
        case .output(let error): return error.description
        }
    }
}

/// Throws `optionInvalid` unless `condition` holds.
func require(
    _ condition: Bool, _ option: String, _ found: some CustomStringConvertible, _ expected: String
) throws(AudioError) {
    guard condition else { throw .optionInvalid(option: option, found: found.description, expected: expected) }
}

/// What `body` does to an output file, its error as one of this module.
func output<Result>(_ body: () throws(FileError) -> Result) throws(AudioError) -> Result {
    do {
        return try body()
    } catch {
        throw .output(error)
    }
}
