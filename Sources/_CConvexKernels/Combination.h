// Points of a cone program combined so that its residuals are least.
//
// Residuals are linear in (x, s) and in y, but for the gap's xᵀPx, which is linearized at the last point. A
// few points span a plane in which a point of smaller residuals lies: least squares over the weights of
// (x, s) and of y, each in its own units. One point alone is stretched, which does not leave the cones; a
// sum of several has to be moved back onto them.
#pragma once
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "ConeKernels.h"

extern "C" void dposv_(const char *, const int *, const int *, double *, const int *, double *,
                       const int *, int *);

// out += M·x, and out += Mᵀ·y, of a matrix by compressed columns
template <class T>
void times(int columns, const int32_t *starts, const int32_t *rows, const double *v, const double *x,
           T *out) {
  for (int j = 0; j < columns; ++j) {
    const T t = x[j];
    if (t == 0) continue;
    for (int k = starts[j]; k < starts[j + 1]; ++k) out[rows[k]] += v[k] * t;
  }
}
template <class T>
void transposed(int columns, const int32_t *starts, const int32_t *rows, const double *v,
                const double *y, T *out) {
  for (int j = 0; j < columns; ++j) {
    T s = 0;
    for (int k = starts[j]; k < starts[j + 1]; ++k) s += (T)v[k] * y[rows[k]];
    out[j] += s;
  }
}

class Combination {
  typedef std::vector<double> Vector;
  const cc_problem *g;
  struct Half {
    Vector parts[2];   // x and s, or y and nothing
    Vector residuals;  // what it adds to those of rows, of columns, and to the gap
  };
  std::vector<Half> primal, dual;

 public:
  explicit Combination(const cc_problem *problem) : g(problem) {}

  void add(const Vector &x, const Vector &y, const Vector &s) {
    const int n = g->n, m = g->m;
    Half one{{x, s}, Vector(m + n + 1, 0)}, two{{y, {}}, Vector(m + n + 1, 0)};
    std::copy(s.begin(), s.end(), one.residuals.begin());
    times(n, g->a_columns, g->a_rows, g->a, x.data(), one.residuals.data());
    times(n, g->p_columns, g->p_rows, g->p, x.data(), one.residuals.data() + m);
    for (int j = 0; j < n; ++j) one.residuals[m + n] += g->c[j] * x[j];
    transposed(n, g->a_columns, g->a_rows, g->a, y.data(), two.residuals.data() + m);
    for (int i = 0; i < m; ++i) two.residuals[m + n] += g->b[i] * y[i];
    primal.push_back(std::move(one)), dual.push_back(std::move(two));
  }

  // The combination; false where it is not to be trusted, or would take one point alone off the cones.
  bool best(Vector &x, Vector &y, Vector &s) const {
    const int n = g->n, m = g->m, l = m + n + 1, count = (int)primal.size(), size = 2 * count;
    // xᵀPx by its tangent at the last point.
    const double *px = primal.back().residuals.data() + m;
    Vector target(l, 0);
    for (int i = 0; i < m; ++i) target[i] = g->b[i];
    for (int j = 0; j < n; ++j)
      target[m + j] = -g->c[j], target[l - 1] += px[j] * primal.back().parts[0][j];
    // The last point, and steps from it to the others, which may be short: each in units of its own.
    std::vector<Vector> steps;
    for (const std::vector<Half> *halves : {&primal, &dual})
      for (int k = count - 1; k >= 0; --k) {
        const Half &half = (*halves)[k];
        steps.push_back(half.residuals);
        if (halves == &primal)
          for (int j = 0; j < n; ++j) steps.back()[l - 1] += 2 * px[j] * half.parts[0][j];
        if (k < count - 1) add(steps.back(), -1, steps[halves == &primal ? 0 : count]);
      }
    add(target, -1, steps[0]), add(target, -1, steps[count]);
    Vector lengths(size), gram(size * size), weights(size);
    for (int k = 0; k < size; ++k) {
      lengths[k] = std::sqrt(dot(steps[k], steps[k]));
      if (!(lengths[k] < INFINITY)) return false;
      if (lengths[k] == 0) lengths[k] = 1;
      for (int j = 0; j <= k; ++j)
        gram[k * size + j] = dot(steps[k], steps[j]) / (lengths[k] * lengths[j]);
      gram[k * size + k] += RIDGE;
      weights[k] = dot(steps[k], target) / lengths[k];
    }
    int one = 1, info = 0;
    dposv_("U", &size, &one, gram.data(), &size, weights.data(), &size, &info);
    if (info != 0) return false;
    for (int k = 0; k < size; ++k) weights[k] /= lengths[k];
    // From steps to points.
    for (int k : {0, count})
      for (int j = 1; j < count; ++j) weights[k] -= weights[k + j];
    ++weights[0], ++weights[count];
    if (count == 1 && !(weights[0] > 0 && weights[1] > 0)) return false;
    x.assign(n, 0), y.assign(m, 0), s.assign(m, 0);
    for (int k = 0; k < count; ++k) {
      const Half &one = primal[count - 1 - k];
      add(x, weights[k], one.parts[0]), add(s, weights[k], one.parts[1]);
      add(y, weights[count + k], dual[count - 1 - k].parts[0]);
    }
    return true;
  }

 private:
  // Keeps weights of points that hardly differ from being large.
  static constexpr double RIDGE = 1e-12;

  static double dot(const Vector &a, const Vector &b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }
  static void add(Vector &to, double weight, const Vector &what) {
    for (size_t i = 0; i < to.size(); ++i) to[i] += weight * what[i];
  }
};
