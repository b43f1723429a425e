// Chooses the kernels of the best instruction set that the processor and the operating system offer.
#include "ckernels.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern const ck_kernels ck_kernels_portable;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

const ck_kernels *ck_for(ck_isa isa) {
    if (isa == CK_PORTABLE) return &ck_kernels_portable;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (isa == CK_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &ck_kernels_avx2;
    if (isa == CK_AVX512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"))
        return &ck_kernels_avx512;
#elif defined(__aarch64__)
    if (isa == CK_NEON) return &ck_kernels_neon;
#endif
    return NULL;
}

static pthread_once_t chosen = PTHREAD_ONCE_INIT;
static const ck_kernels *active;
static char rejected[64];  // a copy: the environment may change later; empty where nothing was rejected

static void choose(void) {
    // Best first. AVX-512 implies the others, and the enumeration ascends with the width.
    for (int isa = CK_AVX512; isa >= CK_PORTABLE && !active; isa--) active = ck_for((ck_isa)isa);
    const char *wanted = getenv("FORMANT_ISA");
    if (!wanted || !*wanted) return;
    for (int isa = CK_PORTABLE; isa <= CK_AVX512; isa++) {
        const ck_kernels *kernels = ck_for((ck_isa)isa);
        if (kernels && strcmp(kernels->name, wanted) == 0) {
            active = kernels;
            return;
        }
    }
    strncpy(rejected, wanted, sizeof rejected - 1);
}

const ck_kernels *ck_active(void) {
    pthread_once(&chosen, choose);
    return active;
}

const char *ck_rejected_isa(void) {
    pthread_once(&chosen, choose);
    return rejected[0] ? rejected : NULL;
}
