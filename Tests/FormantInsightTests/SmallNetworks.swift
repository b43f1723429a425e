import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation

/// Networks whose weights come from the formula of the golden files.
enum SmallNetworks {
    /// Two convolutions with a pooling between them, for pictures of any size; ends in `second`.
    static func convolutions(threads: Int = 1) throws -> Subject {
        let network = Network(input: Shape(channels: 3, height: 10, width: 12)) {
            Convolution2D(filters: 5, kernel: 3, padding: Pair(.same)).named("first")
            Activation(.relu).named("firstOut")
            MaxPool(window: 2)
            Convolution2D(filters: 6, kernel: 3, padding: Pair(.same)).named("second")
            Activation(.relu).named("secondOut")
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        for entry in parameters.table.entries {
            let extents = entry.specification.extents
            let scale = extents.count > 1 ? 1 / Double(9 * extents[1]).squareRoot() : 0.1
            try parameters.set(
                entry.name, to: Tensor(extents: extents, values: stream(entry.name, entry.specification.count, scale)))
        }
        return try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: threads))
    }

    /// Values in ± scale by the formula of the golden files.
    static func stream(_ name: String, _ count: Int, _ scale: Double) -> [Float] {
        goldenFractions(name, count: count).map { Float((2 * $0 - 1) * scale) }
    }

    /// An input of a shape, with unit variance.
    static func input(_ name: String, _ shape: Shape) -> [Float] { stream(name, shape.count, 3.0.squareRoot()) }
}

/// The largest difference of two lists, as a share of the largest value of the second.
func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.map(\.magnitude).max() ?? 0
    return zip(found, expected).map { abs($0 - $1) }.max()! / max(scale, .leastNormalMagnitude)
}
