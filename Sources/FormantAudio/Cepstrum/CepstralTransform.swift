import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The discrete cosine transform (type II) of log-mel bands, liftered.
public struct CepstralTransform: Sendable {
    /// Number of bands it takes.
    public let bands: Int
    /// Number of coefficients it gives.
    public let coefficients: Int

    /// Extents [coefficients, bands].
    private let matrix: [Float]

    /// Builds the matrix, in double precision.
    /// - Throws: `AudioError.optionInvalid`.
    public init(_ options: CepstrumOptions, bands: Int) throws(AudioError) {
        try require(bands >= 1, "mel.bands", bands, "at least 1")
        try require(
            (1...bands).contains(options.coefficients), "mfcc.coefficients", options.coefficients,
            "1 … \(bands) (the mel bands)")
        try require(
            options.lifter >= 0 && options.lifter.isFinite, "mfcc.lifter", options.lifter, "a finite number from 0")
        self.bands = bands
        coefficients = options.coefficients
        var order = Array(0..<options.coefficients)
        if options.zeroth == .last { order.append(order.removeFirst()) }
        matrix = order.flatMap { k in
            let norm = (Double(k == 0 && options.norm == .orthonormal ? 1 : 2) / Double(bands)).squareRoot()
            let angle = Double.pi * Double(options.lifterRule == .librosa ? k + 1 : k)
            let lift = options.lifter > 0 ? 1 + options.lifter / 2 * sin(angle / options.lifter) : 1
            return (0..<bands).map { b in
                Float(norm * lift * cos(Double.pi * Double(k) * Double(2 * b + 1) / Double(2 * bands)))
            }
        }
    }

    /// The coefficients of every frame: extents [coefficients, frames].
    ///
    /// c[k,t] = Σ_b matrix[k,b] · x[b,t], added in the order of the bands
    /// - Throws: `AudioError.extentMismatch` for another number of bands.
    public func coefficients(of spectrum: Spectrum<Logarithmic<Mel>>) throws(AudioError) -> Spectrum<Cepstral> {
        guard spectrum.bands == bands else {
            throw .extentMismatch(what: "mel bands", expected: bands, found: spectrum.bands)
        }
        return Spectrum(matrixProduct(spectrum.values))
    }

    /// The coefficients of log-mel bands with the extents [bands, frames].
    func matrixProduct(_ bandValues: Tensor) -> Tensor {
        let frames = bandValues.extents[1]
        var result = Tensor(zeros: [coefficients, frames])
        result.values.withUnsafeMutableBufferPointer { result in
            bandValues.values.withUnsafeBufferPointer { source in
                guard let out = result.baseAddress, let x = source.baseAddress else { return }
                let rows = (0..<coefficients).map { ck_band(first: 0, count: bands, offset: $0 * bands) }
                ck_active().pointee.filter_bank(rows, coefficients, matrix, x, frames, frames, out, frames)
            }
        }
        return result
    }
}
