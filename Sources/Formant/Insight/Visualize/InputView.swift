import FormantAudio
import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// How the inputs of a model's network are seen, heard and read, and between which numbers they lie.
struct InputView: Sendable {
    let model: Model
    /// The network behind the embeddings, where there are some.
    let subject: Subject
    /// Of the subject's inputs.
    let range: InputRange
    /// The words that columns of a sentence are compared with; nil for other inputs.
    let words: WordTable?

    /// Looks at a model.
    /// - Throws: `NetworkError`, `AudioError`.
    init(_ model: Model, pool: WorkerPool) throws {
        self.model = model
        subject = try Subject(network: model.network, parameters: model.parameters, pool: pool)
        switch model.frontEnd {
        case .audio(let frontEnd):
            range = try InputRange(of: frontEnd)
            words = nil
        case .image(let frontEnd):
            range = InputRange(of: frontEnd)
            words = nil
        case .text(let frontEnd):
            let table = try WordTable(frontEnd, subject, limit: WordTable.nearestLimit)
            words = table
            range = table.range(width: subject.network.input.width)
        }
    }

    /// Whether row 0 is drawn at the top.
    var isUpright: Bool {
        switch model.frontEnd {
        case .audio: false
        case .text, .image: true
        }
    }

    /// Options as they make sense for these inputs: a spectrogram is moved in time alone, and words that stand beside
    /// each other need not be alike.
    func options(_ preset: AscentOptions.Preset, steps: Int?) -> AscentOptions {
        var options = preset.options
        if let steps { options.steps = steps }
        switch model.frontEnd {
        case .audio: options.jitter.height = 0
        case .image: break
        case .text:
            (options.jitter, options.blur, options.totalVariation) = (0, 0, 0)
            options.parameterisation = .values
            options.rate = AscentOptions().rate
        }
        return options
    }

    /// An input, or a part of one, as a picture.
    func raster(_ values: [Float], _ shape: Shape) -> Raster {
        if case .image(let frontEnd) = model.frontEnd {
            return Raster(
                frontEnd.picture(
                    of: Tensor(extents: [shape.channels, shape.height, shape.width], values: values)))
        }
        let (low, high) = (range.lowest.min() ?? 0, range.highest.max() ?? 1)
        return Raster.map(values.map { $0 - low }, shape, largest: high - low, isUpright: isUpright)
    }

    /// Something about an input that may have either sign.
    func signed(_ values: [Float], _ shape: Shape) -> Raster {
        guard case .image = model.frontEnd, shape.channels > 1 else {
            return Raster.signed(values, shape, isUpright: isUpright)
        }
        // Of the colours of a pixel their sum.
        let sums = (0..<shape.positions).map { position in
            (0..<shape.channels).reduce(Float(0)) { $0 + values[$1 * shape.positions + position] }
        }
        return Raster.signed(
            sums, Shape(channels: 1, height: shape.height, width: shape.width), isUpright: isUpright)
    }

    /// What an input sounds like; nil for what is no sound.
    /// - Throws: `AudioError` where the features cannot be undone.
    func sound(_ values: [Float], _ shape: Shape, seed: UInt64) throws(AudioError) -> (samples: [Float], rate: Int)? {
        guard case .audio(var frontEnd) = model.frontEnd else { return nil }
        // Levels below the loudest are levels all the same; the whole is brought to one loudness.
        if case .decibel(reference: .maximum, _, _) = frontEnd.log {
            frontEnd.log = .decibel(reference: .value(1), floor: 1e-10, range: nil)
        }
        var chance = SeededGenerator.derived(seed: seed, purpose: "phases")
        var samples = try frontEnd.waveform(
            from: Tensor(extents: [shape.channels * shape.height, shape.width], values: values), using: &chance)
        let peak = samples.reduce(0) { max($0, $1.magnitude) }
        if peak > 0 { for i in samples.indices { samples[i] *= 0.5 / peak } }
        return (samples, frontEnd.sampleRate)
    }

    /// An input as another model's network would get it.
    /// - Throws: `RunError.setting` where the other model does not take the same features.
    func input(_ values: [Float], for other: InputView) throws -> [Float] {
        switch (model.frontEnd, other.model.frontEnd) {
        case (.audio(var own), .audio(var foreign)):
            let (from, to) = (own.normalisation, foreign.normalisation)
            (own.normalisation, foreign.normalisation) = (.none, .none)
            guard own == foreign else { break }
            guard case .corpus(let mine?) = from, case .corpus(let theirs?) = to else {
                guard from == to else { break }
                return values
            }
            let width = range.shape.width
            return values.indices.map { i in
                let row = i / width
                let raw = values[i] * mine.deviation[row] + mine.mean[row]
                return (raw - theirs.mean[row]) / theirs.deviation[row]
            }
        case (let own, let foreign) where own == foreign && subject.lookup == nil: return values
        default: break
        }
        throw RunError.setting(
            name: "--judge", value: "",
            reason: "its network gets other inputs than the model's; expected one trained with the same features"
                + (model.frontEnd.takes == "text" ? " (models of sentences have word vectors of their own)" : ""))
    }
}

extension InputRange {
    /// From dark to bright; the background is rest.
    fileprivate init(of frontEnd: ImageFrontEnd) {
        func perRow(_ value: (ClosedRange<Float>) -> Float) -> [Float] {
            frontEnd.limits.flatMap { [Float](repeating: value($0), count: frontEnd.height) }
        }
        self.init(
            shape: frontEnd.shape, lowest: perRow(\.lowerBound), highest: perRow(\.upperBound),
            rest: perRow { $0.lowerBound + ($0.upperBound - $0.lowerBound) * frontEnd.background })
    }

    /// Between which numbers the features of a front end lie, three deviations about the mean, quiet being rest.
    fileprivate init(of frontEnd: AudioFrontEnd) throws(AudioError) {
        let shape = try frontEnd.featureShape()
        let rows = shape.channels * shape.height
        var (low, high) = ([Float](repeating: -3, count: rows), [Float](repeating: 3, count: rows))
        switch frontEnd.normalisation {
        case .corpus(let statistics?):
            // Nothing is louder than the loudest, or lower than what is cut off.
            if case .decibel(reference: .maximum, _, let span?) = frontEnd.log, shape.channels == 1 {
                for row in 0..<rows {
                    let (mean, deviation) = (statistics.mean[row], statistics.deviation[row])
                    low[row] = max(low[row], (-Float(span) - mean) / deviation)
                    high[row] = min(high[row], -mean / deviation)
                    if high[row] - low[row] < 0.1 { (low[row], high[row]) = (-3, 3) }
                }
            }
        case .clip, .clipMean, .corpus(nil): break
        case .none:
            var chance = SeededGenerator(seed: 1)
            let count = max(1, Int(frontEnd.clip.seconds * Double(frontEnd.sampleRate)))
            let noise = (0..<count).map { _ in chance.uniform(in: -1..<1) }
            let silence = try frontEnd.clipFeatures(
                of: [Float](repeating: 0, count: count), sampleRate: frontEnd.sampleRate)
            let loud = try frontEnd.clipFeatures(of: noise, sampleRate: frontEnd.sampleRate)
            for row in 0..<rows {
                let both = [silence, loud].flatMap { $0.values[row * shape.width..<(row + 1) * shape.width] }
                (low[row], high[row]) = (both.min()!, max(both.max()!, both.min()! + 1e-3))
            }
        }
        self.init(shape: shape, lowest: low, highest: high, rest: low)
    }
}
