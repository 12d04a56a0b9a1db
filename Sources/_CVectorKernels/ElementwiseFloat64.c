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
void vk_binary_f64(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb) {
  binary_f64(op, n, out, (const double *)a, sa, (const double *)b, sb);
}

// ψ(x): recurrence up to 10, then the asymptotic series (Abramowitz & Stegun 6.3.18).
double vk_digamma(double x) {
  if (x <= 0 && x == floor(x)) return NAN;
  if (x < 0) return vk_digamma(1 - x) - M_PI / tan(M_PI * x);
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
  if (x < 0) { double s = M_PI / sin(M_PI * x); return s * s - vk_trigamma(1 - x); }
  double sum = 0;
  while (x < 10) { sum += 1 / (x * x); x += 1; }
  double z = 1 / (x * x);
  return sum + 1 / x + z / 2 +
         z / x * (1.0 / 6 - z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 -
         z * (5.0 / 66 - z * (691.0 / 2730 - z * 7.0 / 6))))));
}
