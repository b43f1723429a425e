// Vectors of four floats for any processor: SSE2 on x86-64, NEON on arm64, without fused multiply-add on the former.
#define VW 4
#define MR 4
#define NV 2
#define KERNELS ck_kernels_portable
#define KERNELS_ISA CK_PORTABLE
#define KERNELS_NAME "portable"
#include "kernels/kernels.h"
