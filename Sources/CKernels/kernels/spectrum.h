// From spectra to features: powers, banks of filters over rows, logarithms.

// p[k] = re(x[k])^2 + im(x[k])^2
static void power(const float *x, long count, float *p) {
    FOR_VECTORS(count, {
        const float *pairs = x + 2 * i;
        vf low = load(pairs, at_most(2 * lanes, VW));
        vf high = 2 * lanes > VW ? load(pairs + VW, 2 * lanes - VW) : splat(0);
        vf re, im;
        re.lo = low.even;
        re.hi = high.even;
        im.lo = low.odd;
        im.hi = high.odd;
        store(p + i, re * re + im * im, lanes);
    });
}

// One band on `vectors` vectors of columns, the last of them of `lanes`.
INL void filter_columns(const ck_band band, const float *w, const float *x, long ldx, const long vectors, long lanes,
                        float *y) {
    vf sum[2] = {};
    const float *row = x + band.first * ldx;
    for (long k = 0; k < band.count; k++, row += ldx)
        UNROLL for (long v = 0; v < vectors; v++)
            sum[v] += w[k] * (v + 1 < vectors ? load_whole(row + v * VW) : load(row + v * VW, lanes));
    UNROLL for (long v = 0; v < vectors; v++) store(y + v * VW, sum[v], v + 1 < vectors ? VW : lanes);
}

// y[b][t] = sum over k of w[offset of b + k] x[first of b + k][t], in the order of k
static void filter_bank(const ck_band *bands, long count, const float *w, const float *x, long ldx, long columns,
                        float *y, long ldy) {
    for (long t = 0; t < columns;) {
        long left = columns - t, taken = at_most(left, 2 * VW);
        for (long b = 0; b < count; b++) {
            const float *own = w + bands[b].offset;
            float *row = y + b * ldy + t;
            if (left >= 2 * VW) filter_columns(bands[b], own, x + t, ldx, 2, VW, row);
            else if (left > VW) filter_columns(bands[b], own, x + t, ldx, 2, left - VW, row);
            else if (left == VW) filter_columns(bands[b], own, x + t, ldx, 1, VW, row);
            else filter_columns(bands[b], own, x + t, ldx, 1, left, row);
        }
        t += taken;
    }
}

// ln x for finite x > 0, also subnormal, within 2 ulp.
INL vf natural_logarithm(vf x) {
    vi tiny = x < splat(0x1p-126f);
    vf scaled = pick(tiny, x * 0x1p24f, x);
    // x = m 2^n with m from sqrt 1/2 to sqrt 2: adding the distance from sqrt 1/2 to 1 carries into the exponent.
    const int32_t half_root = 0x3f3504f3;
    vi bits = as_integers(scaled) + (0x3f800000 - half_root);
    vf f = as_floats((bits & 0x7fffff) + half_root) - 1.f;
    vf exponent = __builtin_convertvector((bits >> 23) - 127, vf) - pick(tiny, splat(24), splat(0));
    // ln (1 + f) = 2 artanh s = 2 s + 2 s^3 / 3 + …, |s| < 0.1716; the first omitted term is below 3e-10 of it.
    vf s = f / (f + 2.f);
    vf z = s * s;
    vf p = z * (2 / 9.f) + 2 / 7.f;
    p = p * z + 2 / 5.f;
    p = p * z + 2 / 3.f;
    // 2 s = f - f s, and f is exact.
    vf small = s * (p * z - f);
    // ln 2 in two parts; the first has 15 bits, so that its product with the exponent is exact.
    small += exponent * 0x1.7f7d1cp-20f;
    return exponent * 0x1.62e4p-1f + (f + small);
}

// y = (ln max(x, floor) - shift) factor
static void logarithm(const float *x, long count, float floor, float shift, float factor, float *y) {
    FOR_VECTORS(count, {
        vf v = keep_first(load(x + i, lanes), lanes, 1);
        store(y + i, (natural_logarithm(greater(v, splat(floor))) - shift) * factor, lanes);
    });
}
