// Operator splitting (ADMM as in OSQP, doi:10.1007/s12532-020-00179-2) for the programs of
// ConvexKernels.h.
//
// Nothing is remembered between calls but the scaled data: a row of state is x, z and y in the
// problem's own units, and many rows may belong to one problem.
#pragma once
#include "ConvexKernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// Scaled copies of a batch's data.
typedef struct cs_problems cs_problems;
// `scaling` rounds of equilibration. A sparse problem stands alone.
cs_problems *cs_prepare(const cq_batch *batch, int32_t scaling);
void cs_release(cs_problems *);
// 1 where P of a problem has a negative eigenvalue, beyond rounding.
void cs_nonconvex(const cs_problems *, int32_t *out);
// cq_residuals of rows x [rows, n] and y [rows, m].
void cs_residuals(const cs_problems *, int64_t rows, const int32_t *problem, const double *x,
                  const double *y, cq_measure *out);
// Numbers in a dense factor.
int64_t cs_factor_size(const cs_problems *);

// A factor of a sparse problem's system, which does not change.
typedef struct cs_factor cs_factor;
cs_factor *cs_factor_sparse(const cs_problems *, double sigma, const double *rho);
void cs_factor_release(cs_factor *);

// Dense factors of rows with penalties rho [rows, m] of the scaled problems, where `changed` is not 0.
void cs_factor_dense(const cs_problems *, int64_t rows, const int32_t *problem,
                     const int32_t *changed, double sigma, const double *rho, double *factor);

enum {
  // Of the scaled problem: |Ax − z| and its size, |Px + q + Aᵀy| and its size.
  CS_SCALED_PRIMAL, CS_PRIMAL_SIZE, CS_SCALED_DUAL, CS_DUAL_SIZE,
  // Of the problem as it was given, in plain doubles: violation, dual, gap, objective.
  CS_PRIMAL, CS_DUAL, CS_GAP, CS_OBJECTIVE,
  CS_NUMBERS
};

typedef struct {
  int64_t rows;
  const int32_t *problem;
  const double *rho, *alpha, *factor;
  cs_factor *sparse;
  double sigma, eps_abs, eps_rel, eps_infeasible;
  int32_t iterations;
  // [rows, n], [rows, m], [rows, m], before and after.
  double *x, *z, *y;
  // [rows, CS_NUMBERS]
  double *numbers;
  // [rows, m] of the scaled problem: the distance of z from its nearer bound, z − Ax, and y. May be
  // null.
  double *slack, *distance, *multiplier;
  // CQ_SOLVED and certificates are judged by cq_residuals and its like; −1 where neither holds.
  int32_t *status;
  // Where status says so, the certificate stands in its place.
  double *ratio;
} cs_rows;

// `iterations` of each row, then its measures.
void cs_advance(const cs_problems *, const cs_rows *);

#ifdef __cplusplus
}
#endif
