// Convolution with 3 x 3 filters by square tiles of outputs: each tile of inputs and each filter is taken to
// points, where convolution is a product of matrices (tiles x inputs by inputs x outputs) per point. A tile of 4 x 4
// outputs has 6 x 6 points, one of 2 x 2 outputs 4 x 4: more products an output, fewer where a map is hardly larger.
//
// Point (i, j) of a tile has number points_of(tile) i + j. `tile` is a constant wherever it is handed on.

enum { SKEW = 16 };  // keeps the points' rows out of the same cache sets

INL long rounded(long count, const long unit) { return (count + unit - 1) / unit * unit; }

// Tiles that are worked on at once, such that what they are at the points stays in the second-level cache.
INL long tiles_within(long floats, long floats_of_a_tile) {
    const long tiles = floats / floats_of_a_tile / MR * MR;
    return tiles < 2 * MR ? 2 * MR : at_most(tiles, 8 * MR);
}

// A block of tiles at their points: v[point][tile][depth] of the source, and products m[point][tile][PANEL] of the
// panel of output channels at hand. A step leads from point to point.
typedef struct {
    long points, inputs, depth, v_step, m_step;
    float *v, *m, *zeros;  // zeros: `depth` of them
} tile_block;

INL long tile_block_floats(long points, long inputs, long most_tiles) {
    const long depth = rounded(inputs, VW);
    return points * (most_tiles * (depth + PANEL) + 2 * SKEW) + depth;
}

INL tile_block tile_block_in(float *scratch, const long points, long inputs, long most_tiles) {
    const long depth = rounded(inputs, VW), v_step = most_tiles * depth + SKEW, m_step = most_tiles * PANEL + SKEW;
    float *m = scratch + points * v_step, *zeros = m + points * m_step;
    zero_floats(zeros, depth);
    return (tile_block){points, inputs, depth, v_step, m_step, scratch, m, zeros};
}

// The products of `tiles` tiles with filters[point][inputs][PANEL], of which `columns` columns count.
static void multiply_tiles(const tile_block *b, long tiles, const float *filters, long columns) {
    tile_target target = {.ldc = PANEL, .columns = rounded(at_most(columns, PANEL), VW)};
    for (long point = 0; point < b->points; point++)
        for (long t = 0, height; t < tiles; t += height) {
            height = tile_rows(tiles - t);
            target.c = b->m + point * b->m_step + t * PANEL;
            run_row_major_tile(height, b->inputs, b->v + point * b->v_step + t * b->depth, b->depth,
                               filters + point * b->inputs * PANEL, &target);
        }
}

INL long winograd_points(const ck_winograd *g) { return points_of((int)g->tile) * points_of((int)g->tile); }

// The backward pass to the weights works on one pair of rows of points at a time.
INL long pair_points(const ck_winograd *g) { return 2 * points_of((int)g->tile); }

static long winograd_block(const ck_winograd *g) {
    return tiles_within(64 << 10, winograd_points(g) * (rounded(g->inputs, VW) + PANEL));
}

static long winograd_gradient_block(const ck_winograd *g) {
    return tiles_within(96 << 10, pair_points(g) * (rounded(g->inputs, VW) + rounded(g->outputs, PANEL)));
}

static long winograd_scratch(const ck_winograd *g) {
    const long inputs = rounded(g->inputs, VW), outputs = rounded(g->outputs, PANEL);
    const long forward = tile_block_floats(winograd_points(g), g->inputs, winograd_block(g));
    const long backward = pair_points(g) * (winograd_gradient_block(g) * (inputs + outputs) + 2 * SKEW)
        + (inputs > outputs ? inputs : outputs);
    return forward > backward ? forward : backward;
}

INL void filters_at_points(const int tile, const float *w, long inputs, long outputs, bool rotated, float *prepared) {
    const int side = points_of(tile);
    for (long o = 0; o < rounded(outputs, PANEL); o += VW) {
        float *to = prepared + o / PANEL * PANEL * side * side * inputs + o % PANEL;
        const long lanes = at_most(VW, outputs - o);
        for (long c = 0; c < inputs; c++) {
            vf rows[3][MOST_POINTS], columns[MOST_POINTS];
            UNROLL for (int y = 0; y < 3; y++) {
                vf taps[3];
                UNROLL for (int x = 0; x < 3; x++) {
                    const int tap = rotated ? 8 - (3 * y + x) : 3 * y + x;
                    taps[x] = lanes > 0 ? load(w + (tap * inputs + c) * outputs + o, lanes) : splat(0);
                }
                taps_at(tile, taps, rows[y]);
            }
            UNROLL for (int j = 0; j < side; j++) {
                vf taps[3] = {rows[0][j], rows[1][j], rows[2][j]};
                taps_at(tile, taps, columns);
                UNROLL for (int i = 0; i < side; i++)
                    store_whole(to + ((i * side + j) * inputs + c) * PANEL, columns[i]);
            }
        }
    }
}

