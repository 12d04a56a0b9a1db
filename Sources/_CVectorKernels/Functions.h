// Elementary functions without branches, so that loops over them become vector code.
//
// Goals, in order: correct edge values (NaN, infinities, zeros, subnormals), a few ulps (the tests
// hold the bound), speed. Arguments are reduced as in Cody & Waite (1980); the polynomials are
// truncated Taylor and atanh series on the reduced interval, long enough for the type.
#pragma once
#include "Clones.h"
#include <math.h>
#include <string.h>

INLINE float bits_f32(int32_t i) { float f; memcpy(&f, &i, 4); return f; }
INLINE int32_t f32_bits(float f) { int32_t i; memcpy(&i, &f, 4); return i; }
INLINE double bits_f64(int64_t i) { double f; memcpy(&f, &i, 8); return f; }
INLINE int64_t f64_bits(double f) { int64_t i; memcpy(&i, &f, 8); return i; }

// e^r - 1 for |r| <= ln(2)/2.
INLINE float expm1_core_f32(float r) {
  float p = 1.0f / 5040.0f;
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  return p * (r * r) + r;
}

// Splits x into n·ln2 + r; n is returned as an integer. The large constant rounds to nearest.
INLINE int32_t reduce_ln2_f32(float x, float *r) {
  float shifted = x * 1.44269504f + 12582912.0f;
  float n = shifted - 12582912.0f;
  *r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  return f32_bits(shifted) - 0x4B400000;
}

// 2^n is added to the exponent: p is near 1. Results below the smallest normal number are 0.
INLINE float exp_f32(float x) {
  float r;
  uint32_t n = (uint32_t)reduce_ln2_f32(x, &r);
  float p = 1.0f + expm1_core_f32(r);
  float y = bits_f32((int32_t)((uint32_t)f32_bits(p) + (n << 23)));
  y = x < -87.336544f ? 0.0f : y;
  return x <= 88.72283f ? y : x + INFINITY;
}

INLINE float expm1_f32(float x) {
  float y = x > 88.8f ? 88.8f : x;
  y = y < -20.0f ? -20.0f : y;
  float r;
  int32_t n = reduce_ln2_f32(y, &r);
  // 2^(n-1), doubled afterwards: n may be 128.
  float s = bits_f32((int32_t)((uint32_t)(n + 126) << 23));
  float result = (s * expm1_core_f32(r) + (s - 0.5f)) * 2.0f;
  return x == 0.0f ? x : result;
}

// The same for |n| <= 127, and 2^(n + extra): n stands in the last bits of the shifted number, with the
// bias of exponents.
INLINE float scale_ln2_f32(float x, float extra, float *r) {
  float shifted = x * 1.44269504f + (12583039.0f + extra);
  float n = shifted - (12583039.0f + extra);
  *r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  return bits_f32((int32_t)((uint32_t)f32_bits(shifted) << 23));
}

// e^x for x <= 0, of which sums of exponentials are made: a third fewer instructions than exp.
// Results below the smallest normal number are 0 or subnormal.
INLINE float exp_decay_f32(float x) {
  float r, s = scale_ln2_f32(x < -88.0f ? -88.0f : x, 0.0f, &r);
  return (1.0f + expm1_core_f32(r)) * s;
}

INLINE float tanh_f32(float x) {
  float a = fabsf(x);
  float r, s = scale_ln2_f32(a > 10.0f ? 20.0f : 2.0f * a, 0.0f, &r);
  float e = s * expm1_core_f32(r) + (s - 1.0f);
  return copysignf(e / (e + 2.0f), x);
}

