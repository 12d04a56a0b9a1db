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
// Subnormal numbers cost Intel's CPUs a hundred cycles each: between vk_flush and vk_restore they
// count as zeros. vk_parallel takes the mode along to the threads that help.
#if defined(__x86_64__)
#include <xmmintrin.h>
typedef unsigned vk_mode;
INLINE vk_mode vk_current_mode(void) { return _mm_getcsr(); }
INLINE void vk_restore(vk_mode mode) { _mm_setcsr(mode); }
// Bit 15: results are flushed, bit 6: operands are.
enum { VK_FLUSH_RESULTS = 0x8000, VK_FLUSH_ALL = 0x8040 };
#elif defined(__aarch64__)
typedef uint64_t vk_mode;
INLINE vk_mode vk_current_mode(void) {
  vk_mode mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
INLINE void vk_restore(vk_mode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
enum { VK_FLUSH_RESULTS = 1 << 24, VK_FLUSH_ALL = 1 << 24 };
#else
typedef int vk_mode;
INLINE vk_mode vk_current_mode(void) { return 0; }
INLINE void vk_restore(vk_mode mode) { (void)mode; }
enum { VK_FLUSH_RESULTS, VK_FLUSH_ALL };
#endif
INLINE vk_mode vk_flush(vk_mode bits) {
  vk_mode mode = vk_current_mode();
  vk_restore(mode | bits);
  return mode;
}
// Runs calls (not expressions, which the compiler might move) with subnormals as zeros.
#define FLUSHED(CALLS)                                                                     \
  {                                                                                        \
    vk_mode mode_ = vk_flush(VK_FLUSH_ALL);                                                \
    CALLS;                                                                                 \
    vk_restore(mode_);                                                                     \
  }
