// Anderson's mixing, row by row. Inner products are sums of float64 whatever the numbers are: those of
// float32 would leave no digit of nearly parallel differences.
#include <math.h>
#include <stdint.h>

#include "FixedPointKernels.h"

typedef intptr_t vk_int;
void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context);

#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
#pragma clang fp contract(fast)

enum { MOST = 32, LANES = 8 };
typedef double wide __attribute__((vector_size(64), aligned(8)));
typedef double vec_f64 __attribute__((vector_size(64), aligned(8)));
typedef float vec_f32 __attribute__((vector_size(32), aligned(4)));

typedef struct {
  ptrdiff_t rows, width, memory, slot, count;
  double regularization;
  const void *image, *residual;
  void *last_image, *last_residual, *images, *residuals, *z;
  double *products;
} mixture;

// gamma <- (gram + weight) \ gamma by Cholesky's factors; 0 where there are none.
static void solve(int n, double *gram, double *gamma) {
  int is_fine = 1;
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++) {
      double sum = gram[i * n + j];
      for (int k = 0; k < j; k++) sum -= gram[i * n + k] * gram[j * n + k];
      if (i == j && !(sum > 0)) is_fine = 0;
      gram[i * n + j] = i == j ? sqrt(sum) : sum / gram[j * n + j];
    }
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < i; k++) gamma[i] -= gram[i * n + k] * gamma[k];
    gamma[i] /= gram[i * n + i];
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int k = i + 1; k < n; k++) gamma[i] -= gram[k * n + i] * gamma[k];
    gamma[i] /= gram[i * n + i];
    if (!isfinite(gamma[i])) is_fine = 0;
  }
  for (int i = 0; i < n && !is_fine; i++) gamma[i] = 0;
}

#define MIXING(T, VEC, NAME)                                                                      \
  INLINE double NAME##_dot(ptrdiff_t n, const T *a, const T *b) {                                 \
    wide sums = {0};                                                                              \
    ptrdiff_t i = 0;                                                                              \
    for (; i + LANES <= n; i += LANES)                                                            \
      sums += __builtin_convertvector(*(const VEC *)(a + i), wide) *                              \
              __builtin_convertvector(*(const VEC *)(b + i), wide);                               \
    double sum = 0;                                                                               \
    for (int l = 0; l < LANES; l++) sum += sums[l];                                               \
    for (; i < n; i++) sum += (double)a[i] * (double)b[i];                                        \
    return sum;                                                                                   \
  }                                                                                               \
  CLONES static void NAME(void *context, vk_int begin, vk_int end) {                              \
    const mixture *s = (const mixture *)context;                                                  \
    const ptrdiff_t width = s->width, memory = s->memory, slot = s->slot;                         \
    const int count = (int)s->count;                                                              \
    for (ptrdiff_t row = begin; row < end; row++) {                                               \
      const T *f = (const T *)s->image + row * width, *r = (const T *)s->residual + row * width;  \
      T *fs = (T *)s->images + row * width, *rs = (T *)s->residuals + row * width;                \
      T *lf = (T *)s->last_image + row * width, *lr = (T *)s->last_residual + row * width;        \
      T *z = (T *)s->z + row * width;                                                             \
      const ptrdiff_t step = s->rows * width;                                                     \
      if (count > 0) {                                                                            \
        T *df = fs + slot * step, *dr = rs + slot * step;                                         \
        for (ptrdiff_t i = 0; i < width; i++) df[i] = f[i] - lf[i], dr[i] = r[i] - lr[i];         \
      }                                                                                           \
      for (ptrdiff_t i = 0; i < width; i++) lf[i] = f[i], lr[i] = r[i], z[i] = f[i];              \
      if (count == 0) continue;                                                                   \
      double *own = s->products + row * memory * memory, gram[MOST * MOST], gamma[MOST];          \
      double trace = 0;                                                                           \
      for (int k = 0; k < count; k++) {                                                           \
        const T *dr = rs + k * step;                                                              \
        own[slot * memory + k] = own[k * memory + slot] =                                         \
            NAME##_dot(width, rs + slot * step, dr);                                              \
        gamma[k] = NAME##_dot(width, r, dr);                                                      \
        trace += own[k * memory + k];                                                             \
      }                                                                                           \
      for (int k = 0; k < count; k++) {                                                           \
        for (int j = 0; j < count; j++) gram[k * count + j] = own[k * memory + j];                \
        gram[k * count + k] += s->regularization * trace;                                         \
      }                                                                                           \
      solve(count, gram, gamma);                                                                  \
      for (int k = 0; k < count; k++) {                                                           \
        const T *df = fs + k * step, weight = (T)gamma[k];                                        \
        for (ptrdiff_t i = 0; i < width; i++) z[i] -= weight * df[i];                             \
      }                                                                                           \
    }                                                                                             \
  }
MIXING(float, vec_f32, mix_f32)
MIXING(double, vec_f64, mix_f64)

void cf_mix(int is_double, ptrdiff_t rows, ptrdiff_t width, ptrdiff_t memory, ptrdiff_t slot,
            ptrdiff_t count, double regularization, const void *image, const void *residual,
            void *last_image, void *last_residual, void *images, void *residuals, double *products,
            void *z) {
  mixture s = {rows, width, memory, slot, count, regularization, image, residual,
               last_image, last_residual, images, residuals, z, products};
  // Parts of some ten microseconds.
  const ptrdiff_t grain = 1 + 30000 / (width * (count + 2) + 1);
  vk_parallel(rows, grain, is_double ? mix_f64 : mix_f32, &s);
}
