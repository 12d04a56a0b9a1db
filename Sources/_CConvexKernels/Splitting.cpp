#include "SplittingKernels.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "SparseFactor.h"

// VectorKernels.h is for C; its import inside extern "C" is refused where it is a module.
typedef intptr_t vk_int;
extern "C" void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int),
                            void *context);

#define RESTRICT __restrict__
#pragma clang fp contract(fast)

namespace {

// A scaled problem: x = D x̂, z = E⁻¹ ẑ, y = E ŷ / c. Rows of A and Aᵀ have wn and wm numbers.
struct Scaled {
  int n, m, wn, wm;
  const double *p, *a, *at, *q, *l, *u, *d, *e;
  double cost;
};

struct Kernels {
  void (*factor)(const Scaled &, double sigma, const double *rho, double *factor);
  void (*iterate)(const Scaled &, const double *factor, double sigma, double alpha,
                  const double *rho, int iterations, double *x, double *z, double *y, double *dx,
                  double *dy, double *t);
  void (*add)(int rows, int columns, const double *a, const double *v, double *out);
};
#define LOOPS "Splitting.inc"
#include "EachCPU.inc"

double largest(const double *v, int64_t n) {
  double top = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double t = std::fabs(v[i]);
    // NaN must not be lost by a comparison.
    if (!(t <= top)) top = t;
  }
  return top;
}

// Compressed columns.
struct Columns {
  std::vector<int32_t> starts, rows;
  std::vector<double> values;

  template <class Body>
  void each(Body body) const {
    for (size_t j = 0; j + 1 < starts.size(); ++j)
      for (int k = starts[j]; k < starts[j + 1]; ++k) body(rows[k], (int)j, k);
  }
};

}  // namespace

struct cs_problems {
  int n, m, wn, wm;
  int64_t count;
  // Dense: one block for each problem.
  int64_t block;
  std::vector<double> memory, costs;
  std::vector<int32_t> nonconvex;
  // Sparse.
  bool sparse = false;
  Columns p, a;
  // The data as they were given, for certificates.
  cq_batch given;
  std::vector<double> given_numbers;
  std::vector<int32_t> given_indices;

  double *at(int64_t k) { return memory.data() + k * block; }
  const double *at(int64_t k) const { return memory.data() + k * block; }
  Scaled scaled(int64_t k) const {
    const double *b = at(k);
    const int64_t np = sparse ? 0 : (int64_t)n * wn, ma = sparse ? 0 : (int64_t)m * wn,
                  nt = sparse ? 0 : (int64_t)n * wm;
    Scaled s = {n, m, wn, wm, b, b + np, b + np + ma, nullptr, nullptr, nullptr, nullptr, nullptr,
                costs[k]};
    const double *v = b + np + ma + nt;
    s.q = v, s.d = v + wn, s.l = v + 2 * wn, s.u = s.l + wm, s.e = s.u + wm;
    return s;
  }
  cq_problem problem(int64_t k) const {
    cq_problem c = given.first;
    c.p += k * given.p_stride, c.q += k * given.q_stride, c.a += k * given.a_stride;
    c.l += k * given.l_stride, c.u += k * given.u_stride;
    return c;
  }
};

struct cs_factor {
  SparseFactor *factor;
};

