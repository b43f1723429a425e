// Convolution of each channel by itself, with one filter each; weights are w[tap][c].

static void depthwise(const ck_pool *g, const float *x, const float *w, const float *bias, ck_activation activation,
                      float alpha, long first, long count, float *y) {
    if (count <= 0) return;
    pool_window at = window_at(g, first);
    for (long p = 0; p < count; p++, y += g->channels) {
        FOR_VECTORS(g->channels, {
            vf sum = bias ? load(bias + i, lanes) : splat(0);
            FOR_TAPS(at, { sum += load(x + offset + i, lanes) * load(w + (ty * g->taps_x + tx) * g->channels + i, lanes); });
            if (activation == CK_RELU) sum = apply_activation(CK_RELU, sum, 0);
            store(y + i, sum, lanes);
        });
        if (activation != CK_RELU && activation != CK_IDENTITY) activate(activation, alpha, y, y, g->channels);
        next_window(g, &at);
    }
}

static void depthwise_data(const ck_pool *g, const float *w, const float *dy, long examples, float *dx) {
    zero_floats(dx, examples * g->height * g->width * g->channels);
    const long count = examples * g->out_height * g->out_width;
    if (count <= 0) return;
    pool_window at = window_at(g, 0);
    for (long p = 0; p < count; p++, dy += g->channels) {
        FOR_VECTORS(g->channels, {
            const vf d = load(dy + i, lanes);
            FOR_TAPS(at, {
                const vf weight = load(w + (ty * g->taps_x + tx) * g->channels + i, lanes);
                store(dx + offset + i, load(dx + offset + i, lanes) + d * weight, lanes);
            });
        });
        next_window(g, &at);
    }
}

static void depthwise_weights(const ck_pool *g, const float *x, const float *dy, long first, long count, float *dw) {
    zero_floats(dw, g->taps_y * g->taps_x * g->channels);
    if (count <= 0) return;
    pool_window at = window_at(g, first);
    for (long p = 0; p < count; p++, dy += g->channels) {
        FOR_VECTORS(g->channels, {
            const vf d = load(dy + i, lanes);
            FOR_TAPS(at, {
                float *sum = dw + (ty * g->taps_x + tx) * g->channels + i;
                store(sum, load(sum, lanes) + d * load(x + offset + i, lanes), lanes);
            });
        });
        next_window(g, &at);
    }
}
