import FormantAudio
import FormantTensor

/// Log-mel energies of a recording: extents [80 bands, frames], a frame every 10 ms.
func logMel(of path: String) throws -> Tensor {
    let frontEnd = AudioFrontEnd(sampleRate: 16_000, feature: .logMel, mel: MelOptions(bands: 80))
    let recording = try frontEnd.load(path)  // any format and rate that libsndfile reads
    return try frontEnd.features(of: recording.samples, sampleRate: recording.sampleRate)
}
