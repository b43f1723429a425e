import CKernels
import FormantTensor
import TileKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The kernels of one instruction set that can run here.
struct InstructionSet: @unchecked Sendable, CustomStringConvertible {
    let kernels: ck_kernels

    var description: String { String(cString: kernels.name) }
    var panel: Int { kernels.panel }

    /// Those that this machine's programs choose from.
    static let selectable: [InstructionSet] = [CK_PORTABLE, CK_NEON, CK_AVX2, CK_AVX512].compactMap { isa in
        ck_for(isa).map { InstructionSet(kernels: $0.pointee) }
    }

    /// These, and the tiles of those that the machine may lack.
    static let available = selectable + [ck_kernels_tiled_as_avx512, ck_kernels_tiled_as_neon].map(InstructionSet.init)
}

/// An array between two pages that fault on any access, flush with one of them; the slack on the other side holds a
/// pattern that `isIntact` looks for.
final class Guarded<Element: BitwiseCopyable> {
    enum Flush { case start, end }

    let count: Int
    let pointer: UnsafeMutablePointer<Element>
    private let base: UnsafeMutableRawPointer
    private let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    private let inner: Int
    private let slack: Range<Int>

    init(_ values: [Element], flush: Flush) {
        count = values.count
        let bytes = max(1, values.count) * MemoryLayout<Element>.stride
        inner = (bytes + page - 1) / page * page
        let flags = MAP_PRIVATE | MAP_ANON
        guard let memory = mmap(nil, inner + 2 * page, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED,
            mprotect(memory, page, PROT_NONE) == 0, mprotect(memory + page + inner, page, PROT_NONE) == 0
        else { fatalError("cannot map \(inner) bytes") }
        base = memory
        let start = flush == .start ? page : page + inner - bytes
        slack = flush == .start ? page + bytes..<page + inner : page..<start
        memset(base + page, 0xA5, inner)
        pointer = (base + start).bindMemory(to: Element.self, capacity: max(1, values.count))
        for (i, value) in values.enumerated() { pointer[i] = value }
    }

    deinit { munmap(base, inner + 2 * page) }

    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    var isIntact: Bool { slack.allSatisfy { base.load(fromByteOffset: $0, as: UInt8.self) == 0xA5 } }
}

extension SeededGenerator {
    mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + index(below: range.count) }
    mutating func bool() -> Bool { index(below: 2) == 1 }
    mutating func floats(_ count: Int, from low: Float = -1, to high: Float = 1) -> [Float] {
        (0..<count).map { _ in uniform(in: low..<high) }
    }
    /// The values in guarded memory, flush with the page before or after by chance.
    mutating func guarded<Element>(_ values: [Element]) -> Guarded<Element> {
        Guarded(values, flush: bool() ? .start : .end)
    }
    mutating func guardedFloats(_ count: Int, from low: Float = -1, to high: Float = 1) -> Guarded<Float> {
        guarded(floats(count, from: low, to: high))
    }
    /// Memory that a kernel is to overwrite: NaN, so that a value left out is seen.
    mutating func blank(_ count: Int) -> Guarded<Float> { guarded([Float](repeating: .nan, count: count)) }
}

/// The largest |found − expected| ÷ (scale + floor): infinite where one is NaN and the other is not, or counts differ.
func error(_ found: [Float], _ expected: [Double], scale: [Double]? = nil, floor: Double = 0) -> Double {
    guard found.count == expected.count else { return .infinity }
    var worst = 0.0
    for i in found.indices {
        let value = Double(found[i])
        if value.isNaN || expected[i].isNaN || value.isInfinite || expected[i].isInfinite {
            if value != expected[i] && !(value.isNaN && expected[i].isNaN) { return .infinity }
            continue
        }
        let difference = abs(value - expected[i])
        if difference > 0 { worst = max(worst, difference / (abs(scale?[i] ?? expected[i]) + floor)) }
    }
    return worst
}

/// The largest |found − expected| ÷ scale.
func error(_ found: [Double], _ expected: [Double], scale: [Double]) -> Double {
    zip(zip(found, expected), scale).reduce(0) { worst, item in
        let difference = abs(item.0.0 - item.0.1)
        return difference.isNaN ? .infinity : max(worst, difference == 0 ? 0 : difference / item.1)
    }
}

/// Bit patterns, so that NaN equals NaN and −0 is not 0.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

/// Activations in double precision.
enum Reference {
    static let activations: [ck_activation] = [
        CK_IDENTITY, CK_RELU, CK_LEAKY_RELU, CK_ELU, CK_GELU, CK_SILU, CK_SIGMOID, CK_TANH,
    ]

    static func activation(_ kind: ck_activation, _ x: Double, _ alpha: Double) -> Double {
        switch kind {
        case CK_RELU: x < 0 ? 0 : x
        case CK_LEAKY_RELU: x > 0 ? x : alpha * x
        case CK_ELU: x > 0 ? x : alpha * expm1(x)
        case CK_GELU: x == -.infinity ? 0 : x * erfc(-x / 2.0.squareRoot()) / 2
        case CK_SILU: x == -.infinity ? 0 : x / (1 + exp(-x))
        case CK_SIGMOID: 1 / (1 + exp(-x))
        case CK_TANH: tanh(x)
        default: x
        }
    }

    /// The derivative, from x alone.
    static func slope(_ kind: ck_activation, _ x: Double, _ alpha: Double) -> Double {
        let s = 1 / (1 + exp(-x))
        return switch kind {
        case CK_RELU: x > 0 ? 1 : 0
        case CK_LEAKY_RELU: x > 0 ? 1 : alpha
        case CK_ELU: x > 0 ? 1 : alpha * exp(x)
        case CK_GELU: erfc(-x / 2.0.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        case CK_SILU: s * (1 + x * (1 - s))
        case CK_SIGMOID: s * (1 - s)
        case CK_TANH: 1 - tanh(x) * tanh(x)
        default: 1
        }
    }
}
