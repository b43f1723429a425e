import FormantAudio
import FormantCorpus
import FormantTensor

/// The one way from a recording to what a network gets: training, evaluation and classification all go through it.
struct ClipLoader: Sendable {
    let frontEnd: AudioFrontEnd

    /// The features of a recording, or of a part of it, as one clip: [channels, bands, frames].
    ///
    /// Of a long recording that is cropped, only the surroundings of what is kept are decoded.
    func features(_ path: String, start: Double? = nil, end: Double? = nil, channel: Int? = nil) throws -> Tensor {
        let choice = channel.map { ChannelChoice.only($0) } ?? frontEnd.channel
        let range = try range(path, start, end)
        let recording = try Recording.load(path, sampleRate: frontEnd.sampleRate, channel: choice, range: range)
        return try frontEnd.clipFeatures(of: recording.samples, sampleRate: recording.sampleRate)
    }

    private func range(_ path: String, _ start: Double?, _ end: Double?) throws -> ClosedRange<Double>? {
        let from = start ?? 0
        let whole = try end ?? SoundFile.probe(path).seconds
        guard let whole, whole - from > 8 * frontEnd.clip.seconds + 8 else {
            return start == nil && end == nil ? nil : from...max(from, end ?? from + 1e6)
        }
        let clip = frontEnd.clip.seconds
        switch frontEnd.clip.excess {
        case .cropStart: return from...(from + 2 * clip)
        case .cropCenter, .windows:
            let middle = (from + whole) / 2
            return (middle - clip)...(middle + clip)
        }
    }
}
