import FormantTensor

/// How each row of features (each band of each channel) is shifted and scaled.
///
/// In JSON and YAML: `"none"`, `"clip-mean"`, `"clip"`, `"corpus"`, or `{"mean": […], "deviation": […]}`.
public enum Normalisation: Hashable, Sendable {
    /// Not at all.
    case none
    /// The clip's own mean is subtracted (cepstral mean subtraction).
    case clipMean
    /// The clip's own mean is subtracted and the difference divided by the clip's standard deviation, at least 1e-5
    /// (CMVN). What a clip was padded with counts.
    case clip
    /// The corpus' mean is subtracted and the difference divided by the corpus' standard deviation. Nil stands for
    /// statistics that training has yet to gather: until then features are refused.
    case corpus(BandStatistics?)

    /// Checks the statistics against the rows they belong to.
    func validate(rows: Int) throws(AudioError) {
        if case .corpus(let statistics?) = self { try statistics.validate(rows: rows) }
    }

    /// Normalises features in place.
    /// - Parameter features: extents [rows, frames].
    /// - Throws: `AudioError` for statistics that are missing or of another number of rows.
    public func apply(to features: inout Tensor) throws(AudioError) {
        let (rows, frames) = (features.extents[0], features.extents[1])
        switch self {
        case .none: return
        case .clipMean, .clip:
            for row in 0..<rows {
                let (mean, scatter) = moments(features.values[row * frames..<(row + 1) * frames])
                let deviation =
                    self == .clip ? max(BandStatistics.floor, Float((scatter / Double(frames)).squareRoot())) : 1
                scale(&features, row, frames, mean: Float(mean), deviation: deviation)
            }
        case .corpus(let statistics):
            guard let statistics else {
                throw .optionInvalid(
                    option: "normalisation", found: "corpus, without statistics",
                    expected: "statistics gathered by training")
            }
            try statistics.validate(rows: rows)
            for row in 0..<rows {
                scale(&features, row, frames, mean: statistics.mean[row], deviation: statistics.deviation[row])
            }
        }
    }

    private func scale(_ features: inout Tensor, _ row: Int, _ frames: Int, mean: Float, deviation: Float) {
        let factor = 1 / deviation
        features.values.withUnsafeMutableBufferPointer { values in
            for i in row * frames..<(row + 1) * frames { values[i] = (values[i] - mean) * factor }
        }
    }
}

extension Normalisation: Codable {
    private enum Name: String, CaseIterable {
        case none
        case clipMean = "clip-mean"
        case clip, corpus
    }

    /// Reads a name or statistics.
    public init(from decoder: any Decoder) throws {
        guard let text = try? decoder.singleValueContainer().decode(String.self) else {
            self = .corpus(try BandStatistics(from: decoder))
            return
        }
        let name: Name
        do {
            name = try Name(named: text, kind: "normalisation")
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
        switch name {
        case .none: self = .none
        case .clipMean: self = .clipMean
        case .clip: self = .clip
        case .corpus: self = .corpus(nil)
        }
    }

    /// Writes a name or statistics.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .none: try container.encode(Name.none.rawValue)
        case .clipMean: try container.encode(Name.clipMean.rawValue)
        case .clip: try container.encode(Name.clip.rawValue)
        case .corpus(nil): try container.encode(Name.corpus.rawValue)
        case .corpus(let statistics?): try container.encode(statistics)
        }
    }
}
