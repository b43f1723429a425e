// Convolution along lines by 3 outputs at a time, F(3, 3), for filters of any size whose stride along the line is 1. The
// taps of a row are worked on in groups of three; each group reads the points of the tile one further on, so that a
// tile's points are made once. A row of 9 taps takes 15 products for 3 outputs, where 27 are taken directly.
//
// Source: Winograd 1980. The points are ±1/2, ±5/4 and infinity, in this order: all factors on the side of the data are
// exact in binary, and rounding errors are hardly above those of the direct sum.

enum { LINES_FLOATS = 64 << 10 };  // of a block, in the second-level cache

static const float INNER = 0.5f, OUTER = 1.25f;

// 1 / product of the differences of a point to the other finite ones; that of the opposite point is the negative.
static const float INNER_SHARE = -16.f / 21, OUTER_SHARE = 32.f / 105;

INL long lines_groups(long taps_x) { return (taps_x + 2) / 3; }
INL long lines_tiles(const ck_direct *g) { return (g->out_width + CK_LINES_TILE - 1) / CK_LINES_TILE; }
INL long lines_source_tiles(const ck_direct *g) { return lines_tiles(g) + lines_groups(g->taps_x) - 1; }

// Floats from what one source line is at a point to what the next is.
INL long lines_source_line(const ck_direct *g) { return lines_source_tiles(g) * g->inputs; }

INL long lines_depth(const ck_direct *g) { return g->taps_y * lines_groups(g->taps_x) * g->inputs; }

// B^T d: five inputs at the points.
INL void line_inputs_at(const vf *d, vf *o) {
    const float inner = square(INNER), outer = square(OUTER);
    const vf inner_even = (d[2] - d[0] * outer) * INNER, inner_odd = d[3] - d[1] * outer;
    const vf outer_even = (d[2] - d[0] * inner) * OUTER, outer_odd = d[3] - d[1] * inner;
    o[0] = inner_odd + inner_even;
    o[1] = inner_odd - inner_even;
    o[2] = outer_odd + outer_even;
    o[3] = outer_odd - outer_even;
    o[4] = d[0] * (inner * outer) + (d[4] - d[2] * (inner + outer));
}

// A^T m: from the points to three outputs.
INL void line_outputs_from(const vf *m, vf *o) {
    const vf inner = m[0] + m[1], outer = m[2] + m[3];
    o[0] = inner + outer;
    o[1] = (m[0] - m[1]) * INNER + (m[2] - m[3]) * OUTER;
    o[2] = inner * square(INNER) + outer * square(OUTER) + m[4];
}

// A y: the gradients of three outputs at the points.
INL void line_gradients_at(const vf *y, vf *o) {
    const vf inner = y[0] + y[2] * square(INNER), outer = y[0] + y[2] * square(OUTER);
    o[0] = inner + y[1] * INNER;
    o[1] = inner - y[1] * INNER;
    o[2] = outer + y[1] * OUTER;
    o[3] = outer - y[1] * OUTER;
    o[4] = y[2];
}

// G g: three taps at the points.
INL void line_taps_at(const vf *g, vf *o) {
    const vf inner = (g[0] + g[2] * square(INNER)) * INNER_SHARE, outer = (g[0] + g[2] * square(OUTER)) * OUTER_SHARE;
    o[0] = g[1] * (INNER_SHARE * INNER) + inner;
    o[1] = g[1] * (INNER_SHARE * INNER) - inner;
    o[2] = g[1] * (OUTER_SHARE * OUTER) + outer;
    o[3] = g[1] * (OUTER_SHARE * OUTER) - outer;
    o[4] = g[2];
}

// G^T u: from the points to the gradients of three taps.
INL void line_taps_from(const vf *u, vf *o) {
    const vf inner = (u[0] - u[1]) * INNER_SHARE, outer = (u[2] - u[3]) * OUTER_SHARE;
    o[0] = inner + outer;
    o[1] = (u[0] + u[1]) * (INNER_SHARE * INNER) + (u[2] + u[3]) * (OUTER_SHARE * OUTER);
    o[2] = inner * square(INNER) + outer * square(OUTER) + u[4];
}

// Columns of the block's products: a panel forward, all outputs backward.
INL long lines_columns(const ck_direct *g) {
    const long outputs = rounded(g->outputs, VW);
    return outputs > PANEL ? outputs : PANEL;
}

static long lines_block(const ck_direct *g) {
    long lines = 1;
    while (lines < 64
           && direct_source_lines(g, lines + 1) * lines_source_line(g) + (lines + 1) * lines_tiles(g) * lines_columns(g)
                  <= LINES_FLOATS / CK_LINES_POINTS)
        lines++;
    return lines;
}

// From point to point of what a block's source is, and of its products; behind the last a vector may spill over.
INL long lines_source_step(const ck_direct *g) {
    return direct_source_lines(g, lines_block(g)) * lines_source_line(g) + SKEW + VW;
}
INL long lines_product_step(const ck_direct *g) {
    return lines_block(g) * lines_tiles(g) * lines_columns(g) + SKEW;
}

