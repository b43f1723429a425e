/// How samples without a header are written.
///
/// Whole numbers are scaled as libsndfile scales those of files: full scale is ± 1.
public enum RawEncoding: String, Hashable, Sendable, CaseIterable {
    /// 8 bits, zero at 128.
    case u8
    /// 8 bits, two's complement.
    case s8
    /// 16 bits, lowest byte first.
    case s16le
    /// 16 bits, highest byte first.
    case s16be
    /// 24 bits in three bytes, lowest byte first.
    case s24le
    /// 24 bits in three bytes, highest byte first.
    case s24be
    /// 32 bits, lowest byte first.
    case s32le
    /// 32 bits, highest byte first.
    case s32be
    /// IEEE 754 single precision, lowest byte first.
    case f32le
    /// IEEE 754 single precision, highest byte first.
    case f32be
    /// IEEE 754 double precision, lowest byte first.
    case f64le
    /// IEEE 754 double precision, highest byte first.
    case f64be
    /// ITU-T G.711 μ-law, 8 bits.
    case mulaw
    /// ITU-T G.711 A-law, 8 bits.
    case alaw

    /// Bytes of a sample.
    public var bytesPerSample: Int {
        switch self {
        case .u8, .s8, .mulaw, .alaw: 1
        case .s16le, .s16be: 2
        case .s24le, .s24be: 3
        case .s32le, .s32be, .f32le, .f32be: 4
        case .f64le, .f64be: 8
        }
    }

    /// Appends the samples in `bytes`, whose number is a multiple of `bytesPerSample`.
    func decode(_ bytes: UnsafeRawBufferPointer, into samples: inout [Float]) {
        switch self {
        case .u8: for byte in bytes { samples.append((Float(byte) - 128) / 128) }
        case .s8: for byte in bytes { samples.append(Float(Int8(bitPattern: byte)) / 128) }
        case .mulaw: for byte in bytes { samples.append(Self.muLaw(byte)) }
        case .alaw: for byte in bytes { samples.append(Self.aLaw(byte)) }
        case .s16le: each(bytes) { samples.append(Float(Int16(littleEndian: $0)) / 0x8000) }
        case .s16be: each(bytes) { samples.append(Float(Int16(bigEndian: $0)) / 0x8000) }
        case .s32le: each(bytes) { samples.append(Float(Int32(littleEndian: $0)) / 0x8000_0000) }
        case .s32be: each(bytes) { samples.append(Float(Int32(bigEndian: $0)) / 0x8000_0000) }
        case .s24le: triples(bytes) { samples.append(Self.scaled24($2, $1, $0)) }
        case .s24be: triples(bytes) { samples.append(Self.scaled24($0, $1, $2)) }
        case .f32le: each(bytes) { samples.append(Float(bitPattern: UInt32(littleEndian: $0))) }
        case .f32be: each(bytes) { samples.append(Float(bitPattern: UInt32(bigEndian: $0))) }
        case .f64le: each(bytes) { samples.append(Float(Double(bitPattern: UInt64(littleEndian: $0)))) }
        case .f64be: each(bytes) { samples.append(Float(Double(bitPattern: UInt64(bigEndian: $0)))) }
        }
    }

    private func each<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ body: (Number) -> Void) {
        for at in stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size) {
            body(bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
        }
    }

    private func triples(_ bytes: UnsafeRawBufferPointer, _ body: (UInt8, UInt8, UInt8) -> Void) {
        for at in stride(from: 0, to: bytes.count, by: 3) { body(bytes[at], bytes[at + 1], bytes[at + 2]) }
    }

    private static func scaled24(_ high: UInt8, _ middle: UInt8, _ low: UInt8) -> Float {
        Float(Int32(bitPattern: UInt32(high) << 24 | UInt32(middle) << 16 | UInt32(low) << 8)) / 0x8000_0000
    }

    /// Source: ITU-T G.711, table 2.
    private static func muLaw(_ code: UInt8) -> Float {
        let code = ~code
        let magnitude = ((Int(code & 0x0f) << 3) + 0x84) << Int(code >> 4 & 7) - 0x84
        return Float(code & 0x80 == 0 ? magnitude : -magnitude) / 0x8000
    }

    /// Source: ITU-T G.711, table 1.
    private static func aLaw(_ code: UInt8) -> Float {
        let code = code ^ 0x55
        let (step, segment) = (Int(code & 0x0f) << 4, Int(code >> 4 & 7))
        let magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1)
        return Float(code & 0x80 == 0 ? -magnitude : magnitude) / 0x8000
    }
}
