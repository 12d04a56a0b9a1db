// Matrix products.
//
// Why not a BLAS: distributions' libraries choose kernels from a list of CPUs that ends with their
// release, and fall back to slow ones on newer machines; and for the small matrices of notebooks a
// library call costs more than the product.
#include "Clones.h"

#if defined(__x86_64__) && defined(__OPTIMIZE__)
#include <immintrin.h>
// The first elements of a vector; what lies behind them is not touched.
#define FIRST(TYPE, COUNT) ((TYPE)((1u << (COUNT)) - 1))
#define LOAD_PART(AT, N) ((F(vec))_mm512_maskz_loadu_ps(FIRST(__mmask16, N), AT))
#define STORE_PART(AT, N, X) _mm512_mask_storeu_ps(AT, FIRST(__mmask16, N), (__m512)(X))
#define T float
#define F(NAME) NAME##_f32_v4
#define LANES 16
#define MR 12
#define PR 14
#define NV 2
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "Gemm.inc"
#define LOAD_PART(AT, N) ((F(vec))_mm512_maskz_loadu_pd(FIRST(__mmask8, N), AT))
#define STORE_PART(AT, N, X) _mm512_mask_storeu_pd(AT, FIRST(__mmask8, N), (__m512d)(X))
#define T double
#define F(NAME) NAME##_f64_v4
#define LANES 8
#define MR 12
#define PR 14
#define NV 2
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "Gemm.inc"
// The same in two halves: a window of ones and zeros is their mask.
static const int32_t window[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
#define HALF(N, AT, S) _mm256_loadu_si256((const __m256i *)(window + 16 - (N) * (S) + (AT)))
#define LOAD_PART(AT, N)                                                                  \
  ((F(vec))__builtin_shufflevector(                                                       \
    (__m256i)_mm256_maskload_ps(AT, HALF(N, 0, 1)),                                       \
    (__m256i)_mm256_maskload_ps((AT) + 8, HALF(N, 8, 1)), 0, 1, 2, 3, 4, 5, 6, 7))
#define STORE_PART(AT, N, X)                                                              \
  do {                                                                                    \
    F(vec) x_ = (X);                                                                      \
    _mm256_maskstore_ps(AT, HALF(N, 0, 1), *(__m256 *)&x_);                               \
    _mm256_maskstore_ps((AT) + 8, HALF(N, 8, 1), *((__m256 *)&x_ + 1));                   \
  } while (0)
#define T float
#define F(NAME) NAME##_f32_v3
#define LANES 16
#define MR 6
#define PR 6
#define NV 1
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "Gemm.inc"
#define LOAD_PART(AT, N)                                                                  \
  ((F(vec))__builtin_shufflevector(                                                       \
    (__m256i)_mm256_maskload_pd(AT, HALF(N, 0, 2)),                                       \
    (__m256i)_mm256_maskload_pd((AT) + 4, HALF(N, 8, 2)), 0, 1, 2, 3, 4, 5, 6, 7))
#define STORE_PART(AT, N, X)                                                              \
  do {                                                                                    \
    F(vec) x_ = (X);                                                                      \
    _mm256_maskstore_pd(AT, HALF(N, 0, 2), *(__m256d *)&x_);                              \
    _mm256_maskstore_pd((AT) + 4, HALF(N, 8, 2), *((__m256d *)&x_ + 1));                  \
  } while (0)
#define T double
#define F(NAME) NAME##_f64_v3
#define LANES 8
#define MR 6
#define PR 6
#define NV 1
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "Gemm.inc"
#endif
#define T float
#define F(NAME) NAME##_f32_base
#define LANES 16
#define MR 6
#define PR 6
#define NV 1
#define TARGET
#include "Gemm.inc"
#define T double
#define F(NAME) NAME##_f64_base
#define LANES 8
#define MR 6
#define PR 6
#define NV 1
#define TARGET
#include "Gemm.inc"

typedef struct {
  vk_int m, n, k, ras, cas, rbs, cbs, ldc;
  const void *a, *b;
  void *c;
  int accumulate, by_rows, is_double;
} vk_product;

// The best of a function's three forms that this processor has.
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define BEST(NAME)                                          \
  (__builtin_cpu_supports("x86-64-v4")   ? NAME##_v4       \
   : __builtin_cpu_supports("x86-64-v3") ? NAME##_v3       \
                                         : NAME##_base)
#else
#define BEST(NAME) NAME##_base
#endif

static void run(const vk_product *s, vk_int m, vk_int n, vk_int ca, vk_int cb, vk_int cc) {
#define CALL(T, KERNEL)                                                                  \
  KERNEL(m, n, s->k, (const T *)s->a + ca, s->ras, s->cas, (const T *)s->b + cb, s->rbs, \
         s->cbs, (T *)s->c + cc, s->ldc, s->accumulate)
  if (s->is_double) CALL(double, BEST(gemm_f64)); else CALL(float, BEST(gemm_f32));
#undef CALL
}

void vk_convolve_rows(int dtype, const vk_window *s, vk_int d, vk_int begin, vk_int end, void *out,
                      const void *a, const void *kernel) {
#define CALL(T, KERNEL) KERNEL(s, d, begin, end, (T *)out, (const T *)a, (const T *)kernel)
  if (dtype == VK_F64) CALL(double, BEST(convolve_f64)); else CALL(float, BEST(convolve_f32));
#undef CALL
}

static void part(void *context, vk_int begin, vk_int end) {
  const vk_product *s = (const vk_product *)context;
  if (s->by_rows) run(s, end - begin, s->n, begin * s->ras, 0, begin * s->ldc);
  else run(s, s->m, end - begin, 0, begin * s->cbs, begin);
}

// Work that is worth waking a thread for, and work that is worth handing to one that is awake.
static const double WAKING = 4e6, SHARING = 1e6;

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
  // A matrix that is read once comes from memory, which takes as long as eight times the arithmetic.
  int is_read_once = (s->n == 1 && (s->cas == 1 || s->ras == 1)) || (s->m == 1 && s->cbs == 1);
  if (is_read_once) work *= 8;
  // These, and all ways through a product up to this depth, give the same bits in parts.
  if (work < SHARING || (work < WAKING && s->k > 256 && !is_read_once)) {
    FLUSHED(run(s, s->m, s->n, 0, 0, 0))
    return;
  }
  // Rows are dealt out, or columns where they are more, or where parts of B have to be turned.
  s->by_rows = s->cbs == 1 ? s->m >= s->n : s->m > 4 * s->n;
  vk_int extent = s->by_rows ? s->m : s->n, threads = vk_threads();
  // Parts are as equal as whole tiles of every CPU allow: 12 or 6 rows, 32 columns or fewer.
  vk_int tile = s->by_rows ? 12 : 32;
  vk_int grain = ((extent + threads - 1) / threads + tile - 1) / tile * tile;
  if (work < WAKING) FLUSHED(vk_parallel_awake(extent, grain, part, s))
  else FLUSHED(vk_parallel(extent, grain, part, s))
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

typedef struct {
  vk_product first;
  int axes;
  const vk_int *shape, *sa, *sb;
} vk_batch;

static void items(const vk_batch *s, vk_int begin, vk_int end, void (*body)(vk_product *)) {
  vk_int size = s->first.is_double ? 8 : 4;
  for (vk_int item = begin; item < end; item++) {
    vk_product one = s->first;
    vk_int at_a = 0, at_b = 0, rest = item;
    for (int d = s->axes - 1; d > 0; rest /= s->shape[d--]) {
      at_a += rest % s->shape[d] * s->sa[d];
      at_b += rest % s->shape[d] * s->sb[d];
    }
    if (s->axes > 0) at_a += rest * s->sa[0], at_b += rest * s->sb[0];
    one.a = (const char *)one.a + at_a * size;
    one.b = (const char *)one.b + at_b * size;
    one.c = (char *)one.c + item * one.m * one.n * size;
    body(&one);
  }
}

static void whole(vk_product *s) { run(s, s->m, s->n, 0, 0, 0); }
static void some_items(void *context, vk_int begin, vk_int end) {
  items((const vk_batch *)context, begin, end, whole);
}

// Whether all items share B, and their rows follow each other in A.
static int is_stacked(const vk_batch *s) {
  vk_int step = s->first.m * s->first.ras;
  for (int d = s->axes - 1; d >= 0; step *= s->shape[d--])
    if (s->shape[d] != 1 && (s->sb[d] != 0 || s->sa[d] != step)) return 0;
  return s->axes > 0;
}

void vk_products(int dtype, vk_int m, vk_int n, vk_int k, const void *a, vk_int ras, vk_int cas,
                 const void *b, vk_int rbs, vk_int cbs, void *c, int axes, const vk_int *shape,
                 const vk_int *sa, const vk_int *sb) {
  vk_batch s = {{m, n, k, ras, cas, rbs, cbs, n, a, b, c, 0, 0, dtype == VK_F64}, axes, shape, sa, sb};
  vk_int count = 1, threads = vk_threads();
  for (int d = 0; d < axes; d++) count *= shape[d];
  double each = (double)m * (double)n * (double)k, work = each * (double)count;
  if (k <= 256 && is_stacked(&s)) {
    s.first.m *= count;
    product(&s.first);
    return;
  }
  // One item for each thread needs nothing packed twice, if they come out even.
  int is_even = count % threads == 0 || count >= 8 * threads;
  if (threads == 1 || !is_even || work < SHARING || each == 0) {
    if (each > 0 && each < SHARING) FLUSHED(items(&s, 0, count, whole))
    else items(&s, 0, count, product);
    return;
  }
  vk_int grain = each >= SHARING ? 1 : (vk_int)(SHARING / each) + 1;
  vk_int most = (count + threads - 1) / threads;
  grain = grain < most ? grain : most;
  if (work < WAKING) FLUSHED(vk_parallel_awake(count, grain, some_items, &s))
  else FLUSHED(vk_parallel(count, grain, some_items, &s))
}