static long lines_scratch(const ck_direct *g) {
    return CK_LINES_POINTS * (lines_source_step(g) + lines_product_step(g)) + rounded(g->inputs, VW);
}

static void lines_filters(const float *w, long taps_y, long taps_x, long inputs, long outputs, bool rotated,
                          float *prepared) {
    const long groups = lines_groups(taps_x), depth = taps_y * groups * inputs, taps = taps_y * taps_x;
    for (long o = 0; o < rounded(outputs, PANEL); o += VW) {
        const long lanes = at_most(VW, outputs - o);
        float *to = prepared + o / PANEL * PANEL * CK_LINES_POINTS * depth + o % PANEL;
        for (long row = 0; row < taps_y * groups; row++)
            for (long c = 0; c < inputs; c++, to += PANEL) {
                vf g[3], points[CK_LINES_POINTS];
                UNROLL for (int k = 0; k < 3; k++) {
                    const long x = row % groups * 3 + k, tap = row / groups * taps_x + x;
                    const float *from = w + ((rotated ? taps - 1 - tap : tap) * inputs + c) * outputs + o;
                    g[k] = x < taps_x && lanes > 0 ? load(from, lanes) : splat(0);
                }
                line_taps_at(g, points);
                UNROLL for (int p = 0; p < CK_LINES_POINTS; p++) store_whole(to + p * depth * PANEL, points[p]);
            }
    }
}

// v[point][line][tile][c] of the source lines that `lines` output lines from `first` read. Vectors are stored whole:
// what spills over into the next tile is overwritten with it.
static void transform_lines(const ck_direct *g, const float *x, long first, long lines, const float *zeros, float *v,
                            long step) {
    const long source_line = g->width * g->inputs, span = direct_span(g), tiles = lines_source_tiles(g);
    const long top = first % g->out_height * g->stride_y - g->before_y, count = direct_source_lines(g, lines);
    x += first / g->out_height * g->height * source_line;
    for (long k = 0; k < count; k++) {
        const long example = g->out_height == 1 ? k / span : 0, row = top + k - example * span;
        const bool inside = row >= 0 && row < g->height;
        const float *line = inside ? x + (example * g->height + row) * source_line : zeros;
        for (long t = 0; t < tiles; t++, v += g->inputs) {
            const float *positions[CK_LINES_POINTS];
            for (long j = 0; j < CK_LINES_POINTS; j++) {
                const long column = t * CK_LINES_TILE + j - g->before_x;
                positions[j] = inside && column >= 0 && column < g->width ? line + column * g->inputs : zeros;
            }
            FOR_VECTORS(g->inputs, {
                vf d[CK_LINES_POINTS];
                vf o[CK_LINES_POINTS];
                UNROLL for (int j = 0; j < CK_LINES_POINTS; j++) d[j] = load(positions[j] + i, lanes);
                line_inputs_at(d, o);
                UNROLL for (int p = 0; p < CK_LINES_POINTS; p++) store_whole(v + p * step + i, o[p]);
            });
        }
    }
}

