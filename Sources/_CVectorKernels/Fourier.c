// Discrete Fourier transforms of complex rows, any length.
//
// Stockham's self-sorting scheme with radices 4, 2, 3, 5, 7, 11 and 13; other lengths by Bluestein's
// convolution. Why not FFTW: its licence would become that of everybody who links with it.
#include "Clones.h"
#include <math.h>
#include <string.h>

typedef struct { vk_int n; int stages; vk_int radix[64]; } fourier;

// Factors a length; returns 0 if a prime above 13 is left.
static int factor(fourier *p, vk_int n) {
  static const vk_int radices[] = {4, 2, 3, 5, 7, 11, 13};
  p->n = n;
  p->stages = 0;
  for (int i = 0; i < 7; i++)
    while (n % radices[i] == 0) {
      p->radix[p->stages++] = radices[i];
      n /= radices[i];
    }
  return n == 1;
}

static void put(int is_double, void *out, vk_int i, double re, double im) {
  if (is_double) {
    ((double *)out)[2 * i] = re;
    ((double *)out)[2 * i + 1] = im;
  } else {
    ((float *)out)[2 * i] = (float)re;
    ((float *)out)[2 * i + 1] = (float)im;
  }
}

// exp(sign·2πi·j/n) for j < n, each the product of two roots from tables of about √n.
static void fill_roots(vk_int n, int sign, int is_double, void *out) {
  enum { SIDE = 256 };
  double angle = sign * 6.283185307179586476925 / (double)n;
  double re[SIDE], im[SIDE];
  vk_int side = n < SIDE ? n : SIDE;
  for (vk_int j = 0; j < side; j++) {
    re[j] = cos(angle * (double)j);
    im[j] = sin(angle * (double)j);
  }
  for (vk_int start = 0; start < n; start += SIDE) {
    double c = cos(angle * (double)start), s = sin(angle * (double)start);
    for (vk_int j = 0; j < SIDE && start + j < n; j++)
      put(is_double, out, start + j, c * re[j] - s * im[j], c * im[j] + s * re[j]);
  }
}

// exp(sign·πi·j²/n) for j < n.
static void fill_chirp(vk_int n, int sign, int is_double, void *out) {
  for (vk_int j = 0; j < n; j++) {
    double angle = sign * 3.141592653589793238463 * (double)(j * j % (2 * n)) / (double)n;
    put(is_double, out, j, cos(angle), sin(angle));
  }
}

#define T float
#define F(NAME) NAME##_f32
#include "Fourier.inc"
#undef T
#undef F
#define T double
#define F(NAME) NAME##_f64
#include "Fourier.inc"
#undef T
#undef F

typedef struct {
  fourier plan, wide;
  int dtype, sign, is_wide;
  void *out;
  const void *in;
} job;

static void fourier_part(void *context, vk_int begin, vk_int end) {
  job *s = (job *)context;
  const fourier *wide = s->is_wide ? &s->wide : NULL;
  if (s->dtype == VK_F32)
    fourier_rows_f32(&s->plan, wide, s->sign, (complex_f32 *)s->out, (const complex_f32 *)s->in,
                     begin, end);
  else
    fourier_rows_f64(&s->plan, wide, s->sign, (complex_f64 *)s->out, (const complex_f64 *)s->in,
                     begin, end);
}

void vk_fourier(int dtype, int sign, vk_int rows, vk_int n, void *out, const void *in) {
  job s = {.dtype = dtype, .sign = sign, .out = out, .in = in};
  if (n == 0 || rows == 0) return;
  s.is_wide = !factor(&s.plan, n);
  if (s.is_wide) {
    vk_int length = 1;
    while (length < 2 * n - 1) length *= 2;
    factor(&s.wide, length);
  }
  vk_parallel(rows, 1 + 32768 / n, fourier_part, &s);
}
