// Cone programs, min cᵀx + ½xᵀPx with Ax + s = b and s in K, by the homogeneous self-dual embedding
// (arXiv:2004.02177). Cones in SCS's order: zero, nonnegative, second-order, semidefinite (lower
// triangles by columns, off-diagonal entries times √2), exponential.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Matrices by compressed columns; P with both triangles.
typedef struct {
  int32_t n, m;
  const int32_t *p_columns, *p_rows, *a_columns, *a_rows;
  const double *p, *a, *b, *c;
  int32_t zero, nonnegative, second_count, semidefinite_count, exponential;
  const int32_t *second, *semidefinite;
} cc_problem;

typedef struct {
  double eps_abs, eps_rel, eps_infeasible;
  int32_t max_iter, scaling;
  // Weight of the cones against the variables at the beginning and relaxation (0 chooses); memory of the
  // acceleration, 0 for none; iterations between changes of the weight, 0 for none.
  double scale, alpha;
  int32_t memory, adaptive;
  int32_t (*stop)(const void *context);
  const void *stop_context;
} cc_options;

// Largest entries of Ax + s − b and of Px + Aᵀy + c, |xᵀPx + cᵀx + bᵀy|, what relative tolerances
// refer to, and the value.
typedef struct {
  double primal, dual, gap, primal_scale, dual_scale, gap_scale, objective;
} cc_measure;

// status as cq_status.
typedef struct {
  int32_t status, iterations, factorizations, accelerated;
  cc_measure measure;
  double ratio, scale;
} cc_report;

// Moves v [m] to the nearest point of the cones, or of their duals. Returns 0, or −1 where an
// eigenvalue decomposition fails.
int32_t cc_project(const cc_problem *cones, int32_t dual, double *v);

// In long double, with s and y as they are.
void cc_residuals(const cc_problem *problem, const double *x, const double *y, const double *s,
                  cc_measure *out);

// Solves. x, y, s hold the start if `warm`, then the solution (or the certificate: y of primal,
// x and s of dual infeasibility).
void cc_solve(const cc_problem *problem, const cc_options *options, int32_t warm, double *x,
              double *y, double *s, cc_report *report);

#ifdef __cplusplus
}
#endif