// The derivative of tanh, 1/cosh² = (1 − tanh)·(1 + tanh), whose first factor is 2/(e^2|x| + 1): taken
// so, it keeps its digits where tanh is near 1. 0 where it is less than about the smallest normal
// number. `tanh` becomes the same number as tanh's own where multiplications and additions are fused:
// the quotient by way of the reciprocal, and what remains of it.
INLINE float tanh_slope_f32(float x, float *tanh) {
  float a = fabsf(x);
  float r, s = scale_ln2_f32(a > 44.18f ? 88.36f : 2.0f * a, 0.0f, &r);
  float e = s * expm1_core_f32(r) + (s - 1.0f);
  float d = e + 2.0f;
  float q = 4.0f / d;
  float u = e * q;
  float y = 0.25f * u;
  float rest = e - y * d;
  *tanh = copysignf((rest * q) * 0.25f + y, x);
  return a > 44.18f ? 0.0f : (u * 0.125f + 0.5f) * q;
}

INLINE float sigmoid_f32(float x) {
  float e = exp_decay_f32(-fabsf(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

INLINE float log_f32(float x) {
  float scaled = x < 1.17549435e-38f ? x * 8388608.0f : x;
  float shift = x < 1.17549435e-38f ? -23.0f : 0.0f;
  // Exponent and a mantissa in [sqrt(1/2), sqrt(2)).
  int32_t i = f32_bits(scaled) - 0x3F3504F3;
  float k = (float)(i >> 23) + shift;
  float f = bits_f32((i & 0x007FFFFF) + 0x3F3504F3) - 1.0f;
  float s = f / (2.0f + f);
  float z = s * s;
  float q = 0.22222222f;
  q = q * z + 0.28571429f;
  q = q * z + 0.4f;
  q = q * z + 0.66666667f;
  float h = 0.5f * f * f;
  float y = k * 0.693359375f - ((h - (s * (h + q * z) + k * -2.12194440e-4f)) - f);
  y = x == INFINITY ? x : y;
  y = x == 0.0f ? -INFINITY : y;
  return x < 0.0f ? NAN : (x != x ? x : y);
}

INLINE float log1p_f32(float x) {
  float u = 1.0f + x;
  float c = x - (u - 1.0f);
  float y = log_f32(u) + c / u;
  y = x == INFINITY ? x : y;
  y = u == 0.0f ? -INFINITY : y;
  return u == 1.0f ? x : y;
}

// max(x, 0) + log(1 + e^-|x|)
INLINE float softplus_f32(float x) {
  float y = (x > 0.0f ? x : 0.0f) + log1p_f32(exp_decay_f32(-fabsf(x)));
  return x != x ? x : y;
}

// sin (phase 0) and cos (phase 1), reduced in double precision; |x| <= 2^26.
INLINE float sincos_f32(float x, int phase) {
  double xd = (double)x;
  double shifted = xd * 0.63661977236758134 + 6755399441055744.0;
  double n = shifted - 6755399441055744.0;
  double r = (xd - n * 1.5707963267948966) - n * 6.123233995736766e-17;
  int32_t quadrant = (int32_t)f64_bits(shifted) + phase;
  double z = r * r;
  double s = r + r * z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880))));
  double c = 1.0 + z * (-0.5 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 -
             z * (1.0 / 3628800)))));
  double y = (quadrant & 1) ? c : s;
  y = (quadrant & 2) ? -y : y;
  return (float)y;
}

INLINE double expm1_core_f64(double r) {
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  return p * (r * r) + r;
}

INLINE int64_t reduce_ln2_f64(double x, double *r) {
  double shifted = x * 1.4426950408889634 + 6755399441055744.0;
  double n = shifted - 6755399441055744.0;
  *r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  return f64_bits(shifted) - 0x4338000000000000;
}

INLINE double exp_f64(double x) {
  double r;
  uint64_t n = (uint64_t)reduce_ln2_f64(x, &r);
  double p = 1.0 + expm1_core_f64(r);
  double y = bits_f64((int64_t)((uint64_t)f64_bits(p) + (n << 52)));
  y = x < -708.3964185322641 ? 0.0 : y;
  return x <= 709.782712893384 ? y : x + INFINITY;
}

