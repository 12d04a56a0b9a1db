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
  else if (dtype == VK_I32) { ADD_ROWS(uint32_t) }
  else if (dtype == VK_I64) { ADD_ROWS(uint64_t) }
  else if (dtype == VK_U8) { ADD_ROWS(uint8_t) }
  else vk_stop("elements of type %d are not added by position", dtype);
}

// Rows begin..<end of windows: `out` (or `a`, which is added to the images) starts at row `begin`.
#define UNFOLD(T)                                                                          \
  CLONES static void unfold_##T(const vk_window *s, T *out, const T *a, vk_int begin,       \
                                vk_int end) {                                              \
    T *o = out;                                                                            \
    for (vk_int row = begin; row < end; row++) {                                           \
      vk_int b = row / s->oh, y = row % s->oh;                                             \
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
    const T *from = a;                                                                     \
    for (vk_int row = begin; row < end; row++) {                                           \
      vk_int b = row / s->oh, y = row % s->oh;                                             \
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

static void unfold_rows(int dtype, const vk_window *s, void *out, const void *a, vk_int begin,
                        vk_int end) {
  if (dtype == VK_F32) unfold_float(s, (float *)out, (const float *)a, begin, end);
  else unfold_double(s, (double *)out, (const double *)a, begin, end);
}
static void fold_rows(int dtype, const vk_window *s, void *out, const void *a, vk_int begin,
                      vk_int end) {
  if (dtype == VK_F32) fold_float(s, (float *)out, (const float *)a, begin, end);
  else fold_double(s, (double *)out, (const double *)a, begin, end);
}

// `d` and `kernel` are of convolutions only.
typedef struct {
  int dtype, parts;
  vk_int size, width, d, row;  // bytes of an element; elements of a window; of a row of windows
  const vk_window *s;
  void *out;
  const void *a, *kernel;
} job;

static job make_job(int dtype, const vk_window *s, void *out, const void *a) {
  job w = {.dtype = dtype, .size = dtype == VK_F32 ? 4 : 8, .width = s->kh * s->kw * s->c,
           .s = s, .out = out, .a = a};
  w.row = s->ow * w.width;
  return w;
}

static void unfold_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  unfold_rows(w->dtype, w->s, (char *)w->out + begin * w->row * w->size, w->a, begin, end);
}

static void clear_images(job *w, vk_int begin, vk_int end) {
  vk_int image = w->s->h * w->s->w * w->s->c * w->size;
  memset((char *)w->out + begin * image, 0, (size_t)((end - begin) * image));
}

static void fold_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  vk_int oh = w->s->oh;
  clear_images(w, begin, end);
  fold_rows(w->dtype, w->s, w->out, (const char *)w->a + begin * oh * w->row * w->size, begin * oh,
            end * oh);
}

void vk_unfold(int dtype, const vk_window *s, void *out, const void *a) {
  job w = make_job(dtype, s, out, a);
  vk_parallel(s->n * s->oh, 1 + 131072 / (w.row + 1), unfold_part, &w);
}
void vk_fold(int dtype, const vk_window *s, void *out, const void *a) {
  job w = make_job(dtype, s, out, a);
  vk_parallel(s->n, 1 + 131072 / (s->oh * w.row + 1), fold_part, &w);
}

// Convolutions: images are read in place, or windows are unfolded a few rows at a time, as many as
// stay in the cache, and multiplied there.
static void gemm(const job *w, vk_int m, vk_int n, vk_int k, const void *a, vk_int ras, vk_int cas,
                 const void *b, vk_int rbs, vk_int cbs, void *c, vk_int ldc, int adds) {
  if (w->dtype == VK_F32)
    vk_gemm_f32(m, n, k, (const float *)a, ras, cas, (const float *)b, rbs, cbs, (float *)c, ldc,
                adds);
  else
    vk_gemm_f64(m, n, k, (const double *)a, ras, cas, (const double *)b, rbs, cbs, (double *)c,
                ldc, adds);
}

static vk_int rows_in_cache(const job *w) {
  vk_int rows = 262144 / (w->row * w->size + 1);
  // Kernels that a cache does not keep are packed for each product, which needs rows to be worth it.
  int is_large = w->width * w->d * w->size > 262144;
  vk_int enough = is_large ? 384 / (w->s->ow + 1) + 1 : 1;
  return rows < enough ? enough : rows;
}

// Narrow rows, a single column and kernels beyond the caches are better off as products.
static int is_direct(const job *w) {
  return w->s->ow >= 5 && w->d > 1 && w->width * w->d * w->size <= 1 << 20 &&
         w->s->kh * w->s->kw <= VK_WINDOW_RUNS;
}

static void convolve_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  if (is_direct(w)) {
    vk_convolve_rows(w->dtype, w->s, w->d, begin, end, w->out, w->a, w->kernel);
    return;
  }
  vk_int chunk = rows_in_cache(w), ow = w->s->ow;
  size_t room = (size_t)(chunk * w->row * w->size);
  char *windows = (char *)vk_scratch(room);
  for (vk_int r = begin; r < end; r += chunk) {
    vk_int rows = end - r < chunk ? end - r : chunk;
    unfold_rows(w->dtype, w->s, windows, w->a, r, r + rows);
    gemm(w, rows * ow, w->d, w->width, windows, w->width, 1, w->kernel, w->d, 1,
         (char *)w->out + r * ow * w->d * w->size, w->d, 0);
  }
  vk_release(windows, room);
}

