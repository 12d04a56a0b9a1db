// Random numbers from counters: Philox4x32-10 of Salmon, Moraes, Dror, Shaw (SC'11,
// doi:10.1145/2063384.2063405). Number i of a stream is a function of (key, i) alone, so the
// split into threads or calls changes nothing.
//
// This file is compiled without fused multiply-add: the same seed must give the same numbers, to the
// last digit, on every machine, and single operations do so on each. For the same reason logarithm
// and cosine are computed here and not by the C library.
#include "Clones.h"
#include <math.h>
#include <string.h>
// After Clones.h, which allows it.
#pragma clang fp contract(off)

void vk_philox(uint32_t key0, uint32_t key1, const uint32_t counter[4], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ key0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}

// Eight consecutive blocks side by side, which compilers turn into vector code.
INLINE void blocks8(uint64_t key, uint64_t block, uint32_t use, uint32_t out[32]) {
  uint32_t c0[8], c1[8], c2[8] = {0}, c3[8];
  uint32_t key0 = (uint32_t)key, key1 = (uint32_t)(key >> 32);
  for (int l = 0; l < 8; l++) {
    c0[l] = (uint32_t)(block + (uint64_t)l);
    c1[l] = (uint32_t)((block + (uint64_t)l) >> 32);
    c3[l] = use;
  }
  for (int round = 0; round < 10; round++) {
    for (int l = 0; l < 8; l++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * c0[l], p1 = (uint64_t)0xCD9E8D57u * c2[l];
      uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1[l] ^ key0, n2 = (uint32_t)(p0 >> 32) ^ c3[l] ^ key1;
      c1[l] = (uint32_t)p1;
      c3[l] = (uint32_t)p0;
      c0[l] = n0;
      c2[l] = n2;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  for (int l = 0; l < 8; l++) {
    out[4 * l] = c0[l]; out[4 * l + 1] = c1[l]; out[4 * l + 2] = c2[l]; out[4 * l + 3] = c3[l];
  }
}

// Words `offset`, `offset + 1`, … of the stream; `offset` is a multiple of 4. Each use of a stream
// reads words of its own, so that what is drawn for two of them from one seed is unrelated.
INLINE void random_bits(uint64_t key, uint64_t offset, uint32_t use, vk_int n, uint32_t *out) {
  uint64_t block = offset / 4;
  vk_int i = 0;
  for (; i + 32 <= n; i += 32, block += 8) blocks8(key, block, use, out + i);
  if (i < n) {
    uint32_t rest[32];
    blocks8(key, block, use, rest);
    memcpy(out + i, rest, (size_t)(n - i) * 4);
  }
}

CLONES void vk_random_bits(uint64_t key, uint64_t offset, uint32_t use, vk_int n, uint32_t *out) {
  random_bits(key, offset, use, n, out);
}

INLINE double unit_f64(uint32_t high, uint32_t low) {
  return (double)((((uint64_t)high << 32) | low) >> 11) * 0x1p-53;
}

// [0, 1) with 24 bits in float32 (one word each), 53 bits in float64 (two words each).
CLONES void vk_random_uniform(int dtype, uint64_t key, uint64_t offset, uint32_t use, vk_int n,
                       void *out) {
  uint32_t words[512];
  vk_int per = dtype == VK_F64 ? 2 : 1;
  for (vk_int i = 0; i < n;) {
    vk_int count = n - i < 512 / per ? n - i : 512 / per;
    random_bits(key, offset + (uint64_t)(i * per), use, count * per, words);
    for (vk_int j = 0; j < count; j++) {
      if (per == 1) ((float *)out)[i + j] = (float)(words[j] >> 8) * 0x1p-24f;
      else ((double *)out)[i + j] = unit_f64(words[2 * j], words[2 * j + 1]);
    }
    i += count;
  }
}

INLINE double stable_log(double x) {
  int64_t bits;
  memcpy(&bits, &x, 8);
  int64_t shifted = bits - 0x3FE6A09E667F3BCD;
  double k = (double)(shifted >> 52);
  bits = (shifted & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD;
  double m;
  memcpy(&m, &bits, 8);
  double f = m - 1, s = f / (2 + f), z = s * s, q = 2.0 / 19;
  q = q * z + 2.0 / 17;
  q = q * z + 2.0 / 15;
  q = q * z + 2.0 / 13;
  q = q * z + 2.0 / 11;
  q = q * z + 2.0 / 9;
  q = q * z + 2.0 / 7;
  q = q * z + 2.0 / 5;
  q = q * z + 2.0 / 3;
  double h = 0.5 * f * f;
  return k * 0.69314718055994531 - ((h - s * (h + q * z)) - f);
}

// cos and sin of 2π·turn for turn in [0, 1).
INLINE void stable_circle(double turn, double *cosine, double *sine) {
  double quarter = (double)(int64_t)(turn * 4 + 0.5);
  double r = (turn - quarter * 0.25) * 6.283185307179586, z = r * r;
  double s = r + r * z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 +
             z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0))))));
  double c = 1 + z * (-0.5 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 +
             z * (-1.0 / 3628800 + z * (1.0 / 479001600.0))))));
  int quadrant = (int)quarter & 3;
  double x = (quadrant & 1) ? s : c, y = (quadrant & 1) ? c : s;
  *cosine = (quadrant == 1 || quadrant == 2) ? -x : x;
  *sine = (quadrant >= 2) ? -y : y;
}

