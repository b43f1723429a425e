import FormantAudio
import FormantFiles
import FormantInsight
import FormantPage
import FormantTensor

extension DreamRun {
    /// Dreams on a recording: the features are changed, and the recording's own spectra, with their phases, are made as much
    /// louder or softer at each frequency and moment.
    func sound(_ path: String, _ frontEnd: AudioFrontEnd, to output: String) throws -> DreamSummary {
        try refusePictureOptions("a recording")
        try SoundOutput.checkName(output)
        let sound = try AudibleFeatures(frontEnd)
        let recording = try frontEnd.load(path)
        var clip = try sound.features(of: recording.samples, atLeast: network.subject.network.input.width)
        let guide = try request.guide.map { path in
            let guide = try sound.features(
                of: try frontEnd.load(path).samples, atLeast: network.subject.network.input.width)
            return (values: guide.values, shape: guide.shape)
        }
        let aim = try aim(guide: guide)
        let isFree = try network.isFree(upTo: aim.node, rows: false, columns: true)
        let gradient = DreamGradient(
            network.subject, aim: aim, rows: .free(side: clip.shape.height, margin: 0),
            columns: isFree
                ? .free(side: request.tile, margin: DreamRequest.margin) : .fixed(network.subject.network.input.width))
        let ascent = DreamAscent(rate: Float(request.rate ?? 0.025), jitter: (0, request.jitter ?? 32))
        var generator = SeededGenerator.derived(seed: request.seed, purpose: "dream")
        let unit = DreamAscent.deviation(of: clip.values)
        let before = clip
        let intermediates = Intermediates(output: output, every: request.every)
        var summary = DreamSummary(kind: "sound", out: output, aim: try aimName(), aims: [])
        for step in 1...request.steps {
            let aim = try ascent.step(&clip.values, shape: clip.shape, unit: unit, gradient, using: &generator)
            summary.aims.append(aim)
            observer.note("step \(step) of \(request.steps): \(NumberText.significant(aim))")
            observer.progress(Double(step) / Double(request.steps), "step \(step) of \(request.steps)")
            if let path = intermediates.path(step: step) {
                try SoundWriter.write(
                    try sound.heard(clip, in: recording.samples, before: before), sampleRate: frontEnd.sampleRate,
                    to: path)
            }
            summary.interrupted = observer.shouldStop() && step < request.steps
            if summary.interrupted { break }
        }
        try SoundWriter.write(
            try sound.heard(clip, in: recording.samples, before: before), sampleRate: frontEnd.sampleRate, to: output)
        summary.seconds = recording.seconds
        return summary
    }
}

/// Names of sound files that are written.
enum SoundOutput {
    /// Throws where a recording could not be written under a name, before anything is worked out for it.
    static func checkName(_ path: String) throws(InsightError) {
        guard ["wav", "flac"].contains(FilePath.fileExtension(of: path)) else {
            throw .option(name: "--out", value: path, expected: "a name that ends in .wav or .flac")
        }
    }
}
