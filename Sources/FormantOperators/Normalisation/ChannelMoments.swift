import CKernels
import FormantTensor

/// Mean and variance per channel of the rows of a matrix that come in parts.
///
/// Each part sums what its rows differ from its first row by, in double precision between blocks of rows, and parts are
/// joined in order: a large mean costs no digits, and the result does not depend on who summed which part. Source of
/// the joining: Chan, Golub & LeVeque 1983, eq. 2.1.
struct ChannelMoments {
    private let parts: Int
    private let channels: Int
    /// Per part: the sums, the sums of squares, and how many rows.
    private let sums: UnsafeMutablePointer<Double>
    /// Per part: its first row.
    private let origins: Destination

    private var length: Int { 2 * channels + 1 }

    /// Floats of room for some parts.
    static func room(parts: Int, channels: Int) -> Int { parts * (2 * (2 * channels + 1) + channels) }

    /// Starts with no rows in any part.
    /// - Parameter room: `room(parts:channels:)` floats, aligned for doubles; bound to others until `end()`.
    init(parts: Int, channels: Int, room: Destination) {
        self.parts = parts
        self.channels = channels
        sums = UnsafeMutableRawPointer(room).bindMemory(to: Double.self, capacity: parts * (2 * channels + 1))
        sums.update(repeating: 0, count: parts * (2 * channels + 1))
        origins = room + 2 * parts * (2 * channels + 1)
    }

    /// Adds rows to a part.
    func add(_ x: Source, rows: Int, to part: Int, _ kernels: UnsafePointer<ck_kernels>) {
        guard rows > 0 else { return }
        let (own, origin) = (sums + part * length, origins + part * channels)
        if own[2 * channels] == 0 { origin.update(from: x, count: channels) }
        own[2 * channels] += Double(rows)
        kernels.pointee.column_moments(x, rows, channels, origin, own, own + channels)
    }

    /// Mean and (biased) variance of a channel over all rows.
    func statistics(of channel: Int) -> (mean: Double, variance: Double) {
        var (count, mean, squares) = (0.0, 0.0, 0.0)
        for part in 0..<parts {
            let own = sums + part * length
            let rows = own[2 * channels]
            guard rows > 0 else { continue }
            let offset = own[channel] / rows
            let distance = Double(origins[part * channels + channel]) + offset - mean
            let total = count + rows
            squares += own[channels + channel] - offset * own[channel] + distance * distance * count * rows / total
            mean += distance * rows / total
            count = total
        }
        return (mean, max(0, squares / count))
    }

    /// Gives the room back.
    func end() { _ = UnsafeMutableRawPointer(sums).bindMemory(to: Float.self, capacity: 2 * parts * length) }
}