namespace {

// Copies an array of a batch, `size` numbers for each problem or shared.
const double *keep(std::vector<double> &to, const double *from, int64_t size, int64_t stride,
                   int64_t count) {
  const size_t begin = to.size();
  to.insert(to.end(), from, from + (stride ? count * size : size));
  return (const double *)begin;
}

void keep_given(cs_problems *s, const cq_batch *b) {
  const cq_problem &c = b->first;
  const int64_t n = c.n, m = c.m;
  const int64_t np = s->sparse ? c.p_columns[n] : n * n, ma = s->sparse ? c.a_columns[n] : m * n;
  s->given = *b;
  auto &v = s->given_numbers;
  s->given.first.p = keep(v, c.p, np, b->p_stride, b->count);
  s->given.first.q = keep(v, c.q, n, b->q_stride, b->count);
  s->given.first.a = keep(v, c.a, ma, b->a_stride, b->count);
  s->given.first.l = keep(v, c.l, m, b->l_stride, b->count);
  s->given.first.u = keep(v, c.u, m, b->u_stride, b->count);
  cq_problem &g = s->given.first;
  for (const double **p : {&g.p, &g.q, &g.a, &g.l, &g.u}) *p = v.data() + (size_t)*p;
  if (!s->sparse) return;
  auto &i = s->given_indices;
  i.insert(i.end(), c.p_columns, c.p_columns + n + 1);
  i.insert(i.end(), c.p_rows, c.p_rows + np);
  i.insert(i.end(), c.a_columns, c.a_columns + n + 1);
  i.insert(i.end(), c.a_rows, c.a_rows + ma);
  g.p_columns = i.data(), g.p_rows = g.p_columns + n + 1;
  g.a_columns = g.p_rows + np, g.a_rows = g.a_columns + n + 1;
}

// Ruiz' equilibration of [P, Aᵀ; A, 0] and the scale of the objective, with `norms` and `scale`
// over the entries.
template <class Norms, class Scale>
double equilibrate(int n, int m, int rounds, double *d, double *e, double *q, Norms norms,
                   Scale scale) {
  std::vector<double> tx(n), ty(m);
  for (int j = 0; j < n; ++j) d[j] = 1;
  for (int i = 0; i < m; ++i) e[i] = 1;
  double cost = 1;
  for (int round = 0; round < rounds; ++round) {
    norms(tx.data(), ty.data());
    for (double *v : {tx.data(), ty.data()}) {
      const int size = v == tx.data() ? n : m;
      for (int i = 0; i < size; ++i) v[i] = v[i] > 1e-12 ? 1 / std::sqrt(std::fmin(v[i], 1e12)) : 1;
    }
    scale(tx.data(), ty.data(), 1.0);
    for (int j = 0; j < n; ++j) d[j] *= tx[j], q[j] *= tx[j];
    for (int i = 0; i < m; ++i) e[i] *= ty[i];
    norms(tx.data(), nullptr);
    double mean = 0;
    for (int j = 0; j < n; ++j) mean += tx[j] / n;
    double s = std::fmax(mean, largest(q, n));
    s = s > 1e-12 ? 1 / std::fmin(s, 1e12) : 1;
    for (int j = 0; j < n; ++j) tx[j] = 1, q[j] *= s;
    for (int i = 0; i < m; ++i) ty[i] = 1;
    scale(tx.data(), ty.data(), s);
    cost *= s;
  }
  return cost;
}

void prepare_vectors(cs_problems *s, int64_t k, const cq_problem &c) {
  const Scaled t = s->scaled(k);
  double *q = (double *)t.q;
  for (int j = 0; j < t.n; ++j) q[j] = c.q[j];
}

void prepare_bounds(const Scaled &t, const cq_problem &c) {
  double *l = (double *)t.l, *u = (double *)t.u;
  for (int i = 0; i < t.m; ++i) {
    l[i] = c.l[i] > -1e20 ? c.l[i] * t.e[i] : -INFINITY;
    u[i] = c.u[i] < 1e20 ? c.u[i] * t.e[i] : INFINITY;
  }
}

void prepare_dense(cs_problems *s, int64_t k, int rounds) {
  const cq_problem c = s->problem(k);
  prepare_vectors(s, k, c);
  const Scaled t = s->scaled(k);
  const int n = t.n, m = t.m, w = t.wn, v = t.wm;
  double *p = (double *)t.p, *a = (double *)t.a, *at = (double *)t.at;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) p[(int64_t)i * w + j] = c.p[(int64_t)i * n + j];
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) a[(int64_t)i * w + j] = c.a[(int64_t)i * n + j];
  auto norms = [&](double *tx, double *ty) {
    for (int j = 0; j < n; ++j) tx[j] = largest(p + (int64_t)j * w, n);
    if (!ty) return;
    for (int i = 0; i < m; ++i) {
      const double *r = a + (int64_t)i * w;
      ty[i] = largest(r, n);
      for (int j = 0; j < n; ++j) tx[j] = std::fmax(tx[j], std::fabs(r[j]));
    }
  };
  auto scale = [&](const double *tx, const double *ty, double cost) {
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) p[(int64_t)i * w + j] *= cost * tx[i] * tx[j];
    if (cost != 1) return;
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) a[(int64_t)i * w + j] *= ty[i] * tx[j];
  };
  s->costs[k] =
      equilibrate(n, m, rounds, (double *)t.d, (double *)t.e, (double *)t.q, norms, scale);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) at[(int64_t)j * v + i] = a[(int64_t)i * w + j];
  prepare_bounds(t, c);
  // A Cholesky factor of P and a little more exists where no eigenvalue is below −that.
  std::vector<double> factor(cs_factor_size(s));
  Scaled alone = t;
  alone.m = 0;
  kernels().factor(alone, 1e-9 * largest(p, (int64_t)n * w) + 1e-300, nullptr, factor.data());
  s->nonconvex[k] = 0;
  const double *inverse = factor.data() + 2 * (int64_t)n * w;
  for (int j = 0; j < n; ++j)
    if (!(inverse[j] > 0)) s->nonconvex[k] = 1;
}

