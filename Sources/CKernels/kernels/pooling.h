// Max and average pooling.

// The taps from ..< to of one axis that lie inside the source; tap t stands at start + t * dilation.
typedef struct {
    long start, from, to;
} taps_inside;

INL taps_inside clip_taps(long position, long stride, long before, long dilation, long taps, long extent) {
    const long start = position * stride - before;
    if (start >= 0 && start + (taps - 1) * dilation < extent) return (taps_inside){start, 0, taps};
    const long from = start < 0 ? (-start + dilation - 1) / dilation : 0;
    const long to = start < extent ? at_most(taps, (extent - 1 - start) / dilation + 1) : 0;
    return (taps_inside){start, from, to > from ? to : from};
}

// Where an output position looks: tap (ty, tx) at origin + ty * step_y + tx * step_x in the source. The origin, which
// belongs to tap (0, 0), may lie outside.
typedef struct {
    long example, row, column;
    taps_inside y, x;
    long origin, step_y, step_x;
} pool_window;

INL void clip_window(const ck_pool *g, pool_window *w) {
    w->y = clip_taps(w->row, g->stride_y, g->before_y, g->dilation_y, g->taps_y, g->height);
    w->x = clip_taps(w->column, g->stride_x, g->before_x, g->dilation_x, g->taps_x, g->width);
    w->origin = ((w->example * g->height + w->y.start) * g->width + w->x.start) * g->channels;
}

// The window of output position p, counted over (example, row, column).
INL pool_window window_at(const ck_pool *g, long p) {
    pool_window w = {.column = p % g->out_width, .row = p / g->out_width % g->out_height};
    w.example = p / g->out_width / g->out_height;
    w.step_x = g->dilation_x * g->channels;
    w.step_y = g->dilation_y * g->width * g->channels;
    clip_window(g, &w);
    return w;
}

INL void next_window(const ck_pool *g, pool_window *w) {
    if (++w->column == g->out_width) {
        w->column = 0;
        if (++w->row == g->out_height) {
            w->row = 0;
            w->example++;
        }
    }
    clip_window(g, w);
}

// Runs the statement for every tap (ty, tx) of the window that lies inside, with its offset in the source.
#define FOR_TAPS(w, ...)                                                    \
    for (long ty = (w).y.from; ty < (w).y.to; ty++)                         \
        for (long tx = (w).x.from; tx < (w).x.to; tx++) {                   \
            const long offset = (w).origin + ty * (w).step_y + tx * (w).step_x; \
            __VA_ARGS__                                                     \
        }

INL void max_pool_all(const bool winners, const ck_pool *g, const float *x, long first, long count, float *y,
                      int32_t *winner) {
    pool_window w = window_at(g, first);
    for (long p = 0; p < count; p++, y += g->channels) {
        const bool empty = w.y.from == w.y.to || w.x.from == w.x.to;
        const int32_t first_tap = empty ? -1 : (int32_t)(w.y.from * g->taps_x + w.x.from);
        const float *origin = empty ? x : x + w.origin + w.y.from * w.step_y + w.x.from * w.step_x;
        FOR_VECTORS(g->channels, {
            vf best = empty ? splat(0) : load(origin + i, lanes);
            vi at = (vi)(first_tap);
            FOR_TAPS(w, {
                vf v = load(x + offset + i, lanes);
                // The first NaN ends the contest.
                vi wins = ~(v <= best) & (best == best);
                best = pick(wins, v, best);
                if (winners) at = wins ? (vi)((int32_t)(ty * g->taps_x + tx)) : at;
            });
            store(y + i, best, lanes);
            if (winners) store((float *)winner + p * g->channels + i, as_floats(at), lanes);
        });
        next_window(g, &w);
    }
}

static void max_pool(const ck_pool *g, const float *x, long first, long count, float *y, int32_t *winner) {
    if (count <= 0) return;
    if (winner) max_pool_all(true, g, x, first, count, y, winner);
    else max_pool_all(false, g, x, first, count, y, NULL);
}

static void max_pool_backward(const ck_pool *g, const int32_t *winner, const float *dy, long examples, float *dx) {
    zero_floats(dx, examples * g->height * g->width * g->channels);
    const long count = examples * g->out_height * g->out_width;
    if (count <= 0) return;
    // Up to here a look at every tap with whole vectors is faster than one value at a time.
    const bool by_tap = g->taps_y * g->taps_x <= 16;
    pool_window w = window_at(g, 0);
    for (long p = 0; p < count; p++, dy += g->channels, winner += g->channels) {
        if (by_tap) {
            FOR_TAPS(w, {
                float *target = dx + offset;
                const vi tap = (vi)((int32_t)(ty * g->taps_x + tx));
                FOR_VECTORS(g->channels, {
                    vi won = as_integers(load((const float *)winner + i, lanes)) == tap;
                    vf d = pick(won, load(dy + i, lanes), splat(0));
                    store(target + i, load(target + i, lanes) + d, lanes);
                });
            });
        } else {
            const uint32_t taps_x = (uint32_t)g->taps_x;
            for (long c = 0; c < g->channels; c++) {
                if (winner[c] < 0) continue;
                const uint32_t tap = (uint32_t)winner[c];
                dx[w.origin + tap / taps_x * w.step_y + tap % taps_x * w.step_x + c] += dy[c];
            }
        }
        next_window(g, &w);
    }
}

// One over the number of positions that a window counts; zero where it counts none.
INL float window_share(const ck_pool *g, const pool_window *w, bool count_padding) {
    long taps = (w->y.to - w->y.from) * (w->x.to - w->x.from);
    if (count_padding) taps = g->taps_y * g->taps_x;
    return taps > 0 ? 1 / (float)taps : 0;
}

static void average_pool(const ck_pool *g, bool count_padding, const float *x, long first, long count, float *y) {
    if (count <= 0) return;
    pool_window w = window_at(g, first);
    for (long p = 0; p < count; p++, y += g->channels) {
        const float share = window_share(g, &w, count_padding);
        FOR_VECTORS(g->channels, {
            vf sum = {};
            FOR_TAPS(w, { sum += load(x + offset + i, lanes); });
            store(y + i, sum * share, lanes);
        });
        next_window(g, &w);
    }
}

static void average_pool_backward(const ck_pool *g, bool count_padding, const float *dy, long examples, float *dx) {
    zero_floats(dx, examples * g->height * g->width * g->channels);
    const long count = examples * g->out_height * g->out_width;
    if (count <= 0) return;
    pool_window w = window_at(g, 0);
    for (long p = 0; p < count; p++, dy += g->channels) {
        const float share = window_share(g, &w, count_padding);
        FOR_TAPS(w, {
            float *target = dx + offset;
            FOR_VECTORS(g->channels, {
                store(target + i, load(dy + i, lanes) * share + load(target + i, lanes), lanes);
            });
        });
        next_window(g, &w);
    }
}
