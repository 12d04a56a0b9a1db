// Walks strided operands and hands runs to the loops of each type; integers and masks are here.
#include "Clones.h"

void vk_unary_f32(int op, vk_int n, void *out, const void *a, vk_int s);
void vk_unary_f64(int op, vk_int n, void *out, const void *a, vk_int s);
void vk_binary_f32(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb);
void vk_binary_f64(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                   vk_int sb);

static const int size_of[] = {4, 8, 4, 1};

// Integer arithmetic wraps, as in NumPy; division by zero gives zero.
static int32_t floor_div(int32_t x, int32_t y) {
  if (y == 0) return 0;
  if (y == -1) return (int32_t)(0u - (uint32_t)x);
  int32_t q = x / y;
  return (x % y != 0 && ((x < 0) != (y < 0))) ? q - 1 : q;
}
static int32_t floor_mod(int32_t x, int32_t y) {
  if (y == 0 || y == -1) return 0;
  int32_t r = x % y;
  return (r != 0 && ((r < 0) != (y < 0))) ? r + y : r;
}
static int32_t int_pow(int32_t x, int32_t y) {
  if (y < 0) return x == 1 ? 1 : (x == -1 ? ((y & 1) ? -1 : 1) : 0);
  uint32_t result = 1, base = (uint32_t)x;
  for (; y; y >>= 1, base *= base) if (y & 1) result *= base;
  return (int32_t)result;
}

#define LOOP2(TYPE, OUT, EXPR)                                                             \
  {                                                                                        \
    const TYPE *p = (const TYPE *)a, *q = (const TYPE *)b;                                 \
    OUT *o = (OUT *)out;                                                                   \
    for (vk_int i = 0; i < n; i++) { TYPE x = p[i * sa], y = q[i * sb]; o[i] = (OUT)(EXPR); } \
    break;                                                                                 \
  }

static void binary_i32(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                       vk_int sb) {
  switch (op) {
    case VK_ADD: LOOP2(int32_t, int32_t, (uint32_t)x + (uint32_t)y)
    case VK_SUB: LOOP2(int32_t, int32_t, (uint32_t)x - (uint32_t)y)
    case VK_MUL: LOOP2(int32_t, int32_t, (uint32_t)x * (uint32_t)y)
    case VK_DIV:
    case VK_FLOORDIV: LOOP2(int32_t, int32_t, floor_div(x, y))
    case VK_MOD: LOOP2(int32_t, int32_t, floor_mod(x, y))
    case VK_POW: LOOP2(int32_t, int32_t, int_pow(x, y))
    case VK_MAX: LOOP2(int32_t, int32_t, x > y ? x : y)
    case VK_MIN: LOOP2(int32_t, int32_t, x < y ? x : y)
    case VK_EQ: LOOP2(int32_t, uint8_t, x == y)
    case VK_NE: LOOP2(int32_t, uint8_t, x != y)
    case VK_LT: LOOP2(int32_t, uint8_t, x < y)
    case VK_LE: LOOP2(int32_t, uint8_t, x <= y)
    case VK_GT: LOOP2(int32_t, uint8_t, x > y)
    case VK_GE: LOOP2(int32_t, uint8_t, x >= y)
    case VK_AND: LOOP2(int32_t, int32_t, x & y)
    case VK_OR: LOOP2(int32_t, int32_t, x | y)
    case VK_XOR: LOOP2(int32_t, int32_t, x ^ y)
    default: break;
  }
}

static void binary_bool(int op, vk_int n, void *out, const void *a, vk_int sa, const void *b,
                        vk_int sb) {
  switch (op) {
    case VK_AND: case VK_MUL: case VK_MIN: LOOP2(uint8_t, uint8_t, x & y)
    case VK_OR: case VK_ADD: case VK_MAX: LOOP2(uint8_t, uint8_t, x | y)
    case VK_XOR: case VK_NE: LOOP2(uint8_t, uint8_t, x ^ y)
    case VK_EQ: LOOP2(uint8_t, uint8_t, x == y)
    case VK_LT: LOOP2(uint8_t, uint8_t, x < y)
    case VK_LE: LOOP2(uint8_t, uint8_t, x <= y)
    case VK_GT: LOOP2(uint8_t, uint8_t, x > y)
    case VK_GE: LOOP2(uint8_t, uint8_t, x >= y)
    default: break;
  }
}

static void unary_i32(int op, vk_int n, void *out, const int32_t *a, vk_int s) {
  int32_t *o = (int32_t *)out;
  for (vk_int i = 0; i < n; i++) {
    int32_t x = a[i * s];
    switch (op) {
      case VK_NEG: o[i] = (int32_t)(0u - (uint32_t)x); break;
      case VK_ABS: o[i] = x < 0 ? (int32_t)(0u - (uint32_t)x) : x; break;
      case VK_SIGN: o[i] = (x > 0) - (x < 0); break;
      case VK_SQUARE: o[i] = (int32_t)((uint32_t)x * (uint32_t)x); break;
      case VK_RELU: o[i] = x > 0 ? x : 0; break;
      case VK_NOT: o[i] = ~x; break;
      default: o[i] = x;
    }
  }
}

