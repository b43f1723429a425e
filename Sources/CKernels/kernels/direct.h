// Convolution of any size and stride without gathering patches: some lines of the source are copied once, with their
// padding, and a patch is then one contiguous run per row of the filter.

enum { DIRECT_FLOATS = 16 << 10 };  // of padded lines at once, unless one line of the output needs more

// Padded lines of the source for some lines of the output.
typedef struct {
    const float *first;   // the source of the first line of the output
    long line;            // floats from one source line to the next
    long advance;         // floats from the source of one line of the output to that of the next
} padded_lines;

INL long direct_span(const ck_direct *g) { return g->taps_y > 0 ? (g->taps_y - 1) * g->dilation_y + 1 : 0; }
INL long direct_width(const ck_direct *g) { return (g->out_width - 1) * g->stride_x + g->taps_x; }

// Source lines that `lines` lines of the output of one example read; where an example has one line only, those of
// several examples stand one after another.
INL long direct_source_lines(const ck_direct *g, long lines) {
    const long span = direct_span(g);
    return g->out_height == 1 ? lines * span : (lines - 1) * g->stride_y + span;
}

static long direct_block(const ck_direct *g) {
    const long line = direct_width(g) * g->inputs;
    long lines = 1;
    while (lines < 64 && direct_source_lines(g, lines + 1) * line <= DIRECT_FLOATS && lines * g->out_width < 256) lines++;
    return lines;
}

static long direct_scratch(const ck_direct *g) {
    return direct_source_lines(g, direct_block(g)) * direct_width(g) * g->inputs;
}

// Columns `from` ..< `from + width` of one source line, zero outside.
INL void pad_line(const ck_direct *g, const float *line, long from, long width, float *to) {
    const long channels = g->inputs;
    const long before = at_most(from < 0 ? -from : 0, width);
    const long inside = at_most(g->width - from, width);
    const long end = inside > before ? inside : before;
    if (before > 0) zero_floats(to, before * channels);
    if (end > before) copy_floats(to + before * channels, line + (from + before) * channels, (end - before) * channels);
    if (end < width) zero_floats(to + end * channels, (width - end) * channels);
}

// The lines that `lines` output lines from `first` (counted over example and row) read. All of them belong to one
// example, or are the only ones of theirs.
static padded_lines pad_lines(const ck_direct *g, const float *x, long first, long lines, float *scratch) {
    const long source_line = g->width * g->inputs, image = g->height * source_line;
    const long width = direct_width(g), span = direct_span(g), row = first % g->out_height;
    const long top = row * g->stride_y - g->before_y, count = direct_source_lines(g, lines);
    x += first / g->out_height * image;
    if (g->before_x == 0 && width <= g->width && top >= 0 && g->out_height > 1 && top + count <= g->height)
        return (padded_lines){x + top * source_line, source_line, g->stride_y * source_line};
    if (g->before_x == 0 && width <= g->width && top >= 0 && g->out_height == 1 && top + span <= g->height)
        return (padded_lines){x + top * source_line, source_line, image};
    for (long k = 0; k < count; k++) {
        const long example = g->out_height == 1 ? k / span : 0, source = top + (k - example * span);
        float *to = scratch + k * width * g->inputs;
        if (source < 0 || source >= g->height) zero_floats(to, width * g->inputs);
        else pad_line(g, x + example * image + source * source_line, -g->before_x, width, to);
    }
    const long line = width * g->inputs;
    return (padded_lines){scratch, line, (g->out_height == 1 ? span : g->stride_y) * line};
}

// Output lines from `first` that can be worked on together.
INL long direct_lines(const ck_direct *g, long first, long count) {
    count = at_most(count, direct_block(g));
    return g->out_height == 1 ? count : at_most(count, g->out_height - first % g->out_height);
}

