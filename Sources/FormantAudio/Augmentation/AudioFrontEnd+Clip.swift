extension AudioFrontEnd {
    /// The samples of one clip at the front end's rate: a shorter recording is padded, a longer one cropped, as `clip`
    /// says. `clipFeatures(of:sampleRate:)` of them is that of the recording.
    /// - Throws: `AudioError`: an option that does not fit, a sample that is not finite.
    public func clipSamples(of samples: [Float], sampleRate: Int) throws(AudioError) -> [Float] {
        try validate()
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(file: "samples", seconds: Double(bad) / Double(max(1, sampleRate)), value: samples[bad])
        }
        let own = try Resampler.convert(samples, from: sampleRate, to: self.sampleRate)
        return clip.fit(own, to: clipLength)
    }

    /// Samples of a clip at the front end's rate.
    public var clipLength: Int { clip.samples(sampleRate: sampleRate) }
}