Columns columns_of(int n, const int32_t *starts, const int32_t *rows, const double *values) {
  Columns c;
  c.starts.assign(starts, starts + n + 1);
  c.rows.assign(rows, rows + starts[n]);
  c.values.assign(values, values + starts[n]);
  return c;
}

void prepare_sparse(cs_problems *s, int rounds) {
  const cq_problem c = s->problem(0);
  prepare_vectors(s, 0, c);
  const Scaled t = s->scaled(0);
  s->p = columns_of(t.n, c.p_columns, c.p_rows, c.p);
  s->a = columns_of(t.n, c.a_columns, c.a_rows, c.a);
  auto norms = [&](double *tx, double *ty) {
    for (int j = 0; j < t.n; ++j) tx[j] = 0;
    s->p.each([&](int, int j, int k) { tx[j] = std::fmax(tx[j], std::fabs(s->p.values[k])); });
    if (!ty) return;
    for (int i = 0; i < t.m; ++i) ty[i] = 0;
    s->a.each([&](int i, int j, int k) {
      const double v = std::fabs(s->a.values[k]);
      tx[j] = std::fmax(tx[j], v), ty[i] = std::fmax(ty[i], v);
    });
  };
  auto scale = [&](const double *tx, const double *ty, double cost) {
    s->p.each([&](int i, int j, int k) { s->p.values[k] *= cost * tx[i] * tx[j]; });
    if (cost == 1) s->a.each([&](int i, int j, int k) { s->a.values[k] *= ty[i] * tx[j]; });
  };
  s->costs[0] =
      equilibrate(t.n, t.m, rounds, (double *)t.d, (double *)t.e, (double *)t.q, norms, scale);
  prepare_bounds(t, c);
  std::vector<int32_t> starts(1, 0), rows;
  std::vector<double> values;
  const double shift = 1e-9 * largest(s->p.values.data(), s->p.values.size()) + 1e-300;
  for (int j = 0; j < t.n; ++j) {
    double diagonal = shift;
    for (int k = s->p.starts[j]; k < s->p.starts[j + 1]; ++k) {
      if (s->p.rows[k] < j) rows.push_back(s->p.rows[k]), values.push_back(s->p.values[k]);
      if (s->p.rows[k] == j) diagonal += s->p.values[k];
    }
    rows.push_back(j), values.push_back(diagonal);
    starts.push_back((int32_t)rows.size());
  }
  SparseFactor *f = sparse_factor_new(t.n, starts.data(), rows.data());
  s->nonconvex[0] = sparse_factor_values(f, values.data()) != t.n;
  sparse_factor_free(f);
}

