import FormantTensor

/// How alike two stretches of sound are, sample by sample, wherever one lies in the other.
///
/// Both are flattened (each part of their spectra divided by the square root of its size, so that a vowel's pitch
/// does not outweigh the rest), and their correlation is taken at every distance. Speakers who say a word twice do not
/// make the same waveform twice: recordings that are alike in this way are copies, at another gain, in another
/// container, shifted, cut, or with some noise. A copy played at another speed is not alike.
public struct WaveformComparison: Sendable {
    /// What came out.
    public struct Match: Sendable {
        /// Correlation of what they have in common, 0 … 1, whatever the sign.
        public var similarity: Double
        /// Where the second begins in the first, in samples; negative where it begins before.
        public var offset: Int
        /// Samples that they have in common there.
        public var overlap: Int
        /// How much of the first's, and of the second's, energy lies in what they have in common, 0 … 1.
        public var shares: (first: Double, second: Double)
        /// How many independent values the two may differ in: small for tones, of which any two at one pitch are alike.
        public var freedom: Double

        /// Whether one holds a copy of the other, or of a part of it.
        public var isCopy: Bool {
            similarity >= WaveformComparison.threshold + max(0, 1 - freedom / 30) * 0.17
        }

        /// Whether they are the same from beginning to end but for silence and gain.
        public var isWhole: Bool { isCopy && similarity >= 0.995 && min(shares.first, shares.second) >= 0.98 }
    }

    /// The least similarity of copies.
    public static let threshold = 0.8
    /// The least that two stretches have in common: 120 ms.
    public static let leastOverlap = 120 * LandmarkExtractor.sampleRate / 1000

    private static let sizes = 11...16
    private static let window = 3 * LandmarkExtractor.sampleRate
    private static let tolerance = LandmarkExtractor.sampleRate / 10
    private let transforms: [(forward: FourierTransform, inverse: InverseFourierTransform)]

    /// Plans the transforms.
    public init() throws(AudioError) {
        var transforms: [(FourierTransform, InverseFourierTransform)] = []
        for exponent in Self.sizes {
            transforms.append(
                (try FourierTransform(size: 1 << exponent), try InverseFourierTransform(size: 1 << exponent)))
        }
        self.transforms = transforms
    }

    /// Compares two stretches.
    ///
    /// Those that are 8 s together are compared at every distance; longer ones three seconds at a time, about the
    /// distance that is given, and the best three seconds count.
    /// - Parameters:
    ///   - first: samples at `LandmarkExtractor.sampleRate`.
    ///   - second: likewise.
    ///   - offset: where the second begins in the first, in samples, to within 0.1 s.
    /// - Returns: nil where they have less than 120 ms in common.
    public func compare(_ first: [Float], _ second: [Float], offset: Int) -> Match? {
        if first.count + second.count <= 1 << Self.sizes.upperBound { return whole(first[...], second[...]) }
        var best: Match?
        let end = min(first.count, second.count + offset)
        var start = max(0, offset)
        while end - start >= Self.leastOverlap {
            let part = start..<min(end, start + Self.window)
            let other =
                max(
                    0, part.lowerBound - offset - Self.tolerance)..<min(
                    second.count, part.upperBound - offset + Self.tolerance)
            if other.count >= Self.leastOverlap, var match = whole(first[part], second[other]) {
                match.offset += part.lowerBound - other.lowerBound
                // Of stretches this long the energy of the whole is not known here: the share of the length stands for it.
                match.shares = (
                    Double(end - max(0, offset)) / Double(first.count),
                    Double(end - max(0, offset)) / Double(second.count)
                )
                if match.similarity > best?.similarity ?? 0 { best = match }
            }
            start = part.upperBound
        }
        if let found = best, found.isCopy { best?.overlap = max(found.overlap, end - max(0, offset)) }
        return best
    }

    /// A stretch and its spectrum, both flattened.
    private struct Flattened {
        let samples: [Float]
        let spectrum: AlignedBuffer
    }