INLINE double expm1_f64(double x) {
  double y = x > 709.7 ? 709.7 : x;
  y = y < -40.0 ? -40.0 : y;
  double r;
  int64_t n = reduce_ln2_f64(y, &r);
  double s = bits_f64((int64_t)((uint64_t)(n + 1022) << 52));
  double result = (s * expm1_core_f64(r) + (s - 0.5)) * 2.0;
  result = x > 709.7 ? exp_f64(x) : result;
  return x == 0.0 ? x : result;
}

INLINE double scale_ln2_f64(double x, double extra, double *r) {
  double shifted = x * 1.4426950408889634 + (6755399441056767.0 + extra);
  double n = shifted - (6755399441056767.0 + extra);
  *r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  return bits_f64((int64_t)((uint64_t)f64_bits(shifted) << 52));
}

INLINE double exp_decay_f64(double x) {
  double r, s = scale_ln2_f64(x < -709.0 ? -709.0 : x, 0.0, &r);
  return (1.0 + expm1_core_f64(r)) * s;
}

INLINE double tanh_f64(double x) {
  double a = fabs(x);
  double r, s = scale_ln2_f64(a > 20.0 ? 40.0 : 2.0 * a, 0.0, &r);
  double e = s * expm1_core_f64(r) + (s - 1.0);
  return copysign(e / (e + 2.0), x);
}

INLINE double tanh_slope_f64(double x, double *tanh) {
  double a = fabs(x);
  double r, s = scale_ln2_f64(a > 354.71 ? 709.42 : 2.0 * a, 0.0, &r);
  double e = s * expm1_core_f64(r) + (s - 1.0);
  double d = e + 2.0;
  double q = 4.0 / d;
  double u = e * q;
  double y = 0.25 * u;
  double rest = e - y * d;
  *tanh = copysign((rest * q) * 0.25 + y, x);
  return a > 354.71 ? 0.0 : (u * 0.125 + 0.5) * q;
}

INLINE double sigmoid_f64(double x) {
  double e = exp_decay_f64(-fabs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

INLINE double log_f64(double x) {
  double scaled = x < 2.2250738585072014e-308 ? x * 4503599627370496.0 : x;
  double shift = x < 2.2250738585072014e-308 ? -52.0 : 0.0;
  int64_t i = f64_bits(scaled) - 0x3FE6A09E667F3BCD;
  double k = (double)(int32_t)(i >> 52) + shift;
  double f = bits_f64((i & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD) - 1.0;
  double s = f / (2.0 + f);
  double z = s * s;
  double q = 2.0 / 23;
  q = q * z + 2.0 / 21;
  q = q * z + 2.0 / 19;
  q = q * z + 2.0 / 17;
  q = q * z + 2.0 / 15;
  q = q * z + 2.0 / 13;
  q = q * z + 2.0 / 11;
  q = q * z + 2.0 / 9;
  q = q * z + 2.0 / 7;
  q = q * z + 2.0 / 5;
  q = q * z + 2.0 / 3;
  double h = 0.5 * f * f;
  double y = k * 6.93147180369123816490e-01 -
             ((h - (s * (h + q * z) + k * 1.90821492927058770002e-10)) - f);
  y = x == INFINITY ? x : y;
  y = x == 0.0 ? -INFINITY : y;
  return x < 0.0 ? NAN : (x != x ? x : y);
}

INLINE double log1p_f64(double x) {
  double u = 1.0 + x;
  double c = x - (u - 1.0);
  double y = log_f64(u) + c / u;
  y = x == INFINITY ? x : y;
  y = u == 0.0 ? -INFINITY : y;
  return u == 1.0 ? x : y;
}

INLINE double softplus_f64(double x) {
  double y = (x > 0.0 ? x : 0.0) + log1p_f64(exp_decay_f64(-fabs(x)));
  return x != x ? x : y;
}

double vk_digamma(double x);
double vk_trigamma(double x);
