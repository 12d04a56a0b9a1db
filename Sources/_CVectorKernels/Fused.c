// Chains of element-wise operations, evaluated block by block.
//
// One operation after another over whole arrays is bound by memory: every intermediate result goes
// out of the cache and comes back. Here a block of 2048 elements passes through all operations
// while it stays in the cache nearest to the core.
#include "Clones.h"
#include <string.h>

enum { BLOCK = VK_BLOCK, MOST_STEPS = 128 };

typedef struct {
  int dtype, sources, steps, slots;
  const vk_source *source;
  const vk_step *step;
  void *const *out;
  double *sum;
  // The scratch block that holds the result of each step, and where it goes into `out` instead.
  signed char slot[MOST_STEPS];
} plan;

// Gives each result that is not kept a block of scratch memory for as long as it is needed.
static void assign_slots(plan *p) {
  int last[MOST_STEPS], is_free[MOST_STEPS];
  for (int i = 0; i < p->steps; i++) {
    last[i] = i;
    int a = p->step[i].a - p->sources, b = p->step[i].b - p->sources;
    if (a >= 0) last[a] = i;
    if (b >= 0) last[b] = i;
  }
  if (p->sum) last[p->steps - 1] = p->steps;
  p->slots = 0;
  for (int i = 0; i < p->steps; i++) {
    p->slot[i] = -1;
    if (!p->out[i]) {
      int s = 0;
      while (s < p->slots && !is_free[s]) s++;
      if (s == p->slots) p->slots++;
      is_free[s] = 0;
      p->slot[i] = (signed char)s;
    }
    // Operands whose last reader this was; the result's own block is never one of them.
    for (int k = 0; k <= i; k++)
      if (last[k] == i && p->slot[k] >= 0) is_free[(int)p->slot[k]] = 1;
  }
}

// The elements that a broadcast source shows to `n` elements of the result from `at` on.
#define SPREAD(T)                                                                          \
  static void spread_##T(vk_int n, T *o, const T *a, vk_int inner, vk_int period, vk_int at) { \
    vk_int place = at / inner % period, left = inner - at % inner;                         \
    while (n > 0) {                                                                        \
      if (inner == 1) {                                                                    \
        vk_int run = period - place < n ? period - place : n;                              \
        memcpy(o, a + place, (size_t)run * sizeof(T));                                     \
        o += run, n -= run, place = 0;                                                     \
        continue;                                                                          \
      }                                                                                    \
      vk_int run = left < n ? left : n;                                                    \
      T x = a[place];                                                                      \
      for (vk_int i = 0; i < run; i++) o[i] = x;                                           \
      o += run, n -= run, left = inner;                                                    \
      if (++place == period) place = 0;                                                    \
    }                                                                                      \
  }
SPREAD(float)
SPREAD(double)

static void fused_part(void *context, vk_int begin, vk_int end) {
  const plan *p = (const plan *)context;
  vk_int size = p->dtype == VK_F64 ? 8 : 4;
  int spreads = 0;
  for (int i = 0; i < p->sources; i++) spreads += p->source[i].period > 0;
  size_t room = (size_t)(p->slots + spreads + 1) * BLOCK * (size_t)size;
  char *scratch = (char *)vk_scratch(room);
  const void *value[2 * MOST_STEPS];
  vk_int stride[2 * MOST_STEPS];
  for (int i = 0; i < p->sources; i++) stride[i] = p->source[i].stride;
  for (vk_int at = begin; at < end; at += BLOCK) {
    vk_int n = end - at < BLOCK ? end - at : BLOCK;
    int block = p->slots;
    for (int i = 0; i < p->sources; i++) {
      const vk_source *s = &p->source[i];
      value[i] = (const char *)s->data + at * size * stride[i];
      if (s->period == 0) continue;
      void *o = scratch + (vk_int)block++ * BLOCK * size;
      if (size == 4) spread_float(n, (float *)o, s->data, s->inner, s->period, at);
      else spread_double(n, (double *)o, s->data, s->inner, s->period, at);
      value[i] = o;
    }
    for (int i = 0; i < p->steps; i++) {
      const vk_step *s = &p->step[i];
      void *out = p->out[i] ? (char *)p->out[i] + at * size
                            : scratch + (vk_int)p->slot[i] * BLOCK * size;
      if (s->b < 0) vk_unary_run(s->op, p->dtype, n, out, value[s->a], stride[s->a]);
      else vk_binary_run(s->op, p->dtype, n, out, value[s->a], stride[s->a], value[s->b],
                         stride[s->b]);
      value[p->sources + i] = out;
      stride[p->sources + i] = 1;
    }
    if (p->sum) p->sum[at / BLOCK] = vk_sum(p->dtype, n, value[p->sources + p->steps - 1]);
  }
  vk_release(scratch, room);
}

int vk_fused_limit(void) { return MOST_STEPS; }

double vk_fused(int dtype, vk_int n, int sources, const vk_source *source, int steps,
                const vk_step *step, void *const *out, int sums) {
  plan p = {.dtype = dtype, .sources = sources, .steps = steps, .source = source, .step = step,
            .out = out};
  vk_int blocks = (n + BLOCK - 1) / BLOCK;
  if (sums) p.sum = (double *)vk_scratch((size_t)blocks * sizeof(double));
  assign_slots(&p);
  vk_parallel(n, 16 * BLOCK, fused_part, &p);
  double total = 0;
  if (sums) {
    // In the order of the elements, whatever thread took which block.
    for (vk_int i = 0; i < blocks; i++) total += p.sum[i];
    vk_release(p.sum, (size_t)blocks * sizeof(double));
  }
  return total;
}
