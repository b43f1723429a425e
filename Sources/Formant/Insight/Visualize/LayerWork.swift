import FormantAudio
import FormantFiles
import FormantImage
import FormantInsight
import FormantNetwork
import FormantPage
import FormantTensor

/// The pictures, sounds and words of one layer, written as files and gathered for its page.
struct LayerWork {
    /// What a card of the page shows of a channel.
    struct Card {
        var title: String
        /// Pictures with what they are.
        var pictures: [(png: [UInt8], note: String)] = []
        var sounds: [(sound: CompactSound, note: String)] = []
        var nGrams: [NGrams.Entry] = []
        var likes: [(preset: String, words: [String])] = []
        var facts: [String] = []
    }

    let layer: LearnedLayer
    /// The name of the page without its ending, and of the folder of its files.
    let stem: String
    let view: InputView
    let request: VisualizeRequest
    let parts: Set<VisualizeRequest.Part>
    private(set) var cards: [Card]
    private(set) var channels: [VisualizeSummary.Channel]
    /// Contact sheets, by preset.
    private(set) var sheets: [(preset: String, png: [UInt8])] = []
    /// What could not be done, once each.
    private(set) var notes: [String] = []
    /// The maximised inputs, by preset.
    private(set) var maximised: [(preset: String, inputs: [[Float]], shape: Shape)] = []

