// Convolution with 3 x 3 filters by 4 x 4 outputs at a time: each tile of 6 x 6 inputs and each filter is taken to 36
// points, where convolution is a product of matrices (tiles x inputs by inputs x outputs) per point.
//
// Source: Winograd 1980; Lavin & Gray 2016, arXiv:1509.09308. The points are 0, infinity, ±3/4 and ±3/2: all factors
// on the side of the data are exact in binary, and rounding errors are half of those of ±1 and ±2.
//
// Points come in pairs, whose sums and differences are shared: pair 0 is 0 and infinity, 1 is ±NEAR, 2 is ±FAR. Point
// (i, j) of a tile has number 6 i + j, in the order 0, infinity, NEAR, -NEAR, FAR, -FAR.

enum { POINTS = 36, PAIR_POINTS = 12, SKEW = 16 };  // SKEW keeps the points' rows out of the same cache sets

static const float NEAR = 0.75f, FAR = 1.5f;

INL float square(float x) { return x * x; }

// Two rows of B^T d: six inputs at a pair of points.
INL void inputs_at(const int pair, const vf *d, vf *o) {
    const float near = square(NEAR), far = square(FAR);
    if (pair == 0) {
        o[0] = d[0] * (near * far) + (d[4] - d[2] * (near + far));
        o[1] = d[1] * (near * far) + (d[5] - d[3] * (near + far));
        return;
    }
    const float other = pair == 1 ? far : near, point = pair == 1 ? NEAR : FAR;
    const vf even = d[4] - d[2] * other, odd = d[3] - d[1] * other;
    o[0] = even + odd * point;
    o[1] = even - odd * point;
}

// Two rows of A y: four values of the output's gradient at a pair of points.
INL void gradients_at(const int pair, const vf *y, vf *o) {
    if (pair == 0) {
        o[0] = y[0];
        o[1] = y[3];
        return;
    }
    const float point = pair == 1 ? NEAR : FAR;
    const vf even = y[0] + y[2] * square(point), odd = y[1] + y[3] * square(point);
    o[0] = even + odd * point;
    o[1] = even - odd * point;
}

// A^T m: from the six points to four outputs.
INL void outputs_from(const vf *m, vf *o) {
    const vf near_sum = m[2] + m[3], near_difference = m[2] - m[3];
    const vf far_sum = m[4] + m[5], far_difference = m[4] - m[5];
    o[0] = m[0] + near_sum + far_sum;
    o[1] = near_difference * NEAR + far_difference * FAR;
    o[2] = near_sum * square(NEAR) + far_sum * square(FAR);
    o[3] = m[1] + near_difference * (NEAR * square(NEAR)) + far_difference * (FAR * square(FAR));
}

// 1 / product of the differences of a point to the other finite ones.
static const float ZERO_SHARE = 64.f / 81, NEAR_SHARE = -128.f / 243, FAR_SHARE = 32.f / 243;

// G g: the three taps of a filter at the six points.
INL void taps_at(const vf *g, vf *o) {
    o[0] = g[0] * ZERO_SHARE;
    o[1] = g[2];
    UNROLL for (int pair = 1; pair <= 2; pair++) {
        const float point = pair == 1 ? NEAR : FAR, share = pair == 1 ? NEAR_SHARE : FAR_SHARE;
        const vf even = g[0] * share + g[2] * (share * square(point)), odd = g[1] * (share * point);
        o[2 * pair] = even + odd;
        o[2 * pair + 1] = even - odd;
    }
}

// G^T u: from the six points to the gradients of three taps.
INL void taps_from(const vf *u, vf *o) {
    const vf near_sum = u[2] + u[3], near_difference = u[2] - u[3];
    const vf far_sum = u[4] + u[5], far_difference = u[4] - u[5];
    o[0] = u[0] * ZERO_SHARE + near_sum * NEAR_SHARE + far_sum * FAR_SHARE;
    o[1] = near_difference * (NEAR_SHARE * NEAR) + far_difference * (FAR_SHARE * FAR);
    o[2] = u[1] + near_sum * (NEAR_SHARE * square(NEAR)) + far_sum * (FAR_SHARE * square(FAR));
}

INL long rounded(long count, const long unit) { return (count + unit - 1) / unit * unit; }

// Tiles that are worked on at once, such that what they are at the points stays in the second-level cache.
INL long tiles_within(long floats, long floats_of_a_tile) {
    const long tiles = floats / floats_of_a_tile / MR * MR;
    return tiles < 2 * MR ? 2 * MR : at_most(tiles, 8 * MR);
}

