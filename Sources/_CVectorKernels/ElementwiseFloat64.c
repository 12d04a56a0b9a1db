// Element-wise operations on `double`.
#include "Functions.h"

#define T double
#define F(NAME) NAME##_f64
#define M(NAME) NAME

static void un_sin_f64(vk_int n, double *o, const double *a, vk_int s) {
  for (vk_int i = 0; i < n; i++) o[i] = sin(a[i * s]);
}
static void un_cos_f64(vk_int n, double *o, const double *a, vk_int s) {
  for (vk_int i = 0; i < n; i++) o[i] = cos(a[i * s]);
}
#include "Elementwise.inc"

void vk_unary_f64(int op, vk_int n, void *out, const void *a, vk_int s) {
  unary_f64(op, n, out, (const double *)a, s);
}
void vk_tanh_slope_f64(vk_int n, void *out, void *slope, const void *a) {
  tanh_and_slope_f64(n, (double *)out, (double *)slope, (const double *)a);
}
void vk_binary_f64(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb) {
  binary_f64(op, n, out, (const double *)a, sa, (const double *)b, sb);
}

// Taylor's series of ψ at the double next to its root, where sums of larger terms lose all digits.
static double digamma_at_root(double z) {
  static const double c[] = {
      -9.241265521729427e-17, 0.9676722454476212,    -0.4427631689835922,   0.2584997609556511,
      -0.16394270544240658,   0.10782405069126241,   -0.07219956125645474,  0.04880428816414313,
      -0.033161126474847376,  0.022597648232218118,  -0.01542476590494897,  0.010538791616612184,
      -0.007204534386356875,  0.004926781395729858,  -0.0033698016554393312, 0.00230512632673493,
      -0.001576936771430199,  0.0010788252019162978, -0.000738070938996006};
  double sum = 0;
  for (int k = 18; k >= 0; k--) sum = sum * z + c[k];
  return sum;
}

// ψ(x): recurrence up to 10, then the asymptotic series (Abramowitz & Stegun 6.3.18).
double vk_digamma(double x) {
  if (x == 0) return copysign(INFINITY, -x);
  if (x < 0 && x == floor(x)) return NAN;
  // The angle from the nearest integer: that of x itself would be rounded.
  if (x < 0) return vk_digamma(1 - x) - M_PI / tan(M_PI * (x - round(x)));
  const double root = 1.4616321449683622;
  if (fabs(x - root) < 0.1) return digamma_at_root(x - root);
  double sum = 0;
  while (x < 10) { sum -= 1 / x; x += 1; }
  double z = 1 / (x * x);
  return sum + log(x) - 0.5 / x -
         z * (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 -
         z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))));
}

// ψ'(x), likewise (6.4.12).
double vk_trigamma(double x) {
  if (x <= 0 && x == floor(x)) return INFINITY;
  if (x < 0) {
    double s = M_PI / sin(M_PI * (x - round(x)));
    return s * s - vk_trigamma(1 - x);
  }
  double sum = 0;
  while (x < 10) { sum += 1 / (x * x); x += 1; }
  double z = 1 / (x * x);
  return sum + 1 / x + z / 2 +
         z / x * (1.0 / 6 - z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 -
         z * (5.0 / 66 - z * (691.0 / 2730 - z * 7.0 / 6))))));
}

// ψ of order n >= 2: reflection left of zero, recurrence up to 15 + n, then the asymptotic series
// (6.4.7, 6.4.6, 6.4.11).
double vk_polygamma(int n, double x) {
  if (x <= 0 && x == floor(x)) return n & 1 ? INFINITY : NAN;
  if (x < 0) {
    // The n-th derivative of cot as a polynomial of cot: p -> -(1 + c²)·p'.
    double p[44] = {0, 1}, c = 1 / tan(M_PI * (x - floor(x)));
    for (int k = 0; k < n; k++) {
      double q[44] = {0};
      for (int i = 1; i < 42; i++) { q[i - 1] -= i * p[i]; q[i + 1] -= i * p[i]; }
      memcpy(p, q, sizeof q);
    }
    double slope = 0;
    for (int i = 43; i >= 0; i--) slope = slope * c + p[i];
    double mirrored = vk_polygamma(n, 1 - x);
    return (n & 1 ? -mirrored : mirrored) - pow(M_PI, n + 1) * slope;
  }
  double factorial = tgamma(n), sum = 0;  // (n - 1)!
  while (x < 15 + n) { sum += 1 / pow(x, n + 1); x += 1; }
  sum *= factorial * n;
  sum += factorial / pow(x, n) + factorial * n / (2 * pow(x, n + 1));
  static const double bernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66,
                                     -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798};
  double term = factorial * n / pow(x, n);  // (2k + n - 1)! / (2k)! / x^(2k + n), k = 0 times n
  for (int k = 1; k <= 9; k++) {
    term *= (k == 1 ? 1.0 : (2.0 * k + n - 2)) * (2.0 * k + n - 1) / (2.0 * k * (2 * k - 1)) / (x * x);
    sum += bernoulli[k - 1] * term;
  }
  return n & 1 ? sum : -sum;
}

void vk_polygamma_run(int order, int dtype, vk_int n, void *out, const void *a) {
  for (vk_int i = 0; i < n; i++)
    if (dtype == VK_F64) ((double *)out)[i] = vk_polygamma(order, ((const double *)a)[i]);
    else ((float *)out)[i] = (float)vk_polygamma(order, (double)((const float *)a)[i]);
}
