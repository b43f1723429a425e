import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A linear map of each channel along its rows and its columns: y = A x Bᵀ.
struct SeparableMap {
    /// Height × height.
    private let rows: [Float]
    /// Width × width, transposed: from input column to output columns.
    private let columns: [Float]
    private let shape: Shape

    /// - Parameters:
    ///   - axis: the square matrix for an axis of so many positions, row by row: output × input.
    init(_ shape: Shape, axis: (Int) -> [Float]) {
        self.shape = shape
        rows = axis(shape.height)
        columns = SeparableMap.transposed(axis(shape.width), shape.width)
    }

    private init(_ shape: Shape, rows: [Float], columns: [Float]) {
        (self.shape, self.rows, self.columns) = (shape, rows, columns)
    }

    /// x = Aᵀ y B: what hands a gradient back.
    var transposed: SeparableMap {
        SeparableMap(
            shape, rows: SeparableMap.transposed(rows, shape.height),
            columns: SeparableMap.transposed(columns, shape.width))
    }

    /// The map of some values: channel × height × width.
    func callAsFunction(_ values: [Float]) -> [Float] {
        let (height, width) = (shape.height, shape.width)
        var across = [Float](repeating: 0, count: values.count)
        var result = across
        let kernels = ck_active().pointee
        columns.withUnsafeBufferPointer { columns in
            across.withUnsafeMutableBufferPointer { target in
                // across[r, :] = Σ_k values[r, k] · columns[k, :]
                for row in 0..<shape.channels * height {
                    for k in 0..<width where values[row * width + k] != 0 {
                        kernels.add_scaled(
                            values[row * width + k], columns.baseAddress! + k * width,
                            target.baseAddress! + row * width,
                            width)
                    }
                }
            }
        }
        across.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { target in
                // result[c, i, :] = Σ_k rows[i, k] · across[c, k, :]
                for channel in 0..<shape.channels {
                    for i in 0..<height {
                        let line = target.baseAddress! + (channel * height + i) * width
                        for k in 0..<height where rows[i * height + k] != 0 {
                            kernels.add_scaled(
                                rows[i * height + k], source.baseAddress! + (channel * height + k) * width, line, width)
                        }
                    }
                }
            }
        }
        return result
    }

    private static func transposed(_ matrix: [Float], _ side: Int) -> [Float] {
        (0..<side * side).map { matrix[$0 % side * side + $0 / side] }
    }
}

extension SeparableMap {
    /// From amplitudes of cosine waves to values: the inverse of the orthonormal cosine transform (DCT-II).
    static func waves(_ shape: Shape) -> SeparableMap {
        SeparableMap(shape) { length in
            (0..<length * length).map { place in
                let (position, wave) = (place / length, place % length)
                let scale = (wave == 0 ? 1 / Double(length) : 2 / Double(length)).squareRoot()
                return Float(scale * cos(Double.pi * (Double(position) + 0.5) * Double(wave) / Double(length)))
            }
        }
    }

    /// A Gaussian blur, whose weights at the edges make up 1 too.
    /// - Parameter deviation: in rows and columns, above 0.
    static func blur(_ shape: Shape, deviation: Float) -> SeparableMap {
        SeparableMap(shape) { length in
            var matrix = [Float](repeating: 0, count: length * length)
            let reach = Int((3 * deviation).rounded(.up))
            for i in 0..<length {
                let near = max(0, i - reach)...min(length - 1, i + reach)
                var sum: Float = 0
                for k in near {
                    let distance = Float(i - k) / deviation
                    matrix[i * length + k] = exp(-distance * distance / 2)
                    sum += matrix[i * length + k]
                }
                for k in near { matrix[i * length + k] /= sum }
            }
            return matrix
        }
    }
}
