// Matrix products, by register tiles of MR rows and NV vectors of columns.
//
// The inner extent k is cut into blocks; each value of c is the sum over the blocks, in order, of the sum inside a
// block, in order. Blocks depend on k alone, so a value has the same bits whichever rows and columns are computed
// along with it.

enum {
    PANEL = NV * VW,
    GEMM_BLOCK_K = 384,           // of a packed panel of b: PANEL * 384 floats stay in the first-level cache
    GEMM_BLOCK_M = 96,            // rows of a, whose block stays in the second-level cache
    TRANSPOSED_BLOCK_K = 128,
    TRANSPOSED_BLOCK_M = 480,
};

// acc[i][j] = sum over k of a[i * row_stride + k * k_stride] * b[k][j]. `rows` and `vectors` are constants.
INL void multiply_tile(const int rows, const int vectors, long k, const float *a, const long row_stride,
                       const long k_stride, const float *b, vf acc[MR][NV]) {
    const float *row[MR];
    UNROLL for (int i = 0; i < rows; i++) {
        row[i] = a + i * row_stride;
        UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = splat(0);
    }
    for (long l = 0; l < k; l++, b += PANEL) {
        vf column[NV];
        UNROLL for (int j = 0; j < vectors; j++) column[j] = load_whole(b + j * VW);
        UNROLL for (int i = 0; i < rows; i++) {
            const vf value = splat(row[i][l * k_stride]);
            UNROLL for (int j = 0; j < vectors; j++) acc[i][j] += value * column[j];
        }
    }
}

// What becomes of a tile of sums.
typedef struct {
    float *c;            // its corner
    long ldc, columns;   // columns of c from there on
    bool adds;           // to what c holds
    const float *bias;   // of the first column, or null
    ck_activation activation;  // identity, ReLU or leaky ReLU
    float alpha;
} tile_target;

