// Projections onto the cones.
#include "ConeKernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

extern "C" void dsyevd_(const char *, const char *, const int *, double *, const int *, double *,
                        double *, const int *, int *, const int *, int *);

namespace {

void project_second(int n, double *v) {
  if (n == 1) {
    v[0] = std::fmax(v[0], 0);
    return;
  }
  double squares = 0;
  for (int i = 1; i < n; ++i) squares += v[i] * v[i];
  const double t = v[0], r = std::sqrt(squares);
  if (r <= t) return;
  if (r <= -t) {
    std::fill(v, v + n, 0.0);
    return;
  }
  const double level = (t + r) / 2;
  v[0] = level;
  for (int i = 1; i < n; ++i) v[i] *= level / r;
}

bool project_semidefinite(int n, double *v) {
  static thread_local std::vector<double> matrix, work, values, part;
  static thread_local std::vector<int> integers;
  if (n == 1) {
    v[0] = std::fmax(v[0], 0);
    return true;
  }
  matrix.resize((size_t)n * n), values.resize(n), part.resize((size_t)n * n);
  const double half = std::sqrt(0.5);
  double *at = v;
  for (int j = 0; j < n; ++j)
    for (int i = j; i < n; ++i) matrix[(size_t)j * n + i] = *at++ * (i == j ? 1 : half);
  const int room = 1 + 6 * n + 2 * n * n, whole = 3 + 5 * n;
  work.resize(room), integers.resize(whole);
  int info = 0;
  dsyevd_("V", "L", &n, matrix.data(), &n, values.data(), work.data(), &room, integers.data(), &whole,
          &info);
  if (info != 0) return false;
  // The smaller part is summed: the positive one, or what is to be taken away.
  int positive = 0;
  for (int k = 0; k < n; ++k) positive += values[k] > 0;
  if (positive == n) return true;
  const bool adds = positive * 2 <= n;
  at = v;
  if (adds) std::fill(v, v + (size_t)n * (n + 1) / 2, 0.0);
  for (int k = 0; k < n; ++k) {
    if ((values[k] > 0) != adds || values[k] == 0) continue;
    const double *q = &matrix[(size_t)k * n];
    double *out = v;
    const double root = std::sqrt(2.0);
    for (int j = 0; j < n; ++j) {
      const double t = std::fabs(values[k]) * q[j];
      *out++ += t * q[j];
      for (int i = j + 1; i < n; ++i) *out++ += root * t * q[i];
    }
  }
  return true;
}

// The cone {(x, y, z): y·exp(x/y) ≤ z, y > 0} and its closure; the point on the boundary along the
// ray (ρ, 1, exp ρ) is found by one equation in ρ (doi:10.1007/s10957-023-02178-y).
void project_exponential(double *v) {
  const double x = v[0], y = v[1], z = v[2];
  if (y > 0 && z > 0 && y * std::exp(std::fmin(x / y, 700)) <= z) return;
  if (x <= 0 && y == 0 && z >= 0) return;
  // Its polar: (u, v, w) with u > 0 and u·exp(v/u − 1) ≤ −w, or u = 0, v ≤ 0, w ≤ 0.
  if ((x > 0 && x * std::exp(std::fmin(y / x - 1, 700)) <= -z) || (x == 0 && y <= 0 && z <= 0)) {
    v[0] = v[1] = v[2] = 0;
    return;
  }
  if (x <= 0 && y <= 0) {
    v[1] = 0, v[2] = std::fmax(z, 0);
    return;
  }
  double low = -700, high = 700;
  if (x > 0) low = std::fmax(low, 1 - y / x);
  if (y > 0) high = std::fmin(high, x / y);
  // Beyond the exponents of a double the ray is one of the faces y = 0 and z = 0.
  if (low > 690) {
    v[0] = v[1] = 0, v[2] = std::fmax(z, 0);
    return;
  }
  if (high < -690) {
    v[2] = std::fmax(z, 0);
    return;
  }
  auto parts = [&](double r, double &alpha, double &beta) {
    const double d = r * r - r + 1;
    alpha = (x * (r - 1) + y) / d;
    beta = (x - r * y) / d;
  };
  double alpha = 0, beta = 0, r = (low + high) / 2;
  if (low < -600 || high > 600) r = std::fmin(std::fmax(0.0, low + 1e-3), high - 1e-3);
  for (int round = 0; round < 200 && high - low > 1e-15 * (1 + std::fabs(r)); ++round) {
    parts(r, alpha, beta);
    const double up = std::exp(r), down = std::exp(-r);
    const double h = alpha * up - beta * down - z;
    if (h > 0) high = r;
    else low = r;
    const double d = r * r - r + 1, slope = (2 * r - 1) / d;
    const double da = x / d - alpha * slope, db = -y / d - beta * slope;
    const double change = (da + alpha) * up - (db - beta) * down;
    const double next = r - h / change;
    if (next == r) break;
    // Newton's step where it stays inside and halves the interval in the long run.
    r = (next > low && next < high && round % 4 != 3) ? next : (low + high) / 2;
  }
  parts(r, alpha, beta);
  // α·exp ρ = z + β·exp(−ρ): the side that does not multiply a small difference by a large number.
  if (r > 0) {
    v[2] = std::fmax(z + std::fmax(beta, 0) * std::exp(-r), 0);
    v[1] = v[2] * std::exp(-r);
  } else {
    v[1] = std::fmax(alpha, 0);
    v[2] = v[1] * std::exp(r);
  }
  v[0] = v[1] * r;
}

}  // namespace

int32_t cc_project(const cc_problem *c, int32_t dual, double *v) {
  if (!dual) std::fill(v, v + c->zero, 0.0);
  v += c->zero;
  for (int i = 0; i < c->nonnegative; ++i) v[i] = std::fmax(v[i], 0);
  v += c->nonnegative;
  for (int k = 0; k < c->second_count; ++k) {
    project_second(c->second[k], v);
    v += c->second[k];
  }
  for (int k = 0; k < c->semidefinite_count; ++k) {
    const int n = c->semidefinite[k];
    if (!project_semidefinite(n, v)) return -1;
    v += (int64_t)n * (n + 1) / 2;
  }
  for (int k = 0; k < c->exponential; ++k, v += 3) {
    if (!dual) {
      project_exponential(v);
      continue;
    }
    // Moreau: the projection onto the dual is v + the projection of −v onto the cone.
    double w[3] = {-v[0], -v[1], -v[2]};
    project_exponential(w);
    for (int i = 0; i < 3; ++i) v[i] += w[i];
  }
  return 0;
}
