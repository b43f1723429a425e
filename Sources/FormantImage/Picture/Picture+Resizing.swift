extension Picture {
    /// How values between pixels are made where a picture grows.
    public enum Enlargement: Sendable, Hashable {
        /// On the straight line between two neighbours.
        case bilinear
        /// On a cubic curve through four (Keys 1981, "Cubic convolution interpolation for digital image processing",
        /// a = −1/2): sharper, and at edges somewhat beyond the values around.
        case bicubic
    }

    /// The picture at another size.
    ///
    /// A side that shrinks: each new pixel is the mean of the area that it covers. A side that grows, or stays: values
    /// in between, pixels being the middles of their areas, and the outermost ones going on beyond the edge.
    /// - Precondition: width and height are at least 1.
    public func resized(width: Int, height: Int, enlargement: Enlargement = .bilinear) -> Picture {
        precondition(width > 0 && height > 0, "a picture of \(width) × \(height)")
        guard width != self.width || height != self.height else { return self }
        let across = LineResampler(from: self.width, to: width, enlargement)
        let down = LineResampler(from: self.height, to: height, enlargement)
        let narrow = [Float](unsafeUninitializedCapacity: channels * self.height * width) { result, count in
            values.withUnsafeBufferPointer { source in
                // narrow[r, x] = Σ_k weight[x, k] · values[r, first[x] + k]
                for row in 0..<channels * self.height {
                    let line = source.baseAddress! + row * self.width
                    for x in 0..<width {
                        var sum: Float = 0
                        for tap in across.taps(of: x) { sum += across.weights[tap] * line[across.sources[tap]] }
                        result[row * width + x] = sum
                    }
                }
            }
            count = channels * self.height * width
        }
        let resized = [Float](unsafeUninitializedCapacity: channels * height * width) { result, count in
            narrow.withUnsafeBufferPointer { source in
                // resized[c, y, x] = Σ_k weight[y, k] · narrow[c, first[y] + k, x]
                for row in 0..<channels * height {
                    let (channel, y) = (row / height, row % height)
                    let target = result.baseAddress! + row * width
                    target.initialize(repeating: 0, count: width)
                    for tap in down.taps(of: y) {
                        let weight = down.weights[tap]
                        let line = source.baseAddress! + (channel * self.height + down.sources[tap]) * width
                        for x in 0..<width { target[x] += weight * line[x] }
                    }
                }
            }
            count = channels * height * width
        }
        return Picture(width: width, height: height, channels: channels, values: resized)
    }
}

/// Which values of a line make a value of a longer or shorter one.
private struct LineResampler {
    /// The taps of all places, one place after another; those of a place sum to 1.
    private(set) var weights: [Float] = []
    private(set) var sources: [Int] = []
    private var ends = [0]

    init(from old: Int, to new: Int, _ enlargement: Picture.Enlargement) {
        let ratio = Double(old) / Double(new)
        for place in 0..<new {
            if new < old {
                let (start, end) = (Double(place) * ratio, Double(place + 1) * ratio)
                for source in Int(start)..<min(old, Int(end.rounded(.up))) {
                    let covered = min(end, Double(source + 1)) - max(start, Double(source))
                    add(source, covered / ratio)
                }
            } else {
                let centre = (Double(place) + 0.5) * ratio - 0.5
                let before = Int(centre.rounded(.down))
                let share = centre - Double(before)
                for (offset, weight) in enlargement.weights(share) {
                    add(min(max(before + offset, 0), old - 1), weight)
                }
            }
            ends.append(weights.count)
        }
    }

    func taps(of place: Int) -> Range<Int> { ends[place]..<ends[place + 1] }

    private mutating func add(_ source: Int, _ weight: Double) {
        guard weight != 0 else { return }
        sources.append(source)
        weights.append(Float(weight))
    }
}

extension Picture.Enlargement {
    /// The neighbours of a place between two pixels, with their weights.
    /// - Parameter t: the distance from the one before it, 0 ..< 1.
    fileprivate func weights(_ t: Double) -> [(offset: Int, weight: Double)] {
        switch self {
        case .bilinear: [(0, 1 - t), (1, t)]
        case .bicubic:
            [
                (-1, ((2 - t) * t - 1) * t / 2), (0, ((3 * t - 5) * t * t + 2) / 2),
                (1, ((4 - 3 * t) * t + 1) * t / 2), (2, (t - 1) * t * t / 2),
            ]
        }
    }
}
