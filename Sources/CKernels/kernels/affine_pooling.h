// Max pooling of an affine map of the channels, which batch norm is, without storing the map's values.

// y, winner and winning x of `count` output positions from `first`. The maximum is taken of x * scale + offset, and the
// activation, which ascends, of the maximum.
INL void affine_max_pool_all(ck_activation kind, const ck_pool *g, const float *x, const float *scale,
                             const float *offset_by_channel, float alpha, long first, long count, float *y,
                             int32_t *winner, float *winning) {
    pool_window w = window_at(g, first);
    for (long p = 0; p < count; p++, y += g->channels, winning += g->channels) {
        const bool empty = w.y.from == w.y.to || w.x.from == w.x.to;
        const int32_t first_tap = empty ? -1 : (int32_t)(w.y.from * g->taps_x + w.x.from);
        const float *origin = empty ? x : x + w.origin + w.y.from * w.step_y + w.x.from * w.step_x;
        FOR_VECTORS(g->channels, {
            const vf factor = load(scale + i, lanes), summand = load(offset_by_channel + i, lanes);
            vf from = empty ? splat(0) : load(origin + i, lanes);
            vf best = empty ? splat(0) : from * factor + summand;
            vi at = (vi)(first_tap);
            FOR_TAPS(w, {
                const vf source = load(x + offset + i, lanes);
                const vf v = source * factor + summand;
                // The first NaN ends the contest.
                const vi wins = ~(v <= best) & (best == best);
                best = pick(wins, v, best);
                from = pick(wins, source, from);
                at = wins ? (vi)((int32_t)(ty * g->taps_x + tx)) : at;
            });
            store(y + i, empty ? best : apply_activation(kind, best, alpha), lanes);
            store(winning + i, from, lanes);
            store((float *)winner + p * g->channels + i, as_floats(at), lanes);
        });
        next_window(g, &w);
    }
}

static void affine_max_pool(const ck_pool *g, const float *x, const float *scale, const float *offset,
                            ck_activation kind, float alpha, long first, long count, float *y, int32_t *winner,
                            float *winning) {
    if (count <= 0) return;
    WITH_CONSTANT_ACTIVATION(kind, affine_max_pool_all, g, x, scale, offset, alpha, first, count, y, winner, winning)
}

enum { MEETING_WINDOWS = 16 };

// The windows of one axis that have a tap at one position of the source.
typedef struct {
    long count;
    long window[MEETING_WINDOWS], tap[MEETING_WINDOWS];
} meeting;

INL meeting windows_meeting(long position, long stride, long before, long dilation, long taps, long windows) {
    meeting m = {0};
    const long reach = position + before, span = (taps - 1) * dilation;
    long window = reach > span ? (reach - span + stride - 1) / stride : 0;
    for (; window < windows && window * stride <= reach && m.count < MEETING_WINDOWS; window++) {
        const long distance = reach - window * stride;
        if (distance % dilation != 0) continue;
        m.window[m.count] = window;
        m.tap[m.count++] = distance / dilation;
    }
    return m;
}

// dx of `count` lines of the source from `first`, counted over (example, row).
static void affine_max_pool_backward(const ck_pool *g, const float *x, const int32_t *winner, const float *dy,
                                     const float *mean, const float *a, const float *b, const float *d, long first,
                                     long count, float *dx) {
    const long c = g->channels;
    for (long line = first; line < first + count; line++) {
        const long windows = line / g->height * g->out_height;
        const meeting down = windows_meeting(line % g->height, g->stride_y, g->before_y, g->dilation_y, g->taps_y,
                                             g->out_height);
        for (long column = 0; column < g->width; column++) {
            const meeting across = windows_meeting(column, g->stride_x, g->before_x, g->dilation_x, g->taps_x,
                                                   g->out_width);
            const float *source = x + (line * g->width + column) * c;
            float *target = dx + (line * g->width + column) * c;
            FOR_VECTORS(c, {
                vf sum = {};
                for (long j = 0; j < down.count; j++)
                    for (long k = 0; k < across.count; k++) {
                        const long at = ((windows + down.window[j]) * g->out_width + across.window[k]) * c + i;
                        const vi tap = (vi)((int32_t)(down.tap[j] * g->taps_x + across.tap[k]));
                        const vi won = as_integers(load((const float *)winner + at, lanes)) == tap;
                        sum += pick(won, load(dy + at, lanes), splat(0));
                    }
                const vf centred = (load(source + i, lanes) - load(mean + i, lanes)) * load(b + i, lanes);
                store(target + i, sum * load(a + i, lanes) + (centred + load(d + i, lanes)), lanes);
            });
        }
    }
}
