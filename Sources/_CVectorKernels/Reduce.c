// Reductions, softmax and optimiser steps.
#include "Functions.h"

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

static void reduce_i32(int op, vk_int outer, vk_int n, vk_int inner, int32_t *o,
                       const int32_t *a) {
  for (vk_int r = 0; r < outer; r++)
    for (vk_int j = 0; j < inner; j++) {
      const int32_t *p = a + r * n * inner + j;
      uint32_t total = op == VK_PROD;
      int32_t best = op == VK_RMAX ? INT32_MIN : INT32_MAX;
      for (vk_int i = 0; i < n; i++, p += inner) {
        if (op == VK_SUM) total += (uint32_t)*p;
        else if (op == VK_PROD) total *= (uint32_t)*p;
        else if (op == VK_RMAX) best = *p > best ? *p : best;
        else best = *p < best ? *p : best;
      }
      o[r * inner + j] = op == VK_SUM || op == VK_PROD ? (int32_t)total : best;
    }
}

static void reduce_bool(int op, vk_int outer, vk_int n, vk_int inner, uint8_t *o,
                        const uint8_t *a) {
  int any = op == VK_ANY || op == VK_RMAX;
  for (vk_int r = 0; r < outer; r++)
    for (vk_int j = 0; j < inner; j++) {
      const uint8_t *p = a + r * n * inner + j;
      uint8_t result = !any;
      for (vk_int i = 0; i < n; i++, p += inner)
        result = any ? result | *p : result & *p;
      o[r * inner + j] = result;
    }
}

typedef struct { int op, dtype; vk_int n, inner; char *out; const char *a; } reduction;

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
    case VK_I32:
      reduce_i32(s->op, count, s->n, s->inner, (int32_t *)s->out + to,
                 (const int32_t *)s->a + from);
      break;
    default:
      reduce_bool(s->op, count, s->n, s->inner, (uint8_t *)s->out + to,
                  (const uint8_t *)s->a + from);
  }
}

void vk_reduce(int op, int dtype, vk_int outer, vk_int n, vk_int inner, void *out,
               const void *a) {
  reduction s = {op, dtype, n, inner, (char *)out, (const char *)a};
  if (outer * n * inner < 262144) reduce_part(&s, 0, outer);
  else vk_parallel(outer, 1 + 65536 / (n * inner + 1), reduce_part, &s);
}

void vk_logsumexp_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a) {
  vk_int grain = rows * n < 65536 ? rows : 1 + 16384 / (n + 1);
  rows_f32 s = {n, (float *)out, (const float *)a};
  rows_f64 d = {n, (double *)out, (const double *)a};
  if (dtype == VK_F32) vk_parallel(rows, grain, lse_part_f32, &s);
  else vk_parallel(rows, grain, lse_part_f64, &d);
}

void vk_softmax_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a) {
  vk_int grain = rows * n < 65536 ? rows : 1 + 16384 / (n + 1);
  rows_f32 s = {n, (float *)out, (const float *)a};
  rows_f64 d = {n, (double *)out, (const double *)a};
  if (dtype == VK_F32) vk_parallel(rows, grain, softmax_part_f32, &s);
  else vk_parallel(rows, grain, softmax_part_f64, &d);
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
    default: ARG(uint8_t)
  }
}

#define CUMSUM(TYPE, WIDE)                                                                 \
  for (vk_int r = 0; r < outer; r++)                                                       \
    for (vk_int j = 0; j < inner; j++) {                                                   \
      WIDE total = 0;                                                                      \
      for (vk_int s = 0; s < n; s++) {                                                     \
        vk_int i = r * n * inner + (reversed ? n - 1 - s : s) * inner + j;                 \
        total += (WIDE)((const TYPE *)a)[i];                                               \
        ((TYPE *)out)[i] = (TYPE)total;                                                    \
      }                                                                                    \
    }

void vk_cumsum(int dtype, int reversed, vk_int outer, vk_int n, vk_int inner, void *out,
               const void *a) {
  if (dtype == VK_F32) { CUMSUM(float, double) }
  else if (dtype == VK_F64) { CUMSUM(double, double) }
  else { CUMSUM(int32_t, uint32_t) }
}

void vk_adam(int dtype, vk_int n, void *p, const void *g, void *m, void *v, double lr,
             double beta1, double beta2, double eps, double decay, double scale1, double scale2) {
  double keep = 1 - lr * decay;
  if (dtype == VK_F32)
    adam_f32(n, (float *)p, (const float *)g, (float *)m, (float *)v, (float)lr, (float)beta1,
             (float)beta2, (float)eps, (float)keep, (float)scale1, (float)scale2);
  else
    adam_f64(n, (double *)p, (const double *)g, (double *)m, (double *)v, lr, beta1, beta2, eps,
             keep, scale1, scale2);
}

void vk_axpy(int dtype, vk_int n, double alpha, const void *x, void *y) {
  if (dtype == VK_F32) axpy_f32(n, (float)alpha, (const float *)x, (float *)y);
  else axpy_f64(n, alpha, (const double *)x, (double *)y);
}
