// Hierarchical alternating least squares: rows are swept one after another, but columns do not see
// each other, so that a few columns stay in cache (and their sums in registers) for the whole sweep.
#include "FactorizationKernels.h"
#include "Clones.h"

#define SWEEP(T, NAME, LANES)                                                                \
  CLONES static double NAME(vk_int r, vk_int n, const T *RESTRICT g, const T *RESTRICT b,    \
                            T *RESTRICT x) {                                                 \
    enum { WIDE = 4 * LANES };                                                               \
    double whole = 0;                                                                        \
    for (vk_int at = 0; at < n; at += WIDE) {                                                \
      vk_int width = n - at < WIDE ? n - at : WIDE;                                          \
      T met[WIDE] = {0};                                                                     \
      for (vk_int j = 0; j < r; j++) {                                                       \
        T diagonal = g[j * r + j];                                                           \
        if (!(diagonal > 0)) continue;                                                       \
        T sum[WIDE];                                                                         \
        if (width == WIDE) {                                                                 \
          for (int c = 0; c < WIDE; c++) sum[c] = b[j * n + at + c];                         \
          for (vk_int i = 0; i < r; i++) {                                                   \
            T w = g[j * r + i];                                                              \
            for (int c = 0; c < WIDE; c++) sum[c] -= w * x[i * n + at + c];                  \
          }                                                                                  \
        } else {                                                                             \
          for (vk_int c = 0; c < width; c++) sum[c] = b[j * n + at + c];                     \
          for (vk_int i = 0; i < r; i++) {                                                   \
            T w = g[j * r + i];                                                              \
            for (vk_int c = 0; c < width; c++) sum[c] -= w * x[i * n + at + c];              \
          }                                                                                  \
        }                                                                                    \
        T inverse = 1 / diagonal;                                                            \
        for (vk_int c = 0; c < width; c++) {                                                 \
          T old = x[j * n + at + c], moved = old + sum[c] * inverse;                         \
          T slope = old > 0 || sum[c] > 0 ? sum[c] : 0;                                      \
          met[c] += slope * slope;                                                           \
          x[j * n + at + c] = moved > 0 ? moved : 0;                                         \
        }                                                                                    \
      }                                                                                      \
      for (int c = 0; c < WIDE; c++) whole += (double)met[c];                                \
    }                                                                                        \
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
