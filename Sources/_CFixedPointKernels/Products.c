// Two products with the same rows of V, which stay in cache between them.
//
// Why not general products: those would copy V each time, which takes as long as half of the
// arithmetic where the rank is small. Here V is read where it is.
#include "FixedPointKernels.h"

#define INLINE static inline __attribute__((always_inline))
#pragma clang fp contract(fast)

#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define VR 4
#define HR 5
#define JR 10
#define NV 2
#define T float
#define F(NAME) NAME##_f32_v4
#define LANES 16
#include "Products.inc"
#define T double
#define F(NAME) NAME##_f64_v4
#define LANES 8
#include "Products.inc"
#undef TARGET
#undef VR
#undef HR
#undef JR
#undef NV
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define VR 2
#define HR 2
#define JR 5
#define NV 1
#define T float
#define F(NAME) NAME##_f32_v3
#define LANES 16
#include "Products.inc"
#define T double
#define F(NAME) NAME##_f64_v3
#define LANES 8
#include "Products.inc"
#undef TARGET
#undef VR
#undef HR
#undef JR
#undef NV
#endif
#define TARGET
#define VR 2
#define HR 2
#define JR 5
#define NV 1
#define T float
#define F(NAME) NAME##_f32_base
#define LANES 16
#include "Products.inc"
#define T double
#define F(NAME) NAME##_f64_base
#define LANES 8
#include "Products.inc"

#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define CHOOSE(NAME)                                                        \
  int level = __builtin_cpu_supports("x86-64-v4")   ? 4                     \
              : __builtin_cpu_supports("x86-64-v3") ? 3                     \
                                                    : 1;                    \
  if (is_double && level == 4) NAME##_f64_v4(RUN(double));                  \
  else if (is_double && level == 3) NAME##_f64_v3(RUN(double));             \
  else if (is_double) NAME##_f64_base(RUN(double));                         \
  else if (level == 4) NAME##_f32_v4(RUN(float));                           \
  else if (level == 3) NAME##_f32_v3(RUN(float));                           \
  else NAME##_f32_base(RUN(float));
#else
#define CHOOSE(NAME)                              \
  if (is_double) NAME##_f64_base(RUN(double));    \
  else NAME##_f32_base(RUN(float));
#endif

void cf_inner(int is_double, ptrdiff_t r, ptrdiff_t rows, ptrdiff_t n, const void *h, ptrdiff_t ldh,
              const void *v, ptrdiff_t ldv, void *t, ptrdiff_t ldt) {
#define RUN(T) r, rows, n, (const T *)h, ldh, (const T *)v, ldv, (T *)t, ldt
  CHOOSE(inner)
#undef RUN
}

void cf_outer(int is_double, ptrdiff_t r, ptrdiff_t rows, ptrdiff_t n, const void *w, ptrdiff_t ldw,
              const void *v, ptrdiff_t ldv, void *sum, ptrdiff_t lds, int adds) {
#define RUN(T) r, rows, n, (const T *)w, ldw, (const T *)v, ldv, (T *)sum, lds, adds
  CHOOSE(outer)
#undef RUN
}
