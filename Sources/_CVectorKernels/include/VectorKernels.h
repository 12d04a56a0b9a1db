// The vector kernels of `Tensors`.
//
// Why C: a Swift build for baseline x86-64 uses SSE2 and cannot choose better code by CPU at run
// time; clang compiles each function below for several CPUs and the loader picks one. Everything
// that decides (shapes, dtypes, errors) stays in Swift; these functions trust their arguments.
#pragma once
#include <stdint.h>
#include <stddef.h>

typedef ptrdiff_t vk_int;

// Halves (F16, BF16) are only stored: they are copied and cast, and computed with as F32.
enum vk_dtype {
  VK_F32 = 0, VK_F64 = 1, VK_I32 = 2, VK_BOOL = 3, VK_I64 = 4, VK_U8 = 5, VK_F16 = 6, VK_BF16 = 7
};
// Axes of strided operands, at most.
enum { VK_AXES = 64 };

// Ends the cell with a sentence, as Swift's fatalError does.
__attribute__((noreturn, cold)) void vk_stop(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

enum vk_unary {
  VK_NEG, VK_ABS, VK_SIGN, VK_SQUARE, VK_SQRT, VK_RECIPROCAL, VK_EXP, VK_EXPM1, VK_LOG, VK_LOG1P,
  VK_LOG2, VK_LOG10, VK_SIN, VK_COS, VK_TAN, VK_ASIN, VK_ACOS, VK_ATAN, VK_SINH, VK_COSH,
  VK_ASINH, VK_ACOSH, VK_ATANH, VK_TANH, VK_SIGMOID, VK_SOFTPLUS, VK_ERF, VK_ERFC, VK_LGAMMA, VK_DIGAMMA,
  VK_TRIGAMMA, VK_FLOOR, VK_CEIL, VK_ROUND, VK_TRUNC, VK_RELU, VK_ISNAN, VK_ISINF, VK_ISFINITE,
  VK_NOT
};

enum vk_binary {
  VK_ADD, VK_SUB, VK_MUL, VK_DIV, VK_POW, VK_MAX, VK_MIN, VK_MOD, VK_FLOORDIV, VK_ATAN2,
  VK_TANH_GRAD, VK_SIGMOID_GRAD, VK_RELU_GRAD,
  VK_EQ, VK_NE, VK_LT, VK_LE, VK_GT, VK_GE, VK_AND, VK_OR, VK_XOR
};

enum vk_reduction { VK_SUM, VK_PROD, VK_RMAX, VK_RMIN, VK_ANY, VK_ALL };

// Element-wise, `out` contiguous in the order of `shape`; strides in elements.
void vk_unary(int op, int dtype, int ndim, const vk_int *shape, void *out, const void *a,
              const vk_int *sa);
void vk_binary(int op, int dtype, int ndim, const vk_int *shape, void *out, const void *a,
               const vk_int *sa, const void *b, const vk_int *sb);
void vk_where(int dtype, int ndim, const vk_int *shape, void *out, const uint8_t *c,
              const vk_int *sc, const void *a, const vk_int *sa, const void *b, const vk_int *sb);
// One run of `n` elements; a stride is 1, 0 or any other number of elements.
void vk_unary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa);
void vk_binary_run(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                   const void *b, vk_int sb);
// Polygamma functions of an order from 2 to 41.
void vk_polygamma_run(int order, int dtype, vk_int n, void *out, const void *a);

// The same over contiguous operands (stride 1) or single elements (stride 0), in parallel when long.
void vk_unary_flat(int op, int dtype, vk_int n, void *out, const void *a);
void vk_binary_flat(int op, int dtype, vk_int n, void *out, const void *a, vk_int sa,
                    const void *b, vk_int sb);

