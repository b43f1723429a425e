// Sums, products, dropout and the order of axes.

static void add(const float *x, const float *y, float *out, long count) {
    FOR_VECTORS(count, { store(out + i, load(x + i, lanes) + load(y + i, lanes), lanes); });
}

static void multiply(const float *x, const float *y, float *out, long count) {
    FOR_VECTORS(count, { store(out + i, load(x + i, lanes) * load(y + i, lanes), lanes); });
}

static void add_scaled(float a, const float *x, float *y, long count) {
    FOR_VECTORS(count, { store(y + i, load(x + i, lanes) * a + load(y + i, lanes), lanes); });
}

static void scale(float a, const float *x, float *y, long count) {
    FOR_VECTORS(count, { store(y + i, load(x + i, lanes) * a, lanes); });
}

static double sum_of_squares(const float *x, long count) {
    double sum = 0;
    for (long start = 0; start < count; start += 64 * VW) {
        vf partial[4] = {};
        long length = at_most(count - start, 64 * VW), whole = length / (4 * VW) * (4 * VW);
        for (long k = 0; k < whole; k += 4 * VW)
            UNROLL for (int j = 0; j < 4; j++) {
                vf v = load_whole(x + start + k + j * VW);
                partial[j] += v * v;
            }
        FOR_VECTORS(length - whole, {
            vf v = load(x + start + whole + i, lanes);
            partial[0] += v * v;
        });
        sum += sum_lanes_double((partial[0] + partial[1]) + (partial[2] + partial[3]));
    }
    return sum;
}

// Mixes 64 bits (the finaliser of SplitMix64: Steele, Lea & Flood, OOPSLA 2014).
INL uint64_t mix64(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// A hash of the low half of a counter under a key, 32 bits a lane (the finaliser of MurmurHash3 by Austin Appleby,
// public domain, before and after the second half of the key).
INL vu hash_lanes(vu counter, uint64_t key) {
    vu h = counter ^ (vu)((uint32_t)key);
    UNROLL for (int round = 0; round < 2; round++) {
        h = (h ^ (h >> 16)) * 0x85ebca6bu;
        h = (h ^ (h >> 13)) * 0xc2b2ae35u;
        h = (h ^ (h >> 16)) + (uint32_t)(key >> 32);
    }
    return h;
}

static void dropout(const float *x, float *y, long count, uint64_t seed, uint64_t first, float rate) {
    if (!(rate < 1)) {
        zero_floats(y, count);
        return;
    }
    const float factor = 1 / (1 - rate);
    const int32_t threshold = rate > 0 ? (int32_t)(rate * 0x1p24f) : 0;
    while (count > 0) {
        // A stretch over which the high half of the counter stays the same.
        uint64_t key = mix64(seed + 0x9e3779b97f4a7c15u * (mix64(first >> 32) + 1));
        uint32_t low = (uint32_t)first;
        uint64_t left = 0x100000000u - (uint64_t)low;
        long stretch = left < (uint64_t)count ? (long)left : count;
        vu lane = (vu)lane_numbers();
        FOR_VECTORS(stretch, {
            vu h = hash_lanes(lane + (low + (uint32_t)i), key) >> 8;
            vi kept = (vi)h >= (vi)(threshold);
            store(y + i, pick(kept, load(x + i, lanes) * factor, splat(0)), lanes);
        });
        x += stretch;
        y += stretch;
        first += (uint64_t)stretch;
        count -= stretch;
    }
}

// y[a][b][c] = x[a sa + b sb + c sc]
static void permute(const float *x, long a, long b, long c, long sa, long sb, long sc, float *y) {
    const long tile = 16;  // of a transposition: 16 cache lines on either side
    for (long i = 0; i < a; i++, x += sa, y += b * c) {
        if (sc == 1) {
            for (long j = 0; j < b; j++) copy_floats(y + j * c, x + j * sb, c);
            continue;
        }
        for (long j0 = 0; j0 < b; j0 += tile)
            for (long k0 = 0; k0 < c; k0 += tile)
                for (long j = j0; j < at_most(b, j0 + tile); j++)
                    for (long k = k0; k < at_most(c, k0 + tile); k++) y[j * c + k] = x[j * sb + k * sc];
    }
}
