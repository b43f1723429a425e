import CKernels
import FormantTensor

/// How many derivatives by time go with the features, each as a channel of its own.
public enum DeltaOrder: String, Codable, Hashable, Sendable, CaseIterable {
    /// The features alone.
    case none
    /// The features and their first derivative.
    case first
    /// The features, their first and their second derivative.
    case second

    /// Channels: 1, 2 or 3.
    public var channels: Int {
        switch self {
        case .none: 1
        case .first: 2
        case .second: 3
        }
    }
}

/// What a derivative does where its window reaches over the first or last frame.
public enum DeltaEdge: String, Codable, Hashable, Sendable, CaseIterable {
    /// The polynomial of the outermost whole window is continued: the derivative is that of the nearest frame with a
    /// whole window (librosa's `interp`). Needs at least as many frames as the window is wide.
    case interpolate
    /// The first and last frame are repeated (librosa's `nearest`; Kaldi).
    case `repeat`
}

/// How the second derivative is made.
public enum SecondDelta: String, Codable, Hashable, Sendable, CaseIterable {
    /// That of the parabola fitted to `width` frames (librosa).
    case parabola
    /// The first derivative of the first derivative, each with its own first and last frame repeated (HTK, torchaudio
    /// applied twice).
    case regression
    /// The slopes' weights convolved with themselves, over the features with their first and last frame repeated
    /// (Kaldi). It differs from `regression` near the ends alone.
    case convolved
}

/// Derivatives of features by time.
///
/// They are those of the polynomial fitted by least squares to `width` frames (Savitzky & Golay, 1964), per frame: a
/// line for the first, for the second what `second` says.
public struct DeltaOptions: Hashable, Sendable {
    /// How many derivatives. Default `none`.
    public var order: DeltaOrder
    /// Frames that the polynomial is fitted to, odd, 3 … 99. Default 9.
    public var width: Int
    /// What happens at the first and last frames. Default `repeat`.
    public var edge: DeltaEdge
    /// How the second derivative is made. Default `parabola`, which alone goes with the edge `interpolate`.
    public var second: SecondDelta

    /// Creates options; each has its default.
    public init(
        order: DeltaOrder = .none, width: Int = 9, edge: DeltaEdge = .repeat, second: SecondDelta = .parabola
    ) {
        self.order = order
        self.width = width
        self.edge = edge
        self.second = second
    }

    /// Checks the width and that the edge goes with the second derivative.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try require((3...99).contains(width) && width % 2 == 1, "deltas.width", width, "an odd number, 3 … 99")
        try require(
            edge == .repeat || second == .parabola, "deltas.second", second.rawValue,
            "\"parabola\" with the edge \"interpolate\"")
    }

    /// Frames on either side that a derivative of this order depends on.
    var reach: Int {
        switch order {
        case .none: 0
        case .first: width / 2
        case .second: second == .parabola ? width / 2 : width - 1
        }
    }

    /// The features with their derivatives below them: extents [channels × bands, frames] from [bands, frames].
    /// - Throws: `AudioError.tooShort` for fewer frames than `width` with the edge `interpolate`.
    public func appending(to features: Tensor) throws(AudioError) -> Tensor {
        try validate()
        guard order != .none else { return features }
        let (bands, frames) = (features.extents[0], features.extents[1])
        if edge == .interpolate, frames < width {
            throw .tooShort(samples: frames, needed: width, what: "frames for deltas with the edge \"interpolate\"")
        }
        var result = Tensor(zeros: [order.channels * bands, frames])
        let line = AlignedBuffer(count: frames + 2 * reach)
        result.values.withUnsafeMutableBufferPointer { result in
            guard let out = result.baseAddress else { return }
            features.values.withUnsafeBufferPointer { out.update(from: $0.baseAddress!, count: bands * frames) }
            for derivative in 1..<order.channels {
                let (source, weights) = recipe(derivative: derivative)
                for band in 0..<bands {
                    derive(
                        out + (source * bands + band) * frames, frames, weights, line,
                        out + (derivative * bands + band) * frames)
                }
            }
        }
        return result
    }

    /// d[t] = Σ_n weight[n] · x[t + n], n = −h … h
    /// - Parameter line: `frames` + 2 h values, to be written over.
    private func derive(
        _ x: UnsafePointer<Float>, _ frames: Int, _ weights: [Float], _ line: AlignedBuffer,
        _ d: UnsafeMutablePointer<Float>
    ) {
        let half = weights.count / 2
        let kernels = ck_active().pointee
        var filter = ck_band(first: 0, count: weights.count, offset: 0)
        switch edge {
        case .repeat:
            line.pointer.update(repeating: x[0], count: half)
            (line.pointer + half).update(from: x, count: frames)
            (line.pointer + half + frames).update(repeating: x[frames - 1], count: half)
            kernels.filter_bank(&filter, 1, weights, line.pointer, 1, frames, d, frames)
        case .interpolate:
            let whole = frames - 2 * half
            kernels.filter_bank(&filter, 1, weights, x, 1, whole, d + half, frames)
            d.update(repeating: d[half], count: half)
            (d + half + whole).update(repeating: d[half + whole - 1], count: half)
        }
    }

    /// What a derivative is made from (0: the features, 1: their first derivative) and by which weights.
    ///
    /// Slope: n ÷ Σn². Parabola, with m the mean of n²: 2 (n² − m) ÷ Σ(n² − m)².
    private func recipe(derivative: Int) -> (source: Int, weights: [Float]) {
        let half = width / 2
        let positions = (-half...half).map(Double.init)
        let squares = positions.map { $0 * $0 }
        let total = squares.reduce(0, +)
        let slope = positions.map { $0 / total }
        guard derivative == 2 else { return (0, slope.map { Float($0) }) }
        switch second {
        case .parabola:
            let centred = squares.map { $0 - total / Double(width) }
            let norm = centred.reduce(0) { $0 + $1 * $1 }
            return (0, centred.map { Float(2 * $0 / norm) })
        case .regression: return (1, slope.map { Float($0) })
        case .convolved:
            var product = [Double](repeating: 0, count: 2 * width - 1)
            for i in 0..<width {
                for j in 0..<width { product[i + j] += slope[i] * slope[j] }
            }
            return (0, product.map { Float($0) })
        }
    }
}

extension DeltaOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case order, width, edge, second }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "deltas", keyedBy: CodingKeys.self)
        self.init(
            order: try settings.name(.order, default: .none), width: try settings.decode(.width, default: 9),
            edge: try settings.name(.edge, default: .repeat),
            second: try settings.name(.second, default: .parabola))
    }
}
