import CKernels
import FormantTensor
import Testing

struct GatherTests {
    /// Out positions of a convolution: (extent + padding − reach) / stride + 1.
    private func axis(
        using g: inout SeededGenerator, forward: Bool
    ) -> (axis: ck_axis, taps: Int, positions: Int) {
        let taps = g.int(1...5)
        let dilation = g.int(1...3)
        let stride = g.int(1...3)
        let padding = g.int(0...4)
        let extent = (taps - 1) * dilation + 1 + g.int(0...9)
        let positions = (extent + 2 * padding - (taps - 1) * dilation - 1) / stride + 1
        return forward
            ? (ck_axis(multiply: stride, step: dilation, offset: -padding, divide: 1, extent: extent), taps, positions)
            : (ck_axis(multiply: 1, step: -dilation, offset: padding, divide: stride, extent: positions), taps, extent)
    }

    @Test(arguments: InstructionSet.available, [true, false])
    func patchesEqualTheReference(set: InstructionSet, forward: Bool) {
        let seed: UInt64 = 21
        var g = SeededGenerator(seed: seed)
        for problem in 0..<150 {
            let (y, tapsY, height) = axis(using: &g, forward: forward)
            var (x, tapsX, width) = axis(using: &g, forward: forward)
            if g.bool() && forward { x.step = 1 }
            let channels = g.int(1...20)
            let whole = g.bool()
            let first = whole ? 0 : g.int(0...5)
            let total = whole ? channels : first + channels + g.int(0...5)
            let examples = g.int(1...3)
            let source = g.guardedFloats(examples * y.extent * x.extent * total)
            var patches = ck_patches(
                row_stride: total, first_channel: first, channels: channels, taps_y: tapsY, taps_x: tapsX,
                out_height: height, out_width: width, y: y, x: x)

            let positions = examples * height * width
            let begin = g.index(below: positions)
            let count = g.int(1...(positions - begin))
            let out = g.blank(count * tapsY * tapsX * channels)
            set.kernels.gather_patches!(&patches, source.pointer, begin, count, out.pointer)

            func index(_ axis: ck_axis, _ p: Int, _ t: Int) -> Int? {
                let scaled = p * axis.multiply + t * axis.step + axis.offset
                guard scaled % axis.divide == 0 else { return nil }
                let index = scaled / axis.divide
                return index >= 0 && index < axis.extent ? index : nil
            }
            var expected: [Float] = []
            for p in begin..<begin + count {
                let (example, row, column) = (p / width / height, p / width % height, p % width)
                for ty in 0..<tapsY {
                    for tx in 0..<tapsX {
                        for c in 0..<channels {
                            if let sy = index(y, row, ty), let sx = index(x, column, tx) {
                                let line = (example * y.extent + sy) * x.extent + sx
                                expected.append(source.pointer[line * total + first + c])
                            } else {
                                expected.append(0)
                            }
                        }
                    }
                }
            }
            #expect(out.values == expected && out.isIntact, "seed \(seed), problem \(problem)")
        }
    }

    /// The lecture's 6 × 6 image under its two 3 × 3 filters, by gather and product, at strides 1 and 2.
    @Test(arguments: InstructionSet.available)
    func lectureImageGivesThePrintedMaps(set: InstructionSet) {
        let image: [Float] = [
            1, 0, 0, 0, 0, 1,
            0, 1, 0, 0, 1, 0,
            0, 0, 1, 1, 0, 0,
            1, 0, 0, 0, 1, 0,
            0, 1, 0, 0, 1, 0,
            0, 0, 1, 0, 1, 0,
        ]
        let filter: [Float] = [1, -1, -1, -1, 1, -1, -1, -1, 1]
        func map(stride: Int) -> [Float] {
            let side = 3 / stride + 1
            let axis = ck_axis(multiply: stride, step: 1, offset: 0, divide: 1, extent: 6)
            var patches = ck_patches(
                row_stride: 1, first_channel: 0, channels: 1, taps_y: 3, taps_x: 3, out_height: side, out_width: side,
                y: axis, x: axis)
            var rows = [Float](repeating: .nan, count: side * side * 9)
            set.kernels.gather_patches!(&patches, image, 0, side * side, &rows)
            var packed = [Float](repeating: .nan, count: set.panel * 9)
            set.kernels.pack!(filter, 1, false, 9, 1, &packed)
            var out = [Float](repeating: .nan, count: side * side)
            set.kernels.gemm!(side * side, 1, 9, rows, 9, packed, nil, CK_IDENTITY, 0, false, &out, 1)
            return out
        }
        #expect(map(stride: 1) == [3, -1, -3, -1, -3, 1, 0, -3, -3, -3, 0, 1, 3, -2, -2, -1])
        #expect(map(stride: 2) == [3, -3, -3, 0])
    }
}
