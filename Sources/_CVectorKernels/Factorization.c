// Hierarchical alternating least squares: rows are swept one after another, but columns do not see
// each other, so that a few columns stay in cache (and their sums in registers) for the whole sweep.
//
// Each sum is taken in as many chains as keep eight vectors under way, for one waits for the other.
#include "FactorizationKernels.h"
#include "Clones.h"

#define SWEEP(T, NAME, LANES)                                                                \
  /* `width` columns, of which n are there to be swept; rows are `ld` apart. */              \
  INLINE double NAME##_part(const int width, const int chains, vk_int n, vk_int r, vk_int ld,\
                            const T *RESTRICT g, const T *RESTRICT b, T *RESTRICT x) {       \
    T met[8 * LANES];                                                                        \
    for (int c = 0; c < width; c++) met[c] = 0;                                              \
    for (vk_int j = 0; j < r; j++) {                                                         \
      const T diagonal = g[j * r + j];                                                       \
      if (!(diagonal > 0)) continue;                                                         \
      T sum[8 * LANES];                                                                      \
      for (int c = 0; c < width * chains; c++) sum[c] = 0;                                   \
      vk_int i = 0;                                                                          \
      for (; i + chains <= r; i += chains)                                                   \
        _Pragma("clang loop unroll(full)") for (int k = 0; k < chains; k++) {                \
          const T w = g[j * r + i + k];                                                      \
          for (int c = 0; c < (n < width ? n : width); c++)                                  \
            sum[k * width + c] += w * x[(i + k) * ld + c];                                   \
        }                                                                                    \
      for (; i < r; i++)                                                                     \
        for (int c = 0; c < (n < width ? n : width); c++) sum[c] += g[j * r + i] * x[i * ld + c]; \
      const T inverse = 1 / diagonal;                                                        \
      for (int c = 0; c < (n < width ? n : width); c++) {                                    \
        T pull = 0;                                                                          \
        for (int k = 0; k < chains; k++) pull += sum[k * width + c];                         \
        pull = b[j * ld + c] - pull;                                                         \
        const T old = x[j * ld + c], moved = old + pull * inverse;                           \
        const T slope = old > 0 || pull > 0 ? pull : 0;                                      \
        met[c] += slope * slope;                                                             \
        x[j * ld + c] = moved > 0 ? moved : 0;                                               \
      }                                                                                      \
    }                                                                                        \
    double whole = 0;                                                                        \
    for (int c = 0; c < width; c++) whole += (double)met[c];                                 \
    return whole;                                                                            \
  }                                                                                          \
  CLONES static double NAME(vk_int r, vk_int n, const T *g, const T *b, T *x) {              \
    double whole = 0;                                                                        \
    vk_int at = 0;                                                                           \
    for (; at + 8 * LANES <= n; at += 8 * LANES)                                             \
      whole += NAME##_part(8 * LANES, 1, 8 * LANES, r, n, g, b + at, x + at);                \
    for (; at + 4 * LANES <= n; at += 4 * LANES)                                             \
      whole += NAME##_part(4 * LANES, 2, 4 * LANES, r, n, g, b + at, x + at);                \
    for (; at + LANES <= n; at += LANES)                                                     \
      whole += NAME##_part(LANES, 4, LANES, r, n, g, b + at, x + at);                        \
    if (at < n) whole += NAME##_part(LANES, 1, n - at, r, n, g, b + at, x + at);             \
    return whole;                                                                            \
  }
SWEEP(float, sweep_f32, 16)
SWEEP(double, sweep_f64, 8)

double vk_nonnegative_sweep(int dtype, vk_int r, vk_int n, const void *g, const void *b, void *x) {
  double met = 0;
  if (dtype == VK_F32)
    FLUSHED(met = sweep_f32(r, n, (const float *)g, (const float *)b, (float *)x))
  else FLUSHED(met = sweep_f64(r, n, (const double *)g, (const double *)b, (double *)x))
  return met;
}
