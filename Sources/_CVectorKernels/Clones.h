// How a kernel asks to be compiled for several CPUs.
//
// On x86-64 Linux each kernel exists three times (AVX-512, AVX2 with FMA, baseline) and the loader
// binds the best one; elsewhere the compiler's target decides (NEON is part of arm64).
#pragma once
#include "VectorKernels.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
#define CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
#define RESTRICT __restrict__
#pragma clang fp contract(fast)

// The square root as one instruction. `sqrt` must set errno for negative numbers, which costs a
// branch per element and keeps loops from becoming vector code.
#define SQRT(X) __builtin_elementwise_sqrt(X)
