// A recorded computation: instructions one after another in words of 64 bits, carried out without
// an allocation. Included by VectorKernels.h.
//
// An instruction is a header, addresses and numbers:
//
//   header    kind | code << 8 | dtype << 16 | flags << 24 | n << 32
//
// `code` is an operation of vk_unary, vk_binary or vk_reduction, or as said below; `view` stands for
// the number of axes, the shape and the strides (in elements) of each operand.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum vk_replay_kind {
  // Numbers: out, a, b.
  VK_R_ADD_F32, VK_R_SUB_F32, VK_R_MUL_F32, VK_R_DIV_F32, VK_R_NEG_F32, VK_R_SQUARE_F32,
  VK_R_ADD_F64, VK_R_SUB_F64, VK_R_MUL_F64, VK_R_DIV_F64, VK_R_NEG_F64, VK_R_SQUARE_F64,
  // Copies of 4, 8 and n bytes: out, a.
  VK_R_COPY4, VK_R_COPY8, VK_R_COPY,
  // out, n bytes of zeros.
  VK_R_ZERO,
  VK_R_UNARY,        // out, a
  VK_R_UNARY_BLOCKS, // out, a; in the blocks in which vk_fused computes
  VK_R_UNARY_VIEW,   // out, a, view
  VK_R_BINARY,       // out, a, b; flags: stride of a, stride of b << 1
  VK_R_BINARY_VIEW,  // out, a, b, view
  VK_R_WHERE,        // out, condition, a, b, view
  VK_R_GATHER,       // out, a, view; n is the size of an element
  VK_R_SCATTER,      // out, a, view of out; n is the size of an element
  VK_R_SCATTER_ADD,  // out, a, view of out
  VK_R_CAST,         // out, a; code is the type of a
  VK_R_REDUCE,       // out, a, outer, n, inner
  VK_R_LOGSUMEXP,    // out, a, rows, n
  VK_R_SOFTMAX,      // out, a, rows, n
  VK_R_EXP_ROWS,     // out, a, y, g, rows, n
  VK_R_CUMSUM,       // out, a, outer, n, inner; code: whether from the end
  VK_R_ARG,          // out (VK_I32), a, outer, n, inner; code: whether the largest
  VK_R_GEMM,         // out, a, b, m, n, k, two strides of a, two of b, view of the batch
  VK_R_AFFINE,       // out, a, b, row, m, n, k, two strides of a, two of b
  VK_R_TAKE,         // out, a, index, outer, count, rows, width; n is the size of an element
  VK_R_ADD_ROWS,     // out, a, index, outer, count, rows, width; out holds what is added to
  VK_R_POLYGAMMA,    // out, a; code is the order
  VK_R_GUARD,        // a: one truth value, which code is expected to be
  VK_R_POSITIONS,    // out (VK_I32), a, rows: integers counted from the end where negative
};

// Carries out at most `budget` instructions and returns the word where it stopped; NULL where a truth
// value was another one than expected.
const uint64_t *vk_replay(const uint64_t *at, const uint64_t *end, ptrdiff_t budget);
// `n` elements in blocks of the length that vk_fused uses.
void vk_unary_blocks(int op, int dtype, ptrdiff_t n, void *out, const void *a);
// Another slot of the current thread: what it is recording.
void *vk_recorder_slot(void);
void vk_set_recorder_slot(void *value);
