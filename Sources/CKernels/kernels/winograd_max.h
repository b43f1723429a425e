// Convolution along one line of which only the maximum counts, by the six points of a tile of 4: 7 - taps outputs a
// tile, for filters of 2 to 5 taps.

INL long max_outputs(const ck_direct *g) { return CK_MAX_POINTS + 1 - g->taps_x; }
INL long max_tiles(const ck_direct *g) { return (g->out_width + max_outputs(g) - 1) / max_outputs(g); }

// Examples that are worked on at once, such that what they are at the points stays in the second-level cache.
INL long max_block(const ck_direct *g) {
    const long examples = (64 << 10) / (max_tiles(g) * CK_MAX_POINTS * (rounded(g->inputs, VW) + PANEL));
    return examples < 1 ? 1 : at_most(examples, 8);
}

static long winograd_max_scratch(const ck_direct *g) {
    return tile_block_floats(CK_MAX_POINTS, g->inputs, max_block(g) * max_tiles(g));
}

// The taps of a filter at the six points.
static void winograd_max_filters(const float *w, long taps, long inputs, long outputs, float *prepared) {
    for (long o = 0; o < rounded(outputs, PANEL); o += VW) {
        float *to = prepared + o / PANEL * PANEL * CK_MAX_POINTS * inputs + o % PANEL;
        const long lanes = at_most(VW, outputs - o);
        for (long c = 0; c < inputs; c++, to += PANEL) {
            vf points[CK_MAX_POINTS] = {};
            float near = NEAR_SHARE, far = FAR_SHARE;
            for (long k = 0; k < taps; k++, near *= NEAR, far *= FAR) {
                const vf tap = lanes > 0 ? load(w + (k * inputs + c) * outputs + o, lanes) : splat(0);
                const float sign = k & 1 ? -1 : 1;
                if (k == 0) points[0] = tap * ZERO_SHARE;
                points[1] = tap;
                points[2] += tap * near;
                points[3] += tap * (near * sign);
                points[4] += tap * far;
                points[5] += tap * (far * sign);
            }
            UNROLL for (int k = 0; k < CK_MAX_POINTS; k++) store_whole(to + k * inputs * PANEL, points[k]);
        }
    }
}

// v[point][c] of the six inputs from column `start`.
static void transform_line(const ck_direct *g, const float *x, long start, const float *zeros, float *v, long step) {
    const float *positions[CK_MAX_POINTS];
    for (long k = 0; k < CK_MAX_POINTS; k++) {
        const long column = start + k;
        positions[k] = column >= 0 && column < g->width ? x + column * g->inputs : zeros;
    }
    FOR_VECTORS(g->inputs, {
        vf d[CK_MAX_POINTS];
        UNROLL for (int k = 0; k < CK_MAX_POINTS; k++) d[k] = load(positions[k] + i, lanes);
        UNROLL for (int p = 0; p < 3; p++) {
            vf o[2];
            inputs_at(4, p, d, o);
            store_whole(v + 2 * p * step + i, o[0]);
            store_whole(v + (2 * p + 1) * step + i, o[1]);
        }
    });
}

// The tiles of one example enter the contest of `columns` channels; the bias is one of a whole panel. `outputs` of a tile
// is a constant.
INL void enter_line(const int outputs, const ck_direct *g, long columns, const float *m, long step, const float *bias,
                    contest *w) {
    for (long p = 0; p < g->out_width; p += outputs, m += PANEL)
        UNROLL for (int j = 0; j < NV; j++) {
            vf at[CK_MAX_POINTS];
            if (j * VW >= columns) break;
            UNROLL for (int k = 0; k < CK_MAX_POINTS; k++) at[k] = load_whole(m + k * step + j * VW);
            const vf b = load_whole(bias + j * VW);
            float near = 1;
            float far = 1;
            UNROLL for (int k = 0; k < outputs; k++) {
                vf v = (k & 1 ? at[2] - at[3] : at[2] + at[3]) * near + (k & 1 ? at[4] - at[5] : at[4] + at[5]) * far;
                if (k == 0) v += at[0];
                if (k == outputs - 1) v += at[1];
                if (p + k < g->out_width) enter_contest(w, j, v + b, p + k);
                near *= NEAR;
                far *= FAR;
            }
        }
}

static void winograd_max(const ck_direct *g, const float *x, const float *prepared, const float *bias,
                         ck_activation activation, float alpha, long first, long count, long first_output,
                         long outputs, float *y, int32_t *winner, float *scratch) {
    const long tiles = max_tiles(g), most = max_block(g);
    const tile_block block = tile_block_in(scratch, CK_MAX_POINTS, g->inputs, most * tiles);
    for (long end = first + count, examples; first < end; first += examples) {
        examples = at_most(end - first, most);
        for (long t = 0; t < examples * tiles; t++)
            transform_line(g, x + (first + t / tiles) * g->width * g->inputs,
                           t % tiles * max_outputs(g) - g->before_x, block.zeros, block.v + t * block.depth,
                           block.v_step);
        for (long o = first_output; o < first_output + outputs; o += PANEL) {
            const long columns = at_most(g->outputs - o, PANEL);
            float biases[PANEL] = {};
            if (bias) copy_floats(biases, bias + o, columns);
            multiply_tiles(&block, examples * tiles, prepared + o * CK_MAX_POINTS * g->inputs, columns);
            for (long n = 0; n < examples; n++) {
                contest w = begin_contest();
                const float *sums = block.m + n * tiles * PANEL;
                switch (max_outputs(g)) {
                case 2: enter_line(2, g, columns, sums, block.m_step, biases, &w); break;
                case 3: enter_line(3, g, columns, sums, block.m_step, biases, &w); break;
                case 4: enter_line(4, g, columns, sums, block.m_step, biases, &w); break;
                case 5: enter_line(5, g, columns, sums, block.m_step, biases, &w); break;
                }
                const long place = (first + n) * g->outputs + o;
                end_contest(&w, activation, alpha, columns, y + place, winner + place);
            }
        }
    }
}
