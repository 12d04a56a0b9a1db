// Hierarchical alternating least squares.
//
// Rows of W do not see each other, so that a block of V's rows serves twice while it is in cache: for the pull
// on its rows of W, and then, with their new values, for the pull on H. Parts are the same for any number
// of threads, and so are the sums.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "FixedPointKernels.h"

// VectorKernels.h is for C; its import inside extern "C" is refused where it is a module.
typedef intptr_t vk_int;
extern "C" void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int),
                            void *context);
extern "C" double vk_nonnegative_sweep(int dtype, vk_int r, vk_int n, const void *g, const void *b,
                                       void *x);

struct cf_sweeps_state {
  virtual ~cf_sweeps_state() = default;
  virtual double step() = 0;
  virtual void read(void *w, void *h) const = 0;
};

namespace {

template <class T>
struct Sweeps final : cf_sweeps_state {
  // Also the number of the type in VectorKernels.h.
  static constexpr int DOUBLE = sizeof(T) == 8;
  typedef std::vector<T> Vector;
  const ptrdiff_t m, n, r;
  const T *v;
  ptrdiff_t block;
  Vector h, gram;
  // A part's rows of W in blocks, [r, rows of the block], its columns of H, the pulls on both, WᵀW or HHᵀ, and WᵀV.
  struct Part {
    ptrdiff_t row, last_row, column, last_column;
    Vector w, h, pull, gram, target;
    double met;
  };
  std::vector<Part> parts;

  Sweeps(ptrdiff_t m, ptrdiff_t n, ptrdiff_t r, const T *v, const T *w, const T *h0)
      : m(m), n(n), r(r), v(v), h(h0, h0 + r * n), gram(r * r) {
    const ptrdiff_t count = std::clamp<ptrdiff_t>(std::min(m, n) / 16, 1, 4);
    // A quarter of a megabyte of V stays in a second-level cache, beside H and the pull on it.
    block = std::clamp<ptrdiff_t>((1 << 18) / (n * (ptrdiff_t)sizeof(T)) / 4 * 4, 4, 48);
    parts.resize(count);
    for (ptrdiff_t k = 0; k < count; ++k) {
      Part &p = parts[k];
      p.row = m * k / count, p.last_row = m * (k + 1) / count;
      p.column = n * k / count, p.last_column = n * (k + 1) / count;
      const ptrdiff_t columns = p.last_column - p.column;
      p.w.resize(r * (p.last_row - p.row)), p.h.resize(r * columns), p.target.resize(r * n);
      p.pull.resize(r * std::max(columns, block)), p.gram.resize(r * r);
      each_block(p, [&](ptrdiff_t from, ptrdiff_t rows, T *own) {
        for (ptrdiff_t i = 0; i < rows; ++i)
          for (ptrdiff_t j = 0; j < r; ++j) own[j * rows + i] = w[(from + i) * r + j];
      });
      for (ptrdiff_t j = 0; j < r; ++j)
        std::copy_n(h.data() + j * n + p.column, columns, p.h.data() + j * columns);
      cf_inner(DOUBLE, r, r, columns, p.h.data(), p.h.data(), p.gram.data());
    }
  }

  template <class Body>
  void each_block(Part &p, Body body) const {
    for (ptrdiff_t from = p.row; from < p.last_row; from += block)
      body(from, std::min(block, p.last_row - from), p.w.data() + (from - p.row) * r);
  }

  void rows_of(Part &p) {
    std::fill(p.target.begin(), p.target.end(), T(0)), std::fill(p.gram.begin(), p.gram.end(), T(0));
    p.met = 0;
    Vector own(r * r);
    each_block(p, [&](ptrdiff_t from, ptrdiff_t rows, T *w) {
      const T *data = v + from * n;
      cf_inner(DOUBLE, r, rows, n, h.data(), data, p.pull.data());
      p.met += vk_nonnegative_sweep(DOUBLE, r, rows, gram.data(), p.pull.data(), w);
      cf_outer(DOUBLE, r, rows, n, w, data, p.target.data());
      cf_inner(DOUBLE, r, r, rows, w, w, own.data());
      for (ptrdiff_t i = 0; i < r * r; ++i) p.gram[i] += own[i];
    });
  }

  void columns_of(Part &p) {
    const ptrdiff_t columns = p.last_column - p.column;
    for (ptrdiff_t j = 0; j < r; ++j) {
      T *pull = p.pull.data() + j * columns;
      std::fill_n(pull, columns, T(0));
      for (const Part &other : parts) {
        const T *from = other.target.data() + j * n + p.column;
        for (ptrdiff_t i = 0; i < columns; ++i) pull[i] += from[i];
      }
    }
    p.met = vk_nonnegative_sweep(DOUBLE, r, columns, gram.data(), p.pull.data(), p.h.data());
    for (ptrdiff_t j = 0; j < r; ++j)
      std::copy_n(p.h.data() + j * columns, columns, h.data() + j * n + p.column);
    cf_inner(DOUBLE, r, r, columns, p.h.data(), p.h.data(), p.gram.data());
  }

  template <void (Sweeps::*BODY)(Part &)>
  double half() {
    std::fill(gram.begin(), gram.end(), T(0));
    for (const Part &p : parts)
      for (ptrdiff_t i = 0; i < r * r; ++i) gram[i] += p.gram[i];
    vk_parallel(
        (vk_int)parts.size(), 1,
        [](void *context, vk_int begin, vk_int end) {
          Sweeps *self = (Sweeps *)context;
          for (vk_int k = begin; k < end; ++k) (self->*BODY)(self->parts[k]);
        },
        this);
    double met = 0;
    for (const Part &p : parts) met += p.met;
    return met;
  }

  double step() override {
    const double first = half<&Sweeps::rows_of>();
    return first + half<&Sweeps::columns_of>();
  }

  void read(void *w_, void *h_) const override {
    T *w = (T *)w_;
    for (const Part &p : parts)
      each_block(const_cast<Part &>(p), [&](ptrdiff_t from, ptrdiff_t rows, T *own) {
        for (ptrdiff_t i = 0; i < rows; ++i)
          for (ptrdiff_t j = 0; j < r; ++j) w[(from + i) * r + j] = own[j * rows + i];
      });
    std::copy(h.begin(), h.end(), (T *)h_);
  }
};

}  // namespace

cf_sweeps_state *cf_sweeps(int is_double, ptrdiff_t m, ptrdiff_t n, ptrdiff_t r, const void *v,
                           const void *w, const void *h) {
  if (is_double)
    return new Sweeps<double>(m, n, r, (const double *)v, (const double *)w, (const double *)h);
  return new Sweeps<float>(m, n, r, (const float *)v, (const float *)w, (const float *)h);
}
double cf_sweeps_step(cf_sweeps_state *s) { return s->step(); }
void cf_sweeps_read(const cf_sweeps_state *s, void *w, void *h) { s->read(w, h); }
void cf_sweeps_free(cf_sweeps_state *s) { delete s; }
