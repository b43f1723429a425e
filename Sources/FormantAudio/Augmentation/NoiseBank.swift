import FormantTensor

/// Recordings of noise in memory, read once, at one rate.
struct NoiseBank: Sendable {
    /// Seconds of noise that are kept of all recordings together.
    static let limit: Double = 900

    private let recordings: [[Float]]

    /// Reads recordings. Each gives its beginning: an equal share of `limit`, but at least one clip. The last ones are
    /// left out once the limit is reached.
    /// - Parameters:
    ///   - files: in the order that draws count in.
    ///   - clipSeconds: length of a clip.
    /// - Throws: `AudioError`: no file; a file that cannot be read.
    init(files: [String], folder: String, sampleRate: Int, clipSeconds: Double) throws(AudioError) {
        try require(
            !files.isEmpty, "augmentation.noise.folder", folder, "a folder with at least one recording")
        let share = max(clipSeconds, Self.limit / Double(files.count))
        var (recordings, total): ([[Float]], Double) = ([], 0)
        for file in files where total < max(Self.limit, clipSeconds) {
            let recording = try Recording.load(file, sampleRate: sampleRate, range: 0...share)
            total += recording.seconds
            recordings.append(recording.samples)
        }
        self.recordings = recordings
    }

    /// A stretch from a random place of a random recording; a recording shorter than it goes round.
    func stretch(of count: Int, using generator: inout SeededGenerator) -> [Float] {
        let recording = recordings[generator.index(below: recordings.count)]
        guard recording.count < count else {
            let start = generator.index(below: recording.count - count + 1)
            return Array(recording[start..<start + count])
        }
        let start = generator.index(below: recording.count)
        return (0..<count).map { recording[(start + $0) % recording.count] }
    }
}
