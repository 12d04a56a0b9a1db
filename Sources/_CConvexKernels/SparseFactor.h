// A sparse LDLᵀ factorization behind plain pointers, so that Eigen's templates are compiled once.
#pragma once
#include <cstdint>

struct SparseFactor;
// The upper triangle by columns, rows ascending; the pattern stays, values may change.
SparseFactor *sparse_factor_new(int32_t n, const int32_t *columns, const int32_t *rows);
void sparse_factor_free(SparseFactor *);
// Number of positive pivots, or −1 where a pivot is 0 or not finite.
int32_t sparse_factor_values(SparseFactor *, const double *values);
void sparse_factor_solve(SparseFactor *, double *x);
