// Carries out recorded instructions (see ReplayKernels.h).
//
// A number costs a few nanoseconds here; everything larger calls the same kernels, in the same way,
// as the operations that were recorded, so that the bits are the same.
#include "Clones.h"
#include <string.h>

static __thread void *recorder;
void *vk_recorder_slot(void) { return recorder; }
void vk_set_recorder_slot(void *value) { recorder = value; }

typedef struct {
  int op, dtype;
  char *out;
  const char *a;
} blocks;

static void blocks_part(void *context, vk_int begin, vk_int end) {
  const blocks *s = (const blocks *)context;
  vk_int size = s->dtype == VK_F64 ? 8 : 4;
  for (vk_int at = begin; at < end; at += VK_BLOCK)
    vk_unary_run(s->op, s->dtype, end - at < VK_BLOCK ? end - at : VK_BLOCK, s->out + at * size,
                 s->a + at * size, 1);
}

void vk_unary_blocks(int op, int dtype, vk_int n, void *out, const void *a) {
  blocks s = {op, dtype, (char *)out, (const char *)a};
  vk_parallel(n, 16 * VK_BLOCK, blocks_part, &s);
}

// Products of the items of a batch, whose shape and strides `view` holds.
static void products(const uint64_t *p, int dtype) {
  const vk_int *s = (const vk_int *)(p + 4), axes = s[7], *shape = s + 8;
  vk_products(dtype, s[0], s[1], s[2], (const void *)p[2], s[3], s[4], (const void *)p[3], s[5], s[6],
              (void *)p[1], (int)axes, shape, shape + axes, shape + 2 * axes);
}

static void affine(const uint64_t *p, int dtype) {
  const vk_int *s = (const vk_int *)(p + 5);
  vk_int m = s[0], n = s[1], k = s[2], shape[2] = {m, n}, rows[2] = {0, 1};
  if (m * n == 0) return;
  vk_gather_view(dtype == VK_F64 ? 8 : 4, 2, shape, (void *)p[1], (const void *)p[4], rows);
  if (dtype == VK_F64)
    vk_gemm_f64(m, n, k, (const double *)p[2], s[3], s[4], (const double *)p[3], s[5], s[6],
                (double *)p[1], n, 1);
  else
    vk_gemm_f32(m, n, k, (const float *)p[2], s[3], s[4], (const float *)p[3], s[5], s[6],
                (float *)p[1], n, 1);
}

static void positions(int dtype, vk_int n, int32_t *out, const void *a, vk_int rows) {
  for (vk_int i = 0; i < n; i++) {
    int64_t p;
    switch (dtype) {
      case VK_I32: p = ((const int32_t *)a)[i]; break;
      case VK_I64: p = ((const int64_t *)a)[i]; break;
      case VK_U8: p = ((const uint8_t *)a)[i]; break;
      default: vk_stop("positions of type %d", dtype);
    }
    if (p >= rows || p < -rows)
      vk_stop("position %lld is outside of 0..<%lld", (long long)p, (long long)rows);
    out[i] = (int32_t)(p < 0 ? p + rows : p);
  }
}

