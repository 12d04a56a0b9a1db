// The homogeneous self-dual embedding of a cone program as a fixed-point iteration.
//
// Goals, in order: what is called solved is solved; few iterations; few nanoseconds for each.
//
// With z = (x, y), M = [P, Aᵀ; −A, 0], h = (c, b) and weights R, an iteration projects w = (z, τ)
// onto the solutions of R(z̃ − w) + Mz̃ + hτ̃ = 0, reflects, projects onto the cones, and moves w by
// α times the difference (arXiv:2004.02177, sections 4 and 5). Every few iterations Anderson's
// extrapolation replaces w where the plain step after it is shorter, and where the limit ends the iteration
// its last points are combined (Combination.h).
#include <algorithm>
#include <cmath>
#include <vector>

#include "Combination.h"
#include "ConeKernels.h"
#include "ConvexKernels.h"
#include "SparseFactor.h"

namespace {

typedef long double Wide;
typedef std::vector<double> Vector;

double largest(const double *v, int n) {
  double top = 0;
  for (int i = 0; i < n; ++i)
    if (!(std::fabs(v[i]) <= top)) top = std::fabs(v[i]);
  return top;
}
double dot(const double *a, const double *b, int n) {
  double s = 0;
  for (int i = 0; i < n; ++i) s += a[i] * b[i];
  return s;
}

struct Method {
  const cc_problem *g;  // as given
  const cc_options *o;
  cc_report *report;
  int n, m, l;
  // Scaled data: P ← κDPD, A ← EAD, b ← σEb, c ← κσDc with the scale σ of right sides.
  Vector p, a, b, c, d, e;
  double cost = 1, sigma = 1;
  double weight, alpha;
  int interval;
  Vector r, w, u, ut, h, gg, next;
  double hRg = 0;
  SparseFactor *factorization = nullptr;
  std::vector<int32_t> columns, rows, from_p, from_a, diagonal;
  Vector values;
  // Anderson's memory.
  Vector oldW, oldF;
  std::vector<Vector> dW, dF;
  Vector products;  // of the rows of dF
  int filled = 0;
  Vector x, y, s, bestx, besty, bests;
  // Those of the last iterations before the limit.
  struct Point {
    Vector x, y, s;
  };
  std::vector<Point> last;
  static constexpr int LAST = 10;
  double bestWorst = INFINITY;
  Vector proofX, proofY, proofS;
  int32_t proof = 0;
  static constexpr double TAU = 10, RHO = 1e-6;

  Method(const cc_problem *problem, const cc_options *options, cc_report *out)
      : g(problem), o(options), report(out), n(problem->n), m(problem->m), l(n + m + 1) {
    // Found on lassos, second-order programs and max-cuts: semidefinite cones ask for a smaller weight
    // and are worth an extrapolation in every iteration, beside which steps need not go too far.
    const bool semidefinite = g->semidefinite_count > 0;
    weight = o->scale > 0 ? o->scale : semidefinite ? 0.13 : 3;
    alpha = o->alpha > 0 ? o->alpha : semidefinite ? 1 : 1.5;
    interval = semidefinite ? 1 : 10;
    p.assign(g->p, g->p + g->p_columns[n]);
    a.assign(g->a, g->a + g->a_columns[n]);
    b.assign(g->b, g->b + m), c.assign(g->c, g->c + n);
    d.assign(n, 1), e.assign(m, 1);
    for (Vector *v : {&r, &w, &u, &ut, &next}) v->assign(l, 0);
    h.assign(l, 0), gg.assign(l, 0);
    x.assign(n, 0), y.assign(m, 0), s.assign(m, 0);
    bestx = x, besty = y, bests = s;
    scale_data();
    pattern();
  }
  ~Method() {
    if (factorization) sparse_factor_free(factorization);
  }

  // Rows of one cone share a scale, so that it stays a cone.
  void share(Vector &rowScale, bool largestWins) const {
    int at = g->zero + g->nonnegative;
    auto block = [&](int size) {
      double t = 0;
      for (int i = at; i < at + size; ++i) t = largestWins ? std::fmax(t, rowScale[i]) : t + rowScale[i] / size;
      for (int i = at; i < at + size; ++i) rowScale[i] = t;
      at += size;
    };
    for (int k = 0; k < g->second_count; ++k) block(g->second[k]);
    for (int k = 0; k < g->semidefinite_count; ++k)
      block(g->semidefinite[k] * (g->semidefinite[k] + 1) / 2);
    for (int k = 0; k < g->exponential; ++k) block(3);
  }

