// Hierarchical alternating least squares.
//
// Rows of W do not see each other, so that a block of V's rows serves twice while it is in cache: for the
// pull on its rows of W, and then, with their new values, for the pull on H. Parts are the same for any number
// of threads, and so are the sums; a thread goes on with the parts that it had before, as long as they
// are there to be taken, for they are in its own cache.
//
// Rows are padded with zeros to whole vectors, on lines of their own; what is padded stays zero.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
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
struct OnLines {
  typedef T value_type;
  T *allocate(size_t n) { return (T *)::operator new(n * sizeof(T), std::align_val_t(64)); }
  void deallocate(T *p, size_t) { ::operator delete(p, std::align_val_t(64)); }
  bool operator==(const OnLines &) const { return true; }
  bool operator!=(const OnLines &) const { return false; }
};

// Its address is a thread's name.
thread_local char self;

template <class T>
struct Sweeps final : cf_sweeps_state {
  // Also the number of the type in VectorKernels.h.
  static constexpr int DOUBLE = sizeof(T) == 8;
  static constexpr ptrdiff_t LANES = 64 / sizeof(T);
  typedef std::vector<T, OnLines<T>> Vector;
  static ptrdiff_t padded(ptrdiff_t n) { return (n + LANES - 1) / LANES * LANES; }

  const ptrdiff_t m, n, r, ld;
  ptrdiff_t block;
  Vector h, gram;
  // A part's rows of V and, in blocks of [r, rows of the block], of W; its columns of H; the pull on either,
  // WᵀW or HHᵀ, and WᵀV.
  struct Part {
    ptrdiff_t row, last_row, column, columns;
    Vector v, w, h, pull, gram, target;
    double met;
    std::atomic<const char *> owner{nullptr};
    std::atomic<bool> is_taken{false};
  };
  std::vector<Part> parts;

  Sweeps(ptrdiff_t m, ptrdiff_t n, ptrdiff_t r, const T *v, const T *w, const T *h0)
      : m(m), n(n), r(r), ld(padded(n)), h(r * ld), gram(r * r),
        parts(std::clamp<ptrdiff_t>(std::min(m, n) / 16, 1, 4)) {
    const ptrdiff_t count = parts.size();
    for (ptrdiff_t j = 0; j < r; ++j) std::copy_n(h0 + j * n, n, h.data() + j * ld);
    // Half a megabyte of V at most stays in a second-level cache, beside H and the pull on it.
    const ptrdiff_t rows = (m + count - 1) / count;
    const ptrdiff_t most = std::max<ptrdiff_t>((1 << 19) / (ld * (ptrdiff_t)sizeof(T)), 4);
    const ptrdiff_t blocks = (rows + most - 1) / most;
    block = (rows + blocks - 1) / blocks;
    for (ptrdiff_t k = 0; k < count; ++k) {
      Part &p = parts[k];
      p.row = m * k / count, p.last_row = m * (k + 1) / count;
      p.column = ld / LANES * k / count * LANES;
      p.columns = ld / LANES * (k + 1) / count * LANES - p.column;
      p.v.resize((p.last_row - p.row) * ld), p.w.resize(r * blocks * padded(block));
      p.h.resize(r * p.columns), p.target.resize(r * ld);
      p.pull.resize(r * std::max(p.columns, padded(block))), p.gram.resize(r * r);
      for (ptrdiff_t i = p.row; i < p.last_row; ++i)
        std::copy_n(v + i * n, n, p.v.data() + (i - p.row) * ld);
      each_block(p, [&](ptrdiff_t from, ptrdiff_t rows, T *own) {
        for (ptrdiff_t i = 0; i < rows; ++i)
          for (ptrdiff_t j = 0; j < r; ++j) own[j * padded(rows) + i] = w[(from + i) * r + j];
      });
      for (ptrdiff_t j = 0; j < r; ++j)
        std::copy_n(h.data() + j * ld + p.column, p.columns, p.h.data() + j * p.columns);
      own_gram(p);
    }
  }

  template <class Body>
  void each_block(Part &p, Body body) const {
    T *w = p.w.data();
    for (ptrdiff_t from = p.row; from < p.last_row; from += block, w += r * padded(block))
      body(from, std::min(block, p.last_row - from), w);
  }

  void own_gram(Part &p) const {
    cf_inner(DOUBLE, r, r, p.columns, p.h.data(), p.columns, p.h.data(), p.columns, p.gram.data(), r);
  }

  void rows_of(Part &p) {
    std::fill(p.gram.begin(), p.gram.end(), T(0));
    p.met = 0;
    Vector own(r * r);
    each_block(p, [&](ptrdiff_t from, ptrdiff_t rows, T *w) {
      const T *data = p.v.data() + (from - p.row) * ld;
      const ptrdiff_t wide = padded(rows);
      T *pull = p.pull.data();
      for (ptrdiff_t j = 0; j < r; ++j) std::fill(pull + j * wide + rows, pull + (j + 1) * wide, T(0));
      cf_inner(DOUBLE, r, rows, ld, h.data(), ld, data, ld, pull, wide);
      p.met += vk_nonnegative_sweep(DOUBLE, r, wide, gram.data(), pull, w);
      cf_outer(DOUBLE, r, rows, ld, w, wide, data, ld, p.target.data(), ld, from > p.row);
      cf_inner(DOUBLE, r, r, wide, w, wide, w, wide, own.data(), r);
      for (ptrdiff_t i = 0; i < r * r; ++i) p.gram[i] += own[i];
    });
  }

  void columns_of(Part &p) {
    for (ptrdiff_t j = 0; j < r; ++j) {
      T *pull = p.pull.data() + j * p.columns;
      std::copy_n(parts[0].target.data() + j * ld + p.column, p.columns, pull);
      for (size_t k = 1; k < parts.size(); ++k) {
        const T *from = parts[k].target.data() + j * ld + p.column;
        for (ptrdiff_t i = 0; i < p.columns; ++i) pull[i] += from[i];
      }
    }
    p.met = vk_nonnegative_sweep(DOUBLE, r, p.columns, gram.data(), p.pull.data(), p.h.data());
    for (ptrdiff_t j = 0; j < r; ++j)
      std::copy_n(p.h.data() + j * p.columns, p.columns, h.data() + j * ld + p.column);
    own_gram(p);
  }

  // A part that nobody has taken: one of this thread's own, or else any.
  Part &taken() {
    for (int is_own = 1;; is_own = 0)
      for (Part &p : parts)
        if ((!is_own || p.owner == &self) && !p.is_taken.exchange(true)) return p.owner = &self, p;
  }

  template <void (Sweeps::*BODY)(Part &)>
  double half() {
    std::fill(gram.begin(), gram.end(), T(0));
    for (Part &p : parts) {
      for (ptrdiff_t i = 0; i < r * r; ++i) gram[i] += p.gram[i];
      p.is_taken = false;
    }
    vk_parallel(
        (vk_int)parts.size(), 1,
        [](void *context, vk_int begin, vk_int end) {
          Sweeps *all = (Sweeps *)context;
          for (vk_int k = begin; k < end; ++k) (all->*BODY)(all->taken());
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
          for (ptrdiff_t j = 0; j < r; ++j) w[(from + i) * r + j] = own[j * padded(rows) + i];
      });
    for (ptrdiff_t j = 0; j < r; ++j) std::copy_n(h.data() + j * ld, n, (T *)h_ + j * n);
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
