#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The types of numbers that a safetensors file is read from, all little-endian.
enum NumberType: String {
    /// 32 bits, IEEE 754.
    case single = "F32"
    /// 16 bits, IEEE 754.
    case half = "F16"
    /// The upper 16 bits of a single.
    case brain = "BF16"

    /// Bytes of a number.
    var size: Int { self == .single ? 4 : 2 }

    /// The numbers.
    /// - Parameter bytes: `size` times `count` of them.
    func values(_ bytes: Data, count: Int) -> [Float] {
        bytes.withUnsafeBytes { source in
            [Float](unsafeUninitializedCapacity: count) { target, initialized in
                switch self {
                case .single:
                    for i in 0..<count { target[i] = Float(bitPattern: source.word(UInt32.self, i)) }
                case .half:
                    for i in 0..<count { target[i] = NumberType.value(ofHalf: source.word(UInt16.self, i)) }
                case .brain:
                    for i in 0..<count { target[i] = Float(bitPattern: UInt32(source.word(UInt16.self, i)) << 16) }
                }
                initialized = count
            }
        }
    }

    /// Every half is a single: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction.
    private static func value(ofHalf bits: UInt16) -> Float {
        let sign = UInt32(bits >> 15) << 31
        let (exponent, fraction) = (UInt32(bits >> 10 & 31), UInt32(bits & 1023))
        switch exponent {
        case 0:  // fraction · 2⁻²⁴
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The number at place `index` of a row of numbers.
    fileprivate func word<Number: FixedWidthInteger>(_ type: Number.Type, _ index: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.size, as: type))
    }
}
