import FormantNetwork
import FormantOperators
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Holds the planner's model of the cost of convolutions against measurement, over many shapes.
public struct AlgorithmSweep: Sendable {
    /// One pass of one convolution.
    public struct Row: Encodable, Sendable {
        let row = "algorithms"
        /// Examples of the batch.
        public let batch: Int
        /// Filter, input and output of one example.
        public let shape: String
        /// `forward`, `data` or `weights`.
        public let pass: String
        /// The algorithm that the planner chooses.
        public let chosen: String
        /// The algorithm that took the least time.
        public let fastest: String
        /// The time of the choice over that of the fastest.
        public let loss: Double
        /// Milliseconds of each algorithm.
        public let ms: [String: Double]
        /// What the model predicts.
        public let predictedMs: [String: Double]

        /// One line for people.
        public var text: String {
            let times = ms.sorted { $0.value < $1.value }.map { name, time in
                "\(name) \(time.digits(4)) (\(predictedMs[name]!.digits(4)))"
            }
            return "batch \(batch), \(shape), \(pass): chosen \(chosen), \(loss.digits(2)) × the fastest; ms measured "
                + "(predicted): " + times.joined(separator: ", ")
        }
    }

    /// How often the choice was right.
    public struct Agreement: Encodable, Sendable {
        let row = "agreement"
        /// Passes with a choice.
        public let passes: Int
        /// The share of them where the choice was the fastest.
        public let fastest: Double
        /// The share where it was no more than 5 % slower than the fastest.
        public let within5Percent: Double
        /// The time of all choices over that of all fastest, in the geometric mean.
        public let meanLoss: Double
        /// The worst choice.
        public let worstLoss: Double

        /// One line for people.
        public var text: String {
            "\(passes) passes: the choice was the fastest in \(fastest.percent), within 5 % of it in "
                + "\(within5Percent.percent); it takes \(meanLoss.digits(3)) × the fastest in the mean, "
                + "\(worstLoss.digits(2)) × at worst"
        }

        /// Of the passes that could be computed in several ways.
        public init(_ rows: [Row]) {
            let count = Double(max(1, rows.count))
            passes = rows.count
            fastest = Double(rows.count { $0.loss == 1 }) / count
            within5Percent = Double(rows.count { $0.loss <= 1.05 }) / count
            meanLoss = exp(rows.reduce(0) { $0 + log($1.loss) } / count)
            worstLoss = rows.map(\.loss).max() ?? 1
        }
    }

    /// What the machine can do.
    public let machine: Machine
    private let pool: WorkerPool
    private let seconds: Double

    /// - Parameter seconds: time for each figure.
    public init(pool: WorkerPool, seconds: Double = 0.02) {
        self.pool = pool
        self.seconds = seconds
        machine = Machine(pool: pool)
    }

    /// The passes of a convolution that can be computed in several ways.
    private func rows(_ geometry: ConvolutionGeometry) -> [Row] {
        let convolution = Convolution(geometry, hasBias: false)
        return ConvolutionCost.Pass.allCases.compactMap { pass in
            guard ConvolutionCost.all(pass, geometry).count > 1 else { return nil }
            let times = AlgorithmTimes(pass, convolution, seconds: seconds, machine: machine, pool: pool)
            let fastest = times.candidates.min { $0.ms < $1.ms }!
            return Row(
                batch: geometry.batch, shape: geometry.text, pass: pass.rawValue,
                chosen: times.candidates[0].algorithm, fastest: fastest.algorithm, loss: times.loss,
                ms: Dictionary(uniqueKeysWithValues: times.candidates.map { ($0.algorithm, $0.ms) }),
                predictedMs: Dictionary(uniqueKeysWithValues: times.candidates.map { ($0.algorithm, $0.predictedMs) }))
        }
    }

    /// Times every shape and hands on each row as soon as it is there.
    public func run(_ body: (Row) throws -> Void) throws {
        for geometry in try AlgorithmSweep.shapes() { for row in rows(geometry) { try body(row) } }
    }

    /// Most multiply-adds of one pass.
    private static let largest = 2_000_000_000

    /// The convolutions of the reference networks in training and for one example, and others from 1 to 256 channels on
    /// 2 to 64 positions a side.
    static func shapes() throws -> [ConvolutionGeometry] {
        var shapes: [ConvolutionGeometry] = []
        for name in ReferenceNetwork.names {
            let reference = ReferenceNetwork(named: name)!
            for batch in [1, reference.batch] {
                for step in try reference.network.compile(.training(batch: batch)).steps {
                    let fused = step.operation as? any FusedConvolution
                    if let convolution = fused?.convolution ?? step.operation as? Convolution {
                        shapes.append(convolution.geometry)
                    }
                }
            }
        }
        for batch in [1, 64] {
            for side in [2, 4, 6, 8, 16, 32, 64] {
                for (inputs, outputs) in [
                    (1, 16), (4, 4), (8, 8), (16, 16), (25, 50), (64, 64), (64, 16), (128, 128), (256, 256), (3, 64),
                ] {
                    func add(_ vertical: Window, _ horizontal: Window, height: Int, groups: Int = 1) throws {
                        let input = Shape(channels: inputs, height: height, width: side)
                        shapes.append(
                            try ConvolutionGeometry(
                                batch: batch, input: input, filters: groups == 1 ? outputs : inputs,
                                vertical: vertical, horizontal: horizontal, groups: groups))
                    }
                    func same(_ extent: Int, stride: Int = 1) -> Window {
                        Window(extent: extent, stride: stride, padding: .same)
                    }
                    try add(same(3), same(3), height: side)
                    try add(same(3, stride: 2), same(3, stride: 2), height: side)
                    try add(same(1), same(1), height: side)
                    try add(same(1), same(9), height: 1)
                    try add(same(1), same(3, stride: 2), height: 1)
                    if inputs <= 64 { try add(same(5), same(5), height: side) }
                    if inputs == outputs { try add(same(3), same(3), height: side, groups: inputs) }
                }
            }
        }
        var known: Set<ConvolutionGeometry> = []
        return shapes.filter { $0.positions * $0.weightCount <= largest && known.insert($0).inserted }
    }
}
