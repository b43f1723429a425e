// Vectors of eight floats with fused multiply-add; 16 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#include "ckernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VW 8
#define MR 6
#define NV 2
#define KERNELS ck_kernels_avx2
#define KERNELS_ISA CK_AVX2
#define KERNELS_NAME "avx2"
#include "kernels/kernels.h"
#pragma clang attribute pop
#endif
