#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension AudioFrontEnd {
    /// The frequency in hertz that each band of the features stands for: the centre of a mel filter, a bin's own frequency.
    /// - Returns: one per band, ascending but for a band that is no frequency (a frame's energy), which has nil; nil where no
    ///   band is a frequency (cepstral coefficients, pitch classes, what describes a spectrum's shape).
    /// - Throws: `AudioError`, as `validate()` does.
    public func bandFrequencies() throws(AudioError) -> [Double?]? {
        let extractor = try FeatureExtractor.shared(for: self)
        let (geometry, rate) = (extractor.geometry, Double(sampleRate))
        switch feature {
        case .magnitude, .power, .logPower:
            var bins: [Double?] = (0..<geometry.bins).map { Double($0) * rate / Double(geometry.fftSize) }
            // A frame's energy stands in the place of the lowest bin.
            if feature == .logPower, energy.term != .omitted { bins[0] = nil }
            return bins
        case .mel, .logMel, .pcen:
            let (low, high) = (mel.scale.mel(mel.lowerEdge), mel.scale.mel(mel.upperEdge ?? rate / 2))
            var bands: [Double?] = (0..<mel.bands).map {
                mel.scale.hertz(low + (high - low) * Double($0 + 1) / Double(mel.bands + 1))
            }
            if feature == .logMel, energy.term != .omitted {
                bands.insert(nil, at: energy.place == .first ? 0 : bands.count)
            }
            return bands
        case .constantQ, .variableQ, .pseudoConstantQ:
            return (0..<constantQ.bins).map {
                constantQ.lowestHertz * exp2(Double($0) / Double(constantQ.binsPerOctave))
            }
        default: return nil
        }
    }

    /// The middle of each frame in seconds from the start of what the features are of.
    /// - Throws: `AudioError`, as `validate()` does.
    public func frameTimes(_ frames: Int) throws(AudioError) -> [Double] {
        let geometry = try FeatureExtractor.shared(for: self).geometry
        let isCentred = feature == .constantQ || feature == .variableQ
        return (0..<frames).map { frame in
            let middle =
                isCentred ? frame * geometry.hop : geometry.start(ofFrame: frame) + geometry.windowLength / 2
            return Double(middle) / Double(sampleRate)
        }
    }
}
