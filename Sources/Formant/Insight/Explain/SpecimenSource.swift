import FormantAudio
import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// Makes specimens of inputs.
struct SpecimenSource {
    let model: Model
    let subject: Subject
    let checked: CheckedRequest
    private let pool: WorkerPool
    /// Of sentences with the model's own weights.
    private let predictor: SentencePredictor

    init(_ model: Model, _ subject: Subject, _ checked: CheckedRequest, pool: WorkerPool) {
        (self.model, self.subject, self.checked, self.pool) = (model, subject, checked, pool)
        predictor = SentencePredictor(network: model.network, parameters: model.parameters, pool: pool)
    }

    /// A sentence.
    /// - Throws: `ClassifierError.modality`, and for a sentence without words.
    func sentence(_ text: String, name: String) throws -> Specimen {
        guard case .text(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "text")
        }
        let words = SentenceWords(text, frontEnd)
        // What is cut off is not seen, and has nothing to say.
        let seen = words.words.filter { !$0.columns.isEmpty }
        guard !seen.isEmpty else { throw ExplainError.nothing(input: name, what: "a sentence without words") }
        func numbers(_ ids: [Int32]) throws -> (values: [Float], shape: Shape) {
            try subject.values(of: ids.map(Float.init), shape: frontEnd.shape(ofIDs: ids))
        }
        let ids = words.ids(without: [])
        let (values, shape) = try numbers(ids)
        guard shape.positions == ids.count / frontEnd.height else {
            throw ExplainError.noColumns(input: name, found: shape)
        }
        let baseline =
            switch checked.baseline ?? .padding {
            case .zeros: values.map { _ in Float(0) }
            case .padding: try numbers(ids.map { _ in Vocabulary.padding }).values
            case .mean: Specimen.mean(of: values, shape)
            }
        let parts = seen.indices.map { [$0] }
        let (own, erasing) = (predictor, checked.erasing)
        let (network, ownParameters, pool) = (model.network, model.parameters, pool)
        return Specimen(
            name: name, medium: .sentence(seen), values: values, shape: shape, baseline: baseline, boxes: parts,
            cells: parts
        ) { erased, parameters in
            let predictor =
                parameters === ownParameters
                ? own : SentencePredictor(network: network, parameters: parameters, pool: pool)
            return try predictor.outputs(of: erased.map { words.ids(without: Set($0), erasing) }, frontEnd)
        }
    }

    /// Clips of a recording, one after the other.
    /// - Throws: `AudioError`, `ClassifierError.modality`, and what `body` throws.
    func recording(_ path: String, name: String, _ body: (Specimen) throws -> Void) throws {
        guard case .audio(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "recordings")
        }
        let (rate, length) = (Double(frontEnd.sampleRate), frontEnd.clip.seconds)
        if let hop = checked.request.hop {
            try ClipWindowReader(path: path, frontEnd: frontEnd, hop: hop).forEach { place, samples in
                let start = Double(place.lowerBound) / rate
                let clip = try frontEnd.clipSamples(of: samples, sampleRate: frontEnd.sampleRate)
                let padding = self.padding(samples.count, frontEnd)
                try body(try self.clip(clip, frontEnd, start: start - padding, name: "\(name) at \(text(start)) s"))
            }
        } else if let at = checked.request.at {
            let start = max(0, at - length / 2)
            let recording = try frontEnd.load(path, range: start...start + length)
            let clip = try frontEnd.clipSamples(of: recording.samples, sampleRate: recording.sampleRate)
            let padding = self.padding(recording.samples.count, frontEnd)
            try body(try self.clip(clip, frontEnd, start: start - padding, name: "\(name) at \(text(start)) s"))
        } else {
            let clip = try ClipLoader(frontEnd: frontEnd).samples(path)
            let seconds = try SoundFile.probe(path).seconds ?? length
            let start: Double
            if seconds <= length {
                start = -padding(Int((seconds * rate).rounded()), frontEnd)
            } else {
                start = frontEnd.clip.excess == .cropStart ? 0 : (seconds - length) / 2
            }
            try body(try self.clip(clip, frontEnd, start: start, name: name))
        }
    }

    /// A picture.
    /// - Throws: `ImageError`, `ClassifierError.modality`.
    func picture(_ path: String, name: String) throws -> Specimen {
        guard case .image(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "pictures")
        }
        let fitted = frontEnd.fitted(try Picture.read(path))
        let (values, shape) = (frontEnd.scaled(fitted).values, frontEnd.shape)
        let baseline =
            switch checked.baseline ?? .padding {
            case .zeros: values.map { _ in Float(0) }
            case .padding:
                frontEnd.scaled(
                    Picture(
                        width: fitted.width, height: fitted.height, channels: fitted.channels,
                        filledWith: frontEnd.background)
                ).values
            case .mean: Specimen.mean(of: values, shape)
            }
        let edge = Specimen.cellEdge(shape)
        return Specimen(
            name: name, medium: .picture(fitted), values: values, shape: shape, baseline: baseline,
            boxes: Specimen.boxes(shape, checked.request), cells: Erasure.boxes(shape, height: edge, width: edge),
            cellSize: (edge, edge))
    }

    /// Seconds of silence before a recording that is shorter than a clip.
    private func padding(_ samples: Int, _ frontEnd: AudioFrontEnd) -> Double {
        let missing = frontEnd.clipLength - samples
        return missing > 0 && frontEnd.clip.padding == .center
            ? Double(missing / 2) / Double(frontEnd.sampleRate) : 0
    }

    private func text(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }

    private func clip(
        _ samples: [Float], _ frontEnd: AudioFrontEnd, start: Double, name: String
    ) throws -> Specimen {
        let features = try frontEnd.clipFeatures(of: samples, sampleRate: frontEnd.sampleRate)
        let shape = try frontEnd.featureShape()
        let baseline =
            switch checked.baseline ?? .padding {
            case .zeros: features.values.map { _ in Float(0) }
            case .padding: try SpecimenSource.silence(frontEnd, shape)
            case .mean: Specimen.mean(of: features.values, shape)
            }
        let edge = Specimen.cellEdge(shape)
        return Specimen(
            name: name,
            medium: .sound(
                .init(
                    samples: samples, frontEnd: frontEnd, features: Array(features.values.prefix(shape.positions)),
                    axes: try .sound(frontEnd, shape, start: start), start: start)),
            values: features.values, shape: shape, baseline: baseline, boxes: Specimen.boxes(shape, checked.request),
            cells: Erasure.boxes(shape, height: edge, width: edge), cellSize: (edge, edge))
    }

    /// What silence looks like in a clip that is not silent all over, which a scale relative to the loudest needs: the first
    /// frame of a clip with a click in its middle, in every frame.
    static func silence(_ frontEnd: AudioFrontEnd, _ shape: Shape) throws -> [Float] {
        var samples = [Float](repeating: 0, count: frontEnd.clipLength)
        samples[samples.count / 2] = 0.5
        let features = try frontEnd.clipFeatures(of: samples, sampleRate: frontEnd.sampleRate).values
        return features.indices.map { features[$0 / shape.width * shape.width] }
    }
}

/// Why an input cannot be explained.
enum ExplainError: Error, CustomStringConvertible {
    /// There is nothing in it.
    case nothing(input: String, what: String)
    /// What a sentence becomes has no column for each word.
    case noColumns(input: String, found: Shape)
    /// The network's outputs, or what a method makes of them, are no numbers.
    case notFinite(input: String, what: String)
    /// A page would hold too much.
    case tooMany(limit: Int)

    var description: String {
        switch self {
        case .nothing(let input, let what): "\(input): \(what), which nothing can be said of"
        case .noColumns(let input, let found):
            "\(input): expected a network whose embeddings come together with a column for each word, found \(found)"
        case .notFinite(let input, let what): "\(input): expected finite numbers, found others in \(what)"
        case .tooMany(let limit):
            "--out: a page holds \(limit) inputs at most; give a folder (a name that ends in /), which gets a page for each"
        }
    }
}
