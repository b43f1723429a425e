import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The moments of Adam over an input.
struct AdamSteps {
    var gradient: [Float]
    private var mean: [Float]
    private var square: [Float]
    private var steps = 0
    private let rate: Float

    private static let beta1 = 0.9
    private static let beta2 = 0.999

    init(count: Int, rate: Float) {
        self.rate = rate
        gradient = [Float](repeating: 0, count: count)
        mean = gradient
        square = gradient
    }

    /// Moves the values against `gradient`.
    mutating func move(_ values: inout [Float]) {
        steps += 1
        ck_active().pointee.adam(
            &values, gradient, &mean, &square, values.count, rate, Float(Self.beta1), Float(Self.beta2), 1e-8,
            Float(1 - pow(Self.beta1, Double(steps))), Float(1 - pow(Self.beta2, Double(steps))), 0, 0)
    }
}
