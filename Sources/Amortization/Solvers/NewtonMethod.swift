import Tensors

/// Newton's method with a line search: directions −|H|⁻¹∇f, where |H| has the absolute values of
/// the Hessian's eigenvalues, so that saddles repel (arXiv:1406.2572).
///
/// - Complexity: d gradients of gradients and an eigendecomposition of d × d for each step.
public struct NewtonMethod: Solver, Sendable {
  public var iterations: Int
  public var tolerance: Double
  /// Curvatures below this count as this.
  public var smallestCurvature: Double

  public init(
    iterations: Int = 50, tolerance: Double = 1e-6, smallestCurvature: Double = 1e-8
  ) {
    self.iterations = iterations
    self.tolerance = tolerance
    self.smallestCurvature = smallestCurvature
  }

  public var name: String { "Newton" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    requireEuclidean(request.problem)
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance, patience: 10,
      advice: "use more iterations, or look whether the objective has a minimum")
    return loop.run(request) { set in
      let (value, gradient) = set.problem.valueAndGradient(set.y, set.x, noise: set.noise)
      set.memory = [gradient]
      set.note(value, gradient: gradient)
    } step: { set in
      let problem = set.problem
      let slope = set.memory[0]
      let (x, noise) = (set.x, set.noise)
      let matrix = rowJacobian({ y in problem.gradient(y, x, noise: noise) }, at: set.y)
      let direction = -scaled(slope, byInverseOf: matrix)
      let found = backtracked(
        set, along: direction, gradient: slope, from: set.value.plainOnes, shrink: 0.5,
        decrease: 1e-4)
      set.y = found.y
      set.stalled = .!found.moved
      let (value, gradient) = problem.valueAndGradient(set.y, x, noise: noise)
      set.memory[0] = gradient
      set.note(value, gradient: gradient)
    }
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
