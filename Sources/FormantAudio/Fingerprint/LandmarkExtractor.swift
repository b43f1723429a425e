import FormantTensor

/// Landmarks of a recording: peaks of its spectrogram, taken in threes.
///
/// A landmark says how three peaks lie to one another and no more, so that it does not change with gain, with the place
/// of the sound in its file, or with a container. Source: A. Wang, "An Industrial-Strength Audio Search Algorithm",
/// ISMIR 2003, section 2, with a third peak for each pair, as short clips of one speaker share many pairs by chance.
public struct LandmarkExtractor: Sendable {
    /// Rate of the samples, in hertz; every recording is brought to it.
    public static let sampleRate = 8_000
    /// Samples from one frame to the next: 8 ms.
    public static let hop = 64
    /// Longest stretch that is taken at once: 30 s.
    public static let segmentSamples = 30 * sampleRate
    /// Bits of a landmark that hold the frame of its first peak.
    static let frameBits: UInt64 = 12

    private static let size = 256
    // Bins from 62 Hz to 3.9 kHz.
    private static let bins = 2..<126
    /// A peak is the largest of so many bins and frames to each side.
    private static let reach = 3
    /// Least power of a peak, of that of the largest one.
    private static let floor: Float = 1e-5
    private static let latest = 31
    private static let farthest = 31
    private static let followers = 4
    private static let mostOfAKind = 4

    private let transform: FourierTransform
    private let taper: [Float]

    /// Plans the transform.
    public init() throws(AudioError) {
        transform = try FourierTransform(size: Self.size)
        taper = WindowFunction.hann.values(length: Self.size, symmetry: .periodic)
    }

    /// The landmarks of a stretch, ascending.
    /// - Parameters:
    ///   - samples: one channel at `sampleRate`, at most `segmentSamples` of them.
    ///   - thinning: of landmarks 1 in 2^`thinning` is kept, chosen by what it is: copies keep the same ones.
    /// - Returns: of each landmark what it is, 29 bits, above the frame that it begins in, 12 bits.
    public func landmarks(of samples: ArraySlice<Float>, thinning: Int = 0) -> [UInt64] {
        precondition(samples.count <= Self.segmentSamples)
        let peaks = peaks(of: samples)
        let mask = UInt64(1) << UInt64(thinning) - 1
        var landmarks: [UInt64] = []
        var near: [(time: Int, bin: Int)] = []
        for first in peaks.indices {
            let anchor = peaks[first]
            near.removeAll(keepingCapacity: true)
            for peak in peaks[(first + 1)...] {
                let (later, higher) = (peak.time - anchor.time, peak.bin - anchor.bin)
                if later > Self.latest || near.count == Self.followers { break }
                if later > 0, abs(higher) <= Self.farthest { near.append((later, higher + Self.farthest)) }
            }
            for second in near.indices {
                for third in near.indices[(second + 1)...] {
                    var what = UInt64(anchor.bin)
                    for peak in [near[second], near[third]] {
                        what = (what << 5 | UInt64(peak.time)) << 6 | UInt64(peak.bin)
                    }
                    guard ((what &* 0x9e37_79b9_7f4a_7c15) >> 40) & mask == 0 else { continue }
                    landmarks.append(what << Self.frameBits | UInt64(anchor.time))
                }
            }
        }
        landmarks.sort()
        return Self.withoutRepetition(landmarks)
    }

    /// A hum has the same landmark in every frame: the first ones of a kind do.
    private static func withoutRepetition(_ landmarks: [UInt64]) -> [UInt64] {
        var kept: [UInt64] = []
        kept.reserveCapacity(landmarks.count)
        for landmark in landmarks {
            let earlier = kept.count - mostOfAKind
            if kept.last == landmark { continue }
            if earlier >= 0, kept[earlier] >> frameBits == landmark >> frameBits { continue }
            kept.append(landmark)
        }
        return kept
    }

    /// The peaks of the spectrogram by frame, then by bin.
    private func peaks(of samples: ArraySlice<Float>) -> [(time: Int, bin: Int)] {
        guard !samples.isEmpty else { return [] }
        let frames = max(0, samples.count - Self.size) / Self.hop + 1
        let width = Self.bins.count
        let power = spectrogram(of: samples, frames)
        guard let loudest = power.max(), loudest > 0 else { return [] }
        // The largest value around each bin within its frame; then of these the largest around each frame.
        var around = [Float](repeating: 0, count: power.count)
        for frame in 0..<frames {
            for bin in 0..<width {
                var largest: Float = 0
                for other in max(0, bin - Self.reach)...min(width - 1, bin + Self.reach) {
                    largest = max(largest, power[frame * width + other])
                }
                around[frame * width + bin] = largest
            }
        }
        var peaks: [(time: Int, bin: Int)] = []
        for frame in 0..<frames {
            for bin in 0..<width {
                let value = power[frame * width + bin]
                guard value > Self.floor * loudest, value == around[frame * width + bin] else { continue }
                let neighbours = max(0, frame - Self.reach)...min(frames - 1, frame + Self.reach)
                if neighbours.allSatisfy({ around[$0 * width + bin] <= value }) { peaks.append((frame, bin)) }
            }
        }
        return peaks
    }

    /// |X|² of the bins that count: extents [frames, bins]. Samples that are too few for a frame are padded with zeros.
    private func spectrogram(of samples: ArraySlice<Float>, _ frames: Int) -> [Float] {
        let input = AlignedBuffer(count: Self.size)
        let output = AlignedBuffer(count: 2 * transform.bins)
        var power = [Float](repeating: 0, count: frames * Self.bins.count)
        for frame in 0..<frames {
            let first = samples.startIndex + frame * Self.hop
            let count = min(Self.size, samples.endIndex - first)
            for i in 0..<Self.size { input.pointer[i] = i < count ? samples[first + i] * taper[i] : 0 }
            transform.execute(input.pointer, output.pointer)
            for (place, bin) in Self.bins.enumerated() {
                let (real, imaginary) = (output.pointer[2 * bin], output.pointer[2 * bin + 1])
                power[frame * Self.bins.count + place] = real * real + imaginary * imaginary
            }
        }
        return power
    }
}
