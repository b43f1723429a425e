import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension AudioFrontEnd {
    /// The magnitudes behind features: exactly those of a spectrogram, but for the logarithm's floor; for mel energies
    /// the non-negative spectra of `MelFilterBank.spectra(of:)`.
    /// - Parameter features: extents [rows, frames], as `features(of:sampleRate:)` gives them; derivatives are not
    ///   looked at.
    /// - Throws: `AudioError`: a kind of feature other than `magnitude`, `power`, `log-power`, `mel` and `log-mel`; a
    ///   setting that cannot be undone (normalisation by the clip, the maximum as reference, an energy in place of a
    ///   bin); another number of rows.
    public func magnitudes(from features: Tensor) throws(AudioError) -> Spectrum<Magnitude> {
        let extractor = try FeatureExtractor.shared(for: self)
        let (bands, geometry) = (extractor.shape.height, extractor.geometry)
        guard features.extents.count == 2, features.extents[0] == extractor.shape.channels * bands else {
            throw .extentMismatch(
                what: "rows of features", expected: extractor.shape.channels * bands, found: features.extents.first ?? 0
            )
        }
        let frames = features.extents[1]
        var values = Array(features.values[..<(bands * frames)])
        try undoNormalisation(&values, frames)
        if feature == .logMel, energy.term != .omitted {
            values.removeSubrange(energy.place == .first ? 0..<frames : (values.count - frames)..<values.count)
        }
        if feature == .logMel || feature == .logPower { try undoLogarithm(&values) }
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw .badSample(
                file: "features", seconds: Double(bad % frames * geometry.hop) / Double(sampleRate), value: values[bad])
        }
        var isPower = true
        switch feature {
        case .magnitude: isPower = false
        case .power: break
        case .logPower:
            try require(
                energy.term == .omitted, "energy.term", energy.term.rawValue, "\"omitted\" for an inverse of log-power")
        case .mel, .logMel:
            let bank = try MelFilterBank(mel, sampleRate: sampleRate, fftSize: geometry.fftSize)
            isPower = mel.source == .power
            values = try bank.spectra(of: Spectrum(Tensor(extents: [bank.bands, frames], values: values))).values
        default:
            try require(
                false, "feature", feature.rawValue, "magnitude, power, log-power, mel or log-mel for an inverse")
        }
        return Spectrum(
            Tensor(
                extents: [geometry.bins, frames],
                values: values.map { isPower ? max(0, $0).squareRoot() : max(0, $0) }))
    }

    /// A waveform whose features are near given ones: `magnitudes(from:)`, phases by Griffin–Lim, then scale and
    /// pre-emphasis undone (that of each frame as if it had run over the recording; a frame's offset is lost).
    /// - Parameters:
    ///   - features: extents [rows, frames].
    ///   - samples: length of the waveform at the front end's rate; nil: the shortest that has that many frames.
    ///   - search: how the phases are found.
    ///   - generator: draws the first phases.
    /// - Throws: `AudioError`, as `magnitudes(from:)` and `GriffinLim.waveform` do.
    public func waveform(
        from features: Tensor, samples: Int? = nil, search: GriffinLim = GriffinLim(),
        using generator: inout SeededGenerator
    ) throws(AudioError) -> [Float] {
        let magnitudes = try magnitudes(from: features)
        var waveform = try search.waveform(
            of: magnitudes, spectrogram, sampleRate: sampleRate, samples: samples, using: &generator)
        let emphasis = spectrogram.preemphasis.coefficient
        var before: Float = 0
        for i in 0..<waveform.count {
            before = waveform[i] / spectrogram.sampleScale + emphasis * before
            waveform[i] = before
        }
        return waveform
    }

    private func undoNormalisation(_ values: inout [Float], _ frames: Int) throws(AudioError) {
        switch normalisation {
        case .none: return
        case .corpus(let statistics?):
            for i in 0..<values.count {
                values[i] = values[i] * statistics.deviation[i / frames] + statistics.mean[i / frames]
            }
        case .corpus(nil), .clip, .clipMean:
            try require(false, "normalisation", "\(normalisation)", "none, or a corpus' statistics, for an inverse")
        }
    }

    private func undoLogarithm(_ values: inout [Float]) throws(AudioError) {
        switch log {
        case .natural: for i in 0..<values.count { values[i] = exp(values[i]) }
        case .decibel(.value(let reference), let floor, _):
            let zero = max(reference, floor)
            for i in 0..<values.count { values[i] = zero * pow(10, values[i] / 10) }
        case .decibel(.maximum, _, _):
            try require(false, "log.reference", "maximum", "a number for an inverse")
        }
    }
}