// Box & Muller: two normals from one block of four words, in double precision.
CLONES static void normals(int dtype, uint64_t key, uint64_t offset, vk_int n, void *out) {
  uint32_t words[512];
  double z[256];
  for (vk_int i = 0; i < n; i += 256) {
    vk_int count = n - i < 256 ? n - i : 256, pairs = (count + 1) / 2;
    random_bits(key, offset + (uint64_t)(i * 2), VK_USE_NORMAL, pairs * 4, words);
    for (vk_int p = 0; p < pairs; p++) {
      // (0, 1]: the logarithm of zero is never taken.
      double u = unit_f64(words[4 * p], words[4 * p + 1]) + 0x1p-53;
      double radius = SQRT(-2 * stable_log(u)), c, s;
      stable_circle(unit_f64(words[4 * p + 2], words[4 * p + 3]), &c, &s);
      z[2 * p] = radius * c;
      z[2 * p + 1] = radius * s;
    }
    if (dtype == VK_F64) memcpy((double *)out + i, z, (size_t)count * 8);
    else for (vk_int j = 0; j < count; j++) ((float *)out)[i + j] = (float)z[j];
  }
}

typedef struct {
  int dtype;
  uint64_t key, offset;
  vk_int n;
  char *out;
} normal_task;

static void normal_part(void *context, vk_int begin, vk_int end) {
  normal_task *t = context;
  vk_int from = begin * 256, to = end * 256 < t->n ? end * 256 : t->n;
  vk_int bytes = t->dtype == VK_F64 ? 8 : 4;
  normals(t->dtype, t->key, t->offset + (uint64_t)(from * 2), to - from, t->out + from * bytes);
}

void vk_random_normal(int dtype, uint64_t key, uint64_t offset, vk_int n, void *out) {
  normal_task task = {dtype, key, offset, n, out};
  vk_parallel((n + 255) / 256, 16, normal_part, &task);
}

double vk_stable_log(double x) {
  if (!(x > 0)) return x == 0 ? -INFINITY : NAN;
  if (x == INFINITY) return x;
  return x < 0x1p-1000 ? stable_log(x * 0x1p100) - 69.31471805599453 : stable_log(x);
}

double vk_stable_exp(double x) {
  if (x != x) return x;
  if (x > 709.78) return INFINITY;
  if (x < -745.2) return 0;
  double n = floor(x * 1.4426950408889634 + 0.5);
  double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  double term = 1, sum = 1;
  for (int i = 1; i < 16; i++) { term = term * r / i; sum += term; }
  return ldexp(sum, (int)n);
}