// A chain of element-wise operations over contiguous operands (stride 1) or single elements
// (stride 0), block by block. A source with a period is a broadcast one: element `i` of the result
// meets its element `i / inner % period`. Operands are numbered: sources first, then the results of the steps
// in order; `b` is -1 in a step of one operand. `out[i]` is where the result of step `i` goes, NULL
// if nobody asks for it. Returns the sum of the last result if `sums`. At most vk_fused_limit()
// steps and as many sources.
typedef struct { const void *data; vk_int stride, inner, period; } vk_source;
typedef struct { int op, a, b; } vk_step;
double vk_fused(int dtype, vk_int n, int sources, const vk_source *source, int steps,
                const vk_step *step, void *const *out, int sums);
int vk_fused_limit(void);
// Elements of a block there, at most.
enum { VK_BLOCK = 2048 };

// Strided copies: gather into contiguous `out`, or scatter contiguous `a` into strided `out`.
void vk_gather_view(int size, int ndim, const vk_int *shape, void *out, const void *a,
                    const vk_int *sa);
void vk_scatter_view(int size, int ndim, const vk_int *shape, void *out, const vk_int *so,
                     const void *a);
// Adds contiguous `a` to strided `out`; floats and doubles only.
void vk_scatter_add(int dtype, int ndim, const vk_int *shape, void *out, const vk_int *so,
                    const void *a);
void vk_cast(int to, int from, vk_int n, void *out, const void *a);
void vk_fill(int dtype, vk_int n, void *out, double value);

// Reductions of [outer, n, inner] to [outer, inner]. Integers and masks are summed and multiplied
// in 64 bits, so that `out` of VK_SUM and VK_PROD is VK_I64 for them; returns 0 where that is not
// enough.
int vk_reduce(int op, int dtype, vk_int outer, vk_int n, vk_int inner, void *out, const void *a);
void vk_arg(int is_max, int dtype, vk_int outer, vk_int n, vk_int inner, int32_t *out,
            const void *a);
// Floats and VK_I64; returns 0 where 64 bits are not enough.
int vk_cumsum(int dtype, int reversed, vk_int outer, vk_int n, vk_int inner, void *out,
              const void *a);
// Running products of [outer, n, inner], in order.
void vk_cumprod(int dtype, vk_int outer, vk_int n, vk_int inner, void *out, const void *a);
// s[i] = b[i] + a[i]·s[i − 1], or s[i + 1] if `reversed`, along the middle axis.
void vk_recurrence(int dtype, int reversed, vk_int outer, vk_int n, vk_int inner, void *out,
                   const void *a, const void *b);
// The sum of contiguous elements; long runs are added in double precision.
double vk_sum(int dtype, vk_int n, const void *a);
// Rows of [rows, n].
void vk_logsumexp_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a);
void vk_softmax_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a);
// g·exp(a − y) of rows with one y and one g each: what logsumexp gives back. 0 where y is −∞.
void vk_exp_rows(int dtype, vk_int rows, vk_int n, void *out, const void *a, const void *y,
                 const void *g);
double vk_dot(int dtype, vk_int n, const void *a, const void *b);

// c[m,n] (+)= op(a)·op(b); strides (row, column) in elements of a and b; c has row stride ldc.
void vk_gemm_f32(vk_int m, vk_int n, vk_int k, const float *a, vk_int ras, vk_int cas,
                 const float *b, vk_int rbs, vk_int cbs, float *c, vk_int ldc, int accumulate);
void vk_gemm_f64(vk_int m, vk_int n, vk_int k, const double *a, vk_int ras, vk_int cas,
                 const double *b, vk_int rbs, vk_int cbs, double *c, vk_int ldc, int accumulate);
// c = a*b for all items of a batch: contiguous [shape..., m, n], with the strides `sa` and `sb` of its axes.
void vk_products(int dtype, vk_int m, vk_int n, vk_int k, const void *a, vk_int ras, vk_int cas,
                 const void *b, vk_int rbs, vk_int cbs, void *c, int axes, const vk_int *shape,
                 const vk_int *sa, const vk_int *sb);

// Rows of `width` elements of `size` bytes: gathered by index, or added at an index.
void vk_take_rows(int size, vk_int outer, vk_int count, vk_int rows, vk_int width, void *out,
                  const void *a, const int32_t *index);
