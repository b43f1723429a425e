import FormantAudio
import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// An input that is explained.
struct Specimen {
    /// What it is, for people.
    enum Medium {
        /// A clip.
        case sound(SoundMedium)
        /// A sentence.
        case sentence([SentenceWords.Word])
        /// A picture at the network's size.
        case picture(Picture)
    }

    /// The clip behind features.
    struct SoundMedium {
        /// Samples of the clip at the front end's rate.
        var samples: [Float]
        var frontEnd: AudioFrontEnd
        /// The first channel of the features, row by row.
        var features: [Float]
        var axes: FieldAxes
        /// Seconds of the recording at which the clip begins; below 0 where it is padded in front.
        var start: Double
    }

    /// Its name in outputs: the file's, with the second or line in it.
    var name: String
    var medium: Medium
    /// What the subject takes, channel by channel.
    var values: [Float]
    var shape: Shape
    /// What of it is nothing, in the same shape.
    var baseline: [Float]
    /// The parts that occlusion takes away.
    var boxes: [[Int]]
    /// The parts that maps are checked by.
    var cells: [[Int]]
    /// Rows and columns of a cell; nil for words.
    var cellSize: (rows: Int, columns: Int)?
    /// Parts are taken away from a sentence, not from its numbers, by a predictor with the weights given.
    var sentences: ((_ erased: [[Int]], Parameters) throws -> [[Float]])?

    /// Whether maps have a value for each word.
    var isSentence: Bool { if case .sentence = medium { true } else { false } }

    /// What a map has values of: rows × columns of the features, or words.
    var mapShape: (rows: Int, columns: Int) {
        switch medium {
        case .sound, .picture: (shape.height, shape.width)
        case .sentence(let words): (1, words.count)
        }
    }

    /// The places of a map where there is something: where the input is not the baseline. All words are something.
    var filled: [Int] {
        if case .sentence(let words) = medium { return Array(words.indices) }
        return (0..<shape.positions).filter { position in
            (0..<shape.channels).contains { channel in
                let place = channel * shape.positions + position
                return (values[place] - baseline[place]).magnitude > 1e-4
            }
        }
    }

    /// What it looks like; nil for a sentence.
    /// - Parameter map: what lies over it.
    func drawing(_ map: [Float]? = nil) -> FieldDrawing? {
        let overlay = map.map { FieldDrawing.Overlay($0) }
        switch medium {
        case .sentence: return nil
        case .sound(let sound): return FieldDrawing(values: sound.features, axes: sound.axes, overlay: overlay)
        case .picture(let picture):
            return FieldDrawing(
                values: [Float](repeating: 0, count: shape.positions), axes: .picture(shape),
                palette: .picture(picture),
                overlay: overlay)
        }
    }

    /// What an attribution says of each place of a map: of a word the sum, or the norm, over what it is made of.
    func map(_ attribution: Attribution) -> [Float] {
        guard case .sentence(let words) = medium else { return attribution.map }
        let columns = attribution.map
        return words.map { word in
            let own = columns[word.columns]
            if attribution.method.isSigned || attribution.method == .gradCAM { return own.reduce(0, +) }
            return own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }

    /// The parts with what becomes of the outputs without them.
    func erasure(_ parts: [[Int]], _ explainer: Explainer) -> Erasure {
        guard let sentences else { return explainer.erasure(of: values, parts: parts, baseline: baseline) }
        return Erasure(parts: parts, positions: parts.count) { try sentences($0, explainer.subject.parameters) }
    }
}

extension Specimen {
    /// Rows and columns of cells, square and as small as gives at most 400 of them.
    static func cellEdge(_ shape: Shape) -> Int {
        var edge = 1
        while ((shape.height + edge - 1) / edge) * ((shape.width + edge - 1) / edge) > 400 { edge += 1 }
        return edge
    }

    /// Boxes of occlusion: as asked for, or twice as high and wide as a cell and half of that apart.
    static func boxes(_ shape: Shape, _ request: ExplainRequest) -> [[Int]] {
        let edge = cellEdge(shape)
        let size = request.patch ?? [min(shape.height, 2 * edge), min(shape.width, 2 * edge)]
        let step = request.stride ?? size.map { max(1, ($0 + 1) / 2) }
        return Erasure.boxes(shape, height: size[0], width: size[1], down: step[0], across: step[1])
    }

    /// Each channel's mean, everywhere.
    static func mean(of values: [Float], _ shape: Shape) -> [Float] {
        (0..<shape.channels).flatMap { channel in
            let own = values[channel * shape.positions..<(channel + 1) * shape.positions]
            return [Float](repeating: own.reduce(0, +) / Float(shape.positions), count: shape.positions)
        }
    }
}
