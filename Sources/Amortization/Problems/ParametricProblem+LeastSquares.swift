import Tensors

extension ParametricProblem {
  /// ½|x − A·y|² + h(y): the lasso, sparse codes, nonnegative least squares; contexts are x.
  ///
  /// ```swift
  /// let lasso = ParametricProblem.leastSquares(W, plus: .absolute(weight: 0.1), contexts: signals)
  /// let found = FISTA().solve(lasso, x)
  /// found.gaps                                // f(y) − f(y*) is at most this
  /// ```
  ///
  /// Where the conjugate of h is known, there is a duality gap: with r = x − A·y brought to where
  /// h*(Aᵀr) is finite, f(y) − (⟨r, x⟩ − ½|r|² − h*(Aᵀr)).
  ///
  /// - Shapes: A `[m, d]`, contexts `[n, m]`, variables `[n, d]`.
  public static func leastSquares(
    _ matrix: Tensor, plus part: ProximalPart? = nil, contexts: Contexts, dtype: DType = .float32
  ) -> ParametricProblem {
    guard matrix.ndim == 2 else {
      fatalError("leastSquares: a matrix [m, d], not shape \(matrix.shape)")
    }
    let a = matrix.cast(to: dtype)
    var problem = ParametricProblem(
      dimension: a.dim(1), contexts: contexts, dtype: dtype, proximal: part
    ) { y, x in
      0.5 * square(x - matmul(y, a.T)).sum(axis: -1)
    }
    if let part, let conjugate = part.conjugate {
      problem.dualityGap = { y, x in
        let residual = x - matmul(y, a.T)
        let correlation = matmul(residual, a)
        let scale = conjugate.scale(correlation, x).asColumn
        let point = scale * residual
        let dual =
          rowDot(point, x) - 0.5 * rowDot(point, point)
          - conjugate.value(scale * correlation, x)
        return 0.5 * rowDot(residual, residual) + part.value(y, x) - dual
      }
    }
    return problem
  }
}
