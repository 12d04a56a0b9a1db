// Walks strided operands and hands runs to the loops of each type; copies are here.
#include "Clones.h"

void vk_unary_f32(int op, vk_int n, void *out, const void *a, vk_int s);
void vk_unary_f64(int op, vk_int n, void *out, const void *a, vk_int s);
void vk_binary_f32(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb);
void vk_binary_f64(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb);

void vk_unary_integer(int op, int dtype, vk_int n, void *out, const void *a, vk_int s);
void vk_binary_integer(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                       const void *b, vk_int sb);

static const int size_of[] = {4, 8, 4, 1, 8, 1, 2, 2};

void vk_unary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int s) {
  // What exponentials leave below the smallest normal number would slow down whoever reads it.
  vk_mode mode = vk_current_mode();
  int decays = op == VK_EXP || op == VK_SIGMOID || op == VK_SOFTPLUS;
  if (decays) vk_restore(mode | VK_FLUSH_RESULTS);
  switch (dtype) {
    case VK_F32: vk_unary_f32(op, n, out, a, s); break;
    case VK_F64: vk_unary_f64(op, n, out, a, s); break;
    default: vk_unary_integer(op, dtype, n, out, a, s);
  }
  if (decays) vk_restore(mode);
}

void vk_binary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                   const void *b, vk_int sb) {
  switch (dtype) {
    case VK_F32: vk_binary_f32(op, n, out, a, sa, b, sb); break;
    case VK_F64: vk_binary_f64(op, n, out, a, sa, b, sb); break;
    default: vk_binary_integer(op, dtype, n, out, a, sa, b, sb);
  }
}

// Operands of one walk: up to three inputs with strides, merged where neighbours allow.
typedef struct {
  int ndim, inputs;
  vk_int shape[VK_AXES], stride[3][VK_AXES];
} vk_walk;

static void walk_init(vk_walk *w, int ndim, const vk_int *shape, int inputs,
                      const vk_int *strides[3]) {
  if (ndim > VK_AXES) vk_stop("%d axes: a tensor has at most %d", ndim, VK_AXES);
  w->inputs = inputs;
  w->ndim = 0;
  for (int d = 0; d < ndim; d++) {
    if (shape[d] == 1) continue;
    int last = w->ndim - 1, merges = last >= 0;
    for (int k = 0; merges && k < inputs; k++)
      merges = w->stride[k][last] == strides[k][d] * shape[d];
    if (merges) {
      w->shape[last] *= shape[d];
      for (int k = 0; k < inputs; k++) w->stride[k][last] = strides[k][d];
    } else {
      w->shape[++last] = shape[d];
      for (int k = 0; k < inputs; k++) w->stride[k][last] = strides[k][d];
      w->ndim = last + 1;
    }
  }
  if (w->ndim == 0) {
    w->ndim = 1;
    w->shape[0] = 1;
    for (int k = 0; k < inputs; k++) w->stride[k][0] = 1;
  }
}

// Calls RUN for each innermost run with element offsets `at[k]` and the output position `done`.
#define WALK(w, RUN)                                                                       \
  {                                                                                        \
    int inner = (w).ndim - 1;                                                              \
    vk_int n = (w).shape[inner], index[VK_AXES] = {0}, at[3] = {0}, done = 0, total = 1;        \
    for (int d = 0; d <= inner; d++) total *= (w).shape[d];                                \
    while (done < total) {                                                                 \
      RUN;                                                                                 \
      done += n;                                                                           \
      for (int d = inner - 1; d >= 0; d--) {                                               \
        for (int k = 0; k < (w).inputs; k++) at[k] += (w).stride[k][d];                    \
        if (++index[d] < (w).shape[d]) break;                                              \
        for (int k = 0; k < (w).inputs; k++) at[k] -= (w).stride[k][d] * (w).shape[d];     \
        index[d] = 0;                                                                      \
      }                                                                                    \
    }                                                                                      \
  }

static int unary_out_size(int op, int dtype) {
  return op == VK_ISNAN || op == VK_ISINF || op == VK_ISFINITE ? 1 : size_of[dtype];
}
static int binary_out_size(int op, int dtype) {
  return op >= VK_EQ && op <= VK_GE ? 1 : size_of[dtype];
}

void vk_unary(int op, int dtype, int ndim, const vk_int *shape, void *out, const void *a,
              const vk_int *sa) {
  vk_walk w;
  const vk_int *strides[3] = {sa, 0, 0};
  walk_init(&w, ndim, shape, 1, strides);
  vk_int size = size_of[dtype], step = unary_out_size(op, dtype);
  WALK(w, vk_unary_run(op, dtype, n, (char *)out + done * step, (const char *)a + at[0] * size,
                       w.stride[0][inner]))
}

