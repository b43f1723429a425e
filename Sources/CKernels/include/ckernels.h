#pragma once
// The vector kernels of Formant's convolutional core and of its front end for sound.
//
// Every kernel is serial and works on the range it is given; callers share work out among threads. All pointers are
// to float32 unless stated. No kernel allocates. Sizes of 1, tails of any length and unaligned pointers are allowed.
//
// Letters: n examples, h w height and width, c channels (fastest in memory), o output channels, k the inner extent of
// a product, p output positions (example, row, column), t taps (row, column of a filter).

#include <stdbool.h>
#include <stdint.h>

typedef enum { CK_PORTABLE = 0, CK_NEON = 1, CK_AVX2 = 2, CK_AVX512 = 3 } ck_isa;

typedef enum {
    CK_IDENTITY = 0,
    CK_RELU,        // max(x, 0)
    CK_LEAKY_RELU,  // x > 0 ? x : alpha x
    CK_ELU,         // x > 0 ? x : alpha (exp x - 1)
    CK_GELU,        // x Phi(x), Phi by erf
    CK_SILU,        // x sigmoid(x)
    CK_SIGMOID,     // 1 / (1 + exp(-x))
    CK_TANH
} ck_activation;

// One axis of a gather. The source index of tap t at output position p is (p * multiply + t * step + offset) / divide,
// where the division leaves no rest and the result lies in 0 ..< extent; elsewhere the value is zero.
// Forward: multiply = stride, step = dilation, offset = -padding before, divide = 1.
// Backward to the data: multiply = 1, step = -dilation, offset = padding before, divide = stride.
typedef struct { long multiply, step, offset, divide, extent; } ck_axis;

// Patches of an n x h x w x c tensor, of `channels` channels starting at channel `first_channel`.
typedef struct {
    long row_stride;      // floats from one (row, column) of the source to the next column: its total channels
    long first_channel, channels;
    long taps_y, taps_x;
    long out_height, out_width;
    ck_axis y, x;         // y.extent, x.extent: height and width of the source
} ck_patches;

// A pooling window on an n x h x w x c tensor; positions outside the source do not count.
typedef struct {
    long height, width, channels;          // source
    long out_height, out_width;
    long taps_y, taps_x, stride_y, stride_x, dilation_y, dilation_x, before_y, before_x;
} ck_pool;

// A convolution with 3 x 3 filters, stride 1, in square tiles of outputs, which are counted over (example, row, column).
// Its backward pass to the data is the same with inputs and outputs exchanged, rotated filters and 2 - before.
typedef struct {
    long tile;                             // outputs a side: 4 or 2; a tile has (tile + 2)^2 points
    long height, width, inputs;            // source
    long out_height, out_width, outputs;
    long before_y, before_x;               // zeros before the source: 0 ... 2
} ck_winograd;

// A convolution of any size, of which the taps of a row are neighbours. Its output may lie spread out in memory.
typedef struct {
    long height, width, inputs;                    // source
    long out_height, out_width, outputs;
    long taps_y, taps_x, stride_y, stride_x, dilation_y;
    long before_y, before_x;                       // zeros before the source; below zero, what is left out of it
    long y_column, y_line, y_example;              // floats from one column, line, example of y to the next
} ck_direct;

// Of Winograd's algorithms along lines: points and outputs of a tile of `lines`, points of a tile of `winograd_max`.
enum { CK_LINES_POINTS = 5, CK_LINES_TILE = 3, CK_MAX_POINTS = 6 };

// One filter of a bank: `count` weights from weight `offset` on, for the rows from `first` on.
typedef struct { long first, count, offset; } ck_band;

