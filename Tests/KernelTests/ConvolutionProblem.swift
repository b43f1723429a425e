import CKernels
import FormantTensor

/// A random convolution in NHWC with its results in double precision.
struct ConvolutionProblem: CustomStringConvertible {
    var examples = 1, height = 1, width = 1, inputs = 1, outputs = 1
    var tapsY = 3, tapsX = 3, strideY = 1, strideX = 1, dilationY = 1
    var beforeY = 0, afterY = 0, beforeX = 0, afterX = 0

    var outHeight: Int { (height + beforeY + afterY - (tapsY - 1) * dilationY - 1) / strideY + 1 }
    var outWidth: Int { (width + beforeX + afterX - tapsX) / strideX + 1 }
    var inputCount: Int { examples * height * width * inputs }
    var outputCount: Int { examples * outHeight * outWidth * outputs }
    var weightCount: Int { tapsY * tapsX * inputs * outputs }
    var fits: Bool { height + beforeY + afterY > (tapsY - 1) * dilationY && width + beforeX + afterX >= tapsX }

    var description: String {
        """
        \(examples)×\(height)×\(width)×\(inputs) → \(outputs), taps \(tapsY)×\(tapsX), stride \(strideY)×\(strideX), \
        dilation \(dilationY), zeros \(beforeY)+\(afterY) and \(beforeX)+\(afterX)
        """
    }

    /// The shape that the kernels along lines want. With `spread`, floats lie between neighbouring outputs.
    func direct(spread: Int = 0) -> ck_direct {
        let line = outWidth * (outputs + spread) + spread
        return ck_direct(
            height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth, outputs: outputs,
            taps_y: tapsY, taps_x: tapsX, stride_y: strideY, stride_x: strideX, dilation_y: dilationY,
            before_y: beforeY, before_x: beforeX, y_column: outputs + spread, y_line: line,
            y_example: outHeight * line + spread)
    }

    /// Calls `body` with the places of x, y and w that belong together: without the channels.
    private func forEachTap(_ body: (_ source: Int, _ target: Int, _ tap: Int) -> Void) {
        for n in 0..<examples {
            for row in 0..<outHeight {
                for column in 0..<outWidth {
                    for ty in 0..<tapsY {
                        let y = row * strideY + ty * dilationY - beforeY
                        guard y >= 0, y < height else { continue }
                        for tx in 0..<tapsX {
                            let x = column * strideX + tx - beforeX
                            guard x >= 0, x < width else { continue }
                            body(
                                (n * height + y) * width + x, (n * outHeight + row) * outWidth + column,
                                ty * tapsX + tx)
                        }
                    }
                }
            }
        }
    }

    /// y, and for each value the sum of the absolute values it is made of.
    func output(_ x: [Float], _ w: [Float], bias: [Float]?) -> (values: [Double], scale: [Double]) {
        var values = (0..<outputCount).map { Double(bias?[$0 % outputs] ?? 0) }
        var scale = values.map { abs($0) + 1e-3 }
        forEachTap { source, target, tap in
            for i in 0..<inputs {
                let value = Double(x[source * inputs + i])
                for o in 0..<outputs {
                    let product = value * Double(w[(tap * inputs + i) * outputs + o])
                    values[target * outputs + o] += product
                    scale[target * outputs + o] += abs(product)
                }
            }
        }
        return (values, scale)
    }

    /// dw, and for each value the sum of the absolute values it is made of.
    func weightGradient(_ x: [Float], _ dy: [Float]) -> (values: [Double], scale: [Double]) {
        var values = [Double](repeating: 0, count: weightCount)
        var scale = [Double](repeating: 1e-3, count: weightCount)
        forEachTap { source, target, tap in
            for i in 0..<inputs {
                let value = Double(x[source * inputs + i])
                for o in 0..<outputs {
                    let product = value * Double(dy[target * outputs + o])
                    values[(tap * inputs + i) * outputs + o] += product
                    scale[(tap * inputs + i) * outputs + o] += abs(product)
                }
            }
        }
        return (values, scale)
    }

    /// dx, and for each value the sum of the absolute values it is made of.
    func dataGradient(_ w: [Float], _ dy: [Float]) -> (values: [Double], scale: [Double]) {
        var values = [Double](repeating: 0, count: inputCount)
        var scale = [Double](repeating: 1e-3, count: inputCount)
        forEachTap { source, target, tap in
            for i in 0..<inputs {
                for o in 0..<outputs {
                    let product = Double(dy[target * outputs + o]) * Double(w[(tap * inputs + i) * outputs + o])
                    values[source * inputs + i] += product
                    scale[source * inputs + i] += abs(product)
                }
            }
        }
        return (values, scale)
    }
}

extension InstructionSet {
    func packed(_ w: [Float], rows: Int, columns: Int) -> [Float] {
        var packed = [Float](repeating: .nan, count: (columns + panel - 1) / panel * panel * rows)
        kernels.pack!(w, columns, false, rows, columns, &packed)
        return packed
    }
}

/// Root of the mean square of the differences over that of the expected values.
func relativeSquareError(_ found: [Float], _ expected: [Double]) -> Double {
    let difference = zip(found, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    let size = expected.reduce(0) { $0 + $1 * $1 }
    return (difference / size).squareRoot()
}
