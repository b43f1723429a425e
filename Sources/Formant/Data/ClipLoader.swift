import FormantAudio
import FormantCorpus
import FormantTensor

/// The one way from a recording to what a network gets: training, evaluation and classification all go through it.
package struct ClipLoader: Sendable {
    /// What the network hears.
    package let frontEnd: AudioFrontEnd

    /// Creates a loader.
    package init(frontEnd: AudioFrontEnd) { self.frontEnd = frontEnd }

    /// The features of a recording, or of a part of it, as one clip: [channels, bands, frames].
    ///
    /// Of a long recording that is cropped, only the surroundings of what is kept are decoded.
    package func features(
        _ path: String, start: Double? = nil, end: Double? = nil, channel: Int? = nil
    ) throws -> Tensor {
        let recording = try recording(path, start: start, end: end, channel: channel)
        return try frontEnd.clipFeatures(of: recording.samples, sampleRate: recording.sampleRate)
    }

    /// The samples of a recording, or of a part of it, as one clip at the front end's rate.
    package func samples(
        _ path: String, start: Double? = nil, end: Double? = nil, channel: Int? = nil
    ) throws -> [Float] {
        let recording = try recording(path, start: start, end: end, channel: channel)
        return try frontEnd.clipSamples(of: recording.samples, sampleRate: recording.sampleRate)
    }

    private func recording(_ path: String, start: Double?, end: Double?, channel: Int?) throws -> Recording {
        let choice = channel.map { ChannelChoice.only($0) } ?? frontEnd.channel
        let given = start == nil && end == nil ? nil : (start ?? 0)...max(start ?? 0, end ?? (start ?? 0) + 1e6)
        do {
            return try Recording.load(
                path, sampleRate: frontEnd.sampleRate, channel: choice, range: try surroundings(path, given) ?? given)
        } catch AudioError.noSamples {
            // The file ends before its header says, perhaps before the middle.
            return try Recording.load(path, sampleRate: frontEnd.sampleRate, channel: choice, range: given)
        }
    }

    /// The part of a long recording that the clip is cropped from; nil for a short one.
    private func surroundings(_ path: String, _ given: ClosedRange<Double>?) throws -> ClosedRange<Double>? {
        let from = given?.lowerBound ?? 0
        guard let length = try SoundFile.probe(path).seconds else { return nil }
        let whole = min(length, given?.upperBound ?? length)
        guard whole - from > 8 * frontEnd.clip.seconds + 8 else { return nil }
        let clip = frontEnd.clip.seconds
        switch frontEnd.clip.excess {
        case .cropStart: return from...(from + 2 * clip)
        case .cropCenter, .windows:
            let middle = (from + whole) / 2
            return (middle - clip)...(middle + clip)
        }
    }
}