void vk_add_rows(int dtype, vk_int outer, vk_int count, vk_int rows, vk_int width, void *out,
                 const void *a, const int32_t *index);

// Patches of images [n,h,w,c] -> [n,oh,ow,kh,kw,c], and the transposed map, which adds.
typedef struct {
  vk_int n, h, w, c, kh, kw, oh, ow, sh, sw, ph, pw, dh, dw;
} vk_window;
void vk_unfold(int dtype, const vk_window *s, void *out, const void *a);
void vk_fold(int dtype, const vk_window *s, void *out, const void *a);
// Images times kernels [kh·kw·c, d] -> [n,oh,ow,d]; the transpose with respect to the images, from
// [n,oh,ow,d]; and with respect to the kernel, of images `a` and results `b`.
void vk_convolve(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                 const void *kernel);
// Rows begin..<end (of all n·oh) of the same, on this thread, without a copy of the windows; for
// kernels that stay in a cache. Windows of up to VK_WINDOW_RUNS pixels.
enum { VK_WINDOW_RUNS = 256 };
void vk_convolve_rows(int dtype, const vk_window *s, vk_int d, vk_int begin, vk_int end, void *out,
                      const void *a, const void *kernel);
void vk_convolve_input(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                       const void *kernel);
void vk_convolve_kernel(int dtype, const vk_window *s, vk_int d, void *out, const void *a,
                        const void *b);

// Σ_j x[j]·exp(sign·2πi·jk/n) of each row of `n` complex numbers (real and imaginary parts beside
// each other), not scaled.
void vk_fourier(int dtype, int sign, vk_int rows, vk_int n, void *out, const void *in);

// Optimiser steps over one parameter, in place.
void vk_adam(int dtype, vk_int n, void *p, const void *g, void *m, void *v, double lr,
             double beta1, double beta2, double eps, double decay, double scale1, double scale2);
void vk_axpy(int dtype, vk_int n, double alpha, const void *x, void *y);

// Memory: blocks aligned to 64 bytes (to 16 up to 512), kept for reuse. NULL when there is none.
// What is released has the size that was asked for.
void *vk_allocate(size_t bytes);
// For tests: fills fresh blocks with a byte; -1 leaves them as they are.
void vk_poison(int byte);
void *vk_scratch(size_t bytes);  // ends the cell where there is none
void vk_release(void *block, size_t bytes);
// Memory of the current thread, in its core's cache, until it asks again.
void *vk_workspace(size_t bytes);
size_t vk_cached_bytes(void);
size_t vk_physical_memory(void);

// Counter-based random numbers, Philox4x32-10.
void vk_philox(uint32_t key0, uint32_t key1, const uint32_t counter[4], uint32_t out[4]);
enum vk_use { VK_USE_NORMAL, VK_USE_UNIFORM, VK_USE_BITS, VK_USE_INTEGERS, VK_USE_ORDER, VK_USE_COINS };
void vk_random_bits(uint64_t key, uint64_t offset, uint32_t use, vk_int n, uint32_t *out);
void vk_random_uniform(int dtype, uint64_t key, uint64_t offset, uint32_t use, vk_int n,
                       void *out);
void vk_random_normal(int dtype, uint64_t key, uint64_t offset, vk_int n, void *out);

// Logarithm and exponential that give the same bits on every machine.
double vk_stable_log(double x);
double vk_stable_exp(double x);

// The current thread's tape: a slot that costs one load.
void *vk_thread_slot(void);
void vk_set_thread_slot(void *value);

// Work in pieces on the library's threads; `body(context, begin, end)`.
void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context);
// The same for pieces of a few microseconds: nobody is woken for them, but who is awake helps.
void vk_parallel_awake(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context);
void vk_set_threads(int threads);
int vk_threads(void);
// Processors that this process may use, and what the control groups named in the file `membership`
// allow whose tree is at `mount` (INT_MAX without a limit).
int vk_processors(void);
int vk_quota(const char *membership, const char *mount);

#include "SinkhornKernels.h"
#include "ReplayKernels.h"
