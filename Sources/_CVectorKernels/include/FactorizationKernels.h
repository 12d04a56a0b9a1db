// Inner loops of nonnegative matrix factorization.
#pragma once
#include "VectorKernels.h"

// One sweep over the rows j of x, [r, n]: x_j <- max(0, x_j + (b_j - sum_i g_ji x_i) / g_jj), with
// g [r, r] symmetric and b [r, n]; rows whose g_jj is 0 stay. Returns the sum of squares of the
// projected gradient as the sweep meets it.
double vk_nonnegative_sweep(int dtype, vk_int r, vk_int n, const void *g, const void *b, void *x);