// Whether operand `k` shows the same short row to all rows of the other, which follow each other.
static int repeats(const vk_walk *w, int k) {
  int inner = w->ndim - 1;
  vk_int n = w->shape[inner];
  return inner > 0 && n <= 128 && w->shape[inner - 1] >= 4 && w->stride[k][inner] == 1 &&
         w->stride[k][inner - 1] == 0 && w->stride[1 - k][inner] == 1 &&
         w->stride[1 - k][inner - 1] == n;
}

// A row beside `n` elements of rows that follow each other: copies of it make longer runs.
static void beside_rows(int op, int dtype, vk_int n, vk_int row, int is_left, char *out,
                        const char *a, const char *b) {
  vk_int size = size_of[dtype], step = binary_out_size(op, dtype);
  vk_int most = 512 / row * row, run = most < n ? most : n, whole = run * size;
  char copies[512 * 8] __attribute__((aligned(64)));
  __builtin_memcpy(copies, is_left ? a : b, (size_t)(row * size));
  for (vk_int there = row * size; there < whole; there *= 2)
    __builtin_memcpy(copies + there, copies,
                     (size_t)(whole - there < there ? whole - there : there));
  for (vk_int i = 0; i < n; i += run)
    vk_binary_run(op, dtype, n - i < run ? n - i : run, out + i * step,
                  is_left ? copies : a + i * size, 1, is_left ? b + i * size : copies, 1);
}

void vk_binary(int op, int dtype, int ndim, const vk_int *shape, void *out, const void *a,
               const vk_int *sa, const void *b, const vk_int *sb) {
  vk_walk w;
  const vk_int *strides[3] = {sa, sb, 0};
  walk_init(&w, ndim, shape, 2, strides);
  vk_int size = size_of[dtype], step = binary_out_size(op, dtype);
  int is_left = repeats(&w, 0);
  if (is_left || repeats(&w, 1)) {
    vk_int row = w.shape[w.ndim - 1];
    w.shape[--w.ndim - 1] *= row;
    WALK(w, beside_rows(op, dtype, n, row, is_left, (char *)out + done * step,
                        (const char *)a + at[0] * size, (const char *)b + at[1] * size))
    return;
  }
  WALK(w, vk_binary_run(op, dtype, n, (char *)out + done * step, (const char *)a + at[0] * size,
                        w.stride[0][inner], (const char *)b + at[1] * size,
                        w.stride[1][inner]))
}

typedef struct {
  int op, dtype;
  void *out;
  const void *a, *b;
  vk_int sa, sb;
} flat;

static void unary_part(void *context, vk_int begin, vk_int end) {
  flat *s = (flat *)context;
  vk_unary_run(s->op, s->dtype, end - begin,
               (char *)s->out + begin * unary_out_size(s->op, s->dtype),
               (const char *)s->a + begin * size_of[s->dtype], 1);
}
static void binary_part(void *context, vk_int begin, vk_int end) {
  flat *s = (flat *)context;
  vk_int size = size_of[s->dtype];
  vk_binary_run(s->op, s->dtype, end - begin,
                (char *)s->out + begin * binary_out_size(s->op, s->dtype),
                (const char *)s->a + begin * size * s->sa, s->sa,
                (const char *)s->b + begin * size * s->sb, s->sb);
}

void vk_unary_flat(int op, int dtype, vk_int n, void *out, const void *a) {
  if (n < 131072) {
    vk_unary_run(op, dtype, n, out, a, 1);
    return;
  }
  flat s = {op, dtype, out, a, 0, 1, 0};
  vk_parallel(n, 65536, unary_part, &s);
}
void vk_binary_flat(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                    const void *b, vk_int sb) {
  if (n < 131072) {
    vk_binary_run(op, dtype, n, out, a, sa, b, sb);
    return;
  }
  flat s = {op, dtype, out, a, b, sa, sb};
  vk_parallel(n, 65536, binary_part, &s);
}

#define WHERE_LOOP(TYPE)                                                                   \
  CLONES static void where_##TYPE(vk_int n, TYPE *o, const uint8_t *c, vk_int sc,           \
                                  const TYPE *a, vk_int sa, const TYPE *b, vk_int sb) {     \
    if (sc == 1 && sa == 1 && sb == 1) {                                                   \
      for (vk_int i = 0; i < n; i++) { TYPE x = a[i], y = b[i]; o[i] = c[i] ? x : y; }      \
    } else {                                                                               \
      for (vk_int i = 0; i < n; i++) o[i] = c[i * sc] ? a[i * sa] : b[i * sb];             \
    }                                                                                      \
  }
WHERE_LOOP(uint32_t)
WHERE_LOOP(uint64_t)
WHERE_LOOP(uint16_t)
WHERE_LOOP(uint8_t)

