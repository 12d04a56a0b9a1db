// Sinkhorn's inner loops and sorting, for both float types.
//
// Goals, in order: no overflow and no subnormals whatever the regularization (the caller anchors
// the kernel at potentials, see Transport/Solvers), one pass over the matrix for an iteration,
// vectors of the widest kind the CPU has.
#include "SinkhornKernels.h"
#include "Functions.h"

#define T float
#define F(NAME) NAME##_sk32
#define M(NAME) NAME##f
#define LANES 16
#define SMALLEST -87.0
#define exp_sk32 exp_f32
#define log_sk32 log_f32
#include "Sinkhorn.inc"
#define T double
#define F(NAME) NAME##_sk64
#define M(NAME) NAME
#define LANES 8
#define SMALLEST -708.0
#define exp_sk64 exp_f64
#define log_sk64 log_f64
#include "Sinkhorn.inc"

void vk_cost_rows(int dtype, int kind, double p, vk_int n, vk_int m, vk_int d, const void *x,
                  const void *y, void *cost) {
  if (dtype == VK_F32) cost_rows_sk32(kind, p, n, m, d, (const float *)x, (const float *)y, (float *)cost);
  else cost_rows_sk64(kind, p, n, m, d, (const double *)x, (const double *)y, (double *)cost);
}

void vk_soft_rows(int dtype, vk_int n, vk_int m, const void *cost, double inverse,
                  const double *h, double *out) {
  if (dtype == VK_F32) FLUSHED(soft_rows_sk32(n, m, (const float *)cost, inverse, h, out))
  else FLUSHED(soft_rows_sk64(n, m, (const double *)cost, inverse, h, out))
}

void vk_soft_columns(int dtype, vk_int n, vk_int m, const void *cost, double inverse,
                     const double *h, double *out) {
  if (dtype == VK_F32) FLUSHED(soft_columns_sk32(n, m, (const float *)cost, inverse, h, out))
  else FLUSHED(soft_columns_sk64(n, m, (const double *)cost, inverse, h, out))
}

void vk_gibbs(int dtype, vk_int n, vk_int m, const void *cost, const double *f, const double *g,
              double inverse, double cap, void *kernel) {
  if (dtype == VK_F32) FLUSHED(gibbs_sk32(n, m, (const float *)cost, f, g, inverse, cap, (float *)kernel))
  else FLUSHED(gibbs_sk64(n, m, (const double *)cost, f, g, inverse, cap, (double *)kernel))
}

void vk_sinkhorn_sweep(int dtype, vk_int n, vk_int m, const void *kernel, const void *a,
                       const void *v, void *u, void *r, void *column, double omega,
                       double state[3]) {
  state[0] = 0;
  state[1] = INFINITY;
  state[2] = 0;
  if (dtype == VK_F32)
    FLUSHED(sweep_sk32(n, m, (const float *)kernel, (const float *)a, (const float *)v, (float *)u,
               (float *)r, (float *)column, (float)omega, state))
  else
    FLUSHED(sweep_sk64(n, m, (const double *)kernel, (const double *)a, (const double *)v, (double *)u,
               (double *)r, (double *)column, omega, state))
}

void vk_sinkhorn_scale(int dtype, vk_int m, const void *b, const void *c, void *v, double omega,
                       double state[3]) {
  state[0] = 0;
  state[1] = INFINITY;
  state[2] = 0;
  if (dtype == VK_F32)
    FLUSHED(scale_sk32(m, (const float *)b, (const float *)c, (float *)v, (float)omega, state))
  else
    FLUSHED(scale_sk64(m, (const double *)b, (const double *)c, (double *)v, omega, state))
}

void vk_kernel_rows(int dtype, vk_int n, vk_int m, const void *kernel, const void *v, void *out) {
  if (dtype == VK_F32) FLUSHED(kernel_rows_sk32(n, m, (const float *)kernel, (const float *)v, (float *)out))
  else FLUSHED(kernel_rows_sk64(n, m, (const double *)kernel, (const double *)v, (double *)out))
}