typedef struct {
    ck_isa isa;
    const char *name;     // "portable", "neon", "avx2", "avx512"
    long panel;           // columns of a packed panel of b

    // out[p - first][t][c] = source at tap t of position p, for `count` positions from `first`; p counts
    // (n, row, column) of the output. out has count rows of taps_y * taps_x * channels floats.
    void (*gather_patches)(const ck_patches *, const float *source, long first, long count, float *out);

    // b[k][n] (row stride ldb), or with `transposed` b[n][k], to panels of `panel` columns: packed[n / panel][k][panel],
    // the last padded with zeros. packed holds ceil(n / panel) * panel * k floats.
    void (*pack)(const float *b, long ldb, bool transposed, long k, long n, float *packed);

    // c[m][n] = activation(a[m][k] * b + bias[n]) or, with `accumulate`, c += a * b (then bias must be null and the
    // activation the identity). bias may be null. lda, ldc: row strides. b as `pack` left it.
    void (*gemm)(long m, long n, long k, const float *a, long lda, const float *packed, const float *bias,
                 ck_activation activation, float alpha, bool accumulate, float *c, long ldc);

    // c[m][n] (+)= sum over k of a[k][m] * b[k][n]: neither is packed.
    void (*gemm_transposed)(long m, long n, long k, const float *a, long lda, const float *b, long ldb,
                            bool accumulate, float *c, long ldc);

    // Winograd's convolution, F(4 x 4, 3 x 3) or F(2 x 2, 3 x 3) by `tile`. Tiles that are worked on at once forward, and
    // backward to the weights; and the scratch floats that either pass needs.
    long (*winograd_block)(const ck_winograd *);
    long (*winograd_gradient_block)(const ck_winograd *);
    long (*winograd_scratch)(const ck_winograd *);
    // Filters w[9][inputs][outputs], turned by 180 degrees with `rotated`, at their points in panels:
    // prepared[outputs / panel][(tile + 2)^2][inputs][panel], the last padded with zeros.
    void (*winograd_filters)(long tile, const float *w, long inputs, long outputs, bool rotated, float *prepared);
    // y = activation(convolution of x + bias) for `count` tiles from `first`, and `outputs` output channels from
    // `first_output`, a multiple of `panel`. bias may be null. A value's bits do not depend on the range it is in.
    void (*winograd)(const ck_winograd *, const float *x, const float *prepared, const float *bias,
                     ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                     float *y, float *scratch);
    // The part of `count` tiles from `first` in the gradient of the filters, at their points:
    // sums[(tile + 2)^2][inputs][outputs rounded up to a vector of at most `panel`] (+)= ..., to be taken back by
    // `winograd_weights`. Where y is not null, dy *= (y > 0 ? 1 : alpha) on the tiles' outputs first; where bias is not
    // null, bias[outputs] += sum of that dy.
    void (*winograd_backward)(const ck_winograd *, const float *x, const float *y, float alpha, float *dy, long first,
                              long count, bool adds, float *sums, float *bias, float *scratch);
    // dw[9][inputs][outputs] from its sums at the points.
    void (*winograd_weights)(long tile, const float *sums, long inputs, long outputs, float *dw);

    // Convolution straight from padded lines of the source. Output lines are counted over (example, row).
    // Lines that are worked on at once, and the scratch floats that either pass needs.
    long (*direct_block)(const ck_direct *);
    long (*direct_scratch)(const ck_direct *);
    // y = activation(convolution of x + bias) for `count` lines from `first`; filters w[taps_y * taps_x * inputs][outputs]
    // as `pack` left them. bias may be null. Without taps y = activation(bias). A value's bits do not depend on the range.
    void (*direct)(const ck_direct *, const float *x, const float *packed, const float *bias, ck_activation activation,
                   float alpha, long first, long count, float *y, float *scratch);
    // The part of `count` lines from `first`, at least one, in the gradient of the filters:
    // dw[taps_y * taps_x * inputs][outputs] (+)= ... . dy is not spread out.
    void (*direct_backward)(const ck_direct *, const float *x, const float *dy, long first, long count, bool adds,
                            float *dw, float *scratch);

    // The same by Winograd's algorithm F(3, 3) along lines, for at least one tap and stride_x = 1; the taps of a row go in
    // groups of three. Lines that are worked on at once (`direct_block` bounds them too), scratch floats of either pass.
    long (*lines_block)(const ck_direct *);
    long (*lines_scratch)(const ck_direct *);
    // Filters w[taps_y][taps_x][inputs][outputs], turned by 180 degrees with `rotated`, at their points:
    // prepared[outputs / panel][CK_LINES_POINTS][taps_y][groups][inputs][panel], the last padded with zeros.
    void (*lines_filters)(const float *w, long taps_y, long taps_x, long inputs, long outputs, bool rotated,
                          float *prepared);
    void (*lines)(const ck_direct *, const float *x, const float *prepared, const float *bias, ck_activation activation,
                  float alpha, long first, long count, float *y, float *scratch);
    // sums[CK_LINES_POINTS][taps_y][groups][inputs][outputs rounded up to a vector of at most `panel`] (+)= ... of
    // `count` lines from `first`, to be taken back by `lines_weights` to dw[taps_y][taps_x][inputs][outputs].
    void (*lines_backward)(const ck_direct *, const float *x, const float *dy, long first, long count, bool adds,
                           float *sums, float *scratch);
    void (*lines_weights)(const float *sums, long taps_y, long taps_x, long inputs, long outputs, float *dw);

    // y[n][outputs] = activation(max over all positions of the convolution of x + bias), for `count` examples from
    // `first` and `outputs` output channels from `first_output`, a multiple of `panel`; winner: the position (row *
    // out_width + column) that won, the first of equals. Activation: identity, ReLU or leaky ReLU. Scratch as `direct`.
    void (*direct_max)(const ck_direct *, const float *x, const float *packed, const float *bias,
                       ck_activation activation, float alpha, long first, long count, long first_output, long outputs,
                       float *y, int32_t *winner, float *scratch);
    // The same for filters of 2 to 5 taps along one line (height, taps_y and strides are 1), by Winograd's algorithm
    // F(7 - taps, taps). Its scratch floats; and its filters from w[taps][inputs][outputs]:
    // prepared[outputs / panel][CK_MAX_POINTS][inputs][panel], the last padded with zeros.
    long (*winograd_max_scratch)(const ck_direct *);
    void (*winograd_max_filters)(const float *w, long taps, long inputs, long outputs, float *prepared);
    void (*winograd_max)(const ck_direct *, const float *x, const float *prepared, const float *bias,
                         ck_activation activation, float alpha, long first, long count, long first_output,
                         long outputs, float *y, int32_t *winner, float *scratch);
    // The way back through the winners; dy[n][outputs] is the gradient before the activation. Filters w[outputs][taps_y *
    // taps_x * inputs]. dw of `count` filters from `first`, summed over all examples; dx of `count` examples from `first`.
    void (*winners_weights)(const ck_direct *, const float *x, const int32_t *winner, const float *dy, long examples,
                            long first, long count, float *dw);
    void (*winners_data)(const ck_direct *, const float *w, const int32_t *winner, const float *dy, long first,
                         long count, float *dx);

    // Convolution of each channel by itself, w[tap][c], at the windows of a pool: `count` output positions from `first`.
    void (*depthwise)(const ck_pool *, const float *x, const float *w, const float *bias, ck_activation activation,
                      float alpha, long first, long count, float *y);
    // dx of `examples` whole examples.
    void (*depthwise_data)(const ck_pool *, const float *w, const float *dy, long examples, float *dx);
    // dw[tap][c] = the part of `count` output positions from `first`; dy begins at `first`.
    void (*depthwise_weights)(const ck_pool *, const float *x, const float *dy, long first, long count, float *dw);

    // y = f(x); x may be y.
    void (*activate)(ck_activation, float alpha, const float *x, float *y, long count);
    // dx = dy f'(x). Identity, ReLU, leaky ReLU, ELU, sigmoid and tanh read only y (x may be null); GELU and SiLU read
    // x (y may be null). dx may be dy.
    void (*activate_backward)(ck_activation, float alpha, const float *x, const float *y, const float *dy, float *dx,
                              long count);

    // sum[c] += sum of (x - shift[c]), squares[c] += sum of (x - shift[c])^2 over `rows`, in double between short
    // blocks of rows. With shift near the mean the variance is right to 1e-6 of itself whatever the mean.
    void (*column_moments)(const float *x, long rows, long channels, const float *shift, double *sum, double *squares);
    // y = f(x * scale[c] + offset[c]); x may be y.
    void (*column_affine)(const float *x, long rows, long channels, const float *scale, const float *offset,
                          ck_activation, float alpha, float *y);
    // sum[c] += sum of dy, products[c] += sum of dy * (x - mean[c]), in double between short blocks of rows.
    void (*column_products)(const float *x, const float *dy, long rows, long channels, const float *mean, double *sum,
                            double *products);
    // dx = dy * a[c] + (x - mean[c]) * b[c] + d[c]; dx may be dy.
    void (*column_backward)(const float *x, const float *dy, long rows, long channels, const float *mean,
                            const float *a, const float *b, const float *d, float *dx);
    // sum[c] += sum over rows of x.
    void (*column_sum)(const float *x, long rows, long channels, double *sum);

    // Layer norm over the channels of each row: y = (x - mean) * rstd * gain[c] + bias[c]; keeps mean and rstd per row.
    void (*row_norm)(const float *x, long rows, long channels, float epsilon, const float *gain, const float *bias,
                     float *y, float *mean, float *rstd);
    // Its backward pass; dgain[c] and dbias[c] are added to, in double.
    void (*row_norm_backward)(const float *x, const float *dy, long rows, long channels, const float *gain,
                              const float *mean, const float *rstd, float *dx, double *dgain, double *dbias);

    // Max pooling of `count` output positions from `first` (n, row, column). winner, where not null, receives per value the
    // tap (row * taps_x + column) that won; the first wins a tie; a window wholly outside gives 0 and winner -1.
    // NaN wins over everything, so that it is seen.
    void (*max_pool)(const ck_pool *, const float *x, long first, long count, float *y, int32_t *winner);
    // dx of `examples` examples = 0, then dx[winner] += dy.
    void (*max_pool_backward)(const ck_pool *, const int32_t *winner, const float *dy, long examples, float *dx);
    // Max pooling of f(x * scale[c] + offset[c]) for an f that ascends, as `max_pool` of those values before f; also the x
    // that won. y, winner and winning begin at output position `first`. A window wholly outside gives 0, 0 and winner -1.
    void (*affine_max_pool)(const ck_pool *, const float *x, const float *scale, const float *offset, ck_activation,
                            float alpha, long first, long count, float *y, int32_t *winner, float *winning);
    // dx = a[c] * (sum of the dy of the windows that x won) + (x - mean[c]) * b[c] + d[c], on `count` lines (example,
    // row) of the source from `first`; x, winner, dy and dx are whole. At most 16 windows meet at a position of an axis.
    void (*affine_max_pool_backward)(const ck_pool *, const float *x, const int32_t *winner, const float *dy,
                                     const float *mean, const float *a, const float *b, const float *d, long first,
                                     long count, float *dx);
    // The mean of the window; over the positions inside the source, or over all taps with `count_padding`.
    void (*average_pool)(const ck_pool *, bool count_padding, const float *x, long first, long count, float *y);
    void (*average_pool_backward)(const ck_pool *, bool count_padding, const float *dy, long examples, float *dx);

    // Row-wise softmax; x may be y.
    void (*softmax)(const float *x, long rows, long columns, float *y);
    // dx = (dy - sum of dy * y) * y per row.
    void (*softmax_backward)(const float *y, const float *dy, long rows, long columns, float *dx);

    // Returns the sum of e^(x - largest) in double, where no x exceeds `largest`; y, where not null, receives each term.
    double (*exponential_sum)(const float *x, long count, float largest, float *y);

    // y[i] = kept(i) ? x[i] / (1 - rate) : 0, where kept depends on seed and first + i alone. x may be y. The same call
    // on gradients is the backward pass.
    void (*dropout)(const float *x, float *y, long count, uint64_t seed, uint64_t first, float rate);

    void (*add)(const float *x, const float *y, float *out, long count);          // out = x + y; out may be either
    void (*multiply)(const float *x, const float *y, float *out, long count);     // out = x * y
    void (*add_scaled)(float a, const float *x, float *y, long count);            // y += a * x
    void (*scale)(float a, const float *x, float *y, long count);                 // y = a * x; x may be y
    double (*sum_of_squares)(const float *x, long count);                         // in double between short blocks

    // y[a][b][c] = x[a * sa + b * sb + c * sc]: any order of three axes.
    void (*permute)(const float *x, long a, long b, long c, long sa, long sb, long sc, float *y);

    // Optimiser steps on `count` weights w with gradients g.
    // SGD: g += decay w; v = momentum v + g; w -= rate (nesterov ? g + momentum v : v). v may be null when momentum is 0.
    void (*sgd)(float *w, const float *g, float *v, long count, float rate, float momentum, bool nesterov, float decay);
    // Adam (Kingma & Ba 2015): g += coupled w; m, s: moments; w -= rate * decoupled * w first (AdamW, Loshchilov 2019);
    // correction1 = 1 - beta1^t, correction2 = 1 - beta2^t.
    // w -= (rate / correction1) * m / (sqrt(s / correction2) + epsilon)
    void (*adam)(float *w, const float *g, float *m, float *s, long count, float rate, float beta1, float beta2,
                 float epsilon, float correction1, float correction2, float coupled, float decoupled);
    // `steps` steps of Adam with a gradient of zero: what rows of a table missed that no batch named.
    // rate[t]: rate / correction1 of the step, unbias[t]: 1 / correction2.
    void (*adam_idle)(float *w, float *m, float *s, long count, long steps, const float *rate, const float *unbias,
                      float beta1, float beta2, float epsilon);
    // Adadelta (Zeiler 2012): g += decay w; s = rho s + (1 - rho) g^2; d = sqrt(u + epsilon) / sqrt(s + epsilon) g;
    // u = rho u + (1 - rho) d^2; w -= rate d.
    void (*adadelta)(float *w, const float *g, float *s, float *u, long count, float rate, float rho, float epsilon,
                     float decay);

    // out[f] = max(0, max over p of bias[f] + sum over t of words[p + t][first + t * filters + f]) for
    // `places` places p, at least one, and `filters` filters, a multiple of 16, of `taps` taps.
    void (*response_maxima)(const float *const *words, long places, long first, long taps, long filters,
                            const float *bias, float *out);

    // p[k] = |x[k]|^2 of `count` complex values, each a real and an imaginary part.
    void (*power)(const float *x, long count, float *p);
    // y[b][t] = sum over k of w[offset of b + k] * x[first of b + k][t] for `count` bands and `columns` columns; ldx and
    // ldy: floats from row to row. Rows may overlap (ldx = 1 slides a filter along a line). A value's bits do not
    // depend on its column, nor on how many there are.
    void (*filter_bank)(const ck_band *bands, long count, const float *w, const float *x, long ldx, long columns,
                        float *y, long ldy);
    // y = (ln max(x, floor) - shift) * factor; x finite, floor above 0; the logarithm is within 2 ulp. x may be y.
    void (*logarithm)(const float *x, long count, float floor, float shift, float factor, float *y);
    // Independent sums s = s * factor + addend in registers, to measure the peak of a core; sum[16] receives what came out.
    // Returns how many multiply-adds of single values that were.
    long (*multiply_adds)(long rounds, float factor, float addend, float *sum);
} ck_kernels;

// The kernels of the best instruction set of this processor, or of the one that the environment variable FORMANT_ISA
// names (portable, neon, avx2, avx512) where the processor has it. The same pointer at every call.
const ck_kernels *ck_active(void);

// The kernels of one instruction set, or null where it was not built or the processor lacks it.
const ck_kernels *ck_for(ck_isa isa);

// Null, or the value of FORMANT_ISA if it names no instruction set that can run here.
const char *ck_rejected_isa(void);
