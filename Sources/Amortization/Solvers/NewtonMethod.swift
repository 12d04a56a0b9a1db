import Tensors

/// Newton's method with a line search: directions −|H|⁻¹∇f, where |H| has the absolute values of
/// the Hessian's eigenvalues, so that saddles repel (arXiv:1406.2572).
///
/// - Complexity: d gradients of gradients and an eigendecomposition of d × d for each step.
public struct NewtonMethod: IterativeSolver, Sendable {
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of the gradient.
  public var tolerance: Double
  /// Curvatures below this count as this.
  public var smallestCurvature: Double

  /// What is not given is as usual.
  public init(
    maximumIterations: Int = 50, tolerance: Double = 1e-6, smallestCurvature: Double = 1e-8
  ) {
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.smallestCurvature = smallestCurvature
  }

  public var name: String { "Newton" }

  public var advice: String { "use more iterations, or look whether the objective has a minimum" }
  public var patience: Int? { 10 }

  public var assumesSmooth: Bool { true }

  public func begin(_ rows: inout SolverRows) {
    requireEuclidean(rows.problem)
    rows.memory = [rows.measure()]
  }

  public func step(_ rows: inout SolverRows) {
    let (problem, x, noise) = (rows.problem, rows.x, rows.noise)
    let slope = rows.memory[0]
    let matrix = rowJacobian({ y in problem.gradient(y, x, noise: noise) }, at: rows.y)
    let found = backtracked(
      rows, along: -scaled(slope, byInverseOf: matrix), gradient: slope,
      from: rows.value.plainOnes, shrink: 0.5, decrease: 1e-4)
    rows.y = found.y
    rows.stalled = .!found.moved
    rows.memory[0] = rows.measure()
  }

  private func scaled(_ g: Tensor, byInverseOf matrix: Tensor) -> Tensor {
    // A row that has left the finite numbers must not stop the others.
    let isUsable = isFinite(matrix).all(axis: -1).all(axis: -1)
    let n = g.dim(-1)
    let safe = which(
      isUsable.expandedDims(axis: -1).expandedDims(axis: -1), matrix,
      Tensor.eye(n, dtype: g.dtype).broadcast(to: matrix.shape))
    guard let (w, v) = try? eigenSymmetric(0.5 * (safe + safe.mT)) else { return g }
    let inner = matmul(v.mT, g.asColumn) / maximum(abs(w), smallestCurvature).asColumn
    return matmul(v, inner).squeezed(axis: -1)
  }
}

/// The Jacobian of a map of rows to rows at each row: `[n, d]` → `[n, e, d]`.
///
/// - Complexity: one evaluation and e walks back, whatever the number of rows.
func rowJacobian(_ function: (Tensor) -> Tensor, at y: Tensor) -> Tensor {
  let (value, pullback) = vjp(function, at: y)
  let unit = Tensor.eye(value.dim(-1), dtype: value.dtype)
  let rows = (0..<value.dim(-1)).map { i in pullback(unit[i].broadcast(to: value.shape)) }
  return stack(rows, axis: 1)
}