void vk_where(int dtype, int ndim, const vk_int *shape, void *out, const uint8_t *c,
              const vk_int *sc, const void *a, const vk_int *sa, const void *b,
              const vk_int *sb) {
  vk_walk w;
  const vk_int *strides[3] = {sc, sa, sb};
  walk_init(&w, ndim, shape, 3, strides);
#define RUN(TYPE)                                                                          \
  WALK(w, where_##TYPE(n, (TYPE *)out + done, c + at[0], w.stride[0][inner],               \
                       (const TYPE *)a + at[1], w.stride[1][inner],                        \
                       (const TYPE *)b + at[2], w.stride[2][inner]))
  switch (size_of[dtype]) {
    case 4: RUN(uint32_t) break;
    case 8: RUN(uint64_t) break;
    case 2: RUN(uint16_t) break;
    default: RUN(uint8_t)
  }
#undef RUN
}

#define COPY_LOOP(TYPE)                                                                    \
  static void gather_##TYPE(vk_int n, TYPE *o, const TYPE *a, vk_int s) {                  \
    if (s == 1) __builtin_memcpy(o, a, n * sizeof(TYPE));                                  \
    else for (vk_int i = 0; i < n; i++) o[i] = a[i * s];                                   \
  }                                                                                        \
  static void scatter_##TYPE(vk_int n, TYPE *o, vk_int s, const TYPE *a) {                 \
    if (s == 1) __builtin_memcpy(o, a, n * sizeof(TYPE));                                  \
    else for (vk_int i = 0; i < n; i++) o[i * s] = a[i];                                   \
  }                                                                                        \
  /* A transposed matrix in tiles, so that both sides stay in the cache. */                \
  static void transpose_##TYPE(vk_int rows, vk_int cols, TYPE *o, const TYPE *a, vk_int s) { \
    for (vk_int i0 = 0; i0 < rows; i0 += 16)                                               \
      for (vk_int j0 = 0; j0 < cols; j0 += 16)                                             \
        for (vk_int i = i0; i < rows && i < i0 + 16; i++)                                  \
          for (vk_int j = j0; j < cols && j < j0 + 16; j++) o[i * cols + j] = a[i + j * s]; \
  }
COPY_LOOP(uint32_t)
COPY_LOOP(uint64_t)
COPY_LOOP(uint16_t)
COPY_LOOP(uint8_t)

// For each size that an element may have.
#define BY_SIZE(RUN)                                                                       \
  switch (size) {                                                                          \
    case 4: RUN(uint32_t) break;                                                           \
    case 8: RUN(uint64_t) break;                                                           \
    case 2: RUN(uint16_t) break;                                                           \
    case 1: RUN(uint8_t) break;                                                            \
    default: vk_stop("elements of %d bytes are not copied", size);                         \
  }

void vk_gather_view(int size, int ndim, const vk_int *shape, void *out, const void *a,
                    const vk_int *sa) {
  vk_walk w;
  const vk_int *strides[3] = {sa, 0, 0};
  walk_init(&w, ndim, shape, 1, strides);
  int last = w.ndim - 1;
  if (last >= 1 && w.stride[0][last - 1] == 1 && w.stride[0][last] > 1) {
    vk_int rows = w.shape[last - 1], cols = w.shape[last], s = w.stride[0][last];
    w.ndim = last;
    w.shape[last - 1] = rows * cols;
#define TILES(TYPE) WALK(w, transpose_##TYPE(rows, cols, (TYPE *)out + done,              \
                                             (const TYPE *)a + at[0], s))
    BY_SIZE(TILES)
    return;
  }
#define RUN(TYPE) WALK(w, gather_##TYPE(n, (TYPE *)out + done, (const TYPE *)a + at[0],    \
                                        w.stride[0][inner]))
  BY_SIZE(RUN)
#undef RUN
}

void vk_scatter_view(int size, int ndim, const vk_int *shape, void *out, const vk_int *so,
                     const void *a) {
  vk_walk w;
  const vk_int *strides[3] = {so, 0, 0};
  walk_init(&w, ndim, shape, 1, strides);
#define RUN(TYPE) WALK(w, scatter_##TYPE(n, (TYPE *)out + at[0], w.stride[0][inner],       \
                                         (const TYPE *)a + done))
  BY_SIZE(RUN)
#undef RUN
}

#define ADD_LOOP(TYPE)                                                                     \
  static void add_##TYPE(vk_int n, TYPE *o, vk_int s, const TYPE *a) {                     \
    for (vk_int i = 0; i < n; i++) o[i * s] += a[i];                                       \
  }
ADD_LOOP(float)
ADD_LOOP(double)

void vk_scatter_add(int dtype, int ndim, const vk_int *shape, void *out, const vk_int *so,
                    const void *a) {
  vk_walk w;
  const vk_int *strides[3] = {so, 0, 0};
  walk_init(&w, ndim, shape, 1, strides);
#define RUN(TYPE) WALK(w, add_##TYPE(n, (TYPE *)out + at[0], w.stride[0][inner],           \
                                     (const TYPE *)a + done))
  switch (dtype) {
    case VK_F32: RUN(float) break;
    case VK_F64: RUN(double) break;
    default: vk_stop("elements of type %d are not added in place", dtype);
  }
#undef RUN
}
