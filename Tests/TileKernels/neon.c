#include "tile_kernels.h"
#define VW 4
#define MR 6
#define NV 4
#define KERNELS ck_kernels_tiled_as_neon
#define KERNELS_ISA CK_NEON
#define KERNELS_NAME "tiled as neon"
#include "../../Sources/CKernels/kernels/kernels.h"
