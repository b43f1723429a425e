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

typedef float quad __attribute__((ext_vector_type(4)));
typedef float quad_memory __attribute__((ext_vector_type(4), aligned(4), may_alias));

// Four floats from each of VW / 4 places, `step` floats apart.
INL vf load_quads(const float *x, long step) {
#if VW == 4
    (void)step;
    return *(const quad_memory *)x;
#else
    quad q[VW / 4];
    UNROLL for (int i = 0; i < VW / 4; i++) q[i] = *(const quad_memory *)(x + i * step);
    vf v;
#if VW == 8
    v.lo = q[0];
    v.hi = q[1];
#else
    v.lo = __builtin_shufflevector(q[0], q[1], 0, 1, 2, 3, 4, 5, 6, 7);
    v.hi = __builtin_shufflevector(q[2], q[3], 0, 1, 2, 3, 4, 5, 6, 7);
#endif
    return v;
#endif
}

// Of every four lanes of a and of b, chosen by number: 0 ... 3 of a, 4 ... 7 of b.
#define IN_QUAD(n, q) ((n) % 4 + 4 * (q) + ((n) < 4 ? 0 : VW))
#define QUAD(i, j, k, l, q) IN_QUAD(i, q), IN_QUAD(j, q), IN_QUAD(k, q), IN_QUAD(l, q)
#if VW == 4
#define CHOOSE(a, b, i, j, k, l) __builtin_shufflevector(a, b, QUAD(i, j, k, l, 0))
#elif VW == 8
#define CHOOSE(a, b, i, j, k, l) __builtin_shufflevector(a, b, QUAD(i, j, k, l, 0), QUAD(i, j, k, l, 1))
#else
#define CHOOSE(a, b, i, j, k, l) \
    __builtin_shufflevector(a, b, QUAD(i, j, k, l, 0), QUAD(i, j, k, l, 1), QUAD(i, j, k, l, 2), QUAD(i, j, k, l, 3))
#endif

// y[j][k] = x[j + k sc] for 4 rows and VW columns of y, whose rows are `c` apart
INL void transpose_tile(const float *x, long sc, long c, float *y) {
    vf r[4];
    UNROLL for (int i = 0; i < 4; i++) r[i] = load_quads(x + i * sc, 4 * sc);
    vf low01 = CHOOSE(r[0], r[1], 0, 4, 1, 5), high01 = CHOOSE(r[0], r[1], 2, 6, 3, 7);
    vf low23 = CHOOSE(r[2], r[3], 0, 4, 1, 5), high23 = CHOOSE(r[2], r[3], 2, 6, 3, 7);
    store_whole(y, CHOOSE(low01, low23, 0, 1, 4, 5));
    store_whole(y + c, CHOOSE(low01, low23, 2, 3, 6, 7));
    store_whole(y + 2 * c, CHOOSE(high01, high23, 0, 1, 4, 5));
    store_whole(y + 3 * c, CHOOSE(high01, high23, 2, 3, 6, 7));
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
            for (long k0 = 0; k0 < c; k0 += tile) {
                long j1 = at_most(b, j0 + tile), k1 = at_most(c, k0 + tile), j = j0;
                if (sb == 1 && k1 - k0 == tile)
                    for (; j + 4 <= j1; j += 4)
                        UNROLL for (long k = 0; k < tile; k += VW)
                            transpose_tile(x + j + (k0 + k) * sc, sc, c, y + j * c + k0 + k);
                for (; j < j1; j++)
                    for (long k = k0; k < k1; k++) y[j * c + k] = x[j * sb + k * sc];
            }
    }
}