  void scale_data() {
    Vector rowScale(m), columnScale(n);
    for (int round = 0; round < o->scaling; ++round) {
      std::fill(rowScale.begin(), rowScale.end(), 0);
      for (int j = 0; j < n; ++j) {
        double top = 0;
        for (int k = g->p_columns[j]; k < g->p_columns[j + 1]; ++k) top = std::fmax(top, std::fabs(p[k]));
        for (int k = g->a_columns[j]; k < g->a_columns[j + 1]; ++k) {
          const double v = std::fabs(a[k]);
          top = std::fmax(top, v);
          rowScale[g->a_rows[k]] = std::fmax(rowScale[g->a_rows[k]], v);
        }
        columnScale[j] = top;
      }
      share(rowScale, true);
      double worst = 0;
      for (Vector *v : {&rowScale, &columnScale})
        for (double &t : *v) {
          t = t > 0 ? std::fmin(std::fmax(t, 1e-8), 1e8) : 1;
          worst = std::fmax(worst, std::fabs(1 - t));
          t = 1 / std::sqrt(t);
        }
      for (int j = 0; j < n; ++j) {
        for (int k = g->p_columns[j]; k < g->p_columns[j + 1]; ++k)
          p[k] *= columnScale[j] * columnScale[g->p_rows[k]];
        for (int k = g->a_columns[j]; k < g->a_columns[j + 1]; ++k)
          a[k] *= columnScale[j] * rowScale[g->a_rows[k]];
        d[j] *= columnScale[j];
      }
      for (int i = 0; i < m; ++i) e[i] *= rowScale[i];
      if (worst < 0.1) break;
    }
    for (int j = 0; j < n; ++j) c[j] *= d[j];
    for (int i = 0; i < m; ++i) b[i] *= e[i];
    const double size = std::fmax(largest(c.data(), n), largest(b.data(), m));
    if (o->scaling && size > 0) sigma = 1 / std::fmin(std::fmax(size, 1e-6), 1e6);
    for (double &t : c) t *= sigma;
    for (double &t : b) t *= sigma;
  }

  void pattern() {
    // The upper triangle of [P + ρI, Aᵀ; A, −R_y].
    columns.assign(n + m + 1, 0);
    from_p.assign(p.size(), -1), from_a.assign(a.size(), -1), diagonal.assign(n + m, 0);
    for (int j = 0; j < n; ++j) {
      for (int k = g->p_columns[j]; k < g->p_columns[j + 1]; ++k)
        if (g->p_rows[k] < j) from_p[k] = (int)rows.size(), rows.push_back(g->p_rows[k]);
      for (int k = g->p_columns[j]; k < g->p_columns[j + 1]; ++k)
        if (g->p_rows[k] == j) from_p[k] = (int)rows.size();
      diagonal[j] = (int)rows.size(), rows.push_back(j);
      columns[j + 1] = (int)rows.size();
    }
    std::vector<int32_t> count(m, 0), at(m);
    for (size_t k = 0; k < a.size(); ++k) ++count[g->a_rows[k]];
    int total = (int)rows.size();
    for (int i = 0; i < m; ++i) {
      at[i] = total;
      total += count[i] + 1;
      columns[n + i + 1] = total;
    }
    rows.resize(total);
    for (int j = 0; j < n; ++j)
      for (int k = g->a_columns[j]; k < g->a_columns[j + 1]; ++k) {
        from_a[k] = at[g->a_rows[k]];
        rows[at[g->a_rows[k]]++] = j;
      }
    for (int i = 0; i < m; ++i) diagonal[n + i] = at[i], rows[at[i]] = n + i;
    values.assign(total, 0);
    factorization = sparse_factor_new(n + m, columns.data(), rows.data());
  }

  // Whether P's eigenvalues are above −10⁻⁹ of its size; the weights of A would hide a negative one.
  bool is_convex() const {
    const double size = largest(p.data(), (int)p.size());
    if (size == 0) return true;
    std::vector<int32_t> starts(columns.begin(), columns.begin() + n + 1);
    std::vector<int32_t> upper(rows.begin(), rows.begin() + starts[n]);
    Vector entries(starts[n], 0.0);
    for (size_t k = 0; k < p.size(); ++k)
      if (from_p[k] >= 0) entries[from_p[k]] += p[k];
    for (int j = 0; j < n; ++j) entries[diagonal[j]] += 1e-9 * size;
    SparseFactor *f = sparse_factor_new(n, starts.data(), upper.data());
    const bool answer = sparse_factor_values(f, entries.data()) == n;
    sparse_factor_free(f);
    return answer;
  }

