// The LAPACK routines that `Tensors` calls. Distributions ship OpenBLAS with Fortran symbols only,
// and headers for them in a package of their own; these prototypes save that dependency.
#pragma once

void openblas_set_num_threads(int num_threads);

#define LAPACK(P, T)                                                                          \
  void P##getrf_(const int *m, const int *n, T *a, const int *lda, int *pivots, int *info);    \
  void P##potrf_(const char *uplo, const int *n, T *a, const int *lda, int *info);             \
  void P##geqrf_(const int *m, const int *n, T *a, const int *lda, T *tau, T *work,            \
                 const int *lwork, int *info);                                                \
  void P##orgqr_(const int *m, const int *n, const int *k, T *a, const int *lda, const T *tau, \
                 T *work, const int *lwork, int *info);                                       \
  void P##gesdd_(const char *job, const int *m, const int *n, T *a, const int *lda, T *s,      \
                 T *u, const int *ldu, T *vt, const int *ldvt, T *work, const int *lwork,     \
                 int *iwork, int *info);                                                      \
  void P##syevd_(const char *job, const char *uplo, const int *n, T *a, const int *lda, T *w,  \
                 T *work, const int *lwork, int *iwork, const int *liwork, int *info);        \
  void P##geev_(const char *left, const char *right, const int *n, T *a, const int *lda,       \
                T *wr, T *wi, T *vl, const int *ldvl, T *vr, const int *ldvr, T *work,         \
                const int *lwork, int *info);                                                 \
  void P##getrs_(const char *trans, const int *n, const int *nrhs, const T *a, const int *lda, \
                 const int *pivots, T *b, const int *ldb, int *info);                         \
  void P##trtrs_(const char *uplo, const char *trans, const char *diag, const int *n,          \
                 const int *nrhs, const T *a, const int *lda, T *b, const int *ldb, int *info);
LAPACK(s, float)
LAPACK(d, double)
#undef LAPACK
