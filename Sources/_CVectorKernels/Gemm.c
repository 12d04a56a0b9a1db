// Matrix products.
//
// Why not a BLAS: distributions' libraries choose kernels from a list of CPUs that ends with their
// release, and fall back to slow ones on newer machines; and for the small matrices of notebooks a
// library call costs more than the product.
#include "Clones.h"

#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define T float
#define F(NAME) NAME##_f32_v4
#define LANES 16
#define MR 12
#define NV 2
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "Gemm.inc"
#define T double
#define F(NAME) NAME##_f64_v4
#define LANES 8
#define MR 12
#define NV 2
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "Gemm.inc"
#define T float
#define F(NAME) NAME##_f32_v3
#define LANES 16
#define MR 6
#define NV 1
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "Gemm.inc"
#define T double
#define F(NAME) NAME##_f64_v3
#define LANES 8
#define MR 6
#define NV 1
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "Gemm.inc"
#endif
#define T float
#define F(NAME) NAME##_f32_base
#define LANES 16
#define MR 6
#define NV 1
#define TARGET
#include "Gemm.inc"
#define T double
#define F(NAME) NAME##_f64_base
#define LANES 8
#define MR 6
#define NV 1
#define TARGET
#include "Gemm.inc"

typedef struct {
  vk_int m, n, k, ras, cas, rbs, cbs, ldc;
  const void *a, *b;
  void *c;
  int accumulate, by_rows, is_double;
} vk_product;

static void run(const vk_product *s, vk_int m, vk_int n, vk_int ca, vk_int cb, vk_int cc) {
#define CALL(T, KERNEL)                                                                  \
  KERNEL(m, n, s->k, (const T *)s->a + ca, s->ras, s->cas, (const T *)s->b + cb, s->rbs, \
         s->cbs, (T *)s->c + cc, s->ldc, s->accumulate)
#if defined(__x86_64__) && defined(__OPTIMIZE__)
  if (__builtin_cpu_supports("x86-64-v4")) {
    if (s->is_double) CALL(double, gemm_f64_v4); else CALL(float, gemm_f32_v4);
    return;
  }
  if (__builtin_cpu_supports("x86-64-v3")) {
    if (s->is_double) CALL(double, gemm_f64_v3); else CALL(float, gemm_f32_v3);
    return;
  }
#endif
  if (s->is_double) CALL(double, gemm_f64_base); else CALL(float, gemm_f32_base);
}

static void part(void *context, vk_int begin, vk_int end) {
  const vk_product *s = (const vk_product *)context;
  if (s->by_rows) run(s, end - begin, s->n, begin * s->ras, 0, begin * s->ldc);
  else run(s, s->m, end - begin, 0, begin * s->cbs, begin);
}

static void product(vk_product *s) {
  if (s->m == 0 || s->n == 0) return;
  if (s->k == 0) {
    // A sum of nothing.
    vk_int size = s->is_double ? 8 : 4;
    for (vk_int i = 0; i < s->m && !s->accumulate; i++)
      __builtin_memset((char *)s->c + i * s->ldc * size, 0, (size_t)(s->n * size));
    return;
  }
  double work = (double)s->m * (double)s->n * (double)s->k;
  if (work < 4e6) {
    FLUSHED(run(s, s->m, s->n, 0, 0, 0))
    return;
  }
  s->by_rows = s->m >= s->n;
  vk_int extent = s->by_rows ? s->m : s->n, threads = vk_threads();
  // Parts are as equal as whole tiles of every CPU allow: 12 or 6 rows, 32 columns or fewer.
  vk_int tile = s->by_rows ? 12 : 32;
  vk_int grain = ((extent + threads - 1) / threads + tile - 1) / tile * tile;
  FLUSHED(vk_parallel(extent, grain, part, s))
}

void vk_gemm_f32(vk_int m, vk_int n, vk_int k, const float *a, vk_int ras, vk_int cas,
                 const float *b, vk_int rbs, vk_int cbs, float *c, vk_int ldc, int accumulate) {
  vk_product s = {m, n, k, ras, cas, rbs, cbs, ldc, a, b, c, accumulate, 0, 0};
  product(&s);
}

void vk_gemm_f64(vk_int m, vk_int n, vk_int k, const double *a, vk_int ras, vk_int cas,
                 const double *b, vk_int rbs, vk_int cbs, double *c, vk_int ldc,
                 int accumulate) {
  vk_product s = {m, n, k, ras, cas, rbs, cbs, ldc, a, b, c, accumulate, 0, 1};
  product(&s);
}
