import CKernels
import FormantTensor
import Testing

/// A random product c = f(a b + bias).
private struct Product {
    let m: Int, n: Int, k: Int, lda: Int, ldb: Int, ldc: Int
    let transposed: Bool, accumulate: Bool
    let activation: ck_activation
    let alpha: Float = 0.1
    let a: Guarded<Float>, b: Guarded<Float>, bias: Guarded<Float>?
    let before: [Float]

    init(using g: inout SeededGenerator) {
        let deep = g.index(below: 6) == 0
        m = g.int(1...(deep ? 14 : 40))
        n = g.int(1...(deep ? 40 : 150))
        k = deep ? g.int(380...1200) : g.int(1...60)
        lda = k + g.int(0...3)
        transposed = g.bool()
        ldb = (transposed ? k : n) + g.int(0...3)
        ldc = n + g.int(0...3)
        accumulate = g.index(below: 3) == 0
        activation = accumulate ? CK_IDENTITY : Reference.activations[g.index(below: Reference.activations.count)]
        a = g.guardedFloats((m - 1) * lda + k)
        b = g.guardedFloats(transposed ? (n - 1) * ldb + k : (k - 1) * ldb + n)
        bias = !accumulate && g.bool() ? g.guardedFloats(n) : nil
        before = accumulate ? g.floats((m - 1) * ldc + n) : [Float](repeating: .nan, count: (m - 1) * ldc + n)
    }

    func b(_ l: Int, _ j: Int) -> Double { Double(b.pointer[transposed ? j * ldb + l : l * ldb + j]) }

    /// Values of c, and for each the sum of the absolute values it is made of; what lies between the rows stays.
    var reference: (values: [Double], scale: [Double]) {
        var values = before.map(Double.init)
        var scale = [Double](repeating: 1, count: before.count)
        for i in 0..<m {
            for j in 0..<n {
                let start = accumulate ? Double(before[i * ldc + j]) : Double(bias?.pointer[j] ?? 0)
                var (sum, size) = (start, abs(start))
                for l in 0..<k {
                    let product = Double(a.pointer[i * lda + l]) * b(l, j)
                    sum += product
                    size += abs(product)
                }
                values[i * ldc + j] = Reference.activation(activation, sum, Double(alpha))
                scale[i * ldc + j] = size + 1
            }
        }
        return (values, scale)
    }

    func packed(_ set: InstructionSet, using g: inout SeededGenerator) -> Guarded<Float> {
        let packed = g.blank((n + set.panel - 1) / set.panel * set.panel * k)
        set.kernels.pack!(b.pointer, ldb, transposed, k, n, packed.pointer)
        return packed
    }
}