  void solve(double *v) const { sparse_factor_solve(factorization, v); }

  // New weights; false where P is not positive semidefinite.
  bool factor() {
    ++report->factorizations;
    for (int j = 0; j < n; ++j) r[j] = RHO;
    for (int i = 0; i < m; ++i) r[n + i] = i < g->zero ? 1e-3 / weight : 1 / weight;
    r[l - 1] = TAU;
    std::fill(values.begin(), values.end(), 0);
    for (size_t k = 0; k < p.size(); ++k)
      if (from_p[k] >= 0) values[from_p[k]] += p[k];
    for (int j = 0; j < n; ++j) values[diagonal[j]] += r[j];
    for (size_t k = 0; k < a.size(); ++k) values[from_a[k]] += a[k];
    for (int i = 0; i < m; ++i) values[diagonal[n + i]] -= r[n + i];
    if (sparse_factor_values(factorization, values.data()) != n) return false;
    for (int j = 0; j < n; ++j) gg[j] = c[j];
    for (int i = 0; i < m; ++i) gg[n + i] = -b[i];
    solve(gg.data());
    hRg = 0;
    for (int i = 0; i < l - 1; ++i) hRg += gg[i] * gg[i] * r[i];
    return true;
  }

  // From w to u (and ut), the two projections; false where one fails.
  bool project(bool first) {
    for (int i = 0; i < l - 1; ++i) ut[i] = r[i] * w[i];
    for (int i = n; i < l - 1; ++i) ut[i] = -ut[i];
    solve(ut.data());
    double linear = -TAU * w[l - 1], constant = 0;
    for (int i = 0; i < l - 1; ++i) {
      linear += r[i] * gg[i] * (w[i] - 2 * ut[i]);
      constant += r[i] * ut[i] * (ut[i] - w[i]);
    }
    const double square = TAU + hRg;
    const double root = std::sqrt(std::fmax(linear * linear - 4 * square * constant, 0));
    // The first step takes τ = 1, so that it is one of the program itself.
    const double tau = first ? 1 : (root - linear) / (2 * square);
    ut[l - 1] = tau;
    for (int i = 0; i < l - 1; ++i) ut[i] -= tau * gg[i];
    for (int i = 0; i < l; ++i) u[i] = 2 * ut[i] - w[i];
    if (cc_project(g, 1, u.data() + n) != 0) return false;
    u[l - 1] = first ? 1 : std::fmax(u[l - 1], 0);
    return true;
  }

  // x, y and s in the problem's own units, divided by `t`.
  void unscale(double t, Vector &X, Vector &Y, Vector &S) const {
    for (int j = 0; j < n; ++j) X[j] = u[j] * d[j] / (t * sigma);
    for (int i = 0; i < m; ++i) {
      Y[i] = u[n + i] * e[i] / (t * sigma);
      S[i] = r[n + i] * (w[n + i] + u[n + i] - 2 * ut[n + i]) / (t * sigma * e[i]);
    }
    for (int i = 0; i < g->zero; ++i) S[i] = 0;
  }

  bool accepts(const cc_measure &f) const {
    return f.primal <= o->eps_abs + o->eps_rel * f.primal_scale &&
           f.dual <= o->eps_abs + o->eps_rel * f.dual_scale &&
           f.gap <= o->eps_abs + o->eps_rel * f.gap_scale;
  }

  cc_measure keep() {
    cc_measure f;
    cc_residuals(g, x.data(), y.data(), s.data(), &f);
    keep(f);
    return f;
  }
  void keep(const cc_measure &f) {
    const double worst = std::fmax(f.primal, std::fmax(f.dual, f.gap));
    if (worst < bestWorst) bestWorst = worst, bestx = x, besty = y, bests = s;
  }

  // The embedding's τ divides x, s and y alike, though the program lets (x, s) and y be stretched each by
  // a factor of its own. The plain iteration answers with its own points.
  bool stretch() {
    Combination alone(g);
    alone.add(x, y, s);
    return alone.best(x, y, s);
  }

  // The best that can be made of the last points where the limit ends the iteration.
  void combine() {
    for (; !last.empty(); last.erase(last.begin())) {
      Combination all(g);
      for (const Point &p : last) all.add(p.x, p.y, p.s);
      if (all.best(x, y, s) && cc_project(g, 0, s.data()) == 0 && cc_project(g, 1, y.data()) == 0) keep();
    }
  }

