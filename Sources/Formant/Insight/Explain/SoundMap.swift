import FormantAudio
import FormantInsight
import FormantTensor

/// A clip through a map of it.
struct SoundMap {
    let sound: Specimen.SoundMedium
    /// Row by row, one value per band and frame.
    let map: [Float]

    /// What speaks for the label, to be heard: the clip's own spectra weighed by the map, as loud as the clip at its loudest.
    func waveform() throws -> [Float] {
        let (rows, columns) = (sound.axes.rows.values.count, sound.axes.columns.values.count)
        let largest = FieldDrawing.scale(of: map.filter { $0 > 0 })
        guard largest > 0 else { return sound.samples.map { _ in 0 } }
        let gains = map.map { max(0, min(1, $0 / largest)).squareRoot() }
        let times = try sound.frontEnd.frameTimes(columns)
        let mask: SpectrogramMask
        if let bands = try sound.frontEnd.bandFrequencies(), bands.count == rows {
            let known = bands.indices.filter { bands[$0] != nil }
            mask = SpectrogramMask(
                gains: known.flatMap { gains[$0 * columns..<($0 + 1) * columns] },
                frequencies: known.map { bands[$0]! },
                times: times)
        } else {
            // Rows without a frequency say when, not where.
            let means = (0..<columns).map { column in
                (0..<rows).reduce(0) { $0 + gains[$1 * columns + column] } / Float(rows)
            }
            mask = SpectrogramMask(gains: means, frequencies: [0], times: times)
        }
        let heard = try mask.applied(to: sound.samples, sampleRate: sound.frontEnd.sampleRate)
        let (before, after) = (peak(sound.samples), peak(heard))
        guard after > 1e-6 else { return heard }
        let gain = min(20, before / after)
        return heard.map { $0 * gain }
    }

    private func peak(_ samples: [Float]) -> Float { samples.reduce(0) { max($0, $1.magnitude) } }
}