static long winograd_block(const ck_winograd *g) {
    return tiles_within(64 << 10, POINTS * (rounded(g->inputs, VW) + PANEL));
}

static long winograd_gradient_block(const ck_winograd *g) {
    return tiles_within(96 << 10, PAIR_POINTS * (rounded(g->inputs, VW) + rounded(g->outputs, PANEL)));
}

static long winograd_scratch(const ck_winograd *g) {
    const long inputs = rounded(g->inputs, VW), outputs = rounded(g->outputs, PANEL);
    const long forward = POINTS * (winograd_block(g) * (inputs + PANEL) + 2 * SKEW);
    const long backward = PAIR_POINTS * (winograd_gradient_block(g) * (inputs + outputs) + 2 * SKEW);
    return (forward > backward ? forward : backward) + (inputs > outputs ? inputs : outputs);
}

static void winograd_filters(const float *w, long inputs, long outputs, bool rotated, float *prepared) {
    for (long o = 0; o < rounded(outputs, PANEL); o += VW) {
        float *to = prepared + o / PANEL * PANEL * POINTS * inputs + o % PANEL;
        const long lanes = at_most(VW, outputs - o);
        for (long c = 0; c < inputs; c++) {
            vf rows[3][6], columns[6];
            UNROLL for (int y = 0; y < 3; y++) {
                vf taps[3];
                UNROLL for (int x = 0; x < 3; x++) {
                    const int tap = rotated ? 8 - (3 * y + x) : 3 * y + x;
                    taps[x] = lanes > 0 ? load(w + (tap * inputs + c) * outputs + o, lanes) : splat(0);
                }
                taps_at(taps, rows[y]);
            }
            UNROLL for (int j = 0; j < 6; j++) {
                vf taps[3] = {rows[0][j], rows[1][j], rows[2][j]};
                taps_at(taps, columns);
                UNROLL for (int i = 0; i < 6; i++) store_whole(to + ((i * 6 + j) * inputs + c) * PANEL, columns[i]);
            }
        }
    }
}

// Where a tile stands: its example, and the row and column of its first output.
typedef struct {
    long example, row, column;
} tile_place;

INL tile_place place_of_tile(const ck_winograd *g, long tile) {
    const long across = (g->out_width + 3) / 4, down = (g->out_height + 3) / 4;
    return (tile_place){tile / (across * down), tile / across % down * 4, tile % across * 4};
}

// The source rows of one tile as pointers to each position, of which those outside lead to zeros.
INL void point_at_tile(const int side, const float *x, long height, long width, long channels, long y0, long x0,
                       const float *zeros, const float *positions[6][6]) {
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            const long row = y0 + i, column = x0 + j;
            const bool inside = row >= 0 && row < height && column >= 0 && column < width;
            positions[i][j] = inside ? x + (row * width + column) * channels : zeros;
        }
}

// v[point][c] of one tile of inputs for `pairs` pairs of rows of points from `first_pair`; `step` from point to point.
INL void transform_inputs(const int first_pair, const int pairs, const float *positions[6][6], long channels, float *v,
                          long step) {
    FOR_VECTORS(channels, {
        vf rows[6][6];
        UNROLL for (int j = 0; j < 6; j++) {
            vf column[6];
            UNROLL for (int k = 0; k < 6; k++) column[k] = load(positions[k][j] + i, lanes);
            UNROLL for (int p = 0; p < pairs; p++) {
                vf o[2];
                inputs_at(first_pair + p, column, o);
                rows[2 * p][j] = o[0];
                rows[2 * p + 1][j] = o[1];
            }
        }
        UNROLL for (int k = 0; k < 2 * pairs; k++)
            UNROLL for (int p = 0; p < 3; p++) {
                vf o[2];
                inputs_at(p, rows[k], o);
                store_whole(v + (6 * k + 2 * p) * step + i, o[0]);
                store_whole(v + (6 * k + 2 * p + 1) * step + i, o[1]);
            }
    });
}

// What becomes of a tile of outputs.
typedef struct {
    long rows, columns;  // of it that lie inside
    long width, channels;
    const float *bias;   // or null
    ck_activation activation;
    float alpha;
} output_tile;

