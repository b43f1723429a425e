import CKernels

/// Inputs as vectors. Sums are in double, and in one order whatever the number of threads.
extension [Float] {
    /// Σ aᵢ bᵢ
    func product(_ other: [Float]) -> Double {
        precondition(count == other.count, "vectors of \(count) and \(other.count) values")
        return withUnsafeBufferPointer { a in
            other.withUnsafeBufferPointer { b in
                // Eight sums at a time, so that no addition waits for the one before.
                var sums = SIMD8<Double>.zero
                let whole = a.count / 8 * 8
                for i in stride(from: 0, to: whole, by: 8) {
                    for lane in 0..<8 { sums[lane] += Double(a[i + lane]) * Double(b[i + lane]) }
                }
                var sum = sums.sum()
                for i in whole..<a.count { sum += Double(a[i]) * Double(b[i]) }
                return sum
            }
        }
    }

    /// Σ |aᵢ| and Σ aᵢ².
    func sums() -> (absolute: Double, squares: Double) {
        var absolute = 0.0
        for value in self { absolute += Double(value.magnitude) }
        return (absolute, ck_active().pointee.sum_of_squares(self, count))
    }

    /// a · factor
    func scaled(_ factor: Double) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { result, initialized in
            ck_active().pointee.scale(Float(factor), self, result.baseAddress, count)
            initialized = count
        }
    }

    /// a + factor · other
    func adding(_ factor: Double, _ other: [Float]) -> [Float] {
        var result = self
        result.add(factor, other)
        return result
    }

    /// a += factor · other
    mutating func add(_ factor: Double, _ other: [Float]) {
        precondition(count == other.count, "vectors of \(count) and \(other.count) values")
        ck_active().pointee.add_scaled(Float(factor), other, &self, count)
    }
}
