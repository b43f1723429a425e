import FormantAudio
import FormantInsight
import FormantNetwork
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension StyleRun {
    /// Points of the Fourier transform, and samples from frame to frame.
    private static let transform = (points: 2048, hop: 512)
    /// Longest recording in seconds: L-BFGS keeps some twenty inputs.
    private static let longest = 180.0
    /// Frames that a random filter sees.
    private static let filterFrames = 11

    /// Style transfer between recordings after Ulyanov & Lebedev 2016 ("Audio texture synthesis and style transfer"): one
    /// layer of random filters over time, the frequencies as channels, on log (1 + |X|); phases by Griffin & Lim.
    func sound(to output: String) throws -> StyleSummary {
        try checkSoundOptions(output)
        guard request.contentLayers.isEmpty, request.styleLayers.isEmpty else {
            throw InsightError.option(
                name: "--style-layer, --content-layer", value: "", expected: "--features with a model beside them")
        }
        let content = try request.content.map { try Recording.load($0, limit: Self.longest) }
        let style = try Recording.load(request.style, sampleRate: content?.sampleRate, limit: Self.longest)
        let rate = style.sampleRate
        let options = SpectrogramOptions(
            windowSeconds: Double(Self.transform.points) / Double(rate),
            hopSeconds: Double(Self.transform.hop) / Double(rate), fftSize: Self.transform.points,
            framing: .centeredZeros)
        let frontEnd = AudioFrontEnd(sampleRate: rate, feature: .magnitude, spectrogram: options)
        func logarithms(_ samples: [Float]) throws -> Tensor {
            // At least as many frames as a filter sees.
            let least = Self.filterFrames * Self.transform.hop
            let padded = samples + [Float](repeating: 0, count: max(0, least - samples.count))
            var features = try frontEnd.features(of: padded, sampleRate: rate)
            for i in features.values.indices { features.values[i] = log1p(features.values[i]) }
            return features
        }
        let styleFeatures = try logarithms(style.samples)
        let contentFeatures = try content.map { try logarithms($0.samples) }
        let samples = content?.samples.count ?? request.seconds.map { Int($0 * Double(rate)) } ?? style.samples.count
        let bins = styleFeatures.extents[0]
        let frames = contentFeatures?.extents[1] ?? max(Self.filterFrames, samples / Self.transform.hop + 1)
        func shape(_ frames: Int) -> Shape { Shape(channels: bins, height: 1, width: frames) }
        let network = Network(input: shape(frames)) {
            Convolution1D(filters: request.filters ?? 1024, width: .count(Self.filterFrames), bias: false).named(
                "filters")
            Activation(.relu).named("random")
        }
        let parameters = Parameters(try network.bound().parameters, seed: request.seed)
        let subject = try Subject(network: network, parameters: parameters, pool: pool)
        let layers = (content: content == nil ? [] : ["random"], style: ["random"])
        let matrices = try StyleObjective.style(
            of: styleFeatures.values, shape: shape(styleFeatures.extents[1]), layers: layers.style, subject)
        let like = contentFeatures?.values ?? styleFeatures.values
        let first =
            contentFeatures == nil || request.start == .noise
            ? noise(shape(frames).count, like: like).map { max(0, $0) } : contentFeatures!.values
        var summary = StyleSummary(
            kind: "sound", out: output, contentLayers: layers.content, styleLayers: layers.style)
        let needed = max(samples, (frames - 1) * Self.transform.hop)
        func write(_ values: [Float], _ path: String) throws {
            var generator = SeededGenerator.derived(seed: request.seed, purpose: "style phases")
            let magnitudes = values.map { expm1(max(0, $0)) }
            let waveform = try frontEnd.waveform(
                from: Tensor(extents: [bins, frames], values: magnitudes), samples: needed,
                search: GriffinLim(iterations: 100), using: &generator)
            try SoundWriter.write(
                Array(waveform.prefix(samples)).quietened(), sampleRate: rate, to: path)
        }
        let values = try descend(
            subject, from: first, shape: shape(frames), unit: DreamAscent.deviation(of: like),
            content: contentFeatures?.values, layers: layers, style: matrices, size: frames,
            usualVariation: 0, done: (0, request.steps), &summary,
            intermediates: Intermediates(output: output, every: request.every), show: write)
        try write(values, output)
        summary.duration = Double(samples) / Double(rate)
        return summary
    }

    /// Style transfer between recordings by the layers of a model, through its front end.
    func sound(_ network: FeatureNetwork, _ frontEnd: AudioFrontEnd, to output: String) throws -> StyleSummary {
        try checkSoundOptions(output)
        if request.filters != nil {
            throw InsightError.option(name: "--filters", value: "", expected: "no --features beside it")
        }
        guard let content = request.content else {
            throw InsightError.option(
                name: "--features", value: network.name,
                expected: "a recording as --content beside it, whose phases are kept, or random filters for a texture")
        }
        let layers = try layers(network)
        guard try network.isFree(upTo: network.last(of: layers.content + layers.style), rows: false, columns: true)
        else {
            throw InsightError.option(
                name: "--style-layer", value: network.last(of: layers.content + layers.style) ?? "",
                expected: "layers that take recordings of any length, before anything flattens them")
        }
        let sound = try AudibleFeatures(frontEnd)
        let recording = try frontEnd.load(content, limit: Self.longest)
        let own = network.subject.network.input.width
        let clip = try sound.features(of: recording.samples, atLeast: own)
        let art = try sound.features(of: try frontEnd.load(request.style, limit: Self.longest).samples, atLeast: own)
        let matrices = try StyleObjective.style(
            of: art.values, shape: art.shape, layers: layers.style, network.subject)
        var summary = StyleSummary(
            kind: "sound", out: output, contentLayers: layers.content, styleLayers: layers.style)
        func write(_ values: [Float], _ path: String) throws {
            var changed = clip
            changed.values = values
            try SoundWriter.write(
                try sound.heard(changed, in: recording.samples, before: clip),
                sampleRate: frontEnd.sampleRate, to: path)
        }
        let values = try descend(
            network.subject, from: request.start == .noise ? noise(clip.values.count, like: clip.values) : clip.values,
            shape: clip.shape, unit: DreamAscent.deviation(of: clip.values), content: clip.values, layers: layers,
            style: matrices, size: clip.shape.width, usualVariation: 0, done: (0, request.steps), &summary,
            intermediates: Intermediates(output: output, every: request.every), show: write)
        try write(values, output)
        summary.duration = recording.seconds
        return summary
    }

    private func checkSoundOptions(_ output: String) throws {
        for (name, given) in [
            ("--size", request.size != nil), ("--scales", request.scales != nil),
            ("--style-scale", request.styleScale != nil), ("--keep-colour", request.keepsColour),
        ] where given {
            throw InsightError.option(name: name, value: "", expected: "pictures, found recordings")
        }
        if request.seconds != nil, request.content != nil {
            throw InsightError.option(
                name: "--seconds", value: "", expected: "no --content beside it, whose length counts")
        }
        try SoundOutput.checkName(output)
    }
}
