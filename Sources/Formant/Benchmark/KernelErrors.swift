import CKernels
import FormantTensor

/// How far the kernels are from plain loops in double precision, on random problems with a fixed seed.
public struct KernelErrors {
    /// The errors of one family of kernels.
    public struct Row: Encodable, Sendable {
        /// The instruction set.
        public let isa: String
        /// What the kernels compute.
        public let family: String
        /// The problem: sizes, and where values come from.
        public let problem: String
        /// Root of the mean square of the differences, over that of the right values.
        public let rms: Double
        /// The largest difference, over the largest right value.
        public let largest: Double
    }

    let kernels: ck_kernels
    private(set) var rows: [Row] = []

    /// The errors of all families, for each instruction set that can run here.
    public static func all() -> [Row] {
        [CK_PORTABLE, CK_NEON, CK_AVX2, CK_AVX512].compactMap { ck_for($0) }.flatMap { kernels in
            var errors = KernelErrors(kernels: kernels.pointee)
            errors.addProducts()
            errors.addConvolutions()
            errors.addMaximum()
            errors.addDepthwise()
            errors.addNormalisation()
            errors.addFunctions()
            errors.addPooling()
            errors.addOptimiser()
            return errors.rows
        }
    }

    /// The table for people.
    public static func text(_ rows: [Row]) -> String {
        TextTable.text(
            [["kernels", "family", "problem", "rms", "largest"]]
                + rows.map { [$0.isa, $0.family, $0.problem, $0.rms.scientific, $0.largest.scientific] },
            rightAligned: [3, 4])
    }

    init(kernels: ck_kernels) { self.kernels = kernels }

    mutating func add(_ family: String, _ problem: String, _ found: [Float], _ expected: [Double]) {
        add(family, problem, found.map(Double.init), expected)
    }

    /// - Parameter scale: what differences are given in units of, if not of the right values.
    /// - Precondition: as many values were found as are expected.
    mutating func add(
        _ family: String, _ problem: String, _ found: [Double], _ expected: [Double], inUnitsOf given: Double? = nil
    ) {
        precondition(found.count == expected.count && !found.isEmpty)
        var (squares, size, worst, scale) = (0.0, 0.0, 0.0, 0.0)
        for (value, right) in zip(found, expected) {
            let difference = abs(value - right)
            squares += difference * difference
            size += right * right
            // NaN is no small error.
            worst = difference.isNaN ? .infinity : max(worst, difference)
            scale = max(scale, abs(right))
        }
        if let given { (size, scale) = (given * given * Double(found.count), given) }
        rows.append(
            Row(
                isa: String(cString: kernels.name), family: family, problem: problem,
                rms: squares.isNaN ? .infinity : size > 0 ? (squares / size).squareRoot() : squares,
                largest: scale > 0 ? worst / scale : worst))
    }

    func packed(_ b: [Float], rows: Int, columns: Int) -> [Float] {
        var packed = [Float](repeating: 0, count: (columns + kernels.panel - 1) / kernels.panel * kernels.panel * rows)
        kernels.pack(b, columns, false, rows, columns, &packed)
        return packed
    }
}

extension SeededGenerator {
    mutating func normals(_ count: Int, mean: Float = 0, deviation: Float = 1) -> [Float] {
        (0..<count).map { _ in mean + deviation * normal() }
    }
}

extension Double {
    /// Two digits and a power of ten: 1.2e-07; 0 where it is exactly that.
    fileprivate var scientific: String {
        guard isFinite else { return "\(self)" }
        guard self != 0 else { return "0" }
        var (value, exponent) = (abs(self), 0)
        while value < 1 { (value, exponent) = (value * 10, exponent - 1) }
        while value >= 10 { (value, exponent) = (value / 10, exponent + 1) }
        return value.digits(1) + "e\(exponent)"
    }
}