  // Keeps the best of the iterates; true where one is a solution, judged after it was moved onto the
  // cones, off which rounding has put it.
  bool judge(cc_measure &f) {
    if (!(u[l - 1] > 0)) return false;
    unscale(u[l - 1], x, y, s);
    cc_residuals(g, x.data(), y.data(), s.data(), &f);
    keep(f);
    if (!accepts(f)) {
      if (report->iterations + LAST > o->max_iter) last.push_back({x, y, s});
      const cc_measure plain = f;
      if (o->memory == 0 || !stretch() || !accepts(f = keep())) {
        f = plain;
        return false;
      }
    }
    bestx = x, besty = y, bests = s;
    settle();
    if (!accepts(report->measure)) return false;
    report->status = CQ_SOLVED;
    return true;
  }

  // The best iterate as the answer, on the cones.
  void settle() {
    cc_project(g, 0, bests.data()), cc_project(g, 1, besty.data());
    cc_residuals(g, bestx.data(), besty.data(), bests.data(), &report->measure);
  }

  bool certificate() {
    Vector X(n), Y(m), S(m);
    unscale(1, X, Y, S);
    if (!proves(X, Y, S)) return false;
    if (cc_project(g, 0, S.data()) != 0 || cc_project(g, 1, Y.data()) != 0) return false;
    return proves(X, Y, S);
  }

  // Whether residuals of rows are small beside the sizes of their terms, in the units of the scaled
  // data. Relative to c'x or b'y alone, anything would be small where c or b is large.
  bool vanish(const std::vector<Wide> &residual, const Vector &rowSize, Wide length) const {
    for (size_t i = 0; i < residual.size(); ++i)
      if (!(std::fabs(residual[i]) <= o->eps_infeasible * rowSize[i] * length)) return false;
    return true;
  }

  bool proves(const Vector &X, const Vector &Y, const Vector &S) {
    Wide by = 0, cx = 0, length = 0, width = 0;
    for (int i = 0; i < m; ++i) by += (Wide)g->b[i] * Y[i], length += std::fabs(Y[i]);
    for (int j = 0; j < n; ++j) cx += (Wide)g->c[j] * X[j], width += std::fabs(X[j]);
    // What could be mended by moving each entry of b or c by a tolerance proves nothing.
    if (-by > o->eps_abs * length) {
      std::vector<Wide> t(n, 0);
      transposed(n, g->a_columns, g->a_rows, g->a, Y.data(), t.data());
      Wide top = 0;
      for (Wide v : t)
        if (!(std::fabs(v) <= top)) top = std::fabs(v);
      Wide reach = 0;
      for (int i = 0; i < m; ++i) reach = std::fmax(reach, std::fabs((Wide)Y[i] / e[i]));
      Vector sizes(n, 0);
      for (int j = 0; j < n; ++j)
        for (int k = g->a_columns[j]; k < g->a_columns[j + 1]; ++k)
          sizes[j] = std::fmax(sizes[j], std::fabs(g->a[k]) * e[g->a_rows[k]]);
      if (top <= o->eps_infeasible * -by && vanish(t, sizes, reach)) {
        proof = CQ_PRIMAL_INFEASIBLE;
        report->ratio = (double)(top / -by);
        proofX.assign(n, NAN), proofS.assign(m, NAN), proofY = Y;
        for (double &v : proofY) v = (double)(v / -by);
        return true;
      }
    }
    if (-cx > o->eps_abs * width) {
      std::vector<Wide> px(n, 0), ax(m, 0);
      times(n, g->p_columns, g->p_rows, g->p, X.data(), px.data());
      times(n, g->a_columns, g->a_rows, g->a, X.data(), ax.data());
      Wide top = 0;
      for (Wide v : px)
        if (!(std::fabs(v) <= top)) top = std::fabs(v);
      for (int i = 0; i < m; ++i) {
        ax[i] += S[i];
        if (!(std::fabs(ax[i]) <= top)) top = std::fabs(ax[i]);
      }
      Wide reach = 0;
      for (int j = 0; j < n; ++j) reach = std::fmax(reach, std::fabs((Wide)X[j] / d[j]));
      Vector curvatures(n, 0), sizes(m, 0);
      for (int j = 0; j < n; ++j) {
        for (int k = g->p_columns[j]; k < g->p_columns[j + 1]; ++k)
          curvatures[g->p_rows[k]] = std::fmax(curvatures[g->p_rows[k]], std::fabs(g->p[k]) * d[j]);
        for (int k = g->a_columns[j]; k < g->a_columns[j + 1]; ++k)
          sizes[g->a_rows[k]] = std::fmax(sizes[g->a_rows[k]], std::fabs(g->a[k]) * d[j]);
      }
      if (top <= o->eps_infeasible * -cx && vanish(px, curvatures, reach) &&
          vanish(ax, sizes, reach)) {
        proof = CQ_DUAL_INFEASIBLE;
        report->ratio = (double)(top / -cx);
        proofY.assign(m, NAN), proofX = X, proofS = S;
        for (double &v : proofX) v = (double)(v / -cx);
        for (double &v : proofS) v = (double)(v / -cx);
        return true;
      }
    }
    return false;
  }

