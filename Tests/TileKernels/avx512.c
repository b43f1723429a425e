#include "tile_kernels.h"
// Every function that takes a vector is inlined: no call depends on how it would be passed.
#pragma clang diagnostic ignored "-Wpsabi"
#define PLAIN_TAILS
#define VW 16
#define MR 6
#define NV 4
#define KERNELS ck_kernels_tiled_as_avx512
#define KERNELS_ISA CK_AVX512
#define KERNELS_NAME "tiled as avx512"
#include "../../Sources/CKernels/kernels/kernels.h"
