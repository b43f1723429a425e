import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A waveform from magnitudes alone, by the algorithm of Griffin & Lim (1984), fast variant of Perraudin, Balazs &
/// Søndergaard (2013), as in `librosa.griffinlim` (0.11).
public struct GriffinLim: Hashable, Sendable {
    /// Times that phases are taken from the waveform found so far, 0 … 10,000. Default 32.
    public var iterations: Int
    /// How much of the step before is continued, 0 … 1; 0 is the algorithm of 1984. Default 0.99.
    public var momentum: Float

    /// Creates options; each has its default.
    public init(iterations: Int = 32, momentum: Float = 0.99) {
        self.iterations = iterations
        self.momentum = momentum
    }

    /// Longest waveform, in samples: 4 GB.
    public static let longest = 1 << 30

    /// A waveform whose frames have magnitudes near given ones.
    ///
    /// The same magnitudes and generator give the same bits. What conditions samples (scale, offset, pre-emphasis) is
    /// not looked at: the waveform is what comes before the window.
    /// - Parameters:
    ///   - magnitudes: extents [bins, frames], finite; those below 0 count as 0.
    ///   - options: frames and transform that they belong to.
    ///   - sampleRate: in hertz.
    ///   - samples: length of the waveform; nil: the shortest that has that many frames.
    ///   - generator: draws the first phases.
    /// - Throws: `AudioError`: an option out of range, magnitudes that do not fit the transform, a length that has
    ///   another number of frames.
    public func waveform(
        of magnitudes: Spectrum<Magnitude>, _ options: SpectrogramOptions, sampleRate: Int, samples: Int? = nil,
        using generator: inout SeededGenerator
    ) throws(AudioError) -> [Float] {
        try require((0...10_000).contains(iterations), "iterations", iterations, "0 … 10000")
        try require((0...1).contains(momentum), "momentum", momentum, "0 … 1")
        let geometry = try FrameGeometry(options, sampleRate: sampleRate)
        guard magnitudes.bands == geometry.bins else {
            throw .extentMismatch(what: "bins of magnitudes", expected: geometry.bins, found: magnitudes.bands)
        }
        guard magnitudes.frames > 0 else { return [] }
        let length = samples ?? geometry.shortestRecording(frames: magnitudes.frames)
        try require(length <= Self.longest, "samples", length, "at most \(Self.longest)")
        guard geometry.frameCount(samples: length) == magnitudes.frames else {
            throw .extentMismatch(
                what: "frames of \(length) samples", expected: geometry.frameCount(samples: length),
                found: magnitudes.frames)
        }
        if let bad = magnitudes.values.values.firstIndex(where: { !($0.magnitude <= SampleCheck.limit) }) {
            throw .badSample(
                file: "magnitudes", seconds: Double(bad % magnitudes.frames * geometry.hop) / Double(sampleRate),
                value: magnitudes.values.values[bad])
        }
        let search = try PhaseSearch(magnitudes, geometry, options, length: length)
        search.drawPhases(using: &generator)
        for iteration in 0..<iterations {
            search.synthesise()
            search.analyse()
            search.takePhases(pull: iteration == 0 ? 0 : momentum / (1 + momentum))
        }
        search.synthesise()
        return search.waveform
    }
}

/// Magnitudes, phases and waveform while they are made to agree. Spectra lie frame by frame, in pairs.
private final class PhaseSearch {
    private(set) var waveform: [Float]

    private let frames: OverlappingFrames
    /// Extents [frames, bins].
    private let magnitudes: [Float]
    private var spectra: [Float]
    private var rebuilt: [Float]
    private var before: [Float]

    init(
        _ wanted: Spectrum<Magnitude>, _ geometry: FrameGeometry, _ options: SpectrogramOptions, length: Int
    ) throws(AudioError) {
        let (bins, count) = (geometry.bins, wanted.frames)
        frames = try OverlappingFrames(geometry, options, samples: length, frames: count)
        magnitudes = (0..<count * bins).map { max(0, wanted.values.values[$0 % bins * count + $0 / bins]) }
        spectra = [Float](repeating: 0, count: 2 * bins * count)
        rebuilt = spectra
        before = spectra
        waveform = [Float](repeating: 0, count: length)
    }

    /// Spectra of the wanted magnitudes with phases drawn evenly.
    func drawPhases(using generator: inout SeededGenerator) {
        for i in 0..<magnitudes.count {
            let angle = 2 * Double.pi * Double(generator.uniform())
            spectra[2 * i] = magnitudes[i] * Float(cos(angle))
            spectra[2 * i + 1] = magnitudes[i] * Float(sin(angle))
        }
    }

    /// The waveform that is nearest to having the spectra.
    func synthesise() { frames.synthesise(spectra, into: &waveform) }

    /// The waveform's spectra into `rebuilt`, those of the time before into `before`.
    func analyse() {
        swap(&rebuilt, &before)
        frames.analyse(waveform, into: &rebuilt)
    }

    /// Spectra of the wanted magnitudes with the phases of rebuilt − pull · before.
    func takePhases(pull: Float) {
        for i in 0..<magnitudes.count {
            let re = rebuilt[2 * i] - pull * before[2 * i]
            let im = rebuilt[2 * i + 1] - pull * before[2 * i + 1]
            let scale = magnitudes[i] / ((re * re + im * im).squareRoot() + .leastNormalMagnitude)
            spectra[2 * i] = re * scale
            spectra[2 * i + 1] = im * scale
        }
    }
}
