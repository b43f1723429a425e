import FormantAudio
import FormantCorpus
import FormantEvaluation
import FormantImage
import FormantTensor

/// Recordings as a page has them: a short compact sound each, and its spectrogram.
struct ClipMedia {
    let corpus: Corpus
    /// The most bytes of all, before they are written as text, which makes four of three.
    var bytesLimit = ClipMedia.bytesLimit

    /// The most seconds of a clip.
    static let secondsLimit = 10.0
    /// So that a page has 5 MB at most.
    static let bytesLimit = 3_000_000
    /// The highest rate in hertz.
    private static let rateLimit = 24_000
    /// The most columns of a spectrogram.
    private static let columnLimit = 400.0

    /// Sounds of examples, the first ones where there is not room for all.
    func media(of examples: [Example]) -> ReportMedia {
        var media = ReportMedia()
        var bytes = 0
        var leftOut = 0
        for example in examples {
            guard case .audio(let clip) = example.input, let path = corpus.path(of: example) else { continue }
            do {
                let sound = try sound(path, clip)
                let size = sound.audio.count + sound.picture.count
                // A smaller one may still find room.
                guard bytes + size <= bytesLimit else {
                    leftOut += 1
                    continue
                }
                bytes += size
                media.sounds[example.id] = sound
            } catch {
                media.missing[example.id] = "cannot be read any more: \(error)"
            }
        }
        guard !media.sounds.isEmpty || !media.missing.isEmpty else { return media }
        let seconds = Int(ClipMedia.secondsLimit)
        media.notes.append(
            "Clips are heard for \(seconds) s at most, at up to \(ClipMedia.rateLimit / 1000) kHz. Pictures: mel "
                + "spectrogram, time to the right, frequency upwards, brightest the loudest of the clip, darkest 70 dB "
                + "below.")
        if leftOut > 0 {
            media.notes.append(
                "\(leftOut) more clips are left out, since a page holds "
                    + "\(ClipMedia.bytesLimit / 1_000_000) MB of them.")
        }
        if !media.missing.isEmpty { media.notes.append("\(media.missing.count) clips could not be read any more.") }
        return media
    }

    private func sound(_ path: String, _ clip: AudioClip) throws -> ReportMedia.Sound {
        let info = try SoundFile.probe(path)
        let start = clip.start ?? 0
        let most = start + ClipMedia.secondsLimit
        let end = clip.end ?? info.seconds ?? most
        let recording = try Recording.load(
            path, sampleRate: min(info.sampleRate, ClipMedia.rateLimit),
            channel: clip.channel.map { .only($0) } ?? .mix, range: start...max(start, min(end, most)))
        let compact = try CompactSound(recording.samples, sampleRate: recording.sampleRate)
        return ReportMedia.Sound(
            audio: compact.bytes, mediaType: compact.mediaType, picture: (try? spectrogram(recording)) ?? [],
            seconds: recording.seconds, isCut: end > most + 0.001)
    }

    /// A sound too short for a frame has no picture.
    private func spectrogram(_ recording: Recording) throws -> [UInt8] {
        let hop = max(0.005, recording.seconds / ClipMedia.columnLimit)
        let frontEnd = AudioFrontEnd(
            sampleRate: recording.sampleRate, feature: .logMel,
            spectrogram: SpectrogramOptions(
                windowSeconds: max(0.025, 2 * hop), hopSeconds: hop, framing: .centeredZeros),
            mel: MelOptions(bands: 48, emptyBands: .zero),
            log: .decibel(reference: .maximum, floor: 1e-10, range: 70))
        let features = try frontEnd.features(of: recording.samples, sampleRate: recording.sampleRate)
        let shape = Shape(channels: 1, height: features.extents[0], width: features.extents[1])
        let top = features.values.max() ?? 0
        return try MatrixPicture(features.values, shape: shape, range: top - 70...top, scale: 1).png()
    }
}
