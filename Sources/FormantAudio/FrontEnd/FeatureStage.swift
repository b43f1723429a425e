/// What becomes of the spectra of a block of frames.
enum FeatureStage: Sendable {
    /// The bins themselves.
    case bins
    /// Mel energies, or their logarithms.
    case mel(MelFilterBank)
    /// Mel energies for a cepstrum.
    case cepstrum(MelFilterBank, CepstralTransform)
    /// Mel energies to be divided by their past.
    case pcen(MelFilterBank, PCEN)
    /// Pitch classes.
    case chroma(ChromaFilters)
    /// Bins for pitch classes, whose filters are made when the whole recording is there.
    case tunedChroma(ChromaFilters)
    /// Frequencies a constant ratio apart, from the recording itself: no spectra of frames.
    case constantQ(ConstantQTransform)
    /// Frequencies a constant ratio apart.
    case pseudoConstantQ(PseudoConstantQ)
    /// Numbers about the spectrum's shape.
    case shape(SpectralShape)
    /// The number that the frame's samples give; no spectrum.
    case measure

    /// The transform and the stage of a front end.
    /// - Throws: `AudioError.optionInvalid`.
    static func prepare(_ frontEnd: AudioFrontEnd) throws(AudioError) -> (ShortTimeTransform, FeatureStage) {
        let rate = frontEnd.sampleRate
        let geometry = try FrameGeometry(frontEnd.spectrogram, sampleRate: rate)
        func bank() throws(AudioError) -> MelFilterBank {
            try MelFilterBank(frontEnd.mel, sampleRate: rate, fftSize: geometry.fftSize)
        }
        func shape(_ measure: SpectralShape.Measure) throws(AudioError) -> FeatureStage {
            .shape(try SpectralShape(measure, frontEnd.spectral, geometry))
        }
        var spectrogram = frontEnd.spectrogram
        var measure = FrameMeasure.none
        if frontEnd.feature.hasEnergy { measure = FrameMeasure(frontEnd.energy.term) }
        let stage: FeatureStage
        switch frontEnd.feature {
        case .magnitude, .power, .logPower: stage = .bins
        case .mel, .logMel: stage = .mel(try bank())
        case .mfcc: stage = .cepstrum(try bank(), try CepstralTransform(frontEnd.mfcc, bands: frontEnd.mel.bands))
        case .pcen:
            let frameRate = Double(rate) / Double(geometry.hop)
            stage = .pcen(try bank(), try PCEN(frontEnd.pcen, frameRate: frameRate))
        case .chroma:
            try frontEnd.chroma.validate()
            func filters(_ tuning: Double) -> ChromaFilters {
                ChromaFilters(frontEnd.chroma, tuning: tuning, sampleRate: rate, fftSize: geometry.fftSize)
            }
            switch frontEnd.chroma.tuning {
            case .bins(let tuning): stage = .chroma(filters(tuning))
            case .estimated: stage = .tunedChroma(filters(0))
            }
        case .constantQ, .variableQ:
            let transform = try ConstantQTransform(
                frontEnd.constantQ, gamma: frontEnd.feature == .variableQ ? frontEnd.constantQ.variableGamma : 0,
                spectrogram, sampleRate: rate)
            spectrogram = transform.spectrogram
            stage = .constantQ(transform)
        case .pseudoConstantQ:
            let filters = try PseudoConstantQ(frontEnd.constantQ, spectrogram, sampleRate: rate)
            spectrogram = filters.spectrogram
            stage = .pseudoConstantQ(filters)
        case .spectralContrast: stage = try shape(.peaksAndValleys)
        case .spectralCentroid: stage = try shape(.centroid)
        case .spectralBandwidth: stage = try shape(.bandwidth)
        case .spectralRolloff: stage = try shape(.rolloff)
        case .spectralFlatness: stage = try shape(.flatness)
        case .zeroCrossingRate: (stage, measure) = (.measure, .crossings)
        case .rms: (stage, measure) = (.measure, .rawEnergy)
        }
        return (try ShortTimeTransform(spectrogram, sampleRate: rate, measure: measure), stage)
    }

    /// Rows that `apply` writes.
    func linearRows(bins: Int) -> Int {
        switch self {
        case .bins, .tunedChroma: bins
        case .mel(let bank), .cepstrum(let bank, _), .pcen(let bank, _): bank.bands
        case .chroma(let filters): filters.matrix.rows
        case .constantQ(let transform): transform.rows
        case .pseudoConstantQ(let filters): filters.matrix.rows
        case .shape(let shape): shape.rows
        case .measure: 1
        }
    }

    /// Rows of the features, before derivatives.
    func rows(_ frontEnd: AudioFrontEnd, bins: Int) -> Int {
        switch self {
        case .cepstrum(_, let cepstrum): cepstrum.coefficients
        case .mel(let bank):
            bank.bands + (frontEnd.feature == .logMel && frontEnd.energy.term != .omitted ? 1 : 0)
        case .shape(let shape): frontEnd.feature == .spectralContrast ? shape.rows / 2 : 1
        case .tunedChroma(let filters): filters.matrix.rows
        default: linearRows(bins: bins)
        }
    }

    /// Number of frames of a recording; 0 only if it is too short for one.
    func frameCount(samples: Int, _ geometry: FrameGeometry) -> Int {
        if case .constantQ(let transform) = self { return transform.frameCount(samples: samples) }
        return geometry.frameCount(samples: samples)
    }

    /// Writes a block's columns.
    /// - Precondition: the stage is not `constantQ`.
    func apply(
        _ frontEnd: AudioFrontEnd, _ block: FrameBlock, into column: UnsafeMutablePointer<Float>, stride: Int
    ) {
        switch self {
        case .bins:
            if frontEnd.feature == .magnitude { block.takeRoots() }
            block.copy(to: column, stride)
        case .mel(let bank), .cepstrum(let bank, _), .pcen(let bank, _):
            if frontEnd.mel.source == .magnitude { block.takeRoots() }
            bank.apply(block.power, frames: block.frames, into: column, stride: stride)
        case .tunedChroma: block.copy(to: column, stride)
        case .chroma(let filters): filters.apply(block, into: column, stride: stride)
        case .constantQ: preconditionFailure("a constant-Q transform takes a recording, not spectra of frames")
        case .pseudoConstantQ(let filters):
            block.takeRoots()
            filters.matrix.apply(block, into: column, stride: stride)
        case .shape(let shape):
            block.takeRoots()
            shape.apply(block, into: column, stride: stride)
        case .measure: column.update(from: block.measures, count: block.frames)
        }
    }

    /// A frame's number as a feature: energy becomes the root of the mean square, changes of sign their rate.
    func scaled(_ measure: Float, _ geometry: FrameGeometry, _ frontEnd: AudioFrontEnd) -> Float {
        let mean = measure / Float(geometry.windowLength)
        return frontEnd.feature == .rms ? mean.squareRoot() : mean
    }
}

/// What features carry from one stretch of frames to the next.
struct FeatureState: Sendable {
    /// Each band's smoothed energy; empty before the first frame.
    var smoothed: [Double] = []
}
