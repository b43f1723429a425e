// The kernels with the vectors and register tiles of instruction sets that the machine at hand may lack, for any
// processor: what differs from the real ones is the compiler's choice of instructions and how tails are loaded.
#include "ckernels.h"

extern const ck_kernels ck_kernels_tiled_as_avx512;
extern const ck_kernels ck_kernels_tiled_as_neon;
