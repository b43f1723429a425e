// All kernels for one instruction set, and their table. The including file defines VW (floats in a vector), MR x NV
// (rows x vectors of a register tile), KERNELS (name of the table), KERNELS_ISA and KERNELS_NAME.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ckernels.h"

// Each stands on those before it.
#include "vector.h"
#include "exponential.h"
#include "activations.h"
#include "elementwise.h"
#include "columns.h"
#include "rows.h"
#include "pooling.h"
#include "affine_pooling.h"
#include "gather.h"
#include "gemm.h"
#include "winograd_points.h"
#include "winograd.h"
#include "direct.h"
#include "lines.h"
#include "winners.h"
#include "winograd_max.h"
#include "depthwise.h"
#include "responses.h"
#include "optimisers.h"
#include "spectrum.h"
#include "peak.h"

extern const ck_kernels KERNELS;
const ck_kernels KERNELS = {
    .isa = KERNELS_ISA,
    .name = KERNELS_NAME,
    .panel = PANEL,
    .gather_patches = gather_patches,
    .pack = pack,
    .gemm = gemm,
    .gemm_transposed = gemm_transposed,
    .winograd_block = winograd_block,
    .winograd_gradient_block = winograd_gradient_block,
    .winograd_scratch = winograd_scratch,
    .winograd_filters = winograd_filters,
    .winograd = winograd,
    .winograd_backward = winograd_backward,
    .winograd_weights = winograd_weights,
    .direct_block = direct_block,
    .direct_scratch = direct_scratch,
    .direct = direct,
    .direct_backward = direct_backward,
    .lines_block = lines_block,
    .lines_scratch = lines_scratch,
    .lines_filters = lines_filters,
    .lines = lines,
    .lines_backward = lines_backward,
    .lines_weights = lines_weights,
    .direct_max = direct_max,
    .winograd_max_scratch = winograd_max_scratch,
    .winograd_max_filters = winograd_max_filters,
    .winograd_max = winograd_max,
    .winners_weights = winners_weights,
    .winners_data = winners_data,
    .depthwise = depthwise,
    .depthwise_data = depthwise_data,
    .depthwise_weights = depthwise_weights,
    .activate = activate,
    .activate_backward = activate_backward,
    .column_moments = column_moments,
    .column_affine = column_affine,
    .column_products = column_products,
    .column_backward = column_backward,
    .column_sum = column_sum,
    .row_norm = row_norm,
    .row_norm_backward = row_norm_backward,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .affine_max_pool = affine_max_pool,
    .affine_max_pool_backward = affine_max_pool_backward,
    .average_pool = average_pool,
    .average_pool_backward = average_pool_backward,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .exponential_sum = exponential_sum,
    .dropout = dropout,
    .add = add,
    .multiply = multiply,
    .add_scaled = add_scaled,
    .scale = scale,
    .sum_of_squares = sum_of_squares,
    .permute = permute,
    .response_maxima = response_maxima,
    .sgd = sgd,
    .adam = adam,
    .adam_idle = adam_idle,
    .adadelta = adadelta,
    .power = power,
    .filter_bank = filter_bank,
    .logarithm = logarithm,
    .multiply_adds = multiply_adds,
};
