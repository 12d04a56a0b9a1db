// What an answer is worth, from the problem as it was given, with twice the digits of a double
// (dense) or in long double (sparse).
#include <cmath>
#include <vector>

#include "ConvexKernels.h"

namespace {

typedef long double Wide;

inline bool finite_bound(double b) { return std::fabs(b) < 1e20; }

#pragma clang fp contract(off)
struct Kernels {
  void (*columns)(int rows, int columns, const double *v, const double *x, double *hi, double *lo);
  void (*rows)(int rows, int columns, const double *v, const double *x, double *hi, double *lo);
};
#define LOOPS "Residuals.inc"
#include "EachCPU.inc"

// The three products in memory that a thread uses again.
struct Products {
  const Wide *px, *ax, *aty;

  Products(const cq_problem *c, const double *x, const double *y) {
    static thread_local std::vector<Wide> wide;
    static thread_local std::vector<double> parts;
    const int n = c->n, m = c->m;
    wide.assign(2 * n + m, 0);
    Wide *p = wide.data(), *a = p + n, *t = a + m;
    if (c->p_columns) {
      for (int j = 0; j < n; ++j) {
        if (x)
          for (int k = c->p_columns[j]; k < c->p_columns[j + 1]; ++k)
            p[c->p_rows[k]] += (Wide)c->p[k] * x[j];
        for (int k = c->a_columns[j]; k < c->a_columns[j + 1]; ++k) {
          if (x) a[c->a_rows[k]] += (Wide)c->a[k] * x[j];
          if (y) t[j] += (Wide)c->a[k] * y[c->a_rows[k]];
        }
      }
    } else {
      parts.assign(2 * (2 * (int64_t)n + m), 0);
      double *hp = parts.data(), *lp = hp + n, *ha = lp + n, *la = ha + m, *ht = la + m, *lt = ht + n;
      if (x) {
        kernels().columns(n, n, c->p, x, hp, lp);
        kernels().rows(m, n, c->a, x, ha, la);
      }
      if (y) kernels().columns(m, n, c->a, y, ht, lt);
      for (int j = 0; j < n; ++j) p[j] = (Wide)hp[j] + lp[j], t[j] = (Wide)ht[j] + lt[j];
      for (int i = 0; i < m; ++i) a[i] = (Wide)ha[i] + la[i];
    }
    px = p, ax = a, aty = t;
  }
};

inline void widen(Wide &top, Wide v) {
  v = std::fabs(v);
  // NaN must not be lost by a comparison.
  if (!(v <= top)) top = v;
}

}  // namespace

void cq_residuals(const cq_problem *c, const double *x, const double *y, cq_measure *out) {
  Products f(c, x, y);
  Wide primal = 0, dual = 0, ps = 0, ds = 0;
  Wide quadratic = 0, linear = 0, support = 0;
  for (int j = 0; j < c->n; ++j) {
    widen(dual, f.px[j] + c->q[j] + f.aty[j]);
    widen(ds, f.px[j]);
    widen(ds, f.aty[j]);
    widen(ds, c->q[j]);
    quadratic += f.px[j] * x[j];
    linear += (Wide)c->q[j] * x[j];
  }
  for (int i = 0; i < c->m; ++i) {
    const double l = c->l[i], u = c->u[i];
    if (finite_bound(u)) {
      if (!(f.ax[i] <= u)) widen(primal, f.ax[i] - u);
    }
    if (finite_bound(l)) {
      if (!(f.ax[i] >= l)) widen(primal, f.ax[i] - l);
    }
    if (f.ax[i] != f.ax[i]) primal = NAN;
    widen(ps, f.ax[i]);
    if (y[i] > 0) {
      if (finite_bound(u)) support += (Wide)u * y[i];
      else widen(dual, y[i]);
    } else if (y[i] < 0) {
      if (finite_bound(l)) support += (Wide)l * y[i];
      else widen(dual, y[i]);
    } else if (y[i] != y[i]) {
      dual = NAN;
    }
  }
  const Wide gap = std::fabs(quadratic + linear + support);
  Wide gs = 0;
  widen(gs, quadratic);
  widen(gs, linear);
  widen(gs, support);
  *out = {(double)primal, (double)dual, (double)gap,
          (double)ps,     (double)ds,   (double)gs, (double)(quadratic / 2 + linear)};
}

void cq_wide_residuals(const cq_problem *c, const int32_t *side, const double *x, const double *y,
                       double *dual, double *primal) {
  Products f(c, x, y);
  for (int j = 0; j < c->n; ++j) dual[j] = (double)(f.px[j] + c->q[j] + f.aty[j]);
  for (int i = 0; i < c->m; ++i)
    primal[i] = side[i] ? (double)(f.ax[i] - (side[i] > 0 ? c->u[i] : c->l[i])) : 0;
}

double cq_primal_ratio(const cq_problem *c, const double *y, double least) {
  Wide support = 0, error = 0, length = 0;
  for (int i = 0; i < c->m; ++i) {
    length += std::fabs((Wide)y[i]);
    if (y[i] > 0) {
      if (!finite_bound(c->u[i])) return INFINITY;
      support += (Wide)c->u[i] * y[i];
    } else if (y[i] < 0) {
      if (!finite_bound(c->l[i])) return INFINITY;
      support += (Wide)c->l[i] * y[i];
    }
  }
  // The sign alone refutes most of those that are asked about.
  if (!(-support > least * length)) return INFINITY;
  Products f(c, nullptr, y);
  for (int j = 0; j < c->n; ++j) widen(error, f.aty[j]);
  return error == error ? (double)(error / -support) : INFINITY;
}

double cq_dual_ratio(const cq_problem *c, const double *x, double least) {
  Wide value = 0, error = 0, length = 0;
  for (int j = 0; j < c->n; ++j) {
    value += (Wide)c->q[j] * x[j];
    length += std::fabs((Wide)x[j]);
  }
  if (!(-value > least * length)) return INFINITY;
  Products f(c, x, nullptr);
  for (int j = 0; j < c->n; ++j) widen(error, f.px[j]);
  for (int i = 0; i < c->m; ++i) {
    if (finite_bound(c->u[i]) && !(f.ax[i] <= 0)) widen(error, f.ax[i]);
    if (finite_bound(c->l[i]) && !(f.ax[i] >= 0)) widen(error, f.ax[i]);
  }
  return error == error ? (double)(error / -value) : INFINITY;
}