struct PrepareAll {
  cs_problems *problems;
  int rounds;
};
void prepare_some(void *context, vk_int from, vk_int to) {
  const PrepareAll *all = (const PrepareAll *)context;
  for (vk_int k = from; k < to; ++k) prepare_dense(all->problems, k, all->rounds);
}

void iterate_sparse(const cs_problems *s, const Scaled &t, SparseFactor *factor, double sigma,
                    double alpha, const double *rho, int iterations, double *x, double *z, double *y,
                    double *dx, double *dy, double *work) {
  std::vector<double> b(t.n + t.m);
  double *inverse = work, *zt = work + t.wm;
  for (int i = 0; i < t.m; ++i) inverse[i] = 1 / rho[i];
  for (int k = 0; k < iterations; ++k) {
    for (int j = 0; j < t.n; ++j) b[j] = sigma * x[j] - t.q[j];
    for (int i = 0; i < t.m; ++i) b[t.n + i] = z[i] - y[i] * inverse[i];
    sparse_factor_solve(factor, b.data());
    for (int i = 0; i < t.m; ++i) zt[i] = z[i] + (b[t.n + i] - y[i]) * inverse[i];
    if (k == iterations - 1) {
      std::memcpy(dx, x, sizeof(double) * t.n);
      std::memcpy(dy, y, sizeof(double) * t.m);
    }
    for (int j = 0; j < t.n; ++j) x[j] += alpha * (b[j] - x[j]);
    v1::project_row(t.m, alpha, rho, inverse, t.l, t.u, zt, z, y);
    if (k == iterations - 1) {
      for (int j = 0; j < t.n; ++j) dx[j] = x[j] - dx[j];
      for (int i = 0; i < t.m; ++i) dy[i] = y[i] - dy[i];
    }
  }
}

// A vector of largest entry 1, without what is below rounding; false where there is none.
bool normalize(double *v, int n) {
  const double size = largest(v, n);
  if (!(size > 0 && size < 1e300)) return false;
  for (int i = 0; i < n; ++i) {
    v[i] /= size;
    if (std::fabs(v[i]) < 1e-12) v[i] = 0;
  }
  return true;
}

struct Advance {
  const cs_problems *problems;
  const cs_rows *rows;
};

// Certificates from the last differences dx, dy (scaled; overwritten).
void certify(const cs_problems *s, const cs_rows *r, int64_t row, const Scaled &t, double *dx,
             double *dy, const double *atdy, const double *pdx, const double *adx) {
  // Most rows are not infeasible: a look in plain doubles first.
  double support = 0, value = 0;
  for (int i = 0; i < t.m; ++i)
    if (dy[i] != 0) support += dy[i] > 0 ? t.u[i] * dy[i] : t.l[i] * dy[i];
  for (int j = 0; j < t.n; ++j) value += t.q[j] * dx[j];
  const cq_problem c = s->problem(r->problem[row]);
  if (support < 0 && largest(atdy, t.n) <= 1e-3 * -support) {
    for (int i = 0; i < t.m; ++i) dy[i] *= t.e[i];
    if (normalize(dy, t.m)) {
      const double ratio = cq_primal_ratio(&c, dy, r->eps_abs);
      if (ratio <= r->eps_infeasible) {
        r->status[row] = CQ_PRIMAL_INFEASIBLE, r->ratio[row] = ratio;
        std::memcpy(r->y + row * t.m, dy, sizeof(double) * t.m);
        return;
      }
    }
  }
  if (!(value < 0) || !(largest(pdx, t.n) <= 1e-3 * -value)) return;
  for (int i = 0; i < t.m; ++i) {
    if (t.u[i] < INFINITY && adx[i] > 1e-3 * -value) return;
    if (t.l[i] > -INFINITY && adx[i] < 1e-3 * value) return;
  }
  for (int j = 0; j < t.n; ++j) dx[j] *= t.d[j];
  if (!normalize(dx, t.n)) return;
  const double ratio = cq_dual_ratio(&c, dx, r->eps_abs);
  if (ratio <= r->eps_infeasible) {
    r->status[row] = CQ_DUAL_INFEASIBLE, r->ratio[row] = ratio;
    std::memcpy(r->x + row * t.n, dx, sizeof(double) * t.n);
  }
}