    private func whole(_ first: ArraySlice<Float>, _ second: ArraySlice<Float>) -> Match? {
        guard min(first.count, second.count) >= Self.leastOverlap else { return nil }
        let needed = first.count + second.count
        guard let transform = transforms.first(where: { $0.forward.size >= needed }) else { return nil }
        let size = transform.forward.size
        let (a, b) = (flatten(first, transform), flatten(second, transform))
        // Σ over t of a[t + l] b[t] for every l, from A · conj B.
        let product = AlignedBuffer(count: size + 2)
        var (sum, squares) = (0.0, 0.0)
        for bin in 0...size / 2 {
            let (ar, ai) = (a.spectrum.pointer[2 * bin], a.spectrum.pointer[2 * bin + 1])
            let (br, bi) = (b.spectrum.pointer[2 * bin], b.spectrum.pointer[2 * bin + 1])
            let (real, imaginary) = (ar * br + ai * bi, ai * br - ar * bi)
            product.pointer[2 * bin] = real
            product.pointer[2 * bin + 1] = imaginary
            let magnitude = Double((real * real + imaginary * imaginary).squareRoot())
            sum += magnitude
            squares += magnitude * magnitude
        }
        let correlation = AlignedBuffer(count: size)
        transform.inverse.execute(product.pointer, correlation.pointer)
        var match = best(correlation, size, energies(a.samples), energies(b.samples))
        let shorter = Double(min(first.count, second.count))
        match?.freedom = squares > 0 ? sum * sum / squares * shorter / Double(size) : 0
        return match
    }

    /// The distance at which they are most alike, among those where most of the energy of one is in the part in common.
    private func best(_ correlation: AlignedBuffer, _ size: Int, _ first: [Double], _ second: [Double]) -> Match? {
        let (lengthA, lengthB) = (first.count - 1, second.count - 1)
        let (allA, allB) = (first[lengthA], second[lengthB])
        guard allA > 0, allB > 0 else { return nil }
        var best: Match?
        for lag in Self.leastOverlap - lengthB...lengthA - Self.leastOverlap {
            let (start, end) = (max(0, lag), min(lengthA, lag + lengthB))
            guard end - start >= Self.leastOverlap else { continue }
            let energyA = first[end] - first[start]
            let energyB = second[end - lag] - second[start - lag]
            guard energyA >= 0.5 * allA || energyB >= 0.5 * allB, energyA > 1e-6 * allA, energyB > 1e-6 * allB else {
                continue
            }
            let value = Double(correlation.pointer[lag < 0 ? lag + size : lag].magnitude) / Double(size)
            let similarity = min(1, value / (energyA * energyB).squareRoot())
            if similarity > best?.similarity ?? 0 {
                best = Match(
                    similarity: similarity, offset: lag, overlap: end - start,
                    shares: (energyA / allA, energyB / allB), freedom: 0)
            }
        }
        return best
    }

    /// Sums of the squares of the samples before each, and of all.
    private func energies(_ samples: [Float]) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(samples.count + 1)
        var sum = 0.0
        for sample in samples {
            sum += Double(sample) * Double(sample)
            sums.append(sum)
        }
        return sums
    }

    /// The band from 150 to 3,400 Hz, each part of it divided by the square root of the magnitude around it (100 Hz).
    private func flatten(
        _ samples: ArraySlice<Float>, _ transform: (forward: FourierTransform, inverse: InverseFourierTransform)
    ) -> Flattened {
        let size = transform.forward.size
        let bins = size / 2 + 1
        let time = AlignedBuffer(count: size)
        let spectrum = AlignedBuffer(count: size + 2)
        for (i, sample) in samples.enumerated() { time.pointer[i] = sample }
        transform.forward.execute(time.pointer, spectrum.pointer)
        let band = 150 * size / LandmarkExtractor.sampleRate...3_400 * size / LandmarkExtractor.sampleRate
        var sums = [0.0]
        sums.reserveCapacity(bins + 1)
        for bin in 0..<bins {
            if !band.contains(bin) {
                spectrum.pointer[2 * bin] = 0
                spectrum.pointer[2 * bin + 1] = 0
            }
            let (real, imaginary) = (Double(spectrum.pointer[2 * bin]), Double(spectrum.pointer[2 * bin + 1]))
            sums.append(sums[bin] + real * real + imaginary * imaginary)
        }
        let half = max(1, 50 * size / LandmarkExtractor.sampleRate)
        func around(_ bin: Int) -> Double {
            let range = max(0, bin - half)..<min(bins, bin + half + 1)
            return max(0, sums[range.upperBound] - sums[range.lowerBound])
        }
        let largest = band.reduce(0.0) { max($0, around($1)) }
        let scratch = AlignedBuffer(count: size + 2)
        for bin in band where bin < bins {
            let weight = Float(1 / max(around(bin), 1e-6 * largest, 1e-30).squareRoot().squareRoot())
            for part in [2 * bin, 2 * bin + 1] {
                spectrum.pointer[part] *= weight
                scratch.pointer[part] = spectrum.pointer[part]
            }
        }
        transform.inverse.execute(scratch.pointer, time.pointer)
        let scale = 1 / Float(size)
        return Flattened(samples: (0..<samples.count).map { time.pointer[$0] * scale }, spectrum: spectrum)
    }
}
