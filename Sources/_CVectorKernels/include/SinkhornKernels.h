// The vector kernels of `Transport`: what Sinkhorn's algorithm does n·m times.
//
// Why C: as in VectorKernels.h. Matrices are row-major, `cost` and `kernel` [n, m] of one type.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "VectorKernels.h"

enum vk_cost { VK_SQUARED, VK_EUCLIDEAN, VK_NORM, VK_ONE_MINUS_DOT, VK_ANGLE };

// cost[i, j] between the points x[i, :] and the columns y[:, j] of a [d, m] matrix.
void vk_cost_rows(int dtype, int kind, double p, vk_int n, vk_int m, vk_int d, const void *x,
                  const void *y, void *cost);
// out[i] = log Σ_j exp(h[j] − cost[i, j]·inverse), and the same over rows for each column.
void vk_soft_rows(int dtype, vk_int n, vk_int m, const void *cost, double inverse,
                  const double *h, double *out);
void vk_soft_columns(int dtype, vk_int n, vk_int m, const void *cost, double inverse,
                     const double *h, double *out);
// kernel[i, j] = exp((f[i] + g[j] − cost[i, j])·inverse), at most e^cap.
void vk_gibbs(int dtype, vk_int n, vk_int m, const void *cost, const double *f, const double *g,
              double inverse, double cap, void *kernel);
// One sweep over the rows: r = K·v, u ← u^(1−ω)·(a/r)^ω, column = Kᵀ·u.
// state: [0] Σ|u·r − a| before the change, [1] smallest and [2] largest r where a > 0.
void vk_sinkhorn_sweep(int dtype, vk_int n, vk_int m, const void *kernel, const void *a,
                       const void *v, void *u, void *r, void *column, double omega,
                       double state[3]);
// v ← v^(1−ω)·(b/c)^ω, with the same report.
void vk_sinkhorn_scale(int dtype, vk_int m, const void *b, const void *c, void *v, double omega,
                       double state[3]);
// out = K·v and out = Kᵀ·u.
void vk_kernel_rows(int dtype, vk_int n, vk_int m, const void *kernel, const void *v, void *out);
void vk_kernel_columns(int dtype, vk_int n, vk_int m, const void *kernel, const void *u,
                       void *out);
// Rows of U [count, n] ← A/S where A > 0; error[i] = Σ|U·S − A| before the change.
void vk_sinkhorn_divide(int dtype, vk_int count, vk_int n, const void *a, const void *s, void *u,
                        double *error);
// Ascending sort of each row of [rows, n], n below 2^31; radix sort on the bits of the numbers.
void vk_sort_rows_f32(vk_int rows, vk_int n, float *values, float *scratch);
// The same, with the positions the values came from.
void vk_sort_rows_f32_with(vk_int rows, vk_int n, float *values, int32_t *positions,
                           float *scratch, int32_t *scratch_positions);