// Px, Ax, Aᵀy of scaled vectors, into zeroed memory.
void products(const cs_problems *s, const Scaled &t, const double *x, const double *y, double *px,
              double *ax, double *aty) {
  if (s->sparse) {
    s->p.each([&](int i, int j, int k) { px[i] += s->p.values[k] * x[j]; });
    s->a.each([&](int i, int j, int k) {
      ax[i] += s->a.values[k] * x[j];
      aty[j] += s->a.values[k] * y[i];
    });
  } else {
    kernels().add(t.n, t.wn, t.p, x, px);
    kernels().add(t.n, t.wm, t.at, x, ax);
    kernels().add(t.m, t.wn, t.a, y, aty);
  }
}

void advance_row(const cs_problems *s, const cs_rows *r, int64_t row, std::vector<double> &memory) {
  const Scaled t = s->scaled(r->problem[row]);
  const int n = t.n, m = t.m;
  memory.assign(6 * (int64_t)t.wn + 8 * (int64_t)t.wm, 0);
  double *x = memory.data(), *z = x + t.wn, *y = z + t.wm, *dx = y + t.wm, *dy = dx + t.wn;
  double *px = dy + t.wm, *ax = px + t.wn, *aty = ax + t.wm, *work = aty + t.wn;
  double *X = r->x + row * n, *Z = r->z + row * m, *Y = r->y + row * m;
  for (int j = 0; j < n; ++j) x[j] = X[j] / t.d[j];
  for (int i = 0; i < m; ++i) z[i] = Z[i] * t.e[i], y[i] = Y[i] * t.cost / t.e[i];
  // A start is measured before it has a factor.
  if (!r->iterations)
    ;
  else if (s->sparse)
    iterate_sparse(s, t, r->sparse->factor, r->sigma, r->alpha[row], r->rho + row * m,
                   r->iterations, x, z, y, dx, dy, work);
  else
    kernels().iterate(t, r->factor + row * cs_factor_size(s), r->sigma, r->alpha[row],
                      r->rho + row * m, r->iterations, x, z, y, dx, dy, work);
  if (r->iterations) {
    for (int j = 0; j < n; ++j) X[j] = x[j] * t.d[j];
    for (int i = 0; i < m; ++i) Z[i] = z[i] / t.e[i], Y[i] = y[i] * t.e[i] / t.cost;
  }
  products(s, t, x, y, px, ax, aty);
  double *out = r->numbers + row * CS_NUMBERS;
  double primal = 0, dual = 0, violation = 0, gradient = 0, quadratic = 0, linear = 0, support = 0;
  double primal_scale = 0, dual_scale = 0;
  for (int j = 0; j < n; ++j) {
    const double g = px[j] + t.q[j] + aty[j], back = 1 / (t.d[j] * t.cost);
    if (!(std::fabs(g) <= dual)) dual = std::fabs(g);
    if (!(std::fabs(g) * back <= gradient)) gradient = std::fabs(g) * back;
    const double top = std::fmax(std::fabs(px[j]), std::fmax(std::fabs(aty[j]), std::fabs(t.q[j])));
    dual_scale = std::fmax(dual_scale, top * back);
    quadratic += px[j] * x[j], linear += t.q[j] * x[j];
  }
  for (int i = 0; i < m; ++i) {
    const double g = ax[i] - z[i], back = 1 / t.e[i];
    if (!(std::fabs(g) <= primal)) primal = std::fabs(g);
    const double over = std::fmax(ax[i] - t.u[i], t.l[i] - ax[i]) * back;
    if (over > violation) violation = over;
    primal_scale = std::fmax(primal_scale, std::fabs(ax[i]) * back);
    const double w = y[i];
    if (w > 0) {
      if (t.u[i] < INFINITY) support += t.u[i] * w;
      else gradient = std::fmax(gradient, w * t.e[i] / t.cost);
    } else if (w < 0) {
      if (t.l[i] > -INFINITY) support += t.l[i] * w;
      else gradient = std::fmax(gradient, -w * t.e[i] / t.cost);
    }
    if (r->slack) {
      const int64_t k = row * m + i;
      r->slack[k] = std::fmin(z[i] - t.l[i], t.u[i] - z[i]);
      r->distance[k] = -g;
      r->multiplier[k] = w;
    }
  }
  const double gap = std::fabs(quadratic + linear + support) / t.cost;
  const double gap_scale =
      std::fmax(std::fabs(quadratic), std::fmax(std::fabs(linear), std::fabs(support))) / t.cost;
  out[CS_SCALED_PRIMAL] = primal;
  out[CS_PRIMAL_SIZE] = std::fmax(largest(ax, m), largest(z, m));
  out[CS_SCALED_DUAL] = dual;
  out[CS_DUAL_SIZE] = std::fmax(largest(px, n), std::fmax(largest(aty, n), largest(t.q, n)));
  out[CS_PRIMAL] = violation, out[CS_DUAL] = gradient, out[CS_GAP] = gap;
  out[CS_OBJECTIVE] = (quadratic / 2 + linear) / t.cost;
  r->status[row] = -1;
  // What plain doubles let pass is judged again in extended precision.
  const double more = 1 + 1e-6;
  if (violation <= more * (r->eps_abs + r->eps_rel * primal_scale) &&
      gradient <= more * (r->eps_abs + r->eps_rel * dual_scale) &&
      gap <= more * (r->eps_abs + r->eps_rel * gap_scale)) {
    const cq_problem c = s->problem(r->problem[row]);
    cq_measure f;
    cq_residuals(&c, X, Y, &f);
    if (f.primal <= r->eps_abs + r->eps_rel * f.primal_scale &&
        f.dual <= r->eps_abs + r->eps_rel * f.dual_scale &&
        f.gap <= r->eps_abs + r->eps_rel * f.gap_scale) {
      r->status[row] = CQ_SOLVED;
      return;
    }
  }
  if (!r->iterations) return;
  std::memset(px, 0, sizeof(double) * (2 * t.wn + t.wm));
  for (int i = 0; i < m; ++i) {
    // Into the polar of the bounds' recession cone.
    if (!(t.u[i] < INFINITY)) dy[i] = std::fmin(dy[i], 0);
    if (!(t.l[i] > -INFINITY)) dy[i] = std::fmax(dy[i], 0);
  }
  products(s, t, dx, dy, px, ax, aty);
  certify(s, r, row, t, dx, dy, aty, px, ax);
}

