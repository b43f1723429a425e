// Convolution whose output is only its maximum over all positions, and the way back through the positions that won.

// The greatest sums so far of one panel of output channels, and where they stood.
typedef struct {
    vf best[NV];
    vi at[NV];
} contest;

// One vector of sums more. As in max_pool: the first of equals wins, and the first NaN ends the contest.
INL void enter_contest(contest *w, const int j, vf v, long position) {
    const vi wins = ~(v <= w->best[j]) & (w->best[j] == w->best[j]);
    w->best[j] = pick(wins, v, w->best[j]);
    w->at[j] = wins ? (vi)((int32_t)position) : w->at[j];
}

INL contest begin_contest(void) {
    contest w = {};
    UNROLL for (int j = 0; j < NV; j++) w.best[j] = splat(-__builtin_inff());
    return w;
}

// y and winner of `columns` channels from the first of the panel.
INL void end_contest(const contest *w, ck_activation activation, float alpha, long columns, float *y,
                     int32_t *winner) {
    for (long j = 0; j < NV && j * VW < columns; j++) {
        const long lanes = at_most(columns - j * VW, VW);
        vf v = w->best[j];
        if (activation == CK_RELU) v = apply_activation(CK_RELU, v, 0);
        if (activation == CK_LEAKY_RELU) v = apply_activation(CK_LEAKY_RELU, v, alpha);
        store(y + j * VW, v, lanes);
        store((float *)winner + j * VW, as_floats(w->at[j]), lanes);
    }
}

INL void run_contest_tile(const int rows, const int vectors, long runs, long run, long run_step, const float *const *a,
                          const float *b, const tile_target *t, long position, contest *w) {
    vf acc[MR][NV];
    multiply_runs(rows, vectors, runs, run, run_step, a, b, acc);
    UNROLL for (int j = 0; j < vectors; j++) {
        const long lanes = at_most(t->columns - j * VW, VW);
        const vf bias = t->bias ? load(t->bias + j * VW, lanes) : splat(0);
        UNROLL for (int i = 0; i < rows; i++) enter_contest(w, j, acc[i][j] + bias, position + i);
    }
}

#define CONTEST_CASE(rows, vectors)                                                                             \
    case (rows) * 8 + (vectors):                                                                                \
        if (rows <= MR && vectors <= NV)                                                                        \
            run_contest_tile(rows, vectors, runs, run, run_step, a, b, t, position, w);                         \
        break;
#define CONTEST_CASES(rows) CONTEST_CASE(rows, 1) CONTEST_CASE(rows, 2) CONTEST_CASE(rows, 3) CONTEST_CASE(rows, 4)

static void run_any_contest_tile(long rows, long runs, long run, long run_step, const float *const *a, const float *b,
                                 const tile_target *t, long position, contest *w) {
    const long vectors = (at_most(t->columns, PANEL) + VW - 1) / VW;
    switch (rows * 8 + vectors) {
        CONTEST_CASES(1)
        CONTEST_CASES(2)
        CONTEST_CASES(3)
        CONTEST_CASES(4)
        CONTEST_CASES(5)
        CONTEST_CASES(6)
    }
}

static void direct_max(const ck_direct *g, const float *x, const float *packed, const float *bias,
                       ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                       float *y, int32_t *winner, float *scratch) {
    const long run = g->taps_x * g->inputs, depth = g->taps_y * run;
    for (long o = first_output; o < first_output + outputs; o += PANEL)
        for (long n = first; n < first + count; n++) {
            const tile_target t = {.columns = g->outputs - o, .bias = bias ? bias + o : NULL};
            contest w = begin_contest();
            for (long row = 0, lines; row < g->out_height; row += lines) {
                lines = at_most(g->out_height - row, direct_block(g));
                const padded_lines source = pad_lines(g, x, n * g->out_height + row, lines, scratch);
                long line = 0, column = 0;
                for (long p = 0, positions = lines * g->out_width, rows; p < positions; p += rows) {
                    const float *a[MR];
                    rows = tile_rows(positions - p);
                    for (long i = 0; i < rows; i++) {
                        a[i] = source.first + line * source.advance + column * g->stride_x * g->inputs;
                        if (++column == g->out_width) {
                            column = 0;
                            line++;
                        }
                    }
                    run_any_contest_tile(rows, g->taps_y, run, g->dilation_y * source.line, a, packed + o * depth, &t,
                                         row * g->out_width + p, &w);
                }
            }
            end_contest(&w, activation, alpha, t.columns, y + n * g->outputs + o, winner + n * g->outputs + o);
        }
}

// The taps of one window that lie inside the source: y[from_y ..< to_y], and of each a run of `length` floats, which
// stands at `source` (+ line of the source a tap) and at `filter` (+ line of the filter a tap).
typedef struct {
    long from, to, source, filter, length;
} window_inside;

INL window_inside window_of_winner(const ck_direct *g, long position) {
    const taps_inside y = clip_taps(position / g->out_width, g->stride_y, g->before_y, g->dilation_y, g->taps_y,
                                    g->height);
    const taps_inside x = clip_taps(position % g->out_width, g->stride_x, g->before_x, 1, g->taps_x, g->width);
    return (window_inside){
        y.from, y.to, (y.start * g->width + x.start + x.from) * g->inputs, x.from * g->inputs,
        (x.to - x.from) * g->inputs,
    };
}

static void winners_weights(const ck_direct *g, const float *x, const int32_t *winner, const float *dy, long examples,
                            long first, long count, float *dw) {
    const long run = g->taps_x * g->inputs, image = g->height * g->width * g->inputs;
    for (long o = first; o < first + count; o++) {
        float *filter = dw + o * g->taps_y * run;
        zero_floats(filter, g->taps_y * run);
        for (long n = 0; n < examples; n++) {
            const float d = dy[n * g->outputs + o];
            if (d == 0) continue;
            const window_inside w = window_of_winner(g, winner[n * g->outputs + o]);
            for (long t = w.from; t < w.to; t++)
                add_scaled(d, x + n * image + w.source + t * g->dilation_y * g->width * g->inputs,
                           filter + t * run + w.filter, w.length);
        }
    }
}

static void winners_data(const ck_direct *g, const float *w, const int32_t *winner, const float *dy, long first,
                         long count, float *dx) {
    const long run = g->taps_x * g->inputs, image = g->height * g->width * g->inputs;
    for (long n = first; n < first + count; n++) {
        zero_floats(dx + n * image, image);
        for (long o = 0; o < g->outputs; o++) {
            const float d = dy[n * g->outputs + o];
            if (d == 0) continue;
            const window_inside at = window_of_winner(g, winner[n * g->outputs + o]);
            for (long t = at.from; t < at.to; t++)
                add_scaled(d, w + (o * g->taps_y + t) * run + at.filter,
                           dx + n * image + at.source + t * g->dilation_y * g->width * g->inputs, at.length);
        }
    }
}
