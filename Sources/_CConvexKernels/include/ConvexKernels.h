// Convex quadratic programs, min ½xᵀPx + qᵀx with l ≤ Ax ≤ u.
//
// Why C++: problems of twenty variables take microseconds, which asks for loops without bounds
// checks compiled for several CPUs; the sparse factorization is Eigen's (libeigen3-dev, MPL2), a
// library of headers.
//
// Every answer is judged by cq_residuals in extended precision from the problem as it was given.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cq_status {
  CQ_SOLVED = 0,
  CQ_PRIMAL_INFEASIBLE = 1,
  CQ_DUAL_INFEASIBLE = 2,
  CQ_ITERATION_LIMIT = 3,
  CQ_STALLED = 4,
  CQ_NONCONVEX = 5,
  CQ_INTERRUPTED = 6
};

// A problem. Dense: P [n, n] and A [m, n] row-major, and p_columns is null. Sparse: compressed
// columns, P with both triangles. Bounds of 1e20 and more are infinite.
typedef struct {
  int32_t n, m;
  const double *p, *q, *a, *l, *u;
  const int32_t *p_columns, *p_rows, *a_columns, *a_rows;
} cq_problem;

typedef struct {
  double eps_abs, eps_rel;
  // A certificate with ratio r excludes only points with Σ|x| < 1/r; larger ratios are refused.
  double eps_infeasible;
  int32_t max_iter;
  // Rounds of equilibration.
  int32_t scaling;
  // Rounds of active-set steps from a start; 0 ignores it.
  int32_t warm_rounds;
  // Asked at each iteration, by any thread; the solve ends where it is not 0. May be null.
  int32_t (*stop)(const void *context);
  const void *stop_context;
} cq_options;

// Largest violation of l ≤ Ax ≤ u, largest entry of Px + q + Aᵀy, distance of the primal from the
// dual value, and the sizes that relative tolerances refer to.
typedef struct {
  double primal, dual, gap, primal_scale, dual_scale, gap_scale, objective;
} cq_measure;

typedef struct {
  int32_t status, iterations, factorizations, warm;
  cq_measure measure;
  // Of a certificate: what it violates, relative to its value.
  double ratio;
} cq_report;

// The residuals of (x, y), accumulated in long double. A multiplier that pushes against an
// infinite bound counts as a dual residual.
void cq_residuals(const cq_problem *problem, const double *x, const double *y, cq_measure *out);

// The residuals of the equations of the active rows (side 1 at u, −1 at l, 0 not): dual [n] and
// primal [m], rounded once.
void cq_wide_residuals(const cq_problem *problem, const int32_t *side, const double *x,
                       const double *y, double *dual, double *primal);

// The ratio of a certificate of infeasibility, infinite where it proves nothing: y [m] with
// Aᵀy = 0 and a negative support; x [n] with Px = 0, qᵀx < 0 and Ax in the recession cone. What
// could be mended by moving each bound (or each entry of q) by `least` proves nothing: a row 0 ≤
// −1e-18 is rounding.
double cq_primal_ratio(const cq_problem *problem, const double *y, double least);
double cq_dual_ratio(const cq_problem *problem, const double *x, double least);

// Solves. x [n] and y [m] hold the start if `warm`, then the solution or the certificate.
void cq_solve(const cq_problem *problem, const cq_options *options, int32_t warm, double *x,
              double *y, cq_report *report);

// The linear system of implicit differentiation at a solution (x, y): [P, Aᵀ; A, −D]·(a, b) = (a, b),
// with D 0 where a row is active and infinite where it is not, or of a barrier `smoothing` > 0.
// Returns the margin of strict complementarity, the least max(slack, |multiplier|); NaN where the
// system has no factor.
double cq_sensitivity(const cq_problem *problem, const cq_options *options, double smoothing,
                      const double *x, const double *y, double *a, double *b);

// Dense problems of one size. Strides in numbers; 0 shares an array.
typedef struct {
  cq_problem first;
  int64_t count, p_stride, q_stride, a_stride, l_stride, u_stride;
} cq_batch;

// All threads take part; x [count, n], y [count, m].
void cq_solve_batch(const cq_batch *batch, const cq_options *options, int32_t warm, double *x,
                    double *y, cq_report *reports);
void cq_sensitivity_batch(const cq_batch *batch, const cq_options *options, double smoothing,
                          const double *x, const double *y, double *a, double *b,
                          double *margins);

#ifdef __cplusplus
}
#endif
