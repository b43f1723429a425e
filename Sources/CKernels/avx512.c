// Vectors of sixteen floats; 32 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#include "ckernels.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#define VW 16
#define MR 6
#define NV 4
#define KERNELS ck_kernels_avx512
#define KERNELS_ISA CK_AVX512
#define KERNELS_NAME "avx512"
#include "kernels/kernels.h"
#pragma clang attribute pop
#endif