// y of the tiles of one line, from its products at the points.
static void finish_line(const ck_direct *g, const float *m, long step, const float *bias, ck_activation activation,
                        float alpha, long columns, float *y) {
    for (long p = 0; p < g->out_width; p += CK_LINES_TILE, m += PANEL) {
        const long inside = at_most(CK_LINES_TILE, g->out_width - p);
        FOR_VECTORS(columns, {
            vf points[CK_LINES_POINTS];
            vf o[CK_LINES_TILE];
            const vf b = bias ? load(bias + i, lanes) : splat(0);
            UNROLL for (int k = 0; k < CK_LINES_POINTS; k++) points[k] = load_whole(m + k * step + i);
            line_outputs_from(points, o);
            UNROLL for (int k = 0; k < CK_LINES_TILE; k++) {
                vf v = o[k] + b;
                if (activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
                if (activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, alpha);
                if (k < inside) store(y + (p + k) * g->y_column + i, v, lanes);
            }
        });
    }
}

static void lines(const ck_direct *g, const float *x, const float *prepared, const float *bias,
                  ck_activation activation, float alpha, long first, long count, float *y, float *scratch) {
    const long depth = lines_depth(g), run = depth / g->taps_y, tiles = lines_tiles(g);
    const long source_line = lines_source_line(g), next_source = (g->out_height == 1 ? direct_span(g) : g->stride_y);
    const long v_step = lines_source_step(g), m_step = lines_product_step(g);
    float *v = scratch, *m = v + CK_LINES_POINTS * v_step, *zeros = m + CK_LINES_POINTS * m_step;
    const bool fused = activation == CK_IDENTITY || activation == CK_RELU || activation == CK_LEAKY_RELU;
    zero_floats(zeros, rounded(g->inputs, VW));
    for (long end = first + count, block; first < end; first += block) {
        block = at_most(direct_lines(g, first, end - first), lines_block(g));
        transform_lines(g, x, first, block, zeros, v, v_step);
        float *target = y + first / g->out_height * g->y_example + first % g->out_height * g->y_line;
        const long next_line = g->out_height == 1 ? g->y_example : g->y_line;
        for (long o = 0; o < g->outputs; o += PANEL) {
            const long columns = at_most(g->outputs - o, PANEL);
            const tile_target t = {.columns = rounded(columns, VW)};
            for (long point = 0; point < CK_LINES_POINTS; point++) {
                const float *filter = prepared + (o * CK_LINES_POINTS + point * PANEL) * depth;
                long line = 0, tile = 0;
                for (long p = 0, rows; p < block * tiles; p += rows) {
                    const float *a[MR];
                    float *c[MR];
                    rows = tile_rows(block * tiles - p);
                    for (long i = 0; i < rows; i++) {
                        a[i] = v + point * v_step + line * next_source * source_line + tile * g->inputs;
                        c[i] = m + point * m_step + (p + i) * PANEL;
                        if (++tile == tiles) {
                            tile = 0;
                            line++;
                        }
                    }
                    run_any_direct_tile(rows, g->taps_y, run, g->dilation_y * source_line, a, filter, c, &t);
                }
            }
            for (long line = 0; line < block; line++) {
                float *to = target + line * next_line + o;
                finish_line(g, m + line * tiles * PANEL, m_step, bias ? bias + o : NULL, activation, alpha, columns, to);
                if (fused) continue;
                for (long p = 0; p < g->out_width; p++)
                    activate(activation, alpha, to + p * g->y_column, to + p * g->y_column, columns);
            }
        }
    }
}

// m[point][line][tile][output] of the gradient of some lines of the output, which follow each other.
static void transform_line_gradients(const ck_direct *g, const float *dy, long lines, float *m, long step) {
    const long columns = rounded(g->outputs, VW);
    for (long line = 0; line < lines; line++, dy += g->out_width * g->outputs)
        for (long p = 0; p < g->out_width; p += CK_LINES_TILE, m += columns)
            FOR_VECTORS(g->outputs, {
                vf d[CK_LINES_TILE];
                vf o[CK_LINES_POINTS];
                UNROLL for (int k = 0; k < CK_LINES_TILE; k++)
                    d[k] = p + k < g->out_width ? load(dy + (p + k) * g->outputs + i, lanes) : splat(0);
                line_gradients_at(d, o);
                UNROLL for (int k = 0; k < CK_LINES_POINTS; k++) store_whole(m + k * step + i, o[k]);
            });
}

static void lines_backward(const ck_direct *g, const float *x, const float *dy, long first, long count, bool adds,
                           float *sums, float *scratch) {
    const long depth = lines_depth(g), run = depth / g->taps_y, outputs = rounded(g->outputs, VW);
    const long source_line = lines_source_line(g), next_source = (g->out_height == 1 ? direct_span(g) : g->stride_y);
    const long v_step = lines_source_step(g), m_step = lines_product_step(g);
    float *v = scratch, *m = v + CK_LINES_POINTS * v_step, *zeros = m + CK_LINES_POINTS * m_step;
    // The tiles of a block as a convolution of their own.
    const ck_direct tiles = {.out_width = lines_tiles(g), .stride_x = 1, .inputs = g->inputs, .outputs = outputs};
    const padded_lines source = {.advance = next_source * source_line};
    zero_floats(zeros, rounded(g->inputs, VW));
    for (long end = first + count, block; first < end; first += block, adds = true) {
        block = at_most(direct_lines(g, first, end - first), lines_block(g));
        transform_lines(g, x, first, block, zeros, v, v_step);
        transform_line_gradients(g, dy + first * g->out_width * g->outputs, block, m, m_step);
        for (long point = 0; point < CK_LINES_POINTS; point++)
            for (long o = 0; o < outputs; o += PANEL) {
                tile_target t = {.ldc = outputs, .columns = outputs - o, .adds = adds};
                for (long k = 0, rows; k < depth; k += rows) {
                    const float *a[MR];
                    rows = tile_rows(depth - k);
                    for (long i = 0; i < rows; i++)
                        a[i] = v + point * v_step + (k + i) / run * g->dilation_y * source_line + (k + i) % run;
                    t.c = sums + (point * depth + k) * outputs + o;
                    run_any_correlation_tile(rows, &tiles, block, &source, a, m + point * m_step + o, &t);
                }
            }
    }
}

static void lines_weights(const float *sums, long taps_y, long taps_x, long inputs, long outputs, float *dw) {
    const long groups = lines_groups(taps_x), columns = rounded(outputs, VW);
    const long step = taps_y * groups * inputs * columns;
    for (long row = 0; row < taps_y * groups; row++)
        for (long c = 0; c < inputs; c++, sums += columns)
            FOR_VECTORS(outputs, {
                vf u[CK_LINES_POINTS];
                vf taps[3];
                UNROLL for (int p = 0; p < CK_LINES_POINTS; p++) u[p] = load_whole(sums + p * step + i);
                line_taps_from(u, taps);
                UNROLL for (int k = 0; k < 3; k++) {
                    const long x = row % groups * 3 + k;
                    const long tap = row / groups * taps_x + x;
                    if (x < taps_x) store(dw + (tap * inputs + c) * outputs + i, taps[k], lanes);
                }
            });
}
