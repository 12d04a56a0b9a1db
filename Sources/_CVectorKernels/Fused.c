// Chains of element-wise operations, evaluated block by block.
//
// One operation after another over whole arrays is bound by memory: every intermediate result goes
// out of the cache and comes back. Here a block of 2048 elements, or 1024 where there are many
// results at a time, passes through all operations while it stays in the cache nearest to the core.
// A tanh and its derivative at the same place share their exponential.
#include "Clones.h"
#include <string.h>

enum { MOST_STEPS = 128, CACHE = 32 << 10 };

void vk_tanh_slope_f32(vk_int n, void *out, void *slope, const void *a);
void vk_tanh_slope_f64(vk_int n, void *out, void *slope, const void *a);

typedef struct {
  int dtype, sources, steps, slots;
  vk_int block;
  const vk_source *source;
  const vk_step *step;
  void *const *out;
  double *sum;
  // The scratch block that holds the result of each step; −1 where it goes into `out` instead.
  short slot[MOST_STEPS];
  // The block for the derivative that a tanh makes along with its own result, or −1; and the tanh
  // that made it for a step that multiplies by it, or −1.
  short slope[MOST_STEPS], maker[MOST_STEPS];
} plan;

// Whether multiplications and additions are fused, so that a tanh has the same bits alone and with
// its derivative.
static int shares_tanh(void) {
#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__) && defined(__OPTIMIZE__)
  return 1;
#else
  return 0;
#endif
}

// Finds the derivatives of tanh that an earlier step can make; `last` says how long they are needed.
static void pair_tanh(plan *p, int *last) {
  int shares = shares_tanh();
  for (int i = 0; i < p->steps; i++) {
    p->slope[i] = p->maker[i] = -1;
    last[i] = -1;
    if (!shares || p->step[i].b < 0 || p->step[i].op != VK_TANH_GRAD) continue;
    for (int k = 0; k < i && p->maker[i] < 0; k++)
      if (p->step[k].b < 0 && p->step[k].op == VK_TANH && p->step[k].a == p->step[i].b)
        p->maker[i] = (short)k, last[k] = i;
  }
}

static short free_slot(plan *p, int *is_free) {
  int s = 0;
  while (s < p->slots && !is_free[s]) s++;
  if (s == p->slots) p->slots++;
  is_free[s] = 0;
  return (short)s;
}

// Gives each result that is not kept a block of scratch memory for as long as it is needed.
static void assign_slots(plan *p) {
  int last[MOST_STEPS], last_slope[MOST_STEPS], is_free[2 * MOST_STEPS];
  pair_tanh(p, last_slope);
  for (int i = 0; i < p->steps; i++) {
    last[i] = i;
    int a = p->step[i].a - p->sources, b = p->step[i].b - p->sources;
    if (a >= 0) last[a] = i;
    if (b >= 0) last[b] = i;
  }
  if (p->sum) last[p->steps - 1] = p->steps;
  p->slots = 0;
  for (int i = 0; i < p->steps; i++) {
    p->slot[i] = p->out[i] ? -1 : free_slot(p, is_free);
    if (last_slope[i] > i) p->slope[i] = free_slot(p, is_free);
    // Operands whose last reader this was; the result's own block is never one of them.
    for (int k = 0; k <= i; k++) {
      if (last[k] == i && p->slot[k] >= 0) is_free[p->slot[k]] = 1;
      if (last_slope[k] == i) is_free[p->slope[k]] = 1;
    }
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
  size_t room = (size_t)(p->slots + spreads + 1) * (size_t)(p->block * size);
  char *scratch = (char *)vk_scratch(room);
  const void *value[2 * MOST_STEPS];
  vk_int stride[2 * MOST_STEPS];
  for (int i = 0; i < p->sources; i++) stride[i] = p->source[i].stride;
  for (vk_int at = begin; at < end; at += p->block) {
    vk_int n = end - at < p->block ? end - at : p->block;
    int block = p->slots;
    for (int i = 0; i < p->sources; i++) {
      const vk_source *s = &p->source[i];
      value[i] = (const char *)s->data + at * size * stride[i];
      if (s->period == 0) continue;
      void *o = scratch + block++ * p->block * size;
      if (size == 4) spread_float(n, (float *)o, s->data, s->inner, s->period, at);
      else spread_double(n, (double *)o, s->data, s->inner, s->period, at);
      value[i] = o;
    }
    for (int i = 0; i < p->steps; i++) {
      const vk_step *s = &p->step[i];
      void *out = p->out[i] ? (char *)p->out[i] + at * size
                            : scratch + p->slot[i] * p->block * size;
      if (p->slope[i] >= 0)
        (size == 4 ? vk_tanh_slope_f32 : vk_tanh_slope_f64)(
            n, out, scratch + p->slope[i] * p->block * size, value[s->a]);
      else if (p->maker[i] >= 0)
        vk_binary_run(VK_MUL, p->dtype, n, out, value[s->a], stride[s->a],
                      scratch + p->slope[p->maker[i]] * p->block * size, 1);
      else if (s->b < 0) vk_unary_run(s->op, p->dtype, n, out, value[s->a], stride[s->a]);
      else vk_binary_run(s->op, p->dtype, n, out, value[s->a], stride[s->a], value[s->b],
                         stride[s->b]);
      value[p->sources + i] = out;
      stride[p->sources + i] = 1;
    }
    if (p->sum) p->sum[at / VK_BLOCK] = vk_sum(p->dtype, n, value[p->sources + p->steps - 1]);
  }
  vk_release(scratch, room);
}

int vk_fused_limit(void) { return MOST_STEPS; }

double vk_fused(int dtype, vk_int n, int sources, const vk_source *source, int steps,
                const vk_step *step, void *const *out, int sums) {
  plan p = {.dtype = dtype, .sources = sources, .steps = steps, .source = source, .step = step,
            .out = out};
  vk_int blocks = (n + VK_BLOCK - 1) / VK_BLOCK;
  if (sums) p.sum = (double *)vk_scratch((size_t)blocks * sizeof(double));
  assign_slots(&p);
  // Sums are of whole blocks, so that they do not depend on what else is computed, and sine and cosine
  // choose their way for a block at a time.
  int arrays = p.slots, chooses = 0;
  for (int i = 0; i < steps; i++)
    chooses |= step[i].b < 0 && (step[i].op == VK_SIN || step[i].op == VK_COS);
  for (int i = 0; i < sources; i++) arrays += source[i].stride > 0 || source[i].period > 0;
  for (int i = 0; i < steps; i++) arrays += out[i] != NULL;
  int size = dtype == VK_F64 ? 8 : 4;
  p.block = !sums && !chooses && arrays * VK_BLOCK * size > CACHE ? VK_BLOCK / 2 : VK_BLOCK;
  vk_parallel(n, 16 * VK_BLOCK, fused_part, &p);
  double total = 0;
  if (sums) {
    // In the order of the elements, whatever thread took which block.
    for (vk_int i = 0; i < blocks; i++) total += p.sum[i];
    vk_release(p.sum, (size_t)blocks * sizeof(double));
  }
  return total;
}
