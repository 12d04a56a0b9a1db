import Amortization
import Networks
import Tensors

/// ∇f at each row: of a convex f, the optimal map from any measure to its image (Brenier's theorem,
/// doi:10.1002/cpa.3160440402).
///
/// - Parameter conditions: how many numbers of a row are a condition, in which f need not be convex.
/// - Shapes: `[n, conditions + d]` → `[n, d]`; differentiable in the parameters of f.
public func transportMap(of potential: some Layer, at rows: Tensor, conditions: Int = 0) -> Tensor {
  let conditions = Conditions(count: conditions)
  return gradient(at: conditions.points(rows)) { x in
    potential(conditions.rows(like: rows, at: x)).sum()
  }
}

extension ParametricProblem {
  /// The problems min over x of f(x) − ⟨x, y⟩, one for each y: their solutions are ∇f*(y), their
  /// values −f*(y).
  ///
  /// ```swift
  /// let problem = ParametricProblem.conjugate(
  ///   of: potential, dimension: 2, contexts: .normal(dimension: 2))
  /// let run = train(FullyAmortized(Residual(MLP([2, 64, 2]))), on: problem, steps: 1000)
  /// ```
  ///
  /// In these problems the context is called y and the variable x, as is usual for conjugates. A
  /// solver starts from x = y, which is the solution for f = ½|x|².
  ///
  /// - Parameters:
  ///   - potential: f, from `[n, d]` to `[n]`, or f(·; c) from rows `[c | x]`.
  ///   - conditions: how many numbers c has.
  ///   - contexts: where conjugates are wanted, rows of d numbers, or `[c | y]`.
  public static func conjugate(
    of potential: some Layer, dimension: Int, conditions: Int = 0, dtype: DType = .float32,
    contexts: Contexts
  ) -> ParametricProblem {
    let conditions = Conditions(count: conditions)
    return ParametricProblem(
      dimension: dimension, contexts: contexts, dtype: dtype, start: { conditions.points($0) }
    ) { x, rows in
      potential(conditions.rows(like: rows, at: x)) - (x * conditions.points(rows)).sum(axis: 1)
    }
  }
}

/// Convex conjugates f*(y) = max over x of ⟨x, y⟩ − f(x).
public struct ConjugateResult: Sendable {
  /// The conjugates, `[n]`.
  ///
  /// Derivatives follow the envelope theorem: with respect to y the maximizers,
  /// with respect to the parameters of f those of −f at the maximizers. Second ones, which would need those
  /// of the maximizers, are refused.
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
///   - conditions: how many numbers of a row are a condition, held still.
///   - start: where the solver begins, such as an amortized model's prediction; y itself if `nil`.
/// - Shapes: y `[n, conditions + d]`.
/// - Complexity: the solver's; an iteration of ``LBFGS`` costs about one gradient of f for all rows
///   that have not converged.
public func convexConjugate(
  of potential: some Layer, at rows: Tensor, conditions: Int = 0, from start: Tensor? = nil,
  by solver: any Solver = LBFGS()
) -> ConjugateResult {
  guard rows.ndim == 2, rows.dim(1) > conditions else {
    fatalError(
      "convexConjugate: points [n, d], after \(conditions) numbers of a condition, not \(rows.shape)"
    )
  }
  let frozen = potential.mapParameters { stopGradient($0) }
  let problem = ParametricProblem.conjugate(
    of: frozen, dimension: rows.dim(1) - conditions, conditions: conditions, dtype: rows.dtype,
    contexts: .rows(stopGradient(rows)))
  let result = solver.solve(problem, rows, from: start)
  let points = stopGradient(result.solution)
  let conditions = Conditions(count: conditions)
  nonisolated(unsafe) let shape = potential
  let values = envelope([rows] + potential.parameters, at: points, "convexConjugate") { v, points in
    let f = shape.replacingParameters(Array(v.dropFirst()))
    return (points * conditions.points(v[0])).sum(axis: 1)
      - f(conditions.rows(like: v[0], at: points))
  }
  return ConjugateResult(values: values, points: points, solver: result)
}

/// The value at a maximum, with the gradients of the value at the maximum held still (Danskin's theorem).
///
/// A second derivative would need those of the maximum, and is refused instead of lacking them.
func envelope(
  _ operands: [Tensor], at point: Tensor, _ name: String,
  _ value: @escaping ([Tensor], _ point: Tensor) -> Tensor
) -> Tensor {
  nonisolated(unsafe) let value = value
  return custom(operands) {
    value($0, point)
  } gradient: { operands, _, g in
    let held = custom(operands) { _ in
      point
    } gradient: { _, _, _ in
      stop("\(name): the gradient has no gradient, which would need that of the maximizers")
    }
    return vjp({ value($0, held) }, at: operands).pullback(g)
  }
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