  // Anderson's extrapolation from differences of the last iterates: `next` is the plain step of w.
  // False where it is not trusted.
  bool accelerate(Vector &out) {
    const int memory = o->memory;
    Vector f(l);
    for (int i = 0; i < l; ++i) f[i] = next[i] - w[i];
    if (oldW.empty()) {
      oldW = next, oldF = f;
      return false;
    }
    const int slot = filled % memory;
    if ((int)dW.size() < memory) dW.emplace_back(l), dF.emplace_back(l);
    // dW holds differences of the plain steps' ends.
    for (int i = 0; i < l; ++i) dW[slot][i] = next[i] - oldW[i], dF[slot][i] = f[i] - oldF[i];
    oldW = next, oldF = f;
    ++filled;
    const int k = std::min(filled, memory);
    products.resize(memory * memory);
    for (int j = 0; j < k; ++j)
      products[slot * memory + j] = products[j * memory + slot] = metric(dF[slot], dF[j]);
    if (filled % interval != 0 || k < 2) return false;
    Vector gram(k * k), gamma(k);
    double trace = 0;
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < k; ++j) gram[i * k + j] = products[i * memory + j];
      trace += gram[i * k + i];
      gamma[i] = metric(dF[i], f);
    }
    for (int i = 0; i < k; ++i) gram[i * k + i] += 1e-10 * trace;
    int size = k, one = 1, info = 0;
    dposv_("U", &size, &one, gram.data(), &size, gamma.data(), &size, &info);
    if (info != 0) return false;
    double norm = 0;
    for (double t : gamma) norm += t * t;
    if (!(norm < 1e10)) return false;
    out = next;
    for (int j = 0; j < k; ++j)
      for (int i = 0; i < l; ++i) out[i] -= gamma[j] * dW[j][i];
    return true;
  }
  double metric(const Vector &a, const Vector &b) const {
    double t = 0;
    for (int i = 0; i < l; ++i) t += r[i] * a[i] * b[i];
    return t;
  }
  void forget() { oldW.clear(), oldF.clear(), filled = 0, dW.clear(), dF.clear(); }

  void run(int32_t warm, const double *X, const double *Y, const double *S) {
    report->status = CQ_ITERATION_LIMIT;
    report->ratio = INFINITY;
    if (!is_convex() || !factor()) {
      report->status = CQ_NONCONVEX;
      return;
    }
    std::fill(w.begin(), w.end(), 0);
    w[l - 1] = 1;
    if (warm) {
      for (int j = 0; j < n; ++j) w[j] = X[j] / d[j] * sigma;
      // A fixed point: 2y − w = y − s / R is projected to y.
      for (int i = 0; i < m; ++i)
        w[n + i] = (Y[i] / e[i] + S[i] * e[i] / r[n + i]) * sigma;
    }
    double logs = 0;
    int counted = 0, since = 0;
    Vector kept, guess;
    double keptLength = INFINITY;
    bool guessed = false;
    for (int iteration = 0; iteration < o->max_iter; ++iteration) {
      if (o->stop && o->stop(o->stop_context)) {
        report->status = CQ_INTERRUPTED;
        break;
      }
      ++report->iterations;
      if (!project(iteration == 0)) {
        report->status = CQ_STALLED;
        break;
      }
      double length = 0;
      for (int i = 0; i < l; ++i) {
        const double t = u[i] - ut[i];
        length += r[i] * t * t;
        next[i] = w[i] + alpha * t;
      }
      length = std::sqrt(length);
      if (guessed && !(length <= 2 * keptLength)) {
        // The extrapolation was worse: back to the plain step.
        w = kept, guessed = false;
        forget();
        continue;
      }
      const bool checks = iteration < 10 || iteration % 5 == 4 || iteration + LAST >= o->max_iter;
      if (checks) {
        cc_measure f;
        if (judge(f)) return;
        if (iteration > 0 && certificate()) {
          report->status = proof;
          bestx = proofX, besty = proofY, bests = proofS;
          return;
        }
        if (u[l - 1] > 0) {
          const double tiny = 1e-30;
          const double one = f.primal / std::fmax(f.primal_scale, tiny);
          const double two = f.dual / std::fmax(f.dual_scale, tiny);
          if (one > 0 && two > 0 && one < INFINITY && two < INFINITY)
            logs += std::log(one / two), ++counted;
        }
      }
      ++since;
      if (o->adaptive && checks && counted && since >= o->adaptive) {
        const double change = std::exp(logs / counted / 2);
        if (change > 3.16 || change < 1 / 3.16) {
          const Vector before = r;
          weight = std::fmin(std::fmax(weight * change, 1e-6), 1e6);
          // Cones' parts keep s = R(w + u − 2ũ).
          for (int i = n; i < l - 1; ++i) next[i] = before[i] * (w[i] + u[i] - 2 * ut[i]);
          if (!factor()) {
            report->status = CQ_STALLED;
            break;
          }
          for (int i = n; i < l - 1; ++i) w[i] = next[i] / r[i] + 2 * ut[i] - u[i];
          forget();
          guessed = false, logs = 0, counted = 0, since = 0;
          continue;
        }
        logs = 0, counted = 0, since = 0;
      }
      guessed = false;
      if (o->memory > 0 && accelerate(guess)) {
        kept = next, keptLength = length, guessed = true;
        w = guess;
        ++report->accelerated;
      } else {
        std::swap(w, next);
      }
      // The embedding is homogeneous: numbers stay of moderate size.
      const double size = std::sqrt(dot(w.data(), w.data(), l));
      if (!(size < INFINITY)) {
        report->status = CQ_STALLED;
        break;
      }
    }
    report->scale = weight;
    if (o->memory > 0) combine();
    // Without an iteration the answer is the start.
    if (warm && bestWorst == INFINITY)
      bestx.assign(X, X + n), besty.assign(Y, Y + m), bests.assign(S, S + m);
    settle();
    if (report->status == CQ_ITERATION_LIMIT && accepts(report->measure)) report->status = CQ_SOLVED;
  }
};

}  // namespace

