/// What a field of a vector file is.
enum DecimalNumber: Equatable {
    /// A finite number.
    case finite(Float)
    /// NaN, infinity, or too large for single precision.
    case notFinite
    /// No decimal number.
    case notNumber
}

extension DecimalNumber {
    /// Reads `[+-] digits [. digits] [e [+-] digits]`, in ASCII, whatever the locale.
    ///
    /// The value is rounded to double precision and then to single, as Python's `float32(text)` does.
    init(_ field: UnsafeBufferPointer<UInt8>) {
        var index = 0
        var isNegative = false
        if index < field.count, field[index] == UInt8(ascii: "-") || field[index] == UInt8(ascii: "+") {
            isNegative = field[index] == UInt8(ascii: "-")
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var significant = 0
        var fraction = 0
        var hasPoint = false
        while index < field.count {
            let byte = field[index]
            if (0x30...0x39).contains(byte) {
                digits += 1
                if significant > 0 || byte != 0x30 { significant += 1 }
                if significant <= 15 { mantissa = mantissa * 10 + UInt64(byte - 0x30) }
                if hasPoint { fraction += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        // 15 digits and a power of ten up to 22 are exact in double precision, so that one division rounds once.
        if digits > 0, significant <= 15, index == field.count, fraction <= 22 {
            let magnitude = Double(mantissa) / powersOfTen[fraction]
            self = .finite(Float(isNegative ? -magnitude : magnitude))
            return
        }
        self = DecimalNumber(slowly: field, isNumber: digits > 0 && isExponent(field[index...]))
    }

    private init(slowly field: UnsafeBufferPointer<UInt8>, isNumber: Bool) {
        let text = String(decoding: field.prefix(4096), as: UTF8.self)
        guard isNumber, field.count <= 4096, let value = Double(text) else {
            let name = text.lowercased().drop { $0 == "-" || $0 == "+" }
            self = ["nan", "inf", "infinity"].contains(name) ? .notFinite : .notNumber
            return
        }
        let single = Float(value)
        self = single.isFinite ? .finite(single) : .notFinite
    }
}

// Nothing, or e, a sign perhaps, and digits.
private func isExponent(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let first = bytes.first else { return true }
    guard first | 0x20 == UInt8(ascii: "e") else { return false }
    var digits = bytes.dropFirst()
    if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
    return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
