// Filters over words by what each of their taps makes of each word.

// out[0 ..< N VW] for the filters from `i` on.
INL void response_maxima_block(const float *const *words, long places, long first, long taps, long filters,
                               const float *bias, long i, float *out, const int N) {
    vf best[4];
    UNROLL for (int v = 0; v < N; v++) best[v] = splat(-__builtin_inff());
    for (long p = 0; p < places; p++) {
        vf sum[4];
        UNROLL for (int v = 0; v < N; v++) sum[v] = load_whole(bias + i + v * VW);
        for (long t = 0; t < taps; t++) {
            const float *response = words[p + t] + first + t * filters + i;
            UNROLL for (int v = 0; v < N; v++) sum[v] += load_whole(response + v * VW);
        }
        UNROLL for (int v = 0; v < N; v++) best[v] = greater(sum[v], best[v]);
    }
    UNROLL for (int v = 0; v < N; v++) store_whole(out + i + v * VW, greater(best[v], splat(0)));
}

static void response_maxima(const float *const *words, long places, long first, long taps, long filters,
                            const float *bias, float *out) {
    long i = 0;
    for (; i + 4 * VW <= filters; i += 4 * VW) {
        response_maxima_block(words, places, first, taps, filters, bias, i, out, 4);
    }
    for (; i + VW <= filters; i += VW) {
        response_maxima_block(words, places, first, taps, filters, bias, i, out, 1);
    }
}