void advance_some(void *context, vk_int from, vk_int to) {
  const Advance *all = (const Advance *)context;
  static thread_local std::vector<double> memory;
  for (vk_int k = from; k < to; ++k) advance_row(all->problems, all->rows, k, memory);
}

struct FactorAll {
  const cs_problems *problems;
  const int32_t *problem, *changed;
  double sigma;
  const double *rho;
  double *factor;
};
void factor_some(void *context, vk_int from, vk_int to) {
  const FactorAll *f = (const FactorAll *)context;
  const int64_t size = cs_factor_size(f->problems);
  for (vk_int k = from; k < to; ++k) {
    if (!f->changed[k]) continue;
    const Scaled t = f->problems->scaled(f->problem[k]);
    kernels().factor(t, f->sigma, f->rho + k * t.m, f->factor + k * size);
  }
}

}  // namespace

cs_problems *cs_prepare(const cq_batch *batch, int32_t scaling) {
  std::unique_ptr<cs_problems> s(new cs_problems);
  s->n = batch->first.n, s->m = batch->first.m;
  s->wn = (s->n + 3) & ~3, s->wm = (s->m + 3) & ~3;
  s->count = batch->count;
  s->sparse = batch->first.p_columns != nullptr;
  keep_given(s.get(), batch);
  const int64_t dense = s->sparse ? 0 : ((int64_t)s->n + s->m) * s->wn + (int64_t)s->n * s->wm;
  s->block = dense + 2 * (int64_t)s->wn + 3 * (int64_t)s->wm;
  s->memory.assign(s->block * s->count, 0);
  s->costs.assign(s->count, 1);
  s->nonconvex.assign(s->count, 0);
  if (s->sparse) {
    prepare_sparse(s.get(), scaling);
  } else {
    PrepareAll all = {s.get(), scaling};
    vk_parallel(s->count, 8, prepare_some, &all);
  }
  return s.release();
}

