#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "ConvexKernels.h"
#include "SparseFactor.h"

// VectorKernels.h is for C; its import inside extern "C" is refused where it is a module.
typedef intptr_t vk_int;
extern "C" void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int),
                            void *context);

#define RESTRICT __restrict__
#pragma clang fp contract(fast)

extern "C" {
void dpotrf_(const char *, const int *, double *, const int *, int *);
void dpotrs_(const char *, const int *, const int *, const double *, const int *, double *,
             const int *, int *);
void dsyrk_(const char *, const char *, const int *, const int *, const double *, const double *,
            const int *, const double *, double *, const int *);
}

namespace {

// One block of memory that a thread uses again for each problem.
struct Arena {
  double *memory = nullptr;
  int64_t size = 0;
  double *take(int64_t count) {
    if (count > size) {
      std::free(memory);
      size = count + count / 2;
      memory = (double *)std::aligned_alloc(64, (size * 8 + 63) / 64 * 64);
      if (!memory) std::abort();
    }
    return memory;
  }
  ~Arena() { std::free(memory); }
};

struct Kernels {
  void (*solve)(const cq_problem *, const cq_options *, int32_t warm, double *x, double *y,
                cq_report *, Arena &);
  double (*sensitivity)(const cq_problem *, const cq_options *, const double *x, const double *y,
                        double smoothing, double *a, double *b, Arena &);
  void (*lanes)(const cq_problem *, int count, const cq_options *, double *const *x,
                double *const *y, cq_report *const *, Arena &);
};
#define LOOPS "InteriorPoint.inc"
#include "EachCPU.inc"

Arena &own_arena() {
  static thread_local Arena arena;
  return arena;
}

// Problem k of a batch.
cq_problem at(const cq_batch *b, int64_t k) {
  cq_problem c = b->first;
  c.p += k * b->p_stride, c.q += k * b->q_stride, c.a += k * b->a_stride;
  c.l += k * b->l_stride, c.u += k * b->u_stride;
  return c;
}

struct SolveAll {
  const cq_batch *batch;
  const cq_options *options;
  int32_t warm;
  double *x, *y;
  cq_report *reports;
};
void solve_one(const SolveAll *all, int64_t k) {
  const cq_problem c = at(all->batch, k);
  double *x = all->x + k * c.n, *y = all->y + k * c.m;
  if (all->options->stop && all->options->stop(all->options->stop_context)) {
    // The rest is answered by its start, and says what that is worth.
    if (!all->warm) std::fill(x, x + c.n, 0.0), std::fill(y, y + c.m, 0.0);
    all->reports[k] = cq_report();
    all->reports[k].status = CQ_INTERRUPTED;
    cq_residuals(&c, x, y, &all->reports[k].measure);
    return;
  }
  kernels().solve(&c, all->options, all->warm, x, y, all->reports + k, own_arena());
}
void solve_some(void *context, vk_int from, vk_int to) {
  const SolveAll *all = (const SolveAll *)context;
  const cq_problem &first = all->batch->first;
  const cq_options *o = all->options;
  // Where eight problems fit into a core's cache; relative tolerances and starts are left to the
  // method for one.
  const bool small = first.n <= 64 && first.m <= 128;
  if (!small || all->warm || o->eps_rel > 0) {
    for (vk_int k = from; k < to; ++k) solve_one(all, k);
    return;
  }
  for (vk_int k = from; k < to; k += 8) {
    const int count = (int)std::min<vk_int>(8, to - k);
    cq_problem c[8];
    double *x[8], *y[8];
    cq_report *reports[8];
    for (int lane = 0; lane < count; ++lane) {
      c[lane] = at(all->batch, k + lane);
      x[lane] = all->x + (k + lane) * first.n, y[lane] = all->y + (k + lane) * first.m;
      reports[lane] = all->reports + k + lane;
    }
    kernels().lanes(c, count, o, x, y, reports, own_arena());
    for (int lane = 0; lane < count; ++lane)
      if (reports[lane]->status != CQ_SOLVED) solve_one(all, k + lane);
  }
}

struct DifferentiateAll {
  const cq_batch *batch;
  const cq_options *options;
  double smoothing;
  const double *x, *y;
  double *a, *b, *margins;
};
void differentiate_some(void *context, vk_int from, vk_int to) {
  const DifferentiateAll *all = (const DifferentiateAll *)context;
  for (vk_int k = from; k < to; ++k) {
    const cq_problem c = at(all->batch, k);
    all->margins[k] =
        kernels().sensitivity(&c, all->options, all->x + k * c.n, all->y + k * c.m, all->smoothing,
                              all->a + k * c.n, all->b + k * c.m, own_arena());
  }
}

}  // namespace

void cq_solve(const cq_problem *problem, const cq_options *options, int32_t warm, double *x,
              double *y, cq_report *report) {
  kernels().solve(problem, options, warm, x, y, report, own_arena());
}

double cq_sensitivity(const cq_problem *problem, const cq_options *options, double smoothing,
                      const double *x, const double *y, double *a, double *b) {
  return kernels().sensitivity(problem, options, x, y, smoothing, a, b, own_arena());
}

void cq_solve_batch(const cq_batch *batch, const cq_options *options, int32_t warm, double *x,
                    double *y, cq_report *reports) {
  SolveAll all = {batch, options, warm, x, y, reports};
  vk_parallel(batch->count, 8, solve_some, &all);
}

void cq_sensitivity_batch(const cq_batch *batch, const cq_options *options, double smoothing,
                          const double *x, const double *y, double *a, double *b,
                          double *margins) {
  DifferentiateAll all = {batch, options, smoothing, x, y, a, b, margins};
  vk_parallel(batch->count, 8, differentiate_some, &all);
}