void vk_unary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int s) {
  switch (dtype) {
    case VK_F32: vk_unary_f32(op, n, out, a, s); break;
    case VK_F64: vk_unary_f64(op, n, out, a, s); break;
    case VK_I32: unary_i32(op, n, out, (const int32_t *)a, s); break;
    default:
      for (vk_int i = 0; i < n; i++) {
        uint8_t x = ((const uint8_t *)a)[i * s];
        ((uint8_t *)out)[i] = op == VK_NOT ? !x : x;
      }
  }
}

void vk_binary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                   const void *b, vk_int sb) {
  switch (dtype) {
    case VK_F32: vk_binary_f32(op, n, out, a, sa, b, sb); break;
    case VK_F64: vk_binary_f64(op, n, out, a, sa, b, sb); break;
    case VK_I32: binary_i32(op, n, out, a, sa, b, sb); break;
    default: binary_bool(op, n, out, a, sa, b, sb);
  }
}

// Operands of one walk: up to three inputs with strides, merged where neighbours allow.
typedef struct {
  int ndim, inputs;
  vk_int shape[16], stride[3][16];
} vk_walk;

static void walk_init(vk_walk *w, int ndim, const vk_int *shape, int inputs,
                      const vk_int *strides[3]) {
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
    vk_int n = (w).shape[inner], index[16] = {0}, at[3] = {0}, done = 0, total = 1;        \
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

void vk_binary(int op, int dtype, int ndim, const vk_int *shape, void *out, const void *a,
               const vk_int *sa, const void *b, const vk_int *sb) {
  vk_walk w;
  const vk_int *strides[3] = {sa, sb, 0};
  walk_init(&w, ndim, shape, 2, strides);
  vk_int size = size_of[dtype], step = binary_out_size(op, dtype);
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
COPY_LOOP(uint8_t)

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
    if (size == 4) { TILES(uint32_t) } else if (size == 8) { TILES(uint64_t) }
    else { TILES(uint8_t) }
    return;
  }
#define RUN(TYPE) WALK(w, gather_##TYPE(n, (TYPE *)out + done, (const TYPE *)a + at[0],    \
                                        w.stride[0][inner]))
  if (size == 4) { RUN(uint32_t) } else if (size == 8) { RUN(uint64_t) } else { RUN(uint8_t) }
#undef RUN
}

void vk_scatter_view(int size, int ndim, const vk_int *shape, void *out, const vk_int *so,
                     const void *a) {
  vk_walk w;
  const vk_int *strides[3] = {so, 0, 0};
  walk_init(&w, ndim, shape, 1, strides);
#define RUN(TYPE) WALK(w, scatter_##TYPE(n, (TYPE *)out + at[0], w.stride[0][inner],       \
                                         (const TYPE *)a + done))
  if (size == 4) { RUN(uint32_t) } else if (size == 8) { RUN(uint64_t) } else { RUN(uint8_t) }
#undef RUN
}

// Values outside of int32 are clamped (NaN is 0), so that the result does not depend on the CPU.
static int32_t to_int(double x) {
  return x != x ? 0 : (x >= 2147483647.0 ? INT32_MAX : (x <= -2147483648.0 ? INT32_MIN
                                                                           : (int32_t)x));
}

void vk_cast(int to, int from, vk_int n, void *out, const void *a) {
#define CAST(TO, FROM, EXPR)                                                               \
  {                                                                                        \
    const FROM *p = (const FROM *)a;                                                       \
    TO *o = (TO *)out;                                                                     \
    for (vk_int i = 0; i < n; i++) { FROM x = p[i]; o[i] = (EXPR); }                       \
    break;                                                                                 \
  }
  switch (to * 4 + from) {
    case VK_F32 * 4 + VK_F64: CAST(float, double, (float)x)
    case VK_F32 * 4 + VK_I32: CAST(float, int32_t, (float)x)
    case VK_F32 * 4 + VK_BOOL: CAST(float, uint8_t, (float)x)
    case VK_F64 * 4 + VK_F32: CAST(double, float, (double)x)
    case VK_F64 * 4 + VK_I32: CAST(double, int32_t, (double)x)
    case VK_F64 * 4 + VK_BOOL: CAST(double, uint8_t, (double)x)
    case VK_I32 * 4 + VK_F32: CAST(int32_t, float, to_int(x))
    case VK_I32 * 4 + VK_F64: CAST(int32_t, double, to_int(x))
    case VK_I32 * 4 + VK_BOOL: CAST(int32_t, uint8_t, x)
    case VK_BOOL * 4 + VK_F32: CAST(uint8_t, float, x != 0)
    case VK_BOOL * 4 + VK_F64: CAST(uint8_t, double, x != 0)
    case VK_BOOL * 4 + VK_I32: CAST(uint8_t, int32_t, x != 0)
    default: __builtin_memcpy(out, a, n * size_of[to]);
  }
}

void vk_fill(int dtype, vk_int n, void *out, double value) {
  switch (dtype) {
    case VK_F32: for (vk_int i = 0; i < n; i++) ((float *)out)[i] = (float)value; break;
    case VK_F64: for (vk_int i = 0; i < n; i++) ((double *)out)[i] = value; break;
    case VK_I32: { int32_t v = to_int(value);
      for (vk_int i = 0; i < n; i++) ((int32_t *)out)[i] = v; break; }
    default: __builtin_memset(out, value != 0, n);
  }
}
