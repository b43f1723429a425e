/// The natural logarithm of a positive, finite number, to 1e-15 relative; the same bits on every platform.
///
/// `x = 2^e · m` with m in √½ ..< √2, and with s = (m − 1) / (m + 1), ln m = 2 · (s + s³/3 + s⁵/5 + …), |s| < 0.172.
func naturalLogarithm(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm of \(x)")
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.414_213_562_373_095 {
        mantissa /= 2
        exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 0.0
    for k in stride(from: 23, through: 1, by: -2) { sum = sum * square + 1 / Double(k) }
    return exponent * 0.693_147_180_559_945_309_4 + 2 * s * sum
}
