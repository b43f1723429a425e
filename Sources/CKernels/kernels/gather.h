// Patches of a tensor as the rows of a matrix.

// Source index of tap t at output position p along one axis, or -1 where there is none.
INL long source_index(const ck_axis *axis, long p, long t) {
    long index = p * axis->multiply + t * axis->step + axis->offset;
    if (index < 0) return -1;
    if (axis->divide != 1) {
        if (index % axis->divide) return -1;
        index /= axis->divide;
    }
    return index < axis->extent ? index : -1;
}

// out[tx][c] for the taps of one row of the filter, where the source row begins at `row`.
INL void gather_row(const ck_patches *g, const float *row, long column, float *out) {
    for (long tx = 0; tx < g->taps_x; tx++, out += g->channels) {
        const long index = source_index(&g->x, column, tx);
        if (index < 0) zero_floats(out, g->channels);
        else copy_floats(out, row + index * g->row_stride, g->channels);
    }
}

// The same where neighbouring taps are neighbours in the source, channels and all: one run between the two paddings.
INL void gather_run(const ck_patches *g, const float *row, long column, float *out) {
    const long start = column * g->x.multiply + g->x.offset;
    if (start >= 0 && start + g->taps_x <= g->x.extent) {
        copy_floats(out, row + start * g->channels, g->taps_x * g->channels);
        return;
    }
    const long from = at_most(start < 0 ? -start : 0, g->taps_x);
    const long inside = at_most(g->taps_x, g->x.extent - start);
    const long to = inside > from ? inside : from;
    const long channels = g->channels;
    if (from > 0) zero_floats(out, from * channels);
    if (to > from) copy_floats(out + from * channels, row + (start + from) * channels, (to - from) * channels);
    if (to < g->taps_x) zero_floats(out + to * channels, (g->taps_x - to) * channels);
}

static void gather_patches(const ck_patches *g, const float *source, long first, long count, float *out) {
    if (count <= 0) return;
    const long run = g->taps_x * g->channels, patch = g->taps_y * run, line = g->x.extent * g->row_stride;
    const bool contiguous = g->x.step == 1 && g->x.divide == 1 && g->channels == g->row_stride;
    long column = first % g->out_width, row = first / g->out_width % g->out_height;
    source += first / g->out_width / g->out_height * g->y.extent * line + g->first_channel;
    while (count > 0) {
        // What is wanted of one row of the output.
        const long columns = at_most(count, g->out_width - column);
        for (long ty = 0; ty < g->taps_y; ty++) {
            const long index = source_index(&g->y, row, ty);
            const float *from = source + (index < 0 ? 0 : index * line);
            float *to = out + ty * run;
            for (long i = 0; i < columns; i++, to += patch) {
                if (index < 0) zero_floats(to, run);
                else if (contiguous) gather_run(g, from, column + i, to);
                else gather_row(g, from, column + i, to);
            }
        }
        out += columns * patch;
        count -= columns;
        column = 0;
        if (++row == g->out_height) {
            row = 0;
            source += g->y.extent * line;
        }
    }
}
