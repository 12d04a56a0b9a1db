// Elements of one type as another, and filling.
#include "Clones.h"
#include <string.h>

// IEEE 754 half precision and its truncated-float cousin, in bits.
INLINE float half_value(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000) << 16, magnitude = h & 0x7FFF, bits;
  if (magnitude >= 0x7C00) bits = sign | 0x7F800000 | (magnitude & 0x3FF) << 13;
  else if (magnitude >= 0x400) bits = sign | ((magnitude << 13) + 0x38000000);
  else {
    float f = (float)magnitude * 0x1p-24f;
    memcpy(&bits, &f, 4);
    bits |= sign;
  }
  float f;
  memcpy(&f, &bits, 4);
  return f;
}
INLINE float brain_value(uint16_t h) {
  uint32_t bits = (uint32_t)h << 16;
  float f;
  memcpy(&f, &bits, 4);
  return f;
}

// A float that rounds to a narrower type as the double would: truncated, its last bit set where
// something was cut off.
INLINE float sticky(double x) {
  float f = (float)x;
  if ((double)f == x || x != x) return f;
  uint32_t bits;
  memcpy(&bits, &f, 4);
  double back = (double)f, size = back < 0 ? -back : back, wanted = x < 0 ? -x : x;
  if (size > wanted) bits -= 1;
  bits |= 1;
  memcpy(&f, &bits, 4);
  return f;
}
INLINE uint16_t to_half(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  uint32_t sign = bits >> 16 & 0x8000, m = bits & 0x7FFFFFFF;
  if (m > 0x7F800000) return (uint16_t)(sign | 0x7E00);
  if (m >= 0x477FF000) return (uint16_t)(sign | 0x7C00);
  if (m < 0x38800000) {
    // The smallest numbers are multiples of 2^-24; the addition rounds to them.
    float size, shifted;
    memcpy(&size, &m, 4);
    shifted = size + 0.5f;
    memcpy(&m, &shifted, 4);
    return (uint16_t)(sign | (m - 0x3F000000));
  }
  return (uint16_t)(sign | ((m + 0xFFF + (m >> 13 & 1) - 0x38000000) >> 13));
}
INLINE uint16_t to_brain(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// Floats outside of an integer type are clamped (NaN is 0), so that the result does not depend on
// the CPU; integers wrap.
INLINE int64_t to_integer(double x) {
  return x != x ? 0
         : x >= 9223372036854775807.0 ? INT64_MAX
         : x <= -9223372036854775808.0 ? INT64_MIN
                                       : (int64_t)x;
}
INLINE int64_t clamped(double x, int64_t low, int64_t high) {
  int64_t i = to_integer(x);
  return i < low ? low : i > high ? high : i;
}

enum { BLOCK = 512 };

// Through doubles, a block at a time: every float type to every type.
static void from_double(int to, vk_int n, void *out, const double *x) {
#define EACH(TO, EXPR) for (vk_int i = 0; i < n; i++) ((TO *)out)[i] = (TO)(EXPR); break;
  switch (to) {
    case VK_F32: EACH(float, x[i])
    case VK_F64: EACH(double, x[i])
    case VK_F16: EACH(uint16_t, to_half(sticky(x[i])))
    case VK_BF16: EACH(uint16_t, to_brain(sticky(x[i])))
    case VK_I32: EACH(int32_t, clamped(x[i], INT32_MIN, INT32_MAX))
    case VK_I64: EACH(int64_t, to_integer(x[i]))
    case VK_U8: EACH(uint8_t, clamped(x[i], 0, 255))
    case VK_BOOL: EACH(uint8_t, x[i] != 0)
    default: vk_stop("no elements of type %d", to);
  }
}
static void from_integer(int to, vk_int n, void *out, const int64_t *x) {
  switch (to) {
    case VK_F32: EACH(float, x[i])
    case VK_F64: EACH(double, x[i])
    case VK_F16: EACH(uint16_t, to_half(sticky((double)x[i])))
    case VK_BF16: EACH(uint16_t, to_brain(sticky((double)x[i])))
    case VK_I32: EACH(int32_t, x[i])
    case VK_I64: EACH(int64_t, x[i])
    case VK_U8: EACH(uint8_t, x[i])
    case VK_BOOL: EACH(uint8_t, x[i] != 0)
    default: vk_stop("no elements of type %d", to);
  }
#undef EACH
}

static void cast_block(int to, int from, vk_int n, void *out, const void *a) {
  double floats[BLOCK];
  int64_t integers[BLOCK];
#define FLOATS(FROM, EXPR)                                                                 \
  for (vk_int i = 0; i < n; i++) { FROM x = ((const FROM *)a)[i]; floats[i] = (double)(EXPR); } \
  from_double(to, n, out, floats);                                                         \
  break;
#define INTEGERS(FROM, EXPR)                                                               \
  for (vk_int i = 0; i < n; i++) { FROM x = ((const FROM *)a)[i]; integers[i] = (int64_t)(EXPR); } \
  from_integer(to, n, out, integers);                                                      \
  break;
  switch (from) {
    case VK_F32: FLOATS(float, x)
    case VK_F64: FLOATS(double, x)
    case VK_F16: FLOATS(uint16_t, half_value(x))
    case VK_BF16: FLOATS(uint16_t, brain_value(x))
    case VK_I32: INTEGERS(int32_t, x)
    case VK_I64: INTEGERS(int64_t, x)
    case VK_U8: INTEGERS(uint8_t, x)
    case VK_BOOL: INTEGERS(uint8_t, x != 0)
    default: vk_stop("no elements of type %d", from);
  }
#undef FLOATS
#undef INTEGERS
}

static const int size_of[] = {4, 8, 4, 1, 8, 1, 2, 2};

// What casts do most, without the way through blocks.
CLONES static void widen(vk_int n, double *RESTRICT o, const float *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = (double)a[i];
}
CLONES static void narrow(vk_int n, float *RESTRICT o, const double *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = (float)a[i];
}
CLONES static void bytes_to_float(vk_int n, float *RESTRICT o, const uint8_t *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = (float)a[i];
}
CLONES static void masks_to_float(vk_int n, float *RESTRICT o, const uint8_t *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = a[i] != 0 ? 1.0f : 0.0f;
}
CLONES static void halves_to_float(vk_int n, float *RESTRICT o, const uint16_t *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = half_value(a[i]);
}
CLONES static void brains_to_float(vk_int n, float *RESTRICT o, const uint16_t *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = brain_value(a[i]);
}
CLONES static void ints_to_float(vk_int n, float *RESTRICT o, const int32_t *RESTRICT a) {
  for (vk_int i = 0; i < n; i++) o[i] = (float)a[i];
}

void vk_cast(int to, int from, vk_int n, void *out, const void *a) {
  if (to == from) { memcpy(out, a, (size_t)n * (size_t)size_of[to]); return; }
  if (to == VK_F64 && from == VK_F32) { widen(n, out, a); return; }
  if (to == VK_F32) {
    switch (from) {
      case VK_F64: narrow(n, out, a); return;
      case VK_U8: bytes_to_float(n, out, a); return;
      case VK_BOOL: masks_to_float(n, out, a); return;
      case VK_F16: halves_to_float(n, out, a); return;
      case VK_BF16: brains_to_float(n, out, a); return;
      case VK_I32: ints_to_float(n, out, a); return;
      default: break;
    }
  }
  for (vk_int i = 0; i < n; i += BLOCK)
    cast_block(to, from, n - i < BLOCK ? n - i : BLOCK, (char *)out + i * size_of[to],
               (const char *)a + i * size_of[from]);
}

void vk_fill(int dtype, vk_int n, void *out, double value) {
  char element[8];
  from_double(dtype, 1, element, &value);
#define EACH(TYPE)                                                                         \
  {                                                                                        \
    TYPE x;                                                                                \
    memcpy(&x, element, sizeof x);                                                         \
    for (vk_int i = 0; i < n; i++) ((TYPE *)out)[i] = x;                                   \
    break;                                                                                 \
  }
  switch (size_of[dtype]) {
    case 8: EACH(uint64_t)
    case 4: EACH(uint32_t)
    case 2: EACH(uint16_t)
    default: memset(out, element[0], (size_t)n);
  }
#undef EACH
}
