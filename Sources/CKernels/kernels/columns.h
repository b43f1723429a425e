// Sums over the rows, and affine maps, of a matrix of rows x channels: what batch norm and biases need.
//
// Sums go over a block of rows in single precision and between blocks in double.

enum { BLOCK_ROWS = 64 };

static void column_moments(const float *x, long rows, long channels, const float *shift, double *sum,
                           double *squares) {
    for (long start = 0; start < rows; start += BLOCK_ROWS, x += BLOCK_ROWS * channels) {
        const long length = at_most(rows - start, BLOCK_ROWS);
        FOR_VECTORS(channels, {
            const vf origin = load(shift + i, lanes);
            vf s[2] = {}, q[2] = {};  // of even and odd rows: two chains of additions run side by side
            for (long r = 0; r + 2 <= length; r += 2)
                UNROLL for (int j = 0; j < 2; j++) {
                    vf d = load(x + (r + j) * channels + i, lanes) - origin;
                    s[j] += d;
                    q[j] += d * d;
                }
            if (length & 1) {
                vf d = load(x + (length - 1) * channels + i, lanes) - origin;
                s[0] += d;
                q[0] += d * d;
            }
            add_to_double(sum + i, s[0] + s[1], lanes);
            add_to_double(squares + i, q[0] + q[1], lanes);
        });
    }
}

static void column_products(const float *x, const float *dy, long rows, long channels, const float *mean, double *sum,
                            double *products) {
    for (long start = 0; start < rows; start += BLOCK_ROWS, x += BLOCK_ROWS * channels, dy += BLOCK_ROWS * channels) {
        const long length = at_most(rows - start, BLOCK_ROWS);
        FOR_VECTORS(channels, {
            const vf origin = load(mean + i, lanes);
            vf s[2] = {}, q[2] = {};
            for (long r = 0; r + 2 <= length; r += 2)
                UNROLL for (int j = 0; j < 2; j++) {
                    vf d = load(dy + (r + j) * channels + i, lanes);
                    s[j] += d;
                    q[j] += d * (load(x + (r + j) * channels + i, lanes) - origin);
                }
            if (length & 1) {
                vf d = load(dy + (length - 1) * channels + i, lanes);
                s[0] += d;
                q[0] += d * (load(x + (length - 1) * channels + i, lanes) - origin);
            }
            add_to_double(sum + i, s[0] + s[1], lanes);
            add_to_double(products + i, q[0] + q[1], lanes);
        });
    }
}

static void column_sum(const float *x, long rows, long channels, double *sum) {
    for (long start = 0; start < rows; start += BLOCK_ROWS, x += BLOCK_ROWS * channels) {
        const long length = at_most(rows - start, BLOCK_ROWS);
        FOR_VECTORS(channels, {
            vf s[4] = {};
            long r = 0;
            for (; r + 4 <= length; r += 4)
                UNROLL for (int j = 0; j < 4; j++) s[j] += load(x + (r + j) * channels + i, lanes);
            for (; r < length; r++) s[0] += load(x + r * channels + i, lanes);
            add_to_double(sum + i, (s[0] + s[1]) + (s[2] + s[3]), lanes);
        });
    }
}

INL void column_affine_all(ck_activation kind, const float *x, long rows, long channels, const float *scale,
                           const float *offset, float alpha, float *y) {
    for (long r = 0; r < rows; r++, x += channels, y += channels)
        FOR_VECTORS(channels, {
            vf v = load(x + i, lanes) * load(scale + i, lanes) + load(offset + i, lanes);
            store(y + i, apply_activation(kind, v, alpha), lanes);
        });
}

static void column_affine(const float *x, long rows, long channels, const float *scale, const float *offset,
                          ck_activation kind, float alpha, float *y) {
    WITH_CONSTANT_ACTIVATION(kind, column_affine_all, x, rows, channels, scale, offset, alpha, y)
}

static void column_backward(const float *x, const float *dy, long rows, long channels, const float *mean,
                            const float *a, const float *b, const float *d, float *dx) {
    for (long r = 0; r < rows; r++, x += channels, dy += channels, dx += channels)
        FOR_VECTORS(channels, {
            vf centred = (load(x + i, lanes) - load(mean + i, lanes)) * load(b + i, lanes) + load(d + i, lanes);
            store(dx + i, load(dy + i, lanes) * load(a + i, lanes) + centred, lanes);
        });
}
