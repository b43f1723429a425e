// Vectors of four floats with the 32 registers of arm64.
#if defined(__aarch64__)
#define VW 4
#define MR 6
#define NV 4
#define KERNELS ck_kernels_neon
#define KERNELS_ISA CK_NEON
#define KERNELS_NAME "neon"
#include "kernels/kernels.h"
#endif
