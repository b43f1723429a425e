import FormantAudio

/// Cuts a recording into overlapping clips while it is being read, in memory for little more than one clip.
package struct ClipWindowReader {
    /// The recording.
    package let path: String
    /// What the network hears; a window is as long as its clip.
    package let frontEnd: AudioFrontEnd
    /// Seconds from one clip to the next, 0.001 … 86,400.
    package let hop: Double

    /// Creates a reader.
    package init(path: String, frontEnd: AudioFrontEnd, hop: Double) {
        self.path = path
        self.frontEnd = frontEnd
        self.hop = hop
    }

    /// Hands out each clip with its stretch of samples at the front end's rate. The last one may be shorter than a clip;
    /// clips start every hop until the last sample is in one.
    package func forEach(_ body: (_ place: Range<Int>, _ samples: [Float]) throws -> Void) throws {
        let reader = try SoundReader(path: path, sampleRate: frontEnd.sampleRate, channel: frontEnd.channel)
        var cutter = ClipCutter(frontEnd, hop: hop)
        var block: [Float] = []
        while try reader.read(into: &block) { try cutter.add(block, body) }
        guard cutter.total > 0 else { throw AudioError.noSamples(file: path, seconds: 0) }
        try cutter.finish(body)
    }
}

extension ClipCutter {
    /// Clips as long as those of a front end, so many seconds apart.
    init(_ frontEnd: AudioFrontEnd, hop: Double) {
        let rate = Double(frontEnd.sampleRate)
        self.init(length: Int((frontEnd.clip.seconds * rate).rounded()), step: Int((hop * rate).rounded()))
    }
}
