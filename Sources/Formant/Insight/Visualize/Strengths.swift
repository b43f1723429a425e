import FormantInsight
import FormantNetwork
import FormantTensor
import FormantText

/// Where the channels of the layers answer most strongly over a corpus.
struct Strengths {
    /// The places, channel by channel.
    private(set) var scan: ResponseScan
    /// Of sentences the words there, layer by layer and channel by channel; empty for other inputs.
    private(set) var nGrams: [[NGrams]] = []

    private static let limit = 9

    /// Looks through a corpus.
    /// - Throws: `RunError.interrupted` when it should stop.
    init(_ scanned: ScannedCorpus, _ layers: [LearnedLayer], channelLimit: Int, observer: RunObserver) throws {
        scan = ResponseScan(layers, channelLimit: channelLimit, limit: Strengths.limit)
        var frontEnd: TextFrontEnd?
        if case .text(let text) = scanned.model.frontEnd {
            frontEnd = text
            nGrams = scan.channels.map { $0.map { _ in NGrams(limit: Strengths.limit) } }
        }
        var fields: [Shape: [String: ReceptiveField]] = [:]
        try scanned.forEach(
            scanned.usable, Probe.Options(watching: scan.watched), shouldStop: observer.shouldStop
        ) { index, probe, slot in
            if scan.count % 256 == 0 { observer.features(scan.count, scanned.usable.count) }
            guard let frontEnd else {
                scan.add(index, probe, slot: slot)
                return
            }
            if fields[probe.input] == nil {
                fields[probe.input] = try scanned.model.network.receptiveFields(input: probe.input)
            }
            var most = ResponseScan(layers, channelLimit: channelLimit, limit: 1)
            most.add(index, probe, slot: slot)
            scan.add(index, probe, slot: slot)
            let example = scanned.corpus.examples[index]
            guard case .text(let text) = example.input else { return }
            let tokens = Array(frontEnd.tokens(of: text).prefix(frontEnd.padding.maximumLength))
            for (i, layer) in layers.enumerated() {
                let field = fields[probe.input]![layer.response]!
                for (j, channel) in most.channels[i].enumerated() {
                    guard let best = channel.strongest.entries.first else { continue }
                    let columns = field.region(row: best.element.row, column: best.element.column).columns
                    let margin = frontEnd.padding.margin
                    let places = columns.lowerBound - margin..<columns.upperBound - margin
                    nGrams[i][j].offer(
                        best.value, places: layer.kind == .filters ? places : 0..<tokens.count, tokens: tokens,
                        label: example.labels.first)
                }
            }
        }
    }
}
