// Vectors of VW floats, and loads and stores of a whole vector or of its first lanes.
//
// A tail is computed by the same vector code as the rest, in a vector of which only some lanes are loaded and stored:
// a value does not depend on where in a range it stands, and nothing outside a range is read or written.

#define INL static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float vf __attribute__((ext_vector_type(VW)));
typedef int32_t vi __attribute__((ext_vector_type(VW)));
typedef uint32_t vu __attribute__((ext_vector_type(VW)));
typedef double vd __attribute__((ext_vector_type(VW)));
typedef float vf_memory __attribute__((ext_vector_type(VW), aligned(4), may_alias));
typedef double vd_memory __attribute__((ext_vector_type(VW), aligned(8), may_alias));

INL long at_most(long a, long b) { return a < b ? a : b; }

INL vf splat(float x) { return (vf)(x); }

// The same bits, seen as the other type.
INL vi as_integers(vf v) { return (vi)v; }
INL vf as_floats(vi v) { return (vf)v; }

// 0, 1, 2 … VW - 1
INL vi lane_numbers(void) {
    vi lanes;
    UNROLL for (int i = 0; i < VW; i++) lanes[i] = i;
    return lanes;
}

INL vf load_whole(const float *p) { return *(const vf_memory *)p; }
INL void store_whole(float *p, vf v) { *(vf_memory *)p = v; }

// The first `lanes` floats, 0 < lanes < VW; the other lanes are zero.
INL vf load_first(const float *p, long lanes) {
#if defined(PLAIN_TAILS)  // for a test of wide vectors on processors without masks
    vf v = {};
    for (long i = 0; i < lanes; i++) v[i] = p[i];
    return v;
#elif VW == 16
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), p);
#elif VW == 8
    return (vf)_mm256_maskload_ps(p, (__m256i)(lane_numbers() < (vi)((int)lanes)));
#else
    return (vf){p[0], lanes > 1 ? p[1] : 0, lanes > 2 ? p[2] : 0, 0};
#endif
}

INL void store_first(float *p, vf v, long lanes) {
#if defined(PLAIN_TAILS)
    for (long i = 0; i < lanes; i++) p[i] = v[i];
#elif VW == 16
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << lanes) - 1), (__m512)v);
#elif VW == 8
    // By powers of two: a masked store takes dozens of cycles on some processors.
    __m128 part = _mm256_castps256_ps128((__m256)v);
    if (lanes & 4) {
        _mm_storeu_ps(p, part);
        part = _mm256_extractf128_ps((__m256)v, 1);
        p += 4;
    }
    if (lanes & 2) {
        _mm_storel_pi((__m64 *)p, part);
        part = _mm_movehl_ps(part, part);
        p += 2;
    }
    if (lanes & 1) _mm_store_ss(p, part);
#else
    p[0] = v[0];
    if (lanes > 1) p[1] = v[1];
    if (lanes > 2) p[2] = v[2];
#endif
}

INL vf load(const float *p, long lanes) { return lanes == VW ? load_whole(p) : load_first(p, lanes); }

INL void store(float *p, vf v, long lanes) {
    if (lanes == VW) store_whole(p, v);
    else store_first(p, v, lanes);
}

// Runs the statement for i = 0, VW, 2 VW … below `count`, with `lanes` floats at i: the constant VW, but for the last.
#define FOR_VECTORS(count, ...)                      \
    do {                                             \
        const long vectors_end_ = (count);           \
        long i = 0;                                  \
        for (; i + VW <= vectors_end_; i += VW) {    \
            const long lanes = VW;                   \
            __VA_ARGS__                              \
        }                                            \
        if (i < vectors_end_) {                      \
            const long lanes = vectors_end_ - i;     \
            __VA_ARGS__                              \
        }                                            \
    } while (0)

INL vf pick(vi condition, vf yes, vf no) { return condition ? yes : no; }

// The greater one; `no` where either is NaN.
INL vf greater(vf yes, vf no) { return yes > no ? yes : no; }

// v with the lanes from `lanes` on replaced.
INL vf keep_first(vf v, long lanes, float rest) {
    return lanes == VW ? v : pick(lane_numbers() < (vi)((int)lanes), v, splat(rest));
}

// Sum of the lanes, by halves.
INL float sum_lanes(vf v) {
#if VW == 16
    __typeof__(v.lo) eight = v.lo + v.hi;
    __typeof__(eight.lo) four = eight.lo + eight.hi;
#elif VW == 8
    __typeof__(v.lo) four = v.lo + v.hi;
#else
    vf four = v;
#endif
    return (four[0] + four[2]) + (four[1] + four[3]);
}

INL double sum_lanes_double(vf v) {
    double sum = 0;
    UNROLL for (int i = 0; i < VW; i++) sum += (double)v[i];
    return sum;
}

// sum[0 ..< lanes] += v
INL void add_to_double(double *sum, vf v, long lanes) {
    if (lanes == VW) *(vd_memory *)sum += __builtin_convertvector(v, vd);
    else for (long i = 0; i < lanes; i++) sum[i] += (double)v[i];
}

// Copies the first and the last `part` of `count` floats, which may overlap; `part` is a constant.
INL void copy_ends(float *to, const float *from, long count, const long part) {
    __builtin_memcpy(to, from, (size_t)part * sizeof(float));
    __builtin_memcpy(to + count - part, from + count - part, (size_t)part * sizeof(float));
}

// Copies `count` floats; quick for a few too.
INL void copy_floats(float *to, const float *from, long count) {
    if (count >= VW) {
        for (long i = 0; i + VW < count; i += VW) store_whole(to + i, load_whole(from + i));
        store_whole(to + count - VW, load_whole(from + count - VW));
    } else if (VW > 8 && count >= 8) {
        copy_ends(to, from, count, 8);
    } else if (VW > 4 && count >= 4) {
        copy_ends(to, from, count, 4);
    } else if (count >= 2) {
        copy_ends(to, from, count, 2);
    } else if (count == 1) {
        *to = *from;
    }
}

INL void zero_floats(float *to, long count) {
    FOR_VECTORS(count, { store(to + i, splat(0), lanes); });
}
