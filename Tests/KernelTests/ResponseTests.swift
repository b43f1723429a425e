import CKernels
import FormantTensor
import Testing

struct ResponseTests {
    private static let seed: UInt64 = 117

    @Test(arguments: InstructionSet.available)
    func maximaEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for problem in 0..<60 {
            let (filters, taps, first) = (16 * g.int(1...9), g.int(1...6), g.int(0...5))
            let places = g.int(1...30)
            let words = (0..<(places + taps - 1)).map { _ in g.guardedFloats(first + taps * filters) }
            let bias = g.guardedFloats(filters)
            let out = g.blank(filters)
            let pointers = words.map { UnsafePointer($0.pointer) as UnsafePointer<Float>? }
            set.kernels.response_maxima!(pointers, places, first, taps, filters, bias.pointer, out.pointer)
            let expected = (0..<filters).map { f in
                (0..<places).reduce(0.0) { best, p in
                    max(
                        best,
                        (0..<taps).reduce(Double(bias.pointer[f])) {
                            $0 + Double(words[p + $1].pointer[first + $1 * filters + f])
                        })
                }
            }
            let place = "seed \(Self.seed), problem \(problem): \(places) places, \(taps) taps, \(filters) filters"
            #expect(error(out.values, expected, floor: 1) < 1e-6 && out.isIntact, "\(place)")
        }
    }
}