// acc[i][j] = sum over a patch of a[i] * b[…][j]: rows of a given by their first values, patches of `runs` runs of `run`
// floats.
INL void multiply_runs(const int rows, const int vectors, long runs, long run, long run_step, const float *const *a,
                       const float *b, vf acc[MR][NV]) {
    const float *row[MR];
    UNROLL for (int i = 0; i < rows; i++) {
        row[i] = a[i];
        UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = splat(0);
    }
    for (long r = 0; r < runs; r++) {
        for (long l = 0; l < run; l++, b += PANEL) {
            vf column[NV];
            UNROLL for (int j = 0; j < vectors; j++) column[j] = load_whole(b + j * VW);
            UNROLL for (int i = 0; i < rows; i++) {
                const vf value = splat(row[i][l]);
                UNROLL for (int j = 0; j < vectors; j++) acc[i][j] += value * column[j];
            }
        }
        UNROLL for (int i = 0; i < rows; i++) row[i] += run_step;
    }
}

INL void run_direct_tile(const int rows, const int vectors, long runs, long run, long run_step, const float *const *a,
                         const float *b, float *const *c, const tile_target *t) {
    vf acc[MR][NV];
    multiply_runs(rows, vectors, runs, run, run_step, a, b, acc);
    const bool whole = t->columns >= vectors * VW;
    UNROLL for (int j = 0; j < vectors; j++) {
        const long lanes = whole || j < vectors - 1 ? VW : t->columns - j * VW;
        const vf bias = t->bias ? load(t->bias + j * VW, lanes) : splat(0);
        UNROLL for (int i = 0; i < rows; i++) {
            vf v = acc[i][j] + bias;
            if (t->activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
            if (t->activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, t->alpha);
            store(c[i] + j * VW, v, lanes);
        }
    }
}

#define DIRECT_CASE(rows, vectors)                                                                              \
    case (rows) * 8 + (vectors):                                                                                \
        if (rows <= MR && vectors <= NV) run_direct_tile(rows, vectors, runs, run, run_step, a, b, c, t);       \
        break;
#define DIRECT_CASES(rows) DIRECT_CASE(rows, 1) DIRECT_CASE(rows, 2) DIRECT_CASE(rows, 3) DIRECT_CASE(rows, 4)

static void run_any_direct_tile(long rows, long runs, long run, long run_step, const float *const *a, const float *b,
                                float *const *c, const tile_target *t) {
    const long vectors = (at_most(t->columns, PANEL) + VW - 1) / VW;
    switch (rows * 8 + vectors) {
        DIRECT_CASES(1)
        DIRECT_CASES(2)
        DIRECT_CASES(3)
        DIRECT_CASES(4)
        DIRECT_CASES(5)
        DIRECT_CASES(6)
    }
}

static void direct(const ck_direct *g, const float *x, const float *packed, const float *bias, ck_activation activation,
                   float alpha, long first, long count, float *y, float *scratch) {
    const long run = g->taps_x * g->inputs, depth = g->taps_y * run;
    const bool fused = activation == CK_IDENTITY || activation == CK_RELU || activation == CK_LEAKY_RELU;
    for (long end = first + count, lines; first < end; first += lines) {
        lines = direct_lines(g, first, end - first);
        const padded_lines source = pad_lines(g, x, first, lines, scratch);
        float *target = y + first / g->out_height * g->y_example + first % g->out_height * g->y_line;
        const long next_line = g->out_height == 1 ? g->y_example : g->y_line;
        for (long o = 0; o < g->outputs; o += PANEL) {
            const tile_target t = {
                .columns = g->outputs - o, .bias = bias ? bias + o : NULL,
                .activation = fused ? activation : CK_IDENTITY, .alpha = alpha,
            };
            long line = 0, column = 0;
            for (long p = 0, positions = lines * g->out_width, rows; p < positions; p += rows) {
                const float *a[MR];
                float *c[MR];
                rows = tile_rows(positions - p);
                for (long i = 0; i < rows; i++) {
                    a[i] = source.first + line * source.advance + column * g->stride_x * g->inputs;
                    c[i] = target + line * next_line + column * g->y_column + o;
                    if (++column == g->out_width) {
                        column = 0;
                        line++;
                    }
                }
                run_any_direct_tile(rows, g->taps_y, run, g->dilation_y * source.line, a, packed + o * depth, c, &t);
            }
        }
        if (fused) continue;
        for (long line = 0; line < lines; line++)
            for (long column = 0; column < g->out_width; column++) {
                float *values = target + line * next_line + column * g->y_column;
                activate(activation, alpha, values, values, g->outputs);
            }
    }
}

// acc[i][j] = sum over lines and columns of a[i][…] * dy[…][j]
INL void run_correlation_tile(const int rows, const int vectors, const bool whole, const ck_direct *g, long lines,
                              const padded_lines *source, const float *const *a, const float *dy,
                              const tile_target *t) {
    vf acc[MR][NV];
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = splat(0);
    const long step = g->stride_x * g->inputs;
    for (long line = 0; line < lines; line++) {
        const float *row[MR];
        UNROLL for (int i = 0; i < rows; i++) row[i] = a[i] + line * source->advance;
        for (long p = 0; p < g->out_width; p++, dy += g->outputs) {
            vf column[NV];
            UNROLL for (int j = 0; j < vectors; j++)
                column[j] = load(dy + j * VW, whole || j < vectors - 1 ? VW : t->columns - j * VW);
            UNROLL for (int i = 0; i < rows; i++) {
                const vf value = splat(row[i][p * step]);
                UNROLL for (int j = 0; j < vectors; j++) acc[i][j] += value * column[j];
            }
        }
    }
    store_tile(rows, vectors, whole, acc, t);
}

#define CORRELATION_CASE(rows, vectors)                                                                       \
    case (rows) * 8 + (vectors):                                                                              \
        if (rows <= MR && vectors <= NV) {                                                                    \
            if (t->columns >= vectors * VW) run_correlation_tile(rows, vectors, true, g, lines, s, a, dy, t); \
            else run_correlation_tile(rows, vectors, false, g, lines, s, a, dy, t);                           \
        }                                                                                                     \
        break;
#define CORRELATION_CASES(rows)                                                                     \
    CORRELATION_CASE(rows, 1) CORRELATION_CASE(rows, 2) CORRELATION_CASE(rows, 3) CORRELATION_CASE(rows, 4)

static void run_any_correlation_tile(long rows, const ck_direct *g, long lines, const padded_lines *s,
                                     const float *const *a, const float *dy, const tile_target *t) {
    const long vectors = (at_most(t->columns, PANEL) + VW - 1) / VW;
    switch (rows * 8 + vectors) {
        CORRELATION_CASES(1)
        CORRELATION_CASES(2)
        CORRELATION_CASES(3)
        CORRELATION_CASES(4)
        CORRELATION_CASES(5)
        CORRELATION_CASES(6)
    }
}

static void direct_backward(const ck_direct *g, const float *x, const float *dy, long first, long count, bool adds,
                            float *dw, float *scratch) {
    const long run = g->taps_x * g->inputs, depth = g->taps_y * run;
    for (long end = first + count, lines; first < end; first += lines, adds = true) {
        lines = direct_lines(g, first, end - first);
        const padded_lines source = pad_lines(g, x, first, lines, scratch);
        for (long o = 0; o < g->outputs; o += PANEL) {
            tile_target t = {.ldc = g->outputs, .columns = g->outputs - o, .adds = adds};
            for (long k = 0, rows; k < depth; k += rows) {
                const float *a[MR];
                rows = tile_rows(depth - k);
                for (long i = 0; i < rows; i++)
                    a[i] = source.first + (k + i) / run * g->dilation_y * source.line + (k + i) % run;
                t.c = dw + k * g->outputs + o;
                run_any_correlation_tile(rows, g, lines, &source, a, dy + first * g->out_width * g->outputs + o, &t);
            }
        }
    }
}
