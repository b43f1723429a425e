// The exponential function and what is made from it.

// x = n ln 2 + r with |r| <= ln 2 / 2, and e^r - 1.
typedef struct {
    vf minus_one;  // e^r - 1
    vi n;
} reduced;

INL reduced reduce_exponent(vf x) {
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits; no conversion of NaN is needed.
    const float round = 0x1.8p23f;
    vf shifted = x * 0x1.715476p0f + round;
    vf n = shifted - round;
    // ln 2 in two parts; the first has 15 bits, so that its product with n is exact.
    vf r = x - n * 0x1.62e4p-1f;
    r = r - n * 0x1.7f7d1cp-20f;
    // The Taylor series; its first omitted term is r^8 / 8! < 5.3e-9.
    vf p = r * (1 / 5040.f) + 1 / 720.f;
    p = p * r + 1 / 120.f;
    p = p * r + 1 / 24.f;
    p = p * r + 1 / 6.f;
    p = p * r + 0.5f;
    return (reduced){(p * r) * r + r, as_integers(shifted) - (vi)(0x4b400000)};
}

// 2^n, -126 <= n <= 127
INL vf power_of_two(vi n) { return as_floats((n + 127) << 23); }

// e^x within 2 ulp; infinity from 88.73 on, subnormal below -87.33, zero below -103.98; NaN stays NaN.
INL vf exponential(vf x) {
    x = pick(x > splat(100), splat(100), x);
    x = pick(x < splat(-110), splat(-110), x);
    reduced e = reduce_exponent(x);
    // In two factors, since n alone may exceed the range of an exponent.
    vi half = e.n >> 1;
    return (e.minus_one + 1.f) * power_of_two(half) * power_of_two(e.n - half);
}

// e^x - 1 for x <= 0, accurate near 0.
INL vf exponential_minus_one(vf x) {
    x = pick(x < splat(-80), splat(-80), x);
    reduced e = reduce_exponent(x);
    vf power = power_of_two(e.n);
    return e.minus_one * power + (power - 1.f);
}

// With e = e^-|x|, which never overflows: 1 / (1 + e), or e / (1 + e) for negative x.
INL vf sigmoid(vf x) {
    vf e = exponential(-__builtin_elementwise_abs(x));
    return pick(x < splat(0), e, splat(1)) / (1.f + e);
}

// tanh |x| = (1 - e^(-2|x|)) / (1 + e^(-2|x|))
INL vf hyperbolic_tangent(vf x) {
    vf e = exponential_minus_one(__builtin_elementwise_abs(x) * -2.f);
    return __builtin_elementwise_copysign(-e / (e + 2.f), x);
}

// The distribution function of the standard normal and, in *density, its density.
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26: erf within 1.5e-7.
INL vf normal_distribution(vf x, vf *density) {
    vf z = __builtin_elementwise_abs(x) * 0x1.6a09e6p-1f;  // |x| / sqrt 2
    vf e = exponential(-z * z);
    vf t = 1.f / (z * 0.3275911f + 1.f);
    vf p = t * 1.061405429f - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    vf tail = p * t * e * 0.5f;
    *density = e * 0.398942280f;  // 1 / sqrt(2 pi)
    return pick(x < splat(0), tail, 1.f - tail);
}