    init(
        _ layer: LearnedLayer, number: Int, view: InputView, request: VisualizeRequest,
        parts: Set<VisualizeRequest.Part>
    ) {
        (self.layer, self.view, self.request, self.parts) = (layer, view, request, parts)
        let name = String(layer.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        stem = (number < 10 ? "0" : "") + "\(number)-\(name)"
        let shown = min(layer.count, request.limit)
        let isLabel = layer.kind == .labels && view.model.labels.count == layer.count
        channels = (0..<shown).map {
            VisualizeSummary.Channel(index: $0, label: isLabel ? view.model.labels[$0] : nil)
        }
        let noun = layer.kind == .filters ? "filter" : "neuron"
        cards = channels.map { channel in Card(title: channel.label ?? "\(noun) \(channel.index)") }
    }

    var summary: VisualizeSummary.Layer {
        .init(name: layer.name, kind: layer.kind, page: "\(stem).html", channels: channels, count: layer.count)
    }

    // MARK: Filters and their response maps

    /// The weights of each filter; dense layers and very large filters have no picture.
    mutating func drawFilters() throws {
        guard layer.kind == .filters else { return }
        let weights = try view.model.parameters.tensor("\(layer.name).weight")
        let extents = weights.extents
        let (inputs, taps) = (extents[1], Array(extents[2...]))
        let size = extents.dropFirst().reduce(1, *)
        guard size <= 1 << 16 else {
            notes.append("A filter has \(size) weights, too many for a picture.")
            return
        }
        for i in cards.indices {
            let values = Array(weights.values[i * size..<(i + 1) * size])
            let raster: Raster
            if taps.count == 1 {
                // Of words: a column a word, a row a dimension of its vector.
                raster = Raster.signed(
                    values, Shape(channels: 1, height: inputs, width: taps[0]), isUpright: view.isUpright)
            } else {
                raster = Raster.kernels(
                    values, inputs: inputs, height: taps[0], width: taps[1], isUpright: view.isUpright)
            }
            try add(RasterSheet([.init(raster: raster)], columns: 1).png(), "weights", "weights", to: i)
        }
    }

    /// The response maps to chosen inputs.
    mutating func drawMaps(of inputs: [ChosenInput], pool: WorkerPool) throws {
        guard !inputs.isEmpty, layer.kind == .filters else { return }
        var maps: [(values: [Float], shape: Shape)] = []
        for input in inputs {
            let probe = try Probe(
                view.model.network, parameters: view.model.parameters,
                options: Probe.Options(output: layer.response, shape: input.shape, differentiates: false), pool: pool)
            maps.append((probe.forward([input.values])[0], probe.output))
        }
        for i in cards.indices {
            let own = maps.map { map in
                (
                    Array(map.values[i * map.shape.positions..<(i + 1) * map.shape.positions]),
                    Shape(channels: 1, height: map.shape.height, width: map.shape.width)
                )
            }
            let largest = own.reduce(Float(0)) { max($0, $1.0.max() ?? 0) }
            let tiles = zip(inputs, own).map { input, map in
                RasterSheet.Tile(
                    raster: Raster.map(map.0, map.1, largest: largest, isUpright: view.isUpright),
                    caption: input.label ?? FilePath.name(of: input.name))
            }
            try add(RasterSheet(tiles, columns: 2).png(), "maps", "response maps", to: i)
        }
    }

    // MARK: What is liked

    /// Maximises every channel that is shown.
    mutating func maximise(shape: Shape) throws {
        let goals: [Ascent.Goal] = channels.map {
            .activation(layer.kind == .labels ? .output($0.index) : .channel(node: layer.sum, $0.index))
        }
        for preset in request.presets {
            let name = preset.rawValue
            let ascent = Ascent(
                view.subject, range: view.range.with(width: shape.width),
                options: view.options(preset, steps: request.steps), seed: request.seed)
            let found = try ascent.run(goals)
            maximised.append((name, found.map(\.input), shape))
            var tiles: [RasterSheet.Tile] = []
            for (i, found) in found.enumerated() {
                channels[i].maximised[name] = found.course.last
                let raster = view.raster(found.input, shape)
                tiles.append(.init(raster: raster, caption: channels[i].label ?? "\(i)"))
                if let words = view.words {
                    let nearest = words.reading(found.input, width: shape.width, count: 3)
                        .map { $0.map(\.word).joined(separator: " / ") }
                    cards[i].likes.append((name, nearest))
                    channels[i].likes = (channels[i].likes ?? [:]).merging([name: nearest]) { $1 }
                }
                let png = try RasterSheet([.init(raster: raster)], columns: 1, side: 112).png()
                try add(png, name, "likes, \(name)", to: i)
                try addSound(of: found.input, shape, name, to: i)
            }
            // Sheets of sentences would be stripes of vectors.
            guard view.words == nil else { continue }
            let sheet = try RasterSheet(tiles, columns: min(10, max(5, tiles.count / 5))).png()
            try write(sheet, "contact-\(name).png")
            sheets.append((name, sheet))
        }
    }

    private mutating func addSound(of values: [Float], _ shape: Shape, _ name: String, to card: Int) throws {
        do throws(AudioError) {
            guard let (samples, rate) = try view.sound(values, shape, seed: request.seed) else { return }
            let file = "\(stem)/\(number(card))-\(name).wav"
            try SoundWriter.write(samples, sampleRate: rate, to: FilePath.join(request.out, file))
            channels[card].files.append(file)
            cards[card].sounds.append((try CompactSound(samples, sampleRate: rate), name))
        } catch {
            if case .output = error { throw error }
            let note = "No sounds: \(error)"
            if !notes.contains(note) { notes.append(note) }
        }
    }

    // MARK: Where the corpus is answered

    /// The strongest places, and what of them counted.
    mutating func drawStrongest(
        _ strengths: Strengths, place: Int, of scanned: ScannedCorpus, _ fields: [String: ReceptiveField]
    ) throws {
        let field = fields[layer.response]
        let count = Double(max(1, strengths.scan.count))
        for i in cards.indices {
            let channel = strengths.scan.channels[place][i]
            channels[i].meanResponse = channel.sum / count
            channels[i].activeShare = Double(channel.active) / count
            cards[i].facts.append("answers \(NumberText.percent(Double(channel.active) / count)) of the examples")
            if !strengths.nGrams.isEmpty {
                cards[i].nGrams = strengths.nGrams[place][i].entries
                channels[i].nGrams = cards[i].nGrams
                continue
            }
            guard let field, let first = channel.strongest.entries.first, first.value > 0 || layer.kind == .labels
            else {
                continue
            }
            var patches: [RasterSheet.Tile] = []
            var requests: [Deconvolution.Request] = []
            var regions: [(rows: Range<Int>, columns: Range<Int>)] = []
            var shape = view.range.shape
            for (value, found) in channel.strongest.entries {
                let (values, size) = try scanned.example(found.example)
                shape = size
                let region = field.region(row: found.row, column: found.column)
                let example = scanned.corpus.examples[found.example]
                let part = values.cropped(size, rows: region.rows, columns: region.columns)
                patches.append(
                    .init(raster: view.raster(part.values, part.shape), caption: example.labels.first ?? ""))
                requests.append(.init(input: values, channel: i, row: found.row, column: found.column))
                regions.append(region)
                channels[i].strongest =
                    (channels[i].strongest ?? []) + [
                        .init(
                            example: example.id, label: example.labels.first, response: value,
                            rows: [region.rows.lowerBound, region.rows.upperBound],
                            columns: [region.columns.lowerBound, region.columns.upperBound])
                    ]
            }
            if parts.contains(.patches) {
                try add(RasterSheet(patches, columns: 3, side: 56).png(), "patches", "strongest patches", to: i)
            }
            if parts.contains(.deconvnet) {
                let pictures = try Deconvolution(view.subject, layer: layer).run(requests, shape: shape)
                let tiles = zip(pictures, zip(regions, patches)).map { picture, found in
                    let part = picture.cropped(shape, rows: found.0.rows, columns: found.0.columns)
                    return RasterSheet.Tile(raster: view.signed(part.values, part.shape), caption: found.1.caption)
                }
                try add(
                    RasterSheet(tiles, columns: 3, side: 56).png(), "deconvnet", "what counted there (deconvnet)", to: i
                )
            }
        }
    }

    // MARK: Files

    private func number(_ card: Int) -> String {
        let digits = "\(card)"
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    private mutating func add(_ png: [UInt8], _ name: String, _ note: String, to card: Int) throws {
        let file = "\(number(card))-\(name).png"
        try write(png, file)
        channels[card].files.append("\(stem)/\(file)")
        cards[card].pictures.append((png, note))
    }

    private func write(_ png: [UInt8], _ file: String) throws {
        let folder = FilePath.join(request.out, stem)
        try FolderMaker.make(folder)
        try AtomicFile.write(bytes: png, to: FilePath.join(folder, file))
    }
}

extension Raster {
    /// The kernels of a filter, one per input channel, beside and below each other with a line between.
    static func kernels(_ values: [Float], inputs: Int, height: Int, width: Int, isUpright: Bool) -> Raster {
        let columns = Int(Double(inputs).squareRoot().rounded(.up))
        let rows = (inputs + columns - 1) / columns
        let (tall, wide) = (rows * (height + 1) - 1, columns * (width + 1) - 1)
        let largest = max(values.reduce(0) { max($0, $1.magnitude) }, 1e-9)
        var colours = [Colour](repeating: Colour(0xd8dee4), count: tall * wide)
        for input in 0..<inputs {
            let taps = Array(values[input * height * width..<(input + 1) * height * width])
            // The last value sets the scale for all kernels alike, and is not drawn.
            let kernel = Raster.signed(
                taps + [Float](repeating: largest, count: width), Shape(channels: 1, height: height + 1, width: width),
                isUpright: true)
            for row in 0..<height {
                for column in 0..<width {
                    let y = input / columns * (height + 1) + (isUpright ? row : height - 1 - row)
                    colours[y * wide + input % columns * (width + 1) + column] = kernel.colours[row * width + column]
                }
            }
        }
        return Raster(width: wide, height: tall, colours: colours)
    }
}