struct ProductTests {
    @Test(arguments: InstructionSet.available)
    func packingPutsColumnsIntoPaddedPanels(set: InstructionSet) {
        let seed: UInt64 = 11
        var g = SeededGenerator(seed: seed)
        for problem in 0..<40 {
            let p = Product(using: &g)
            let packed = p.packed(set, using: &g)
            var wrong = 0
            for panel in 0..<(p.n + set.panel - 1) / set.panel {
                for l in 0..<p.k {
                    for j in 0..<set.panel {
                        let column = panel * set.panel + j
                        let expected = column < p.n ? p.b(l, column) : 0
                        if Double(packed.pointer[(panel * p.k + l) * set.panel + j]) != expected { wrong += 1 }
                    }
                }
            }
            #expect(wrong == 0 && packed.isIntact, "seed \(seed), problem \(problem)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func productsEqualTheReference(set: InstructionSet) {
        let seed: UInt64 = 12
        var g = SeededGenerator(seed: seed)
        for problem in 0..<150 {
            let p = Product(using: &g)
            let packed = p.packed(set, using: &g)
            let c = g.guarded(p.before)
            set.kernels.gemm!(
                p.m, p.n, p.k, p.a.pointer, p.lda, packed.pointer, p.bias?.pointer, p.activation, p.alpha,
                p.accumulate, c.pointer, p.ldc)
            let (values, scale) = p.reference
            let worst = error(c.values, values, scale: scale)
            #expect(worst < 1e-6 && c.isIntact, "seed \(seed), problem \(problem): \(p.m)×\(p.n)×\(p.k)")
        }
    }

    /// Each row alone, and each column alone, has the bits that it has among all.
    @Test(arguments: InstructionSet.available)
    func rowsAndColumnsStandAlone(set: InstructionSet) {
        let seed: UInt64 = 13
        var g = SeededGenerator(seed: seed)
        for problem in 0..<40 {
            let p = Product(using: &g)
            let packed = p.packed(set, using: &g)
            let whole = g.guarded(p.before)
            let rows = g.guarded(p.before)
            let columns = g.guarded(p.before)
            func run(_ rowRange: Range<Int>, _ columnRange: Range<Int>, _ c: Guarded<Float>) {
                set.kernels.gemm!(
                    rowRange.count, columnRange.count, p.k, p.a.pointer + rowRange.lowerBound * p.lda, p.lda,
                    packed.pointer + columnRange.lowerBound * p.k, p.bias.map { $0.pointer + columnRange.lowerBound },
                    p.activation, p.alpha, p.accumulate,
                    c.pointer + rowRange.lowerBound * p.ldc + columnRange.lowerBound, p.ldc)
            }
            run(0..<p.m, 0..<p.n, whole)
            for i in 0..<p.m { run(i..<i + 1, 0..<p.n, rows) }
            for start in stride(from: 0, to: p.n, by: set.panel) {
                // The first columns of a panel, then all of it: the last writer sees the others' values again.
                let end = min(p.n, start + set.panel)
                if !p.accumulate { run(0..<p.m, start..<(start + end + 1) / 2, columns) }
                run(0..<p.m, start..<end, columns)
                if !p.accumulate { run(0..<p.m, start..<(start + end + 1) / 2, columns) }
            }
            #expect(bits(whole.values) == bits(rows.values), "seed \(seed), problem \(problem)")
            #expect(bits(whole.values) == bits(columns.values), "seed \(seed), problem \(problem)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func transposedProductsEqualTheReference(set: InstructionSet) {
        let seed: UInt64 = 14
        var g = SeededGenerator(seed: seed)
        for problem in 0..<100 {
            let wide = g.index(below: 10) == 0
            let (m, n, k) = (g.int(1...(wide ? 500 : 40)), g.int(1...(wide ? 20 : 100)), g.int(1...(wide ? 20 : 400)))
            let (lda, ldb, ldc) = (m + g.int(0...3), n + g.int(0...3), n + g.int(0...3))
            let a = g.guardedFloats((k - 1) * lda + m)
            let b = g.guardedFloats((k - 1) * ldb + n)
            let accumulate = g.bool()
            let count = (m - 1) * ldc + n
            let before = accumulate ? g.floats(count) : [Float](repeating: .nan, count: count)
            let c = g.guarded(before)
            var values = before.map(Double.init)
            var scale = [Double](repeating: 1, count: count)
            for i in 0..<m {
                for j in 0..<n {
                    var sum = accumulate ? Double(before[i * ldc + j]) : 0
                    var size = abs(sum)
                    for l in 0..<k {
                        let product = Double(a.pointer[l * lda + i]) * Double(b.pointer[l * ldb + j])
                        sum += product
                        size += abs(product)
                    }
                    values[i * ldc + j] = sum
                    scale[i * ldc + j] = size
                }
            }
            set.kernels.gemm_transposed!(m, n, k, a.pointer, lda, b.pointer, ldb, accumulate, c.pointer, ldc)
            let worst = error(c.values, values, scale: scale)
            #expect(worst < 1e-6 && c.isIntact, "seed \(seed), problem \(problem): \(m)×\(n)×\(k)")
        }
    }

    /// A reading beyond the array would trap; NaN in the gap between rows would spread.
    @Test(arguments: InstructionSet.available)
    func gapsBetweenRowsAreNotRead(set: InstructionSet) {
        var g = SeededGenerator(seed: 15)
        let (m, n, k, gap) = (7, 19, 21, 5)
        var a = g.floats(m * (k + gap))
        for i in 0..<m { for l in k..<k + gap { a[i * (k + gap) + l] = .nan } }
        let b = g.guardedFloats(k * n)
        let packed = g.blank((n + set.panel - 1) / set.panel * set.panel * k)
        set.kernels.pack!(b.pointer, n, false, k, n, packed.pointer)
        let c = g.blank(m * n)
        set.kernels.gemm!(m, n, k, a, k + gap, packed.pointer, nil, CK_IDENTITY, 0, false, c.pointer, n)
        #expect(c.values.allSatisfy { $0.isFinite })
    }
}