INL void store_tile(const int rows, const int vectors, const bool whole, vf acc[MR][NV], const tile_target *t) {
    UNROLL for (int j = 0; j < vectors; j++) {
        const long lanes = whole || j < vectors - 1 ? VW : t->columns - j * VW;
        const vf bias = t->bias ? load(t->bias + j * VW, lanes) : splat(0);
        UNROLL for (int i = 0; i < rows; i++) {
            float *c = t->c + i * t->ldc + j * VW;
            vf v = acc[i][j];
            if (t->adds) v = load(c, lanes) + v;
            v = v + bias;
            if (t->activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
            if (t->activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, t->alpha);
            store(c, v, lanes);
        }
    }
}

INL void run_tile(const int rows, const int vectors, long k, const float *a, const long row_stride,
                  const long k_stride, const float *b, const tile_target *t) {
    vf acc[MR][NV];
    multiply_tile(rows, vectors, k, a, row_stride, k_stride, b, acc);
    if (t->columns >= vectors * VW) store_tile(rows, vectors, true, acc, t);
    else store_tile(rows, vectors, false, acc, t);
}

#define TILE_CASE(rows, vectors)                                                                             \
    case (rows) * 8 + (vectors):                                                                             \
        if (rows <= MR && vectors <= NV) run_tile(rows, vectors, k, a, row_stride, k_stride, b, t); \
        break;
#define TILE_CASES(rows) TILE_CASE(rows, 1) TILE_CASE(rows, 2) TILE_CASE(rows, 3) TILE_CASE(rows, 4)

// A tile of a number of rows and columns that is known only now.
INL void run_any_tile(long rows, long k, const float *a, const long row_stride, const long k_stride, const float *b,
                      const tile_target *t) {
    const long vectors = (at_most(t->columns, PANEL) + VW - 1) / VW;
    switch (rows * 8 + vectors) {
        TILE_CASES(1)
        TILE_CASES(2)
        TILE_CASES(3)
        TILE_CASES(4)
        TILE_CASES(5)
        TILE_CASES(6)
    }
}

static void run_row_major_tile(long rows, long k, const float *a, long lda, const float *b, const tile_target *t) {
    run_any_tile(rows, k, a, lda, 1, b, t);
}

static void run_transposed_tile(long rows, long k, const float *a, long lda, const float *b, const tile_target *t) {
    run_any_tile(rows, k, a, 1, lda, b, t);
}

// Rows of the next tile where `left` are left: the last two share evenly what is not enough for both.
INL long tile_rows(long left) { return left >= 2 * MR || left <= MR ? at_most(left, MR) : (left + 1) / 2; }

static void pack(const float *b, long ldb, bool transposed, long k, long n, float *packed) {
    for (long n0 = 0; n0 < n; n0 += PANEL, packed += PANEL * k) {
        const long columns = at_most(n - n0, PANEL);
        for (long l = 0; l < k; l++) {
            float *to = packed + l * PANEL;
            if (transposed) for (long j = 0; j < columns; j++) to[j] = b[(n0 + j) * ldb + l];
            else copy_floats(to, b + l * ldb + n0, columns);
            if (columns < PANEL) zero_floats(to + columns, PANEL - columns);
        }
    }
}

static void gemm(long m, long n, long k, const float *a, long lda, const float *packed, const float *bias,
                 ck_activation activation, float alpha, bool accumulate, float *c, long ldc) {
    const long blocks = k > GEMM_BLOCK_K ? (k + GEMM_BLOCK_K - 1) / GEMM_BLOCK_K : 1;
    const long block_k = k / blocks + (k % blocks != 0);
    const bool fused = activation == CK_IDENTITY || activation == CK_RELU || activation == CK_LEAKY_RELU;
    for (long m0 = 0; m0 < m; m0 += GEMM_BLOCK_M) {
        const long rows = at_most(m - m0, GEMM_BLOCK_M);
        for (long k0 = 0; k0 == 0 || k0 < k; k0 += block_k) {
            const long depth = at_most(k - k0, block_k);
            const bool last = k0 + depth == k;
            for (long n0 = 0; n0 < n; n0 += PANEL) {
                tile_target target = {
                    .ldc = ldc, .columns = n - n0, .adds = accumulate || k0 > 0,
                    .bias = bias && k0 == 0 ? bias + n0 : NULL,
                    .activation = fused && last ? activation : CK_IDENTITY, .alpha = alpha,
                };
                const float *b = packed + n0 * k + k0 * PANEL;
                for (long i = 0, height; i < rows; i += height) {
                    height = tile_rows(rows - i);
                    target.c = c + (m0 + i) * ldc + n0;
                    run_row_major_tile(height, depth, a + (m0 + i) * lda + k0, lda, b, &target);
                }
            }
            if (block_k == 0) break;
        }
        if (!fused)
            for (long i = m0; i < m0 + rows; i++) activate(activation, alpha, c + i * ldc, c + i * ldc, n);
    }
}

static void gemm_transposed(long m, long n, long k, const float *a, long lda, const float *b, long ldb,
                            bool accumulate, float *c, long ldc) {
    float panel[TRANSPOSED_BLOCK_K * PANEL] __attribute__((aligned(64)));
    for (long k0 = 0; k0 == 0 || k0 < k; k0 += TRANSPOSED_BLOCK_K) {
        const long depth = at_most(k - k0, TRANSPOSED_BLOCK_K);
        for (long m0 = 0; m0 < m; m0 += TRANSPOSED_BLOCK_M) {
            const long rows = at_most(m - m0, TRANSPOSED_BLOCK_M);
            for (long n0 = 0; n0 < n; n0 += PANEL) {
                pack(b + k0 * ldb + n0, ldb, false, depth, at_most(n - n0, PANEL), panel);
                tile_target target = {.ldc = ldc, .columns = n - n0, .adds = accumulate || k0 > 0};
                for (long i = 0, height; i < rows; i += height) {
                    height = tile_rows(rows - i);
                    target.c = c + (m0 + i) * ldc + n0;
                    run_transposed_tile(height, depth, a + k0 * lda + m0 + i, lda, panel, &target);
                }
            }
        }
    }
}
