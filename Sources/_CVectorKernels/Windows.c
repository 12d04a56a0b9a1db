// Rows by index, and the patches that convolutions and pooling look at.
#include "Clones.h"
#include <string.h>

void vk_take_rows(int size, vk_int outer, vk_int count, vk_int rows, vk_int width, void *out,
                  const void *a, const int32_t *index) {
  size_t bytes = (size_t)width * (size_t)size;
  char *o = (char *)out;
  for (vk_int b = 0; b < outer; b++)
    for (vk_int i = 0; i < count; i++, o += bytes) {
      const char *from = (const char *)a + (size_t)(b * rows + index[i]) * bytes;
      if (width == 1 && size == 4) memcpy(o, from, 4);
      else memcpy(o, from, bytes);
    }
}

#define ADD_ROWS(T)                                                                        \
  for (vk_int b = 0; b < outer; b++)                                                       \
    for (vk_int i = 0; i < count; i++) {                                                   \
      T *o = (T *)out + (b * rows + index[i]) * width;                                     \
      const T *from = (const T *)a + (b * count + i) * width;                              \
      for (vk_int j = 0; j < width; j++) o[j] += from[j];                                  \
    }

void vk_add_rows(int dtype, vk_int outer, vk_int count, vk_int rows, vk_int width, void *out,
                 const void *a, const int32_t *index) {
  if (dtype == VK_F32) { ADD_ROWS(float) }
  else if (dtype == VK_F64) { ADD_ROWS(double) }
  else { ADD_ROWS(uint32_t) }
}

#define UNFOLD(T)                                                                          \
  CLONES static void unfold_##T(const vk_window *s, T *out, const T *a, vk_int begin,       \
                                vk_int end) {                                              \
    for (vk_int row = begin; row < end; row++) {                                           \
      vk_int b = row / s->oh, y = row % s->oh;                                             \
      T *o = out + row * s->ow * s->kh * s->kw * s->c;                                     \
      for (vk_int x = 0; x < s->ow; x++)                                                   \
        for (vk_int i = 0; i < s->kh; i++) {                                               \
          vk_int yy = y * s->sh - s->ph + i * s->dh, xx = x * s->sw - s->pw;               \
          const T *line = a + ((b * s->h + yy) * s->w + xx) * s->c;                        \
          if (yy >= 0 && yy < s->h && s->dw == 1 && xx >= 0 && xx + s->kw <= s->w) {       \
            vk_int n = s->kw * s->c;                                                       \
            for (vk_int q = 0; q < n; q++) o[q] = line[q];                                 \
            o += n;                                                                        \
            continue;                                                                      \
          }                                                                                \
          for (vk_int j = 0; j < s->kw; j++, o += s->c) {                                  \
            vk_int at = xx + j * s->dw;                                                    \
            int inside = yy >= 0 && yy < s->h && at >= 0 && at < s->w;                     \
            for (vk_int q = 0; q < s->c; q++)                                              \
              o[q] = inside ? line[j * s->dw * s->c + q] : 0;                              \
          }                                                                                \
        }                                                                                  \
    }                                                                                      \
  }                                                                                        \
  CLONES static void fold_##T(const vk_window *s, T *out, const T *a, vk_int begin,         \
                              vk_int end) {                                                \
    memset(out + begin * s->h * s->w * s->c, 0,                                            \
           (size_t)((end - begin) * s->h * s->w * s->c) * sizeof(T));                      \
    for (vk_int row = begin * s->oh; row < end * s->oh; row++) {                           \
      vk_int b = row / s->oh, y = row % s->oh;                                             \
      const T *from = a + row * s->ow * s->kh * s->kw * s->c;                              \
      for (vk_int x = 0; x < s->ow; x++)                                                   \
        for (vk_int i = 0; i < s->kh; i++) {                                               \
          vk_int yy = y * s->sh - s->ph + i * s->dh, xx = x * s->sw - s->pw;               \
          T *line = out + ((b * s->h + yy) * s->w + xx) * s->c;                            \
          if (yy >= 0 && yy < s->h && s->dw == 1 && xx >= 0 && xx + s->kw <= s->w) {       \
            vk_int n = s->kw * s->c;                                                       \
            for (vk_int q = 0; q < n; q++) line[q] += from[q];                             \
            from += n;                                                                     \
            continue;                                                                      \
          }                                                                                \
          for (vk_int j = 0; j < s->kw; j++, from += s->c) {                               \
            vk_int at = xx + j * s->dw;                                                    \
            if (yy < 0 || yy >= s->h || at < 0 || at >= s->w) continue;                    \
            for (vk_int q = 0; q < s->c; q++) line[j * s->dw * s->c + q] += from[q];       \
          }                                                                                \
        }                                                                                  \
    }                                                                                      \
  }
UNFOLD(float)
UNFOLD(double)

typedef struct { int dtype; const vk_window *s; void *out; const void *a; } job;

static void unfold_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  if (w->dtype == VK_F32) unfold_float(w->s, (float *)w->out, (const float *)w->a, begin, end);
  else unfold_double(w->s, (double *)w->out, (const double *)w->a, begin, end);
}
static void fold_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  if (w->dtype == VK_F32) fold_float(w->s, (float *)w->out, (const float *)w->a, begin, end);
  else fold_double(w->s, (double *)w->out, (const double *)w->a, begin, end);
}

void vk_unfold(int dtype, const vk_window *s, void *out, const void *a) {
  job w = {dtype, s, out, a};
  vk_int row = s->ow * s->kh * s->kw * s->c + 1;
  vk_parallel(s->n * s->oh, 1 + 131072 / row, unfold_part, &w);
}
void vk_fold(int dtype, const vk_window *s, void *out, const void *a) {
  job w = {dtype, s, out, a};
  vk_int image = s->oh * s->ow * s->kh * s->kw * s->c + 1;
  vk_parallel(s->n, 1 + 131072 / image, fold_part, &w);
}