static void winograd_filters(long tile, const float *w, long inputs, long outputs, bool rotated, float *prepared) {
    if (tile == 2) filters_at_points(2, w, inputs, outputs, rotated, prepared);
    else filters_at_points(4, w, inputs, outputs, rotated, prepared);
}

// Where a tile stands: its example, and the row and column of its first output.
typedef struct {
    long example, row, column;
} tile_place;

INL tile_place place_of_tile(const int tile, const ck_winograd *g, long number) {
    const long across = (g->out_width + tile - 1) / tile, down = (g->out_height + tile - 1) / tile;
    return (tile_place){number / (across * down), number / across % down * tile, number % across * tile};
}

// The source rows of one tile as pointers to each position, of which those outside lead to zeros.
INL void point_at_tile(const int side, const float *x, long height, long width, long channels, long y0, long x0,
                       const float *zeros, const float *positions[MOST_POINTS][MOST_POINTS]) {
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++) {
            const long row = y0 + i, column = x0 + j;
            const bool inside = row >= 0 && row < height && column >= 0 && column < width;
            positions[i][j] = inside ? x + (row * width + column) * channels : zeros;
        }
}

// v[point][c] of one tile of inputs for `pairs` pairs of rows of points from `first_pair`; `step` from point to point.
INL void transform_inputs(const int tile, const int first_pair, const int pairs,
                          const float *positions[MOST_POINTS][MOST_POINTS], long channels, float *v, long step) {
    const int side = points_of(tile);
    FOR_VECTORS(channels, {
        vf rows[MOST_POINTS][MOST_POINTS];
        UNROLL for (int j = 0; j < side; j++) {
            vf column[MOST_POINTS];
            UNROLL for (int k = 0; k < side; k++) column[k] = load(positions[k][j] + i, lanes);
            UNROLL for (int p = 0; p < pairs; p++) {
                vf o[2];
                inputs_at(tile, first_pair + p, column, o);
                rows[2 * p][j] = o[0];
                rows[2 * p + 1][j] = o[1];
            }
        }
        UNROLL for (int k = 0; k < 2 * pairs; k++)
            UNROLL for (int p = 0; p < pairs_of(tile); p++) {
                vf o[2];
                inputs_at(tile, p, rows[k], o);
                store_whole(v + (side * k + 2 * p) * step + i, o[0]);
                store_whole(v + (side * k + 2 * p + 1) * step + i, o[1]);
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

// y of one tile and one vector of channels from its points. `whole` is a constant: all outputs lie inside.
INL void transform_outputs(const int tile, const bool whole, const output_tile *t, const float *m, long step, vf bias,
                           long lanes, float *y) {
    const int side = points_of(tile);
    vf rows[MOST_OUTPUTS][MOST_POINTS];
    UNROLL for (int j = 0; j < side; j++) {
        vf column[MOST_POINTS], o[MOST_OUTPUTS];
        UNROLL for (int i = 0; i < side; i++) column[i] = load_whole(m + (side * i + j) * step);
        outputs_from(tile, column, o);
        UNROLL for (int i = 0; i < tile; i++) rows[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < tile; i++) {
        vf o[MOST_OUTPUTS];
        if (!whole && i >= t->rows) break;
        outputs_from(tile, rows[i], o);
        UNROLL for (int j = 0; j < tile; j++) {
            vf v = o[j] + bias;
            if (t->activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
            if (t->activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, t->alpha);
            if (whole || j < t->columns) store(y + (i * t->width + j) * t->channels, v, lanes);
        }
    }
}

INL void finish_output_tile(const int tile, const output_tile *t, const float *m, long step, const float *bias,
                            long columns, float *y) {
    FOR_VECTORS(at_most(columns, PANEL), {
        const vf b = bias ? load(bias + i, lanes) : splat(0);
        if (t->rows == tile && t->columns == tile) transform_outputs(tile, true, t, m + i, step, b, lanes, y + i);
        else transform_outputs(tile, false, t, m + i, step, b, lanes, y + i);
    });
}

INL void convolve_tiles(const int tile, const ck_winograd *g, const float *x, const float *prepared, const float *bias,
                        ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                        float *y, float *scratch) {
    const int side = points_of(tile);
    const long points = side * side, most = winograd_block(g);
    const tile_block block = tile_block_in(scratch, points, g->inputs, most);
    const long image = g->height * g->width * g->inputs, result = g->out_height * g->out_width * g->outputs;
    const bool fused = activation == CK_RELU || activation == CK_LEAKY_RELU;
    for (long end = first + count; first < end; first += most) {
        const long tiles = at_most(end - first, most);
        for (long t = 0; t < tiles; t++) {
            const tile_place at = place_of_tile(tile, g, first + t);
            const float *positions[MOST_POINTS][MOST_POINTS];
            point_at_tile(side, x + at.example * image, g->height, g->width, g->inputs, at.row - g->before_y,
                          at.column - g->before_x, block.zeros, positions);
            transform_inputs(tile, 0, pairs_of(tile), positions, g->inputs, block.v + t * block.depth, block.v_step);
        }
        for (long o = first_output; o < first_output + outputs; o += PANEL) {
            const long columns = at_most(g->outputs - o, PANEL);
            multiply_tiles(&block, tiles, prepared + o * points * g->inputs, columns);
            for (long t = 0; t < tiles; t++) {
                const tile_place at = place_of_tile(tile, g, first + t);
                const output_tile target = {
                    .rows = at_most(tile, g->out_height - at.row), .columns = at_most(tile, g->out_width - at.column),
                    .width = g->out_width, .channels = g->outputs, .activation = activation, .alpha = alpha,
                };
                float *corner = y + at.example * result + (at.row * g->out_width + at.column) * g->outputs + o;
                finish_output_tile(tile, &target, block.m + t * PANEL, block.m_step, bias ? bias + o : NULL, columns,
                                   corner);
                if (fused || activation == CK_IDENTITY) continue;
                for (long p = 0; p < target.rows * target.columns; p++) {
                    float *values = corner + (p / target.columns * g->out_width + p % target.columns) * g->outputs;
                    activate(activation, alpha, values, values, columns);
                }
            }
        }
    }
}

static void winograd(const ck_winograd *g, const float *x, const float *prepared, const float *bias,
                     ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                     float *y, float *scratch) {
    if (g->tile == 2)
        convolve_tiles(2, g, x, prepared, bias, activation, alpha, first, count, first_output, outputs, y, scratch);
    else convolve_tiles(4, g, x, prepared, bias, activation, alpha, first, count, first_output, outputs, y, scratch);
}

// dy *= slope of ReLU or leaky ReLU from y where y is given; bias[c] += sum of dy where bias is given.
INL void finish_gradient_tile(const int tile, const ck_winograd *g, tile_place at, const float *y, float alpha,
                              float *dy, float *bias) {
    const long rows = at_most(tile, g->out_height - at.row), columns = at_most(tile, g->out_width - at.column);
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

// m[point][panel][tile][PANEL] of the gradient of one tile of outputs, at one pair of rows of points.
INL void transform_gradients(const int tile, const int pair, const float *positions[MOST_POINTS][MOST_POINTS],
                             long channels, float *m, long step, long panel_step) {
    const int side = points_of(tile);
    FOR_VECTORS(channels, {
        vf rows[2][MOST_OUTPUTS];
        UNROLL for (int j = 0; j < tile; j++) {
            vf column[MOST_OUTPUTS], o[2];
            UNROLL for (int k = 0; k < tile; k++) column[k] = load(positions[k][j] + i, lanes);
            gradients_at(tile, pair, column, o);
            rows[0][j] = o[0];
            rows[1][j] = o[1];
        }
        float *to = m + i / PANEL * panel_step + i % PANEL;
        UNROLL for (int k = 0; k < 2; k++)
            UNROLL for (int p = 0; p < pairs_of(tile); p++) {
                vf o[2];
                gradients_at(tile, p, rows[k], o);
                store_whole(to + (side * k + 2 * p) * step, o[0]);
                store_whole(to + (side * k + 2 * p + 1) * step, o[1]);
            }
    });
}

// One pair of rows of points of `tiles` tiles: sums[point][input][output] (+)= sum over tiles of v * m.
INL void add_gradient_points(const int tile, const int pair, const ck_winograd *g, const float *x, const float *dy,
                             long first, long tiles, bool adds, float *sums, float *scratch) {
    const int side = points_of(tile);
    const long depth = rounded(g->inputs, VW), outputs = rounded(g->outputs, VW), block = winograd_gradient_block(g);
    const long v_step = block * depth + SKEW, m_step = block * rounded(g->outputs, PANEL) + SKEW;
    const long panel_step = block * PANEL;
    float *v = scratch, *m = v + 2 * side * v_step, *zeros = m + 2 * side * m_step;
    const long image = g->height * g->width * g->inputs, result = g->out_height * g->out_width * g->outputs;
    zero_floats(zeros, depth > outputs ? depth : outputs);
    for (long t = 0; t < tiles; t++) {
        const tile_place at = place_of_tile(tile, g, first + t);
        const float *positions[MOST_POINTS][MOST_POINTS];
        point_at_tile(side, x + at.example * image, g->height, g->width, g->inputs, at.row - g->before_y,
                      at.column - g->before_x, zeros, positions);
        transform_inputs(tile, pair, 1, positions, g->inputs, v + t * depth, v_step);
        point_at_tile(tile, dy + at.example * result, g->out_height, g->out_width, g->outputs, at.row, at.column,
                      zeros, positions);
        transform_gradients(tile, pair, positions, g->outputs, m + t * PANEL, m_step, panel_step);
    }
    for (long point = 0; point < 2 * side; point++)
        for (long o = 0; o < outputs; o += PANEL) {
            tile_target target = {.ldc = outputs, .columns = outputs - o, .adds = adds};
            for (long c = 0, height; c < g->inputs; c += height) {
                height = tile_rows(g->inputs - c);
                target.c = sums + ((pair * 2 * side + point) * g->inputs + c) * outputs + o;
                run_transposed_tile(height, tiles, v + point * v_step + c, depth,
                                    m + point * m_step + o / PANEL * panel_step, &target);
            }
        }
}

INL void correlate_tiles(const int tile, const ck_winograd *g, const float *x, const float *y, float alpha, float *dy,
                         long first, long count, bool adds, float *sums, float *bias, float *scratch) {
    const long block = winograd_gradient_block(g);
    if (y || bias)
        for (long t = first; t < first + count; t++) {
            const tile_place at = place_of_tile(tile, g, t);
            const long corner =
                ((at.example * g->out_height + at.row) * g->out_width + at.column) * g->outputs;
            finish_gradient_tile(tile, g, at, y ? y + corner : NULL, alpha, dy + corner, bias);
        }
    UNROLL for (int pair = 0; pair < pairs_of(tile); pair++)
        for (long t = 0; t < count; t += block)
            add_gradient_points(tile, pair, g, x, dy, first + t, at_most(count - t, block), adds || t > 0, sums,
                                scratch);
}

static void winograd_backward(const ck_winograd *g, const float *x, const float *y, float alpha, float *dy, long first,
                              long count, bool adds, float *sums, float *bias, float *scratch) {
    if (g->tile == 2) correlate_tiles(2, g, x, y, alpha, dy, first, count, adds, sums, bias, scratch);
    else correlate_tiles(4, g, x, y, alpha, dy, first, count, adds, sums, bias, scratch);
}

INL void taps_from_sums(const int tile, const float *sums, long inputs, long outputs, float *dw) {
    const int side = points_of(tile);
    const long step = inputs * rounded(outputs, VW);
    for (long c = 0; c < inputs; c++, sums += rounded(outputs, VW))
        FOR_VECTORS(outputs, {
            vf rows[3][MOST_POINTS];
            UNROLL for (int k = 0; k < side; k++) {
                vf column[MOST_POINTS], o[3];
                UNROLL for (int j = 0; j < side; j++) column[j] = load_whole(sums + (side * j + k) * step + i);
                taps_from(tile, column, o);
                UNROLL for (int j = 0; j < 3; j++) rows[j][k] = o[j];
            }
            UNROLL for (int j = 0; j < 3; j++) {
                vf o[3];
                taps_from(tile, rows[j], o);
                UNROLL for (int k = 0; k < 3; k++)
                    store(dw + ((3 * j + k) * inputs + c) * outputs + i, o[k], lanes);
            }
        });
}

static void winograd_weights(long tile, const float *sums, long inputs, long outputs, float *dw) {
    if (tile == 2) taps_from_sums(2, sums, inputs, outputs, dw);
    else taps_from_sums(4, sums, inputs, outputs, dw);
}