void cc_residuals(const cc_problem *g, const double *x, const double *y, const double *s,
                  cc_measure *out) {
  std::vector<Wide> px(g->n, 0), aty(g->n, 0), ax(g->m, 0);
  times(g->n, g->p_columns, g->p_rows, g->p, x, px.data());
  times(g->n, g->a_columns, g->a_rows, g->a, x, ax.data());
  transposed(g->n, g->a_columns, g->a_rows, g->a, y, aty.data());
  auto widen = [](Wide &top, Wide v) {
    v = std::fabs(v);
    if (!(v <= top)) top = v;
  };
  Wide primal = 0, dual = 0, ps = 0, ds = 0, xpx = 0, cx = 0, by = 0;
  for (int j = 0; j < g->n; ++j) {
    widen(dual, px[j] + aty[j] + g->c[j]);
    widen(ds, px[j]), widen(ds, aty[j]), widen(ds, g->c[j]);
    xpx += px[j] * x[j], cx += (Wide)g->c[j] * x[j];
  }
  for (int i = 0; i < g->m; ++i) {
    widen(primal, ax[i] + s[i] - g->b[i]);
    widen(ps, ax[i]), widen(ps, s[i]), widen(ps, g->b[i]);
    by += (Wide)g->b[i] * y[i];
  }
  Wide gs = 0;
  widen(gs, xpx), widen(gs, cx), widen(gs, by);
  *out = {(double)primal, (double)dual, (double)std::fabs(xpx + cx + by), (double)ps, (double)ds,
          (double)gs, (double)(xpx / 2 + cx)};
}

void cc_solve(const cc_problem *problem, const cc_options *options, int32_t warm, double *x,
              double *y, double *s, cc_report *report) {
  *report = cc_report();
  Method method(problem, options, report);
  method.run(warm, x, y, s);
  std::copy(method.bestx.begin(), method.bestx.end(), x);
  std::copy(method.besty.begin(), method.besty.end(), y);
  std::copy(method.bests.begin(), method.bests.end(), s);
}
