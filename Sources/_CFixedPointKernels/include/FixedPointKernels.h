// Inner loops of nonnegative matrix factorization, and of Anderson's mixing.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Hierarchical alternating least squares for V = W H, of [m, n], [m, r] and [r, n], which are copied.
typedef struct cf_sweeps_state cf_sweeps_state;
cf_sweeps_state *cf_sweeps(int is_double, ptrdiff_t m, ptrdiff_t n, ptrdiff_t r, const void *v,
                           const void *w, const void *h);
// Moves W and then H; the square of the projected gradient's length as the two halves met it.
double cf_sweeps_step(cf_sweeps_state *);
void cf_sweeps_read(const cf_sweeps_state *, void *w, void *h);
void cf_sweeps_free(cf_sweeps_state *);

// Products with `rows` rows of V, [rows, n]: t [r, rows] <- H V', and sum [r, n] (+)= w V for w [r, rows].
// `ld` is what lies between the rows of each; n is a multiple of the elements in 64 bytes.
void cf_inner(int is_double, ptrdiff_t r, ptrdiff_t rows, ptrdiff_t n, const void *h, ptrdiff_t ldh,
              const void *v, ptrdiff_t ldv, void *t, ptrdiff_t ldt);
void cf_outer(int is_double, ptrdiff_t r, ptrdiff_t rows, ptrdiff_t n, const void *w, ptrdiff_t ldw,
              const void *v, ptrdiff_t ldv, void *sum, ptrdiff_t lds, int adds);

// One step of Anderson's mixing (type II) for each of `rows` points of `width` numbers.
//
// `image` is g(z), `residual` g(z) - z; `last_image` and `last_residual` are those of the step before and
// become these. `images` and `residuals`, [memory, rows, width], hold differences; this step's go to `slot`
// and the first `count` of them (after it) are used. `products`, [rows, memory, memory], are theirs. With
// count 0 nothing but the last ones is kept. z <- image - sum gamma_k images_k for the gamma that makes
// |residual - sum gamma_k residuals_k|^2 + regularization trace |gamma|^2 least.
void cf_mix(int is_double, ptrdiff_t rows, ptrdiff_t width, ptrdiff_t memory, ptrdiff_t slot,
            ptrdiff_t count, double regularization, const void *image, const void *residual,
            void *last_image, void *last_residual, void *images, void *residuals, double *products,
            void *z);

#ifdef __cplusplus
}
#endif
