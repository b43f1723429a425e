import FormantTensor

/// From a waveform to the spectra of its frames and back: the waveform whose frames are nearest to given spectra (Griffin &
/// Lim 1984, equation 6). Spectra lie frame by frame, bins in pairs of real and imaginary part. One serves one thread at a
/// time.
final class OverlappingFrames {
    /// The frames in samples.
    let geometry: FrameGeometry
    /// Number of frames.
    let count: Int

    private let window: [Float]
    /// Per sample 1 ÷ Σ window²; 0 where no window reaches.
    private let gain: [Float]
    private let forward: FourierTransform
    private let backward: InverseFourierTransform
    private let sequence: AlignedBuffer
    private let spectrum: AlignedBuffer

    /// - Parameters:
    ///   - samples: length of the waveform.
    ///   - frames: number of frames.
    init(
        _ geometry: FrameGeometry, _ options: SpectrogramOptions, samples: Int, frames: Int
    ) throws(AudioError) {
        self.geometry = geometry
        count = frames
        window = options.window.values(length: geometry.windowLength, symmetry: options.symmetry)
        forward = try FourierTransform(size: geometry.fftSize)
        backward = try InverseFourierTransform(size: geometry.fftSize)
        sequence = AlignedBuffer(count: geometry.fftSize)
        spectrum = AlignedBuffer(count: 2 * geometry.bins)
        var sums = [Float](repeating: 0, count: samples)
        for frame in 0..<frames {
            let start = geometry.start(ofFrame: frame)
            for i in 0..<geometry.windowLength where start + i >= 0 && start + i < samples {
                sums[start + i] += window[i] * window[i]
            }
        }
        gain = sums.map { $0 > .leastNormalMagnitude ? 1 / $0 : 0 }
    }

    /// waveform[s] = gain[s] · Σ_t window[s − start(t)] · inverse(spectrum t)[s − start(t)]
    func synthesise(_ spectra: [Float], into waveform: inout [Float]) {
        let (pairs, length) = (2 * geometry.bins, geometry.windowLength)
        let scale = 1 / Float(geometry.fftSize)
        let samples = waveform.count
        waveform.withUnsafeMutableBufferPointer { waveform in
            waveform.update(repeating: 0)
            for frame in 0..<count {
                spectra.withUnsafeBufferPointer {
                    spectrum.pointer.update(from: $0.baseAddress! + frame * pairs, count: pairs)
                }
                backward.execute(spectrum.pointer, sequence.pointer)
                let start = geometry.start(ofFrame: frame)
                let inside = max(0, -start)..<max(max(0, -start), min(length, samples - start))
                for i in inside { waveform[start + i] += window[i] * sequence.pointer[i] * scale }
            }
            for i in 0..<samples { waveform[i] *= gain[i] }
        }
    }

    /// The spectra of a waveform's frames.
    func analyse(_ waveform: [Float], into spectra: inout [Float]) {
        let (pairs, length) = (2 * geometry.bins, geometry.windowLength)
        for i in length..<max(length, geometry.fftSize) { sequence.pointer[i] = 0 }
        spectra.withUnsafeMutableBufferPointer { spectra in
            for frame in 0..<count {
                let start = geometry.start(ofFrame: frame)
                for i in 0..<length {
                    let source = geometry.source(of: start + i, count: waveform.count)
                    sequence.pointer[i] = window[i] * (source.map { waveform[$0] } ?? 0)
                }
                forward.execute(sequence.pointer, spectrum.pointer)
                (spectra.baseAddress! + frame * pairs).update(from: spectrum.pointer, count: pairs)
            }
        }
    }
}
