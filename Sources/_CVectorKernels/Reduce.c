// Reductions, softmax and optimiser steps.
#include "Functions.h"
#include <stdatomic.h>

#define T float
#define F(NAME) NAME##_f32
#define M(NAME) NAME##f
#include "Reduce.inc"
#undef T
#undef F
#undef M
#define T double
#define F(NAME) NAME##_f64
#define M(NAME) NAME
#include "Reduce.inc"
#undef T
#undef F
#undef M

int vk_reduce_integer(int op, int dtype, vk_int outer, vk_int n, vk_int inner, void *out,
                      const void *a);

typedef struct {
  int op, dtype;
  vk_int n, inner;
  char *out;
  const char *a;
  atomic_int overflows;
} reduction;

static void reduce_part(void *context, vk_int begin, vk_int end) {
  reduction *s = (reduction *)context;
  vk_int from = begin * s->n * s->inner, to = begin * s->inner, count = end - begin;
  switch (s->dtype) {
    case VK_F32:
      reduce_f32(s->op, count, s->n, s->inner, (float *)s->out + to, (const float *)s->a + from);
      break;
    case VK_F64:
      reduce_f64(s->op, count, s->n, s->inner, (double *)s->out + to,
                 (const double *)s->a + from);
      break;
    default: {
      vk_int size = s->dtype == VK_I64 ? 8 : s->dtype == VK_I32 ? 4 : 1;
      vk_int wide = s->op == VK_SUM || s->op == VK_PROD ? 8 : size;
      if (!vk_reduce_integer(s->op, s->dtype, count, s->n, s->inner, s->out + to * wide,
                             s->a + from * size))
        s->overflows = 1;
    }
  }
}

int vk_reduce(int op, int dtype, vk_int outer, vk_int n, vk_int inner, void *out, const void *a) {
  reduction s = {op, dtype, n, inner, (char *)out, (const char *)a, 0};
  if (outer * n * inner < 262144) reduce_part(&s, 0, outer);
  else vk_parallel(outer, 1 + 65536 / (n * inner + 1), reduce_part, &s);
  return !s.overflows;
}

void vk_logsumexp_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a) {
  vk_int grain = rows * n < 65536 ? rows : 1 + 16384 / (n + 1);
  rows_f32 s = {n, (float *)out, (const float *)a};
  rows_f64 d = {n, (double *)out, (const double *)a};
  if (dtype == VK_F32) FLUSHED(vk_parallel(rows, grain, lse_part_f32, &s))
  else FLUSHED(vk_parallel(rows, grain, lse_part_f64, &d))
}

void vk_softmax_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a) {
  vk_int grain = rows * n < 65536 ? rows : 1 + 16384 / (n + 1);
  rows_f32 s = {n, (float *)out, (const float *)a};
  rows_f64 d = {n, (double *)out, (const double *)a};
  if (dtype == VK_F32) FLUSHED(vk_parallel(rows, grain, softmax_part_f32, &s))
  else FLUSHED(vk_parallel(rows, grain, softmax_part_f64, &d))
}

void vk_exp_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a, const void *y,
                 const void *g) {
  vk_int grain = rows * n < 65536 ? rows : 1 + 16384 / (n + 1);
  exp_rows_f32 s = {n, (float *)out, (const float *)a, (const float *)y, (const float *)g};
  exp_rows_f64 d = {n, (double *)out, (const double *)a, (const double *)y, (const double *)g};
  // As vk_unary_run does with exponentials.
  vk_mode mode = vk_flush(VK_FLUSH_RESULTS);
  if (dtype == VK_F32) vk_parallel(rows, grain, exp_rows_part_f32, &s);
  else vk_parallel(rows, grain, exp_rows_part_f64, &d);
  vk_restore(mode);
}

double vk_sum(int dtype, vk_int n, const void *a) {
  return dtype == VK_F32 ? sum_f32(n, (const float *)a) : sum_f64(n, (const double *)a);
}

double vk_dot(int dtype, vk_int n, const void *a, const void *b) {
  return dtype == VK_F32 ? dot_f32(n, (const float *)a, (const float *)b)
                         : dot_f64(n, (const double *)a, (const double *)b);
}

// The first of equal elements; NaN counts as the best, as in NumPy.
#define ARG(TYPE)                                                                          \
  for (vk_int r = 0; r < outer; r++)                                                       \
    for (vk_int j = 0; j < inner; j++) {                                                   \
      const TYPE *p = (const TYPE *)a + r * n * inner + j;                                 \
      vk_int best = 0;                                                                     \
      for (vk_int i = 1; i < n; i++) {                                                     \
        TYPE x = p[i * inner], y = p[best * inner];                                        \
        if (y != y) break;                                                                 \
        if (x != x || (is_max ? x > y : x < y)) best = i;                                  \
      }                                                                                    \
      out[r * inner + j] = (int32_t)best;                                                  \
    }

