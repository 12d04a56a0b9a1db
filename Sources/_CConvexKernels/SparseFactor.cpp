#include "SparseFactor.h"

#include <eigen3/Eigen/SparseCholesky>

struct SparseFactor {
  typedef Eigen::SparseMatrix<double, Eigen::ColMajor, int> Matrix;
  Matrix matrix;
  Eigen::SimplicialLDLT<Matrix, Eigen::Upper, Eigen::AMDOrdering<int>> ldlt;
};

SparseFactor *sparse_factor_new(int32_t n, const int32_t *columns, const int32_t *rows) {
  auto *f = new SparseFactor;
  const int count = columns[n];
  f->matrix.resize(n, n);
  f->matrix.resizeNonZeros(count);
  std::copy(columns, columns + n + 1, f->matrix.outerIndexPtr());
  std::copy(rows, rows + count, f->matrix.innerIndexPtr());
  std::fill(f->matrix.valuePtr(), f->matrix.valuePtr() + count, 1.0);
  f->ldlt.analyzePattern(f->matrix);
  return f;
}

void sparse_factor_free(SparseFactor *f) { delete f; }

int32_t sparse_factor_values(SparseFactor *f, const double *values) {
  std::copy(values, values + f->matrix.nonZeros(), f->matrix.valuePtr());
  f->ldlt.factorize(f->matrix);
  if (f->ldlt.info() != Eigen::Success) return -1;
  const auto d = f->ldlt.vectorD();
  int32_t positive = 0;
  for (Eigen::Index i = 0; i < d.size(); ++i) {
    if (!(std::abs(d[i]) < 1e300) || d[i] == 0) return -1;
    positive += d[i] > 0;
  }
  return positive;
}

void sparse_factor_solve(SparseFactor *f, double *x) {
  Eigen::Map<Eigen::VectorXd> v(x, f->matrix.cols());
  v = f->ldlt.solve(v).eval();
}