const uint64_t *vk_replay(const uint64_t *p, const uint64_t *end, vk_int budget) {
#define OUT ((void *)p[1])
#define A ((const void *)p[2])
#define B ((const void *)p[3])
#define C ((const void *)p[4])
#define NUMBER(I) ((vk_int)p[I])
#define NUMBERS(I) ((const vk_int *)(p + (I)))
#define ONE(NAME, T, WORDS, EXPR)                                                          \
  case VK_R_##NAME: {                                                                      \
    T x = *(const T *)p[2], y = *(const T *)p[WORDS - 1];                                  \
    (void)y;                                                                               \
    *(T *)p[1] = (EXPR);                                                                   \
    p += WORDS;                                                                            \
    break;                                                                                 \
  }
  for (; p < end && budget > 0; budget--) {
    uint64_t h = p[0];
    int kind = h & 255, code = h >> 8 & 255, dtype = h >> 16 & 255, flags = h >> 24 & 255;
    vk_int n = (vk_int)(h >> 32);
    switch (kind) {
      ONE(ADD_F32, float, 4, x + y)
      ONE(SUB_F32, float, 4, x - y)
      ONE(MUL_F32, float, 4, x *y)
      ONE(DIV_F32, float, 4, x / y)
      ONE(NEG_F32, float, 3, -x)
      ONE(SQUARE_F32, float, 3, x *x)
      ONE(ADD_F64, double, 4, x + y)
      ONE(SUB_F64, double, 4, x - y)
      ONE(MUL_F64, double, 4, x *y)
      ONE(DIV_F64, double, 4, x / y)
      ONE(NEG_F64, double, 3, -x)
      ONE(SQUARE_F64, double, 3, x *x)
      case VK_R_COPY4: *(uint32_t *)p[1] = *(const uint32_t *)p[2]; p += 3; break;
      case VK_R_COPY8: *(uint64_t *)p[1] = *(const uint64_t *)p[2]; p += 3; break;
      case VK_R_COPY: memcpy(OUT, A, (size_t)n); p += 3; break;
      case VK_R_ZERO: memset(OUT, 0, (size_t)n); p += 2; break;
      case VK_R_UNARY: vk_unary_flat(code, dtype, n, OUT, A); p += 3; break;
      case VK_R_UNARY_BLOCKS: vk_unary_blocks(code, dtype, n, OUT, A); p += 3; break;
      case VK_R_UNARY_VIEW: {
        vk_int axes = NUMBER(3);
        vk_unary(code, dtype, (int)axes, NUMBERS(4), OUT, A, NUMBERS(4 + axes));
        p += 4 + 2 * axes;
        break;
      }
      case VK_R_BINARY:
        vk_binary_flat(code, dtype, n, OUT, A, flags & 1, B, flags >> 1 & 1);
        p += 4;
        break;
      case VK_R_BINARY_VIEW: {
        vk_int axes = NUMBER(4);
        vk_binary(code, dtype, (int)axes, NUMBERS(5), OUT, A, NUMBERS(5 + axes), B,
                  NUMBERS(5 + 2 * axes));
        p += 5 + 3 * axes;
        break;
      }
      case VK_R_WHERE: {
        vk_int axes = NUMBER(5);
        vk_where(dtype, (int)axes, NUMBERS(6), OUT, (const uint8_t *)A, NUMBERS(6 + axes), B,
                 NUMBERS(6 + 2 * axes), C, NUMBERS(6 + 3 * axes));
        p += 6 + 4 * axes;
        break;
      }
      case VK_R_GATHER: {
        vk_int axes = NUMBER(3);
        vk_gather_view((int)n, (int)axes, NUMBERS(4), OUT, A, NUMBERS(4 + axes));
        p += 4 + 2 * axes;
        break;
      }
      case VK_R_SCATTER: {
        vk_int axes = NUMBER(3);
        vk_scatter_view((int)n, (int)axes, NUMBERS(4), OUT, NUMBERS(4 + axes), A);
        p += 4 + 2 * axes;
        break;
      }
      case VK_R_SCATTER_ADD: {
        vk_int axes = NUMBER(3);
        vk_scatter_add(dtype, (int)axes, NUMBERS(4), OUT, NUMBERS(4 + axes), A);
        p += 4 + 2 * axes;
        break;
      }
      case VK_R_CAST: vk_cast(dtype, code, n, OUT, A); p += 3; break;
      case VK_R_REDUCE:
        vk_reduce(code, dtype, NUMBER(3), NUMBER(4), NUMBER(5), OUT, A);
        p += 6;
        break;
      case VK_R_LOGSUMEXP: vk_logsumexp_rows(dtype, NUMBER(3), NUMBER(4), OUT, A); p += 5; break;
      case VK_R_SOFTMAX: vk_softmax_rows(dtype, NUMBER(3), NUMBER(4), OUT, A); p += 5; break;
      case VK_R_EXP_ROWS:
        vk_exp_rows(dtype, NUMBER(5), NUMBER(6), OUT, A, B, C);
        p += 7;
        break;
      case VK_R_CUMSUM:
        vk_cumsum(dtype, code, NUMBER(3), NUMBER(4), NUMBER(5), OUT, A);
        p += 6;
        break;
      case VK_R_ARG:
        vk_arg(code, dtype, NUMBER(3), NUMBER(4), NUMBER(5), (int32_t *)OUT, A);
        p += 6;
        break;
      case VK_R_GEMM: products(p, dtype); p += 12 + 3 * NUMBER(11); break;
      case VK_R_AFFINE: affine(p, dtype); p += 12; break;
      case VK_R_TAKE:
        vk_take_rows((int)n, NUMBER(4), NUMBER(5), NUMBER(6), NUMBER(7), OUT, A,
                     (const int32_t *)B);
        p += 8;
        break;
      case VK_R_ADD_ROWS:
        vk_add_rows(dtype, NUMBER(4), NUMBER(5), NUMBER(6), NUMBER(7), OUT, A,
                    (const int32_t *)B);
        p += 8;
        break;
      case VK_R_POLYGAMMA: vk_polygamma_run(code, dtype, n, OUT, A); p += 3; break;
      case VK_R_GUARD:
        if ((*(const uint8_t *)p[1] != 0) != (code != 0)) return NULL;
        p += 2;
        break;
      case VK_R_POSITIONS:
        positions(dtype, n, (int32_t *)OUT, A, NUMBER(3));
        p += 4;
        break;
      default: vk_stop("a recorded instruction of kind %d", kind);
    }
  }
  return p;
}