static void input_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  vk_int chunk = rows_in_cache(w), ow = w->s->ow, oh = w->s->oh;
  size_t room = (size_t)(chunk * w->row * w->size);
  char *windows = (char *)vk_scratch(room);
  clear_images(w, begin, end);
  for (vk_int r = begin * oh; r < end * oh; r += chunk) {
    vk_int rows = end * oh - r < chunk ? end * oh - r : chunk;
    gemm(w, rows * ow, w->width, w->d, (const char *)w->a + r * ow * w->d * w->size, w->d, 1,
         w->kernel, 1, w->d, windows, w->width, 0);
    fold_rows(w->dtype, w->s, w->out, windows, r, r + rows);
  }
  vk_release(windows, room);
}

// Part `i` of `parts` sums over its share of the rows; `kernel` stands for the second operand.
static void kernel_part(void *context, vk_int begin, vk_int end) {
  job *w = (job *)context;
  vk_int all = w->s->n * w->s->oh, chunk = rows_in_cache(w), ow = w->s->ow;
  size_t room = (size_t)(chunk * w->row * w->size);
  char *windows = (char *)vk_scratch(room);
  for (vk_int i = begin; i < end; i++) {
    char *out = (char *)w->out + i * w->width * w->d * w->size;
    memset(out, 0, (size_t)(w->width * w->d * w->size));
    vk_int last = all * (i + 1) / w->parts;
    for (vk_int r = all * i / w->parts; r < last; r += chunk) {
      vk_int rows = last - r < chunk ? last - r : chunk;
      unfold_rows(w->dtype, w->s, windows, w->a, r, r + rows);
      gemm(w, w->width, w->d, rows * ow, windows, 1, w->width,
           (const char *)w->kernel + r * ow * w->d * w->size, w->d, 1, out, w->d, 1);
    }
  }
  vk_release(windows, room);
}

void vk_convolve(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                 const void *kernel) {
  job w = make_job(dtype, s, out, a);
  w.d = d, w.kernel = kernel;
  vk_parallel(s->n * s->oh, rows_in_cache(&w), convolve_part, &w);
}

void vk_convolve_input(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                       const void *kernel) {
  job w = make_job(dtype, s, out, a);
  w.d = d, w.kernel = kernel;
  vk_parallel(s->n, 1, input_part, &w);
}

void vk_convolve_kernel(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                        const void *b) {
  job w = make_job(dtype, s, out, a);
  w.d = d, w.kernel = b;
  // The parts depend on the shape alone, so that the sums do not depend on the threads.
  vk_int count = w.width * d;
  w.parts = count > 1000000 ? 2 : 8;
  size_t room = (size_t)(w.parts * count * w.size);
  w.out = vk_scratch(room);
  vk_parallel(w.parts, 1, kernel_part, &w);
  memcpy(out, w.out, (size_t)(count * w.size));
  for (int i = 1; i < w.parts; i++)
    vk_axpy(dtype, count, 1, (const char *)w.out + i * count * w.size, out);
  vk_release(w.out, room);
}
