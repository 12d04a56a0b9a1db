// Element-wise operations and reductions of integers and masks.
#include "Clones.h"

#define T int32_t
#define U uint32_t
#define F(NAME) NAME##_i32
#include "Integers.inc"
#undef T
#undef U
#undef F
#define T int64_t
#define U uint64_t
#define F(NAME) NAME##_i64
#include "Integers.inc"
#undef T
#undef U
#undef F
#define T uint8_t
#define U uint8_t
#define F(NAME) NAME##_u8
#include "Integers.inc"
#undef T
#undef U
#undef F

// Logic, as NumPy has it: the sum is "or", the product "and".
static int binary_bool(int op, vk_int n, void *out, const uint8_t *a, vk_int sa, const uint8_t *b,
                       vk_int sb) {
#define LOOP(EXPR)                                                                         \
  for (vk_int i = 0; i < n; i++) {                                                         \
    int x = a[i * sa] != 0, y = b[i * sb] != 0;                                            \
    ((uint8_t *)out)[i] = (uint8_t)(EXPR);                                                 \
  }                                                                                        \
  break;
  switch (op) {
    case VK_AND: case VK_MUL: case VK_MIN: LOOP(x & y)
    case VK_OR: case VK_ADD: case VK_MAX: LOOP(x | y)
    case VK_XOR: case VK_NE: LOOP(x ^ y)
    case VK_EQ: LOOP(x == y)
    case VK_LT: LOOP(x < y)
    case VK_LE: LOOP(x <= y)
    case VK_GT: LOOP(x > y)
    case VK_GE: LOOP(x >= y)
    default: return 0;
  }
#undef LOOP
  return 1;
}

static int unary_bool(int op, vk_int n, uint8_t *o, const uint8_t *a, vk_int s) {
  if (op != VK_NOT) return 0;
  for (vk_int i = 0; i < n; i++) o[i] = !a[i * s];
  return 1;
}

static int reduce_bool(int op, vk_int outer, vk_int n, vk_int inner, void *out, const uint8_t *a) {
  if (op == VK_SUM || op == VK_PROD) return reduce_u8(op, outer, n, inner, out, a);
  int any = op == VK_ANY || op == VK_RMAX;
  for (vk_int r = 0; r < outer; r++)
    for (vk_int j = 0; j < inner; j++) {
      const uint8_t *p = a + r * n * inner + j;
      int result = !any;
      for (vk_int i = 0; i < n; i++, p += inner)
        result = any ? result | (*p != 0) : result & (*p != 0);
      ((uint8_t *)out)[r * inner + j] = (uint8_t)result;
    }
  return 1;
}

// The tables of operations are total: whatever is not in them ends the cell, and leaves no memory
// unwritten.
void vk_unary_integer(int op, int dtype, vk_int n, void *out, const void *a, vk_int s) {
  int known = 0;
  switch (dtype) {
    case VK_I32: known = unary_i32(op, n, out, a, s); break;
    case VK_I64: known = unary_i64(op, n, out, a, s); break;
    case VK_U8: known = unary_u8(op, n, out, a, s); break;
    case VK_BOOL: known = unary_bool(op, n, out, a, s); break;
    default: break;
  }
  if (!known) vk_stop("function %d is not computed with elements of type %d", op, dtype);
}

void vk_binary_integer(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                       const void *b, vk_int sb) {
  int known = 0;
  switch (dtype) {
    case VK_I32: known = binary_i32(op, n, out, a, sa, b, sb); break;
    case VK_I64: known = binary_i64(op, n, out, a, sa, b, sb); break;
    case VK_U8: known = binary_u8(op, n, out, a, sa, b, sb); break;
    case VK_BOOL: known = binary_bool(op, n, out, a, sa, b, sb); break;
    default: break;
  }
  if (!known) vk_stop("operation %d is not computed with elements of type %d", op, dtype);
}

int vk_reduce_integer(int op, int dtype, vk_int outer, vk_int n, vk_int inner, void *out,
                      const void *a) {
  switch (dtype) {
    case VK_I32: return reduce_i32(op, outer, n, inner, out, a);
    case VK_I64: return reduce_i64(op, outer, n, inner, out, a);
    case VK_U8: return reduce_u8(op, outer, n, inner, out, a);
    case VK_BOOL: return reduce_bool(op, outer, n, inner, out, a);
    default: vk_stop("reduction %d is not computed with elements of type %d", op, dtype);
  }
}