void cs_release(cs_problems *s) { delete s; }

void cs_nonconvex(const cs_problems *s, int32_t *out) {
  std::copy(s->nonconvex.begin(), s->nonconvex.end(), out);
}

void cs_residuals(const cs_problems *s, int64_t rows, const int32_t *problem, const double *x,
                  const double *y, cq_measure *out) {
  for (int64_t r = 0; r < rows; ++r) {
    const cq_problem c = s->problem(problem[r]);
    cq_residuals(&c, x + r * s->n, y + r * s->m, out + r);
  }
}

int64_t cs_factor_size(const cs_problems *s) { return 2 * (int64_t)s->n * s->wn + s->wn; }

void cs_factor_dense(const cs_problems *s, int64_t rows, const int32_t *problem,
                     const int32_t *changed, double sigma, const double *rho, double *factor) {
  FactorAll all = {s, problem, changed, sigma, rho, factor};
  vk_parallel(rows, 8, factor_some, &all);
}

cs_factor *cs_factor_sparse(const cs_problems *s, double sigma, const double *rho) {
  const Scaled t = s->scaled(0);
  std::vector<std::vector<std::pair<int, double>>> by_row(t.m);
  s->a.each([&](int i, int j, int k) { by_row[i].push_back({j, s->a.values[k]}); });
  std::vector<int32_t> starts(1, 0), rows;
  std::vector<double> values;
  for (int j = 0; j < t.n; ++j) {
    double diagonal = sigma;
    for (int k = s->p.starts[j]; k < s->p.starts[j + 1]; ++k) {
      if (s->p.rows[k] < j) rows.push_back(s->p.rows[k]), values.push_back(s->p.values[k]);
      if (s->p.rows[k] == j) diagonal += s->p.values[k];
    }
    rows.push_back(j), values.push_back(diagonal);
    starts.push_back((int32_t)rows.size());
  }
  for (int i = 0; i < t.m; ++i) {
    for (const auto &entry : by_row[i]) rows.push_back(entry.first), values.push_back(entry.second);
    rows.push_back(t.n + i), values.push_back(-1 / rho[i]);
    starts.push_back((int32_t)rows.size());
  }
  cs_factor *f = new cs_factor{sparse_factor_new(t.n + t.m, starts.data(), rows.data())};
  if (sparse_factor_values(f->factor, values.data()) < 0) {
    cs_factor_release(f);
    return nullptr;
  }
  return f;
}

void cs_factor_release(cs_factor *f) {
  sparse_factor_free(f->factor);
  delete f;
}

void cs_advance(const cs_problems *s, const cs_rows *rows) {
  Advance all = {s, rows};
  vk_parallel(rows->rows, 4, advance_some, &all);
}