void vk_kernel_columns(int dtype, vk_int n, vk_int m, const void *kernel, const void *u,
                       void *out) {
  if (dtype == VK_F32)
    FLUSHED(kernel_columns_sk32(n, m, (const float *)kernel, (const float *)u, (float *)out))
  else FLUSHED(kernel_columns_sk64(n, m, (const double *)kernel, (const double *)u, (double *)out))
}

void vk_sinkhorn_divide(int dtype, vk_int count, vk_int n, const void *a, const void *s, void *u,
                        double *error) {
  vk_mode mode = vk_flush(VK_FLUSH_ALL);
  for (vk_int i = 0; i < count; i++) {
    if (dtype == VK_F32)
      error[i] = divide_sk32(n, (const float *)a + i * n, (const float *)s + i * n,
                             (float *)u + i * n);
    else
      error[i] = divide_sk64(n, (const double *)a + i * n, (const double *)s + i * n,
                             (double *)u + i * n);
  }
  vk_restore(mode);
}

// Bits of a float in an order that integers share, and back.
INLINE uint32_t ordered(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}
INLINE float unordered(uint32_t key) {
  uint32_t bits = key ^ ((key & 0x80000000u) ? 0x80000000u : 0xFFFFFFFFu);
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

enum { DIGITS = 3, BITS = 11, BUCKETS = 1 << BITS };

// Three passes of eleven bits over one row; a pass in which all keys agree is skipped.
static void sort_row(vk_int n, uint32_t *keys, uint32_t *other, int32_t *at, int32_t *other_at) {
  uint32_t counts[DIGITS][BUCKETS];
  memset(counts, 0, sizeof counts);
  for (vk_int i = 0; i < n; i++) {
    uint32_t key = keys[i];
    counts[0][key & (BUCKETS - 1)]++;
    counts[1][(key >> BITS) & (BUCKETS - 1)]++;
    counts[2][key >> (2 * BITS)]++;
  }
  uint32_t *from = keys, *to = other;
  int32_t *from_at = at, *to_at = other_at;
  for (int digit = 0; digit < DIGITS; digit++) {
    uint32_t *count = counts[digit], sum = 0;
    int shift = digit * BITS;
    if (count[(from[0] >> shift) & (BUCKETS - 1)] == (uint32_t)n) continue;
    for (int b = 0; b < BUCKETS; b++) {
      uint32_t size = count[b];
      count[b] = sum;
      sum += size;
    }
    for (vk_int i = 0; i < n; i++) {
      uint32_t place = count[(from[i] >> shift) & (BUCKETS - 1)]++;
      to[place] = from[i];
      if (at) to_at[place] = from_at[i];
    }
    uint32_t *keep = from;
    from = to;
    to = keep;
    int32_t *keep_at = from_at;
    from_at = to_at;
    to_at = keep_at;
  }
  if (from != keys) {
    memcpy(keys, from, (size_t)n * 4);
    if (at) memcpy(at, from_at, (size_t)n * 4);
  }
}

CLONES static void to_keys(vk_int n, const float *x, uint32_t *keys) {
  for (vk_int i = 0; i < n; i++) keys[i] = ordered(x[i]);
}
CLONES static void from_keys(vk_int n, const uint32_t *keys, float *x) {
  for (vk_int i = 0; i < n; i++) x[i] = unordered(keys[i]);
}

void vk_sort_rows_f32(vk_int rows, vk_int n, float *values, float *scratch) {
  for (vk_int i = 0; i < rows && n > 0; i++) {
    uint32_t *keys = (uint32_t *)scratch, *other = keys + n;
    to_keys(n, values + i * n, keys);
    sort_row(n, keys, other, NULL, NULL);
    from_keys(n, keys, values + i * n);
  }
}

void vk_sort_rows_f32_with(vk_int rows, vk_int n, float *values, int32_t *positions,
                           float *scratch, int32_t *scratch_positions) {
  for (vk_int i = 0; i < rows && n > 0; i++) {
    uint32_t *keys = (uint32_t *)scratch, *other = keys + n;
    to_keys(n, values + i * n, keys);
    for (vk_int j = 0; j < n; j++) positions[i * n + j] = (int32_t)j;
    sort_row(n, keys, other, positions + i * n, scratch_positions);
    from_keys(n, keys, values + i * n);
  }
}
