import Amortization
import Networks
import Tensors

/// ∇f at each row: of a convex f, the optimal map from any measure to its image (Brenier's theorem,
/// doi:10.1002/cpa.3160440402).
///
/// - Shapes: `[n, d]` → `[n, d]`; differentiable in the parameters of f.
public func transportMap(of potential: some Layer, at x: Tensor) -> Tensor {
  gradient(at: x) { x in potential(x).sum() }
}

/// The problems min over x of f(x) − ⟨x, y⟩, one for each y: their solutions are ∇f*(y), their
/// values −f*(y).
///
/// ```swift
/// let problem = conjugateProblem(of: potential, at: .normal(dimension: 2), dimension: 2)
/// let run = train(FullyAmortized(Residual(MLP([2, 64, 2]))), on: problem, steps: 1000)
/// ```
///
/// In these problems the context is called y and the variable x, as is usual for conjugates. A
/// solver starts from x = y, which is the solution for f = ½|x|².
///
/// - Parameters:
///   - potential: f, from `[n, d]` to `[n]`.
///   - contexts: where conjugates are wanted, rows of d numbers.
public func conjugateProblem(
  of potential: some Layer, at contexts: Contexts, dimension: Int, dtype: DType = .float32
) -> ParametricProblem {
  ParametricProblem(
    dimension: dimension, contexts: contexts, dtype: dtype, start: { y in y }
  ) { x, y in
    potential(x) - (x * y).sum(axis: 1)
  }
}

/// Convex conjugates f*(y) = max over x of ⟨x, y⟩ − f(x).
public struct ConjugateResult: Sendable {
  /// The conjugates, `[n]`.
  ///
  /// Derivatives follow the envelope theorem: with respect to y the maximizers,
  /// with respect to the parameters of f those of −f at the maximizers.
  public let values: Tensor
  /// The maximizers ∇f*(y), `[n, d]`; constants.
  public let points: Tensor
  /// What the solver reports.
  public let solver: SolverResult
}

/// The convex conjugate of a potential at each row of y, by a classical solver.
///
/// ```swift
/// let conjugates = convexConjugate(of: potential, at: y)
/// conjugates.values        // [n]
/// conjugates.solver        // whether it converged
/// ```
///
/// - Parameters:
///   - start: where the solver begins, such as an amortized model's prediction; y itself if `nil`.
/// - Shapes: y `[n, d]`.
/// - Complexity: the solver's; an iteration of ``LBFGS`` costs about one gradient of f for all rows
///   that have not converged.
public func convexConjugate(
  of potential: some Layer, at y: Tensor, from start: Tensor? = nil, by solver: any Solver = LBFGS()
) -> ConjugateResult {
  guard y.ndim == 2 else { fatalError("convexConjugate: points [n, d], not \(y.shape)") }
  let frozen = potential.mapParameters { stopGradient($0) }
  let problem = conjugateProblem(
    of: frozen, at: .rows(stopGradient(y)), dimension: y.dim(1), dtype: y.dtype)
  let result = solver.solve(problem, y, from: start)
  let points = stopGradient(result.solution)
  return ConjugateResult(
    values: (points * y).sum(axis: 1) - potential(points), points: points, solver: result)
}

extension Loss {
  /// E |∇f(ŷ(x); x)|², the first-order condition of optimality.
  ///
  /// For conjugates it is the cycle-consistency |∇f(x̃(y)) − y|² of Wasserstein-2 generative networks
  /// (arXiv:1909.13082). It needs no ground truth, but second derivatives of the objective.
  public static var cycle: Loss {
    Loss("cycle") { inputs in
      let slope = gradient(at: inputs.prediction) { inputs.values($0).sum() }
      return square(slope).sum(axis: 1).mean()
    }
  }
}
