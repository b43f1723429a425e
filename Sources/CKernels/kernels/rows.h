// Layer norm and softmax: each row by itself.

// Sum of (x - origin) over a row, or of its squares: single precision over 64 vectors, then double.
INL double row_sum(const float *x, long channels, float origin, bool squared) {
    double total = 0;
    for (long start = 0; start < channels; start += 64 * VW) {
        vf sum = {};
        FOR_VECTORS(at_most(channels - start, 64 * VW), {
            // The lanes outside hold the origin, and count for nothing.
            vf d = keep_first(load(x + start + i, lanes), lanes, origin) - origin;
            sum += squared ? d * d : d;
        });
        total += (double)sum_lanes(sum);
    }
    return total;
}

static void row_norm(const float *x, long rows, long channels, float epsilon, const float *gain, const float *bias,
                     float *y, float *mean, float *rstd) {
    for (long r = 0; r < rows; r++, x += channels, y += channels) {
        // Sums of differences from the first value: a large common mean costs no accuracy.
        const float centre = x[0] + (float)(row_sum(x, channels, x[0], false) / (double)channels);
        const double variance = row_sum(x, channels, centre, true) / (double)channels;
        const float scale = (float)(1 / __builtin_elementwise_sqrt(variance + (double)epsilon));
        FOR_VECTORS(channels, {
            vf normal = (load(x + i, lanes) - centre) * scale;
            store(y + i, normal * load(gain + i, lanes) + load(bias + i, lanes), lanes);
        });
        mean[r] = centre;
        rstd[r] = scale;
    }
}

// With z = (x - mean) rstd and g = dy gain: dx = rstd (g - mean of g - z mean of (g z)).
static void row_norm_backward(const float *x, const float *dy, long rows, long channels, const float *gain,
                              const float *mean, const float *rstd, float *dx, double *dgain, double *dbias) {
    for (long start = 0; start < rows; start += BLOCK_ROWS) {
        const long end = at_most(rows, start + BLOCK_ROWS);
        FOR_VECTORS(channels, {
            vf gains = {}, biases = {};
            for (long r = start; r < end; r++) {
                vf d = load(dy + r * channels + i, lanes);
                gains += d * ((load(x + r * channels + i, lanes) - mean[r]) * rstd[r]);
                biases += d;
            }
            add_to_double(dgain + i, gains, lanes);
            add_to_double(dbias + i, biases, lanes);
        });
        for (long r = start; r < end; r++) {
            const float *xr = x + r * channels, *dyr = dy + r * channels;
            double sum = 0, product = 0;
            for (long from = 0; from < channels; from += 64 * VW) {
                vf s = {}, p = {};
                FOR_VECTORS(at_most(channels - from, 64 * VW), {
                    // Lanes outside are zero in dy, so that they count for nothing.
                    vf g = load(dyr + from + i, lanes) * load(gain + from + i, lanes);
                    s += g;
                    p += g * ((load(xr + from + i, lanes) - mean[r]) * rstd[r]);
                });
                sum += (double)sum_lanes(s);
                product += (double)sum_lanes(p);
            }
            const float a = (float)(sum / (double)channels), b = (float)(product / (double)channels);
            float *dxr = dx + r * channels;
            FOR_VECTORS(channels, {
                vf z = (load(xr + i, lanes) - mean[r]) * rstd[r];
                vf g = load(dyr + i, lanes) * load(gain + i, lanes);
                store(dxr + i, (g - a - z * b) * rstd[r], lanes);
            });
        }
    }
}

static void softmax(const float *x, long rows, long columns, float *y) {
    for (long r = 0; r < rows; r++, x += columns, y += columns) {
        // NaN is passed over here and comes back through the sum.
        vf tops = splat(-__builtin_inff());
        FOR_VECTORS(columns, {
            tops = greater(keep_first(load(x + i, lanes), lanes, -__builtin_inff()), tops);
        });
        float top = tops[0];
        UNROLL for (int i = 1; i < VW; i++) top = tops[i] > top ? tops[i] : top;

        vf sum = {};
        FOR_VECTORS(columns, {
            vf e = exponential(load(x + i, lanes) - top);
            store(y + i, e, lanes);
            sum += keep_first(e, lanes, 0);
        });
        const float factor = 1 / sum_lanes(sum);
        FOR_VECTORS(columns, { store(y + i, load(y + i, lanes) * factor, lanes); });
    }
}

static void softmax_backward(const float *y, const float *dy, long rows, long columns, float *dx) {
    for (long r = 0; r < rows; r++, y += columns, dy += columns, dx += columns) {
        vf dot = {};
        FOR_VECTORS(columns, { dot += load(dy + i, lanes) * load(y + i, lanes); });
        const float sum = sum_lanes(dot);
        FOR_VECTORS(columns, { store(dx + i, (load(dy + i, lanes) - sum) * load(y + i, lanes), lanes); });
    }
}

// values = e^values for values <= 0 within a few units of the last place; 0 below -708, NaN stays NaN. By address, since
// how a vector of doubles is passed would depend on the instruction set.
INL void raise_to_exponentials(vd *values) {
    vd x = *values;
    typedef int64_t vl __attribute__((ext_vector_type(VW)));
    const vl tiny = x < (vd)(-708.0);
    x = tiny ? (vd)(-708.0) : x;
    // As reduce_exponent; the first part of ln 2 has 32 bits.
    const double round = 0x1.8p52;
    const vd shifted = x * 0x1.71547652b82fep0 + round, n = shifted - round;
    const vd r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
    // The Taylor series; its first omitted term is r^14 / 14! < 5e-18.
    vd p = r * (1 / 6227020800.0) + 1 / 479001600.0;
    p = p * r + 1 / 39916800.0;
    p = p * r + 1 / 3628800.0;
    p = p * r + 1 / 362880.0;
    p = p * r + 1 / 40320.0;
    p = p * r + 1 / 5040.0;
    p = p * r + 1 / 720.0;
    p = p * r + 1 / 120.0;
    p = p * r + 1 / 24.0;
    p = p * r + 1 / 6.0;
    p = p * r + 0.5;
    p = (p * r) * r + r + 1;
    // The low bits of `shifted` hold n: moved up, they add to the exponent of p.
    const vd power = (vd)((vl)p + ((vl)shifted << 52));
    *values = tiny ? (vd){} : power;
}

static double exponential_sum(const float *x, long count, float largest, float *y) {
    vd sum = {};
    FOR_VECTORS(count, {
        const vf values = keep_first(load(x + i, lanes), lanes, -__builtin_inff());
        vd e = __builtin_convertvector(values, vd) - (double)largest;
        raise_to_exponentials(&e);
        sum += e;
        if (y) store(y + i, __builtin_convertvector(e, vf), lanes);
    });
    double total = 0;
    UNROLL for (int i = 0; i < VW; i++) total += sum[i];
    return total;
}