void vk_arg(int is_max, int dtype, vk_int outer, vk_int n, vk_int inner, int32_t *out,
            const void *a) {
  switch (dtype) {
    case VK_F32: ARG(float) break;
    case VK_F64: ARG(double) break;
    case VK_I32: ARG(int32_t) break;
    case VK_I64: ARG(int64_t) break;
    case VK_U8: case VK_BOOL: ARG(uint8_t) break;
    default: vk_stop("no places of extremes among elements of type %d", dtype);
  }
}

#define CUMSUM(TYPE, WIDE, ADD)                                                            \
  for (vk_int r = 0; r < outer; r++)                                                       \
    for (vk_int j = 0; j < inner; j++) {                                                   \
      WIDE total = 0;                                                                      \
      for (vk_int s = 0; s < n; s++) {                                                     \
        vk_int i = r * n * inner + (reversed ? n - 1 - s : s) * inner + j;                 \
        ADD(((const TYPE *)a)[i]);                                                         \
        ((TYPE *)out)[i] = (TYPE)total;                                                    \
      }                                                                                    \
    }
#define ADD_FLOAT(X) total += (double)(X)
#define ADD_INTEGER(X) fits &= !__builtin_add_overflow(total, X, &total)

int vk_cumsum(int dtype, int reversed, vk_int outer, vk_int n, vk_int inner, void *out,
              const void *a) {
  int fits = 1;
  if (dtype == VK_F32) { CUMSUM(float, double, ADD_FLOAT) }
  else if (dtype == VK_F64) { CUMSUM(double, double, ADD_FLOAT) }
  else if (dtype == VK_I64) { CUMSUM(int64_t, int64_t, ADD_INTEGER) }
  else vk_stop("no running sums of elements of type %d", dtype);
  return fits;
}

void vk_adam(int dtype, vk_int n, void *p, const void *g, void *m, void *v, double lr,
             double beta1, double beta2, double eps, double decay, double scale1, double scale2) {
  double keep = 1 - lr * decay;
  if (dtype == VK_F32)
    FLUSHED(adam_f32(n, (float *)p, (const float *)g, (float *)m, (float *)v, (float)lr,
                     (float)beta1, (float)beta2, (float)eps, (float)keep, (float)scale1,
                     (float)scale2))
  else
    FLUSHED(adam_f64(n, (double *)p, (const double *)g, (double *)m, (double *)v, lr, beta1,
                     beta2, eps, keep, scale1, scale2))
}

void vk_axpy(int dtype, vk_int n, double alpha, const void *x, void *y) {
  if (dtype == VK_F32) axpy_f32(n, (float)alpha, (const float *)x, (float *)y);
  else axpy_f64(n, alpha, (const double *)x, (double *)y);
}

#define CUMPROD(TYPE)                                                                      \
  for (vk_int r = 0; r < outer; r++)                                                       \
    for (vk_int j = 0; j < inner; j++) {                                                   \
      TYPE product = 1;                                                                    \
      for (vk_int s = 0; s < n; s++) {                                                     \
        vk_int i = (r * n + s) * inner + j;                                                \
        ((TYPE *)out)[i] = product *= ((const TYPE *)a)[i];                                \
      }                                                                                    \
    }

void vk_cumprod(int dtype, vk_int outer, vk_int n, vk_int inner, void *out, const void *a) {
  if (dtype == VK_F64) { CUMPROD(double) } else { CUMPROD(float) }
}

#define RECURRENCE(TYPE)                                                                   \
  for (vk_int r = 0; r < outer; r++)                                                       \
    for (vk_int j = 0; j < inner; j++) {                                                   \
      TYPE state = 0;                                                                      \
      for (vk_int s = 0; s < n; s++) {                                                     \
        vk_int i = (r * n + (reversed ? n - 1 - s : s)) * inner + j;                       \
        state = ((const TYPE *)b)[i] + (s ? ((const TYPE *)a)[i] * state : (TYPE)0);       \
        ((TYPE *)out)[i] = state;                                                          \
      }                                                                                    \
    }

void vk_recurrence(int dtype, int reversed, vk_int outer, vk_int n, vk_int inner, void *out,
                   const void *a, const void *b) {
  if (dtype == VK_F64) { RECURRENCE(double) } else { RECURRENCE(float) }
}
