/// Cuts a stream of samples into overlapping clips, in memory for little more than one clip.
///
/// Clips start every `step` samples until the last sample is in one, or where there are gaps between clips until none
/// begins any more. The last one may be shorter. How the stream was divided into blocks makes no difference.
struct ClipCutter {
    private let length: Int
    private let step: Int
    private var held: [Float] = []  // samples from `first` on
    private var first = 0
    private var next = 0  // where the next clip starts
    /// Samples added so far.
    private(set) var total = 0

    /// - Parameters:
    ///   - length: samples of a clip, at least 1.
    ///   - step: samples from one clip to the next, at least 1.
    init(length: Int, step: Int) {
        self.length = max(1, length)
        self.step = max(1, step)
    }

    /// Adds samples and hands out the clips that they complete, each with its place in the stream.
    mutating func add(_ block: [Float], _ body: (Range<Int>, [Float]) throws -> Void) rethrows {
        held.append(contentsOf: block)
        total += block.count
        while next + length <= total {
            try emit(body)
            next += step
        }
        let done = min(held.count, next - first)
        held.removeFirst(done)
        first += done
    }

    /// Hands out what the last whole clip did not reach. Nothing is added afterwards.
    mutating func finish(_ body: (Range<Int>, [Float]) throws -> Void) rethrows {
        while next == 0 || next - step + length < total, next < total {
            try emit(body)
            next += step
        }
    }

    private func emit(_ body: (Range<Int>, [Float]) throws -> Void) rethrows {
        let from = max(next - first, 0)
        let samples = Array(held[from..<min(held.count, from + length)])
        try body(next..<next + samples.count, samples)
    }
}
