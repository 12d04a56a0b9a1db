// Element-wise operations on `float`.
#include "Functions.h"

#define T float
#define F(NAME) NAME##_f32
#define M(NAME) NAME##f

static int any_large(vk_int n, const float *a, vk_int s) {
  int large = 0;
  for (vk_int i = 0; i < n; i++) large |= !(fabsf(a[i * s]) <= 67108864.0f);
  return large;
}
CLONES static void sin_reduced(vk_int n, float *o, const float *a, vk_int s, int phase) {
  for (vk_int i = 0; i < n; i++) o[i] = sincos_f32(a[i * s], phase);
}
// The fast reduction holds for moderate arguments; a run with any other takes the C library.
static void un_sin_f32(vk_int n, float *o, const float *a, vk_int s) {
  if (!any_large(n, a, s)) {
    sin_reduced(n, o, a, s, 0);
    for (vk_int i = 0; i < n; i++) if (a[i * s] == 0) o[i] = a[i * s];
  } else {
    for (vk_int i = 0; i < n; i++) o[i] = sinf(a[i * s]);
  }
}
static void un_cos_f32(vk_int n, float *o, const float *a, vk_int s) {
  if (!any_large(n, a, s)) {
    sin_reduced(n, o, a, s, 1);
  } else {
    for (vk_int i = 0; i < n; i++) o[i] = cosf(a[i * s]);
  }
}
#include "Elementwise.inc"

void vk_unary_f32(int op, vk_int n, void *out, const void *a, vk_int s) {
  unary_f32(op, n, out, (const float *)a, s);
}
void vk_tanh_slope_f32(vk_int n, void *out, void *slope, const void *a) {
  tanh_and_slope_f32(n, (float *)out, (float *)slope, (const float *)a);
}
void vk_binary_f32(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb) {
  binary_f32(op, n, out, (const float *)a, sa, (const float *)b, sb);
}
