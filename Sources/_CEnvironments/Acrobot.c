#include "Environments.h"
#include <string.h>

// Each loop exists three times (AVX-512, AVX2, baseline) and the loader binds the best one.
#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
#define CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
// Products are rounded before they are added, on CPUs with fused instructions too: a path must not
// depend on where it is simulated.
#pragma clang fp contract(off)

// Added and taken away, it leaves the nearest integer of |x| < 2⁵¹, whose lowest bits are the sum's.
static const double toNearest = 6755399441055744.0;
static const double pi = 3.14159265358979323846;

typedef struct { double sine, cosine; } Angle;
typedef struct { double a, b, c, d; } State;

// Sine and cosine by the polynomials of fdlibm, within 2⁻⁵² for |x| < 10⁵, without branches.
INLINE Angle angle(double x) {
  double shifted = x * 0.6366197723675814 + toNearest;
  double turns = shifted - toNearest;
  double r = (x - turns * 1.57079632673412561417) - turns * 6.07710050650619224932e-11;
  double z = r * r;
  double s2 = 2.75573137070700676789e-06
    + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
  double s1 = -1.98412698298579493134e-04 + z * s2;
  double s = r + r * z
    * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z * s1));
  double c2 = -2.75573143513906633035e-07
    + z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11);
  double c1 = 2.48015872894767294178e-05 + z * c2;
  double c = 1 - 0.5 * z + z * z
    * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * c1));
  uint64_t quadrant, sine, cosine, odd;
  memcpy(&quadrant, &shifted, 8);
  memcpy(&sine, &s, 8);
  memcpy(&cosine, &c, 8);
  odd = 0 - (quadrant & 1);
  uint64_t swapped = (sine ^ cosine) & odd;
  sine = (sine ^ swapped) ^ ((quadrant & 2) << 62);
  cosine = (cosine ^ swapped) ^ (((quadrant + 1) & 2) << 62);
  Angle result;
  memcpy(&result.sine, &sine, 8);
  memcpy(&result.cosine, &cosine, 8);
  return result;
}

// The equations of Acrobot.swift.
INLINE State slope(State s, double torque) {
  Angle one = angle(s.a), two = angle(s.b);
  double d1 = two.cosine + 3.5;
  double d2 = 0.5 * two.cosine + 1.25;
  double phi2 = 4.9 * (one.sine * two.cosine + one.cosine * two.sine);
  double swirl = -0.5 * (s.d * s.d * two.sine) - s.d * s.c * two.sine;
  double phi1 = swirl + 14.7 * one.sine + phi2;
  double pull = torque - 0.5 * (s.c * s.c * two.sine) - phi2;
  double unit = 1 / (2.8125 - 0.25 * (two.cosine * two.cosine));
  State k;
  k.a = s.c;
  k.b = s.d;
  k.c = (-1.25 * phi1 - d2 * pull) * unit;
  k.d = (d1 * pull + d2 * phi1) * unit;
  return k;
}

INLINE State ahead(State s, State k, double time) {
  State result = {
    s.a + time * k.a, s.b + time * k.b, s.c + time * k.c, s.d + time * k.d};
  return result;
}

INLINE double wrapped(double x) {
  double turns = (x + pi) / (2 * pi);
  double near = (turns + toNearest) - toNearest;
  near = near > turns ? near - 1 : near;
  return x - 2 * pi * near;
}

INLINE double clamped(double x, double limit) {
  x = x < -limit ? -limit : x;
  return x > limit ? limit : x;
}

CLONES void ce_acrobot(
    int64_t n, float *restrict state, const float *restrict action, float *restrict reward,
    bool *restrict ended) {
#pragma clang loop vectorize(enable)
  for (int64_t i = 0; i < n; i++) {
    State s = {state[4 * i], state[4 * i + 1], state[4 * i + 2], state[4 * i + 3]};
    double torque = (double)action[i] - 1;
    State k1 = slope(s, torque);
    State k2 = slope(ahead(s, k1, 0.1), torque);
    State k3 = slope(ahead(s, k2, 0.1), torque);
    State k4 = slope(ahead(s, k3, 0.2), torque);
    State sum = ahead(ahead(k1, ahead(k2, k3, 1), 2), k4, 1);
    State end = ahead(s, sum, 0.2 / 6);
    double a = wrapped(end.a), b = wrapped(end.b);
    Angle one = angle(a), two = angle(b);
    bool up = -one.cosine - (one.cosine * two.cosine - one.sine * two.sine) > 1;
    state[4 * i] = (float)a;
    state[4 * i + 1] = (float)b;
    state[4 * i + 2] = (float)clamped(end.c, 4 * pi);
    state[4 * i + 3] = (float)clamped(end.d, 9 * pi);
    reward[i] = up ? 0 : -1;
    ended[i] = up;
  }
}
