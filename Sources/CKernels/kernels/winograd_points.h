// The points of Winograd's convolution along one axis: six inputs, four outputs and three taps, or four inputs and two
// outputs. A constant `tile` says which: outputs of a tile, 4 or 2.
//
// Source: Winograd 1980; Lavin & Gray 2016, arXiv:1509.09308. The points of a tile of 4 are 0, infinity, ±3/4 and ±3/2:
// all factors on the side of the data are exact in binary, and rounding errors are half of those of ±1 and ±2. Those of
// a tile of 2 are 0, infinity and ±1.
//
// Points come in pairs, whose sums and differences are shared, in this order: pair 0 is 0 and infinity; 1 is NEAR and
// -NEAR, or 1 and -1; 2 is FAR and -FAR.

enum { MOST_POINTS = 6, MOST_OUTPUTS = 4 };

INL int points_of(const int tile) { return tile + 2; }
INL int pairs_of(const int tile) { return tile / 2 + 1; }

static const float NEAR = 0.75f, FAR = 1.5f;

INL float square(float x) { return x * x; }

// Two rows of B^T d: the inputs at a pair of points.
INL void inputs_at(const int tile, const int pair, const vf *d, vf *o) {
    if (tile == 2) {
        o[0] = pair == 0 ? d[0] - d[2] : d[2] + d[1];
        o[1] = pair == 0 ? d[3] - d[1] : d[2] - d[1];
        return;
    }
    const float near = square(NEAR), far = square(FAR);
    if (pair == 0) {
        o[0] = d[0] * (near * far) + (d[4] - d[2] * (near + far));
        o[1] = d[1] * (near * far) + (d[5] - d[3] * (near + far));
        return;
    }
    const float other = pair == 1 ? far : near, point = pair == 1 ? NEAR : FAR;
    const vf even = d[4] - d[2] * other, odd = d[3] - d[1] * other;
    o[0] = even + odd * point;
    o[1] = even - odd * point;
}

// Two rows of A y: values of the output's gradient at a pair of points.
INL void gradients_at(const int tile, const int pair, const vf *y, vf *o) {
    if (pair == 0) {
        o[0] = y[0];
        o[1] = y[tile - 1];
        return;
    }
    if (tile == 2) {
        o[0] = y[0] + y[1];
        o[1] = y[0] - y[1];
        return;
    }
    const float point = pair == 1 ? NEAR : FAR;
    const vf even = y[0] + y[2] * square(point), odd = y[1] + y[3] * square(point);
    o[0] = even + odd * point;
    o[1] = even - odd * point;
}

// A^T m: from the points to the outputs.
INL void outputs_from(const int tile, const vf *m, vf *o) {
    if (tile == 2) {
        o[0] = m[0] + (m[2] + m[3]);
        o[1] = m[1] + (m[2] - m[3]);
        return;
    }
    const vf near_sum = m[2] + m[3], near_difference = m[2] - m[3];
    const vf far_sum = m[4] + m[5], far_difference = m[4] - m[5];
    o[0] = m[0] + near_sum + far_sum;
    o[1] = near_difference * NEAR + far_difference * FAR;
    o[2] = near_sum * square(NEAR) + far_sum * square(FAR);
    o[3] = m[1] + near_difference * (NEAR * square(NEAR)) + far_difference * (FAR * square(FAR));
}

// 1 / product of the differences of a point to the other finite ones; 1/2 for ±1.
static const float ZERO_SHARE = 64.f / 81, NEAR_SHARE = -128.f / 243, FAR_SHARE = 32.f / 243;

// G g: the three taps of a filter at the points.
INL void taps_at(const int tile, const vf *g, vf *o) {
    o[1] = g[2];
    if (tile == 2) {
        const vf even = (g[0] + g[2]) * 0.5f, odd = g[1] * 0.5f;
        o[0] = g[0];
        o[2] = even + odd;
        o[3] = even - odd;
        return;
    }
    o[0] = g[0] * ZERO_SHARE;
    UNROLL for (int pair = 1; pair <= 2; pair++) {
        const float point = pair == 1 ? NEAR : FAR, share = pair == 1 ? NEAR_SHARE : FAR_SHARE;
        const vf even = g[0] * share + g[2] * (share * square(point)), odd = g[1] * (share * point);
        o[2 * pair] = even + odd;
        o[2 * pair + 1] = even - odd;
    }
}

// G^T u: from the points to the gradients of three taps.
INL void taps_from(const int tile, const vf *u, vf *o) {
    if (tile == 2) {
        const vf sum = (u[2] + u[3]) * 0.5f;
        o[0] = u[0] + sum;
        o[1] = (u[2] - u[3]) * 0.5f;
        o[2] = u[1] + sum;
        return;
    }
    const vf near_sum = u[2] + u[3], near_difference = u[2] - u[3];
    const vf far_sum = u[4] + u[5], far_difference = u[4] - u[5];
    o[0] = u[0] * ZERO_SHARE + near_sum * NEAR_SHARE + far_sum * FAR_SHARE;
    o[1] = near_difference * (NEAR_SHARE * NEAR) + far_difference * (FAR_SHARE * FAR);
    o[2] = u[1] + near_sum * (NEAR_SHARE * square(NEAR)) + far_sum * (FAR_SHARE * square(FAR));
}
