// What the arithmetic of one core can do at most.

// As many independent sums as a register tile of a product has, so that no multiply-add waits for another.
static long multiply_adds(long rounds, float factor, float addend, float *sum) {
    const vf factors = splat(factor), addends = splat(addend);
    vf acc[MR * NV];
    UNROLL for (int i = 0; i < MR * NV; i++) acc[i] = splat((float)i);
    for (long round = 0; round < rounds; round++)
        UNROLL for (int i = 0; i < MR * NV; i++) acc[i] = acc[i] * factors + addends;
    vf total = splat(0);
    UNROLL for (int i = 0; i < MR * NV; i++) total += acc[i];
    store_whole(sum, total);
    return rounds * MR * NV * VW;
}
