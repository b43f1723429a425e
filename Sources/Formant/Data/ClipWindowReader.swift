import FormantAudio

/// Cuts a recording into overlapping clips while it is being read, in memory for little more than one clip.
package struct ClipWindowReader {
    /// The recording.
    package let path: String
    /// What the network hears.
    package let frontEnd: AudioFrontEnd
    /// Seconds from one clip to the next, 0.001 … 86,400.
    package let hop: Double

    /// Creates a reader.
    package init(path: String, frontEnd: AudioFrontEnd, hop: Double) {
        self.path = path
        self.frontEnd = frontEnd
        self.hop = hop
    }

    /// Hands out each clip with its stretch of seconds. The last one may be shorter than a clip; clips start every hop
    /// until the last sample is in one.
    package func forEach(_ body: (_ start: Double, _ end: Double, _ samples: [Float]) throws -> Void) throws {
        let rate = Double(frontEnd.sampleRate)
        let length = max(1, Int((frontEnd.clip.seconds * rate).rounded()))
        let step = max(1, Int((hop * rate).rounded()))
        let reader = try SoundReader(path: path, sampleRate: frontEnd.sampleRate, channel: frontEnd.channel)
        var held: [Float] = []  // samples from `first` on
        var first = 0
        var next = 0  // where the next clip starts
        var block: [Float] = []
        var total = 0
        while try reader.read(into: &block) {
            held.append(contentsOf: block)
            total += block.count
            while next + length <= total {
                try emit(held[(next - first)..<(next - first + length)], at: next, rate, body)
                next += step
            }
            let done = min(held.count, next - first)
            held.removeFirst(done)
            first += done
        }
        guard total > 0 else { throw AudioError.noSamples(file: path, seconds: 0) }
        // What the last whole clip did not reach.
        while next == 0 || next - step + length < total, next < total {
            let from = max(next - first, 0)
            try emit(held[from..<min(held.count, from + length)], at: next, rate, body)
            next += step
        }
    }

    private func emit(
        _ samples: ArraySlice<Float>, at start: Int, _ rate: Double,
        _ body: (_ start: Double, _ end: Double, _ samples: [Float]) throws -> Void
    ) rethrows {
        try body(Double(start) / rate, Double(start + samples.count) / rate, Array(samples))
    }
}