// y of one tile and one vector of channels from its points. `whole` is a constant: all 4 x 4 outputs lie inside.
INL void transform_outputs(const bool whole, const output_tile *t, const float *m, long step, vf bias, long lanes,
                           float *y) {
    vf rows[4][6];
    UNROLL for (int j = 0; j < 6; j++) {
        vf column[6], o[4];
        UNROLL for (int i = 0; i < 6; i++) column[i] = load_whole(m + (6 * i + j) * step);
        outputs_from(column, o);
        UNROLL for (int i = 0; i < 4; i++) rows[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < 4; i++) {
        vf o[4];
        if (!whole && i >= t->rows) break;
        outputs_from(rows[i], o);
        UNROLL for (int j = 0; j < 4; j++) {
            vf v = o[j] + bias;
            if (t->activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
            if (t->activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, t->alpha);
            if (whole || j < t->columns) store(y + (i * t->width + j) * t->channels, v, lanes);
        }
    }
}

static void finish_output_tile(const output_tile *t, const float *m, long step, const float *bias, long columns,
                               float *y) {
    FOR_VECTORS(at_most(columns, PANEL), {
        const vf b = bias ? load(bias + i, lanes) : splat(0);
        if (t->rows == 4 && t->columns == 4) transform_outputs(true, t, m + i, step, b, lanes, y + i);
        else transform_outputs(false, t, m + i, step, b, lanes, y + i);
    });
}

static void winograd(const ck_winograd *g, const float *x, const float *prepared, const float *bias,
                     ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                     float *y, float *scratch) {
    const long depth = rounded(g->inputs, VW), block = winograd_block(g);
    const long v_step = block * depth + SKEW, m_step = block * PANEL + SKEW;
    float *v = scratch, *m = v + POINTS * v_step, *zeros = m + POINTS * m_step;
    const long image = g->height * g->width * g->inputs, result = g->out_height * g->out_width * g->outputs;
    const bool fused = activation == CK_RELU || activation == CK_LEAKY_RELU;
    zero_floats(zeros, depth);
    for (long end = first + count; first < end; first += block) {
        const long tiles = at_most(end - first, block);
        for (long t = 0; t < tiles; t++) {
            const tile_place at = place_of_tile(g, first + t);
            const float *positions[6][6];
            point_at_tile(6, x + at.example * image, g->height, g->width, g->inputs, at.row - g->before_y,
                          at.column - g->before_x, zeros, positions);
            transform_inputs(0, 3, positions, g->inputs, v + t * depth, v_step);
        }
        for (long o = first_output; o < first_output + outputs; o += PANEL) {
            tile_target target = {.ldc = PANEL, .columns = rounded(at_most(g->outputs - o, PANEL), VW)};
            for (long point = 0; point < POINTS; point++) {
                const float *filter = prepared + (o * POINTS + point * PANEL) * g->inputs;
                for (long t = 0, height; t < tiles; t += height) {
                    height = tile_rows(tiles - t);
                    target.c = m + point * m_step + t * PANEL;
                    run_row_major_tile(height, g->inputs, v + point * v_step + t * depth, depth, filter, &target);
                }
            }
            for (long t = 0; t < tiles; t++) {
                const tile_place at = place_of_tile(g, first + t);
                const output_tile tile = {
                    .rows = at_most(4, g->out_height - at.row), .columns = at_most(4, g->out_width - at.column),
                    .width = g->out_width, .channels = g->outputs, .activation = activation, .alpha = alpha,
                };
                float *corner = y + at.example * result + (at.row * g->out_width + at.column) * g->outputs + o;
                const long columns = at_most(g->outputs - o, PANEL);
                finish_output_tile(&tile, m + t * PANEL, m_step, bias ? bias + o : NULL, columns, corner);
                if (fused || activation == CK_IDENTITY) continue;
                for (long p = 0; p < tile.rows * tile.columns; p++) {
                    float *values = corner + (p / tile.columns * g->out_width + p % tile.columns) * g->outputs;
                    activate(activation, alpha, values, values, columns);
                }
            }
        }
    }
}

// dy *= slope of ReLU or leaky ReLU from y where y is given; bias[c] += sum of dy where bias is given.
static void finish_gradient_tile(const ck_winograd *g, tile_place at, const float *y, float alpha, float *dy,
                                 float *bias) {
    const long rows = at_most(4, g->out_height - at.row), columns = at_most(4, g->out_width - at.column);
    FOR_VECTORS(g->outputs, {
        vf sum = {};
        for (long r = 0; r < rows; r++)
            for (long c = 0; c < columns; c++) {
                const long offset = (r * g->out_width + c) * g->outputs + i;
                vf d = load(dy + offset, lanes);
                if (y) {
                    d = d * pick(load(y + offset, lanes) > splat(0), splat(1), splat(alpha));
                    store(dy + offset, d, lanes);
                }
                sum += d;
            }
        if (bias) store(bias + i, load(bias + i, lanes) + sum, lanes);
    });
}

// The same for the gradient of one tile of outputs, to panels: v[point][panel][tile][PANEL].
INL void transform_gradients(const int pair, const float *positions[6][6], long channels, float *m, long step,
                             long panel_step) {
    FOR_VECTORS(channels, {
        vf rows[2][4];
        UNROLL for (int j = 0; j < 4; j++) {
            vf column[4], o[2];
            UNROLL for (int k = 0; k < 4; k++) column[k] = load(positions[k][j] + i, lanes);
            gradients_at(pair, column, o);
            rows[0][j] = o[0];
            rows[1][j] = o[1];
        }
        float *to = m + i / PANEL * panel_step + i % PANEL;
        UNROLL for (int k = 0; k < 2; k++)
            UNROLL for (int p = 0; p < 3; p++) {
                vf o[2];
                gradients_at(p, rows[k], o);
                store_whole(to + (6 * k + 2 * p) * step, o[0]);
                store_whole(to + (6 * k + 2 * p + 1) * step, o[1]);
            }
    });
}

// One pair of rows of points of `tiles` tiles: sums[point][input][output] (+)= sum over tiles of v * m.
INL void add_gradient_points(const int pair, const ck_winograd *g, const float *x, const float *dy, long first,
                             long tiles, bool adds, float *sums, float *scratch) {
    const long depth = rounded(g->inputs, VW), outputs = rounded(g->outputs, VW), block = winograd_gradient_block(g);
    const long v_step = block * depth + SKEW, m_step = block * rounded(g->outputs, PANEL) + SKEW;
    const long panel_step = block * PANEL;
    float *v = scratch, *m = v + PAIR_POINTS * v_step, *zeros = m + PAIR_POINTS * m_step;
    const long image = g->height * g->width * g->inputs, result = g->out_height * g->out_width * g->outputs;
    zero_floats(zeros, depth > outputs ? depth : outputs);
    for (long t = 0; t < tiles; t++) {
        const tile_place at = place_of_tile(g, first + t);
        const float *positions[6][6];
        point_at_tile(6, x + at.example * image, g->height, g->width, g->inputs, at.row - g->before_y,
                      at.column - g->before_x, zeros, positions);
        transform_inputs(pair, 1, positions, g->inputs, v + t * depth, v_step);
        point_at_tile(4, dy + at.example * result, g->out_height, g->out_width, g->outputs, at.row, at.column, zeros,
                      positions);
        transform_gradients(pair, positions, g->outputs, m + t * PANEL, m_step, panel_step);
    }
    for (long point = 0; point < PAIR_POINTS; point++)
        for (long o = 0; o < outputs; o += PANEL) {
            tile_target target = {.ldc = outputs, .columns = outputs - o, .adds = adds};
            for (long c = 0, height; c < g->inputs; c += height) {
                height = tile_rows(g->inputs - c);
                target.c = sums + ((pair * PAIR_POINTS + point) * g->inputs + c) * outputs + o;
                run_transposed_tile(height, tiles, v + point * v_step + c, depth,
                                    m + point * m_step + o / PANEL * panel_step, &target);
            }
        }
}

static void winograd_backward(const ck_winograd *g, const float *x, const float *y, float alpha, float *dy, long first,
                              long count, bool adds, float *sums, float *bias, float *scratch) {
    const long block = winograd_gradient_block(g);
    if (y || bias)
        for (long t = first; t < first + count; t++) {
            const tile_place at = place_of_tile(g, t);
            const long corner =
                ((at.example * g->out_height + at.row) * g->out_width + at.column) * g->outputs;
            finish_gradient_tile(g, at, y ? y + corner : NULL, alpha, dy + corner, bias);
        }
    UNROLL for (int pair = 0; pair < 3; pair++)
        for (long t = 0; t < count; t += block)
            add_gradient_points(pair, g, x, dy, first + t, at_most(count - t, block), adds || t > 0, sums, scratch);
}

static void winograd_weights(const float *sums, long inputs, long outputs, float *dw) {
    const long step = inputs * rounded(outputs, VW);
    for (long c = 0; c < inputs; c++, sums += rounded(outputs, VW))
        FOR_VECTORS(outputs, {
            vf rows[3][6];
            UNROLL for (int k = 0; k < 6; k++) {
                vf column[6], o[3];
                UNROLL for (int j = 0; j < 6; j++) column[j] = load_whole(sums + (6 * j + k) * step + i);
                taps_from(column, o);
                UNROLL for (int j = 0; j < 3; j++) rows[j][k] = o[j];
            }
            UNROLL for (int j = 0; j < 3; j++) {
                vf o[3];
                taps_from(rows[j], o);
                UNROLL for (int k = 0; k < 3; k++)
                    store(dw + ((3 * j + k) * inputs + c) * outputs + i, o[k], lanes);
            }
        });
}
