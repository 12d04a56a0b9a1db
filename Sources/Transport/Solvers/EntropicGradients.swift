import Tensors

/// How a plan is differentiated.
public enum PlanGradient: Sendable, Hashable {
  /// By the implicit function theorem at the solution: exact, memory n·m, one linear system.
  case implicit
  /// Through this many iterations from zero, as they are.
  case unrolled(Int)
}

/// The entropic transport cost as a differentiable number: min ⟨P, c⟩ + ε·KL(P ∣ a⊗b).
///
/// ```swift
/// let pull = gradient(at: x) { x in
///   try! entropicCost(a, b, cost: PointCost.squaredEuclidean.matrix(x, y), epsilon: 0.05)
/// }
/// ```
///
/// By the envelope theorem the gradient is (f, g, P): nothing of the iteration is kept. The
/// gradients of a and b are centred: a constant added to them is a change of total mass, which the
/// problem does not allow. Gradients of gradients go through the implicit function theorem.
///
/// - Shapes: a `[n]`, b `[m]`, cost `[n, m]` → a number.
public func entropicCost(
  _ a: Tensor, _ b: Tensor, cost: Tensor, epsilon: Double,
  options: SinkhornOptions = SinkhornOptions(tolerance: 1e-6)
) throws -> Tensor {
  let solved = try sinkhorn(a, b, Geometry.matrix(cost), epsilon: epsilon, options: options)
  let start = (f: solved.f, g: solved.g)
  let type = cost.dtype.floating
  return custom([a, b, cost]) { _ in
    Tensor(solved.dualCost, dtype: type)
  } gradient: { xs, _, seed in
    let (a, b, c) = (xs[0], xs[1], xs[2])
    let both = potentials(a, b, c, epsilon, options, start)
    let (f, g) = (both[..<a.size], both[a.size...])
    let plan = gibbsPlan(a, b, c, f, g, epsilon)
    return [
      (seed * (f - f.mean())).cast(to: a.dtype), (seed * (g - g.mean())).cast(to: b.dtype),
      (seed * plan).cast(to: c.dtype),
    ]
  }
}

/// The entropic plan as a differentiable matrix, `[n, m]`.
///
/// - Complexity: the way back of `.implicit` solves a system of n unknowns, n³.
public func entropicPlan(
  _ a: Tensor, _ b: Tensor, cost: Tensor, epsilon: Double,
  options: SinkhornOptions = SinkhornOptions(tolerance: 1e-6), gradient: PlanGradient = .implicit
) throws -> Tensor {
  switch gradient {
  case .implicit:
    let solved = try sinkhorn(a, b, Geometry.matrix(cost), epsilon: epsilon, options: options)
    let both = potentials(a, b, cost, epsilon, options, (solved.f, solved.g))
    return gibbsPlan(a, b, cost, both[..<a.size], both[a.size...], epsilon)
  case .unrolled(let steps):
    let (left, right) = (log(a).reshaped([a.size, 1]), log(b).reshaped([1, b.size]))
    var f = Tensor.zeros([a.size, 1], dtype: cost.dtype)
    var g = Tensor.zeros([1, b.size], dtype: cost.dtype)
    for _ in 0..<steps {
      f = -epsilon * ((g - cost) / epsilon + right).logSumExp(axis: 1, keepDims: true)
      g = -epsilon * ((f - cost) / epsilon + left).logSumExp(axis: 0, keepDims: true)
    }
    return exp((f + g - cost) / epsilon + left + right)
  }
}

/// The Sinkhorn divergence of two clouds with masses, OT(a, b) − ½·OT(a, a) − ½·OT(b, b): 0 exactly
/// where the measures agree, differentiable in points and masses (arXiv:1810.08278).
public func sinkhornDivergence(
  _ x: Tensor, _ y: Tensor, a: Tensor? = nil, b: Tensor? = nil,
  cost: PointCost = .squaredEuclidean, epsilon: Double,
  options: SinkhornOptions = SinkhornOptions(tolerance: 1e-6)
) throws -> Tensor {
  let p = a ?? Tensor.full([x.shape[0]], 1 / Double(x.shape[0]), dtype: x.dtype)
  let q = b ?? Tensor.full([y.shape[0]], 1 / Double(y.shape[0]), dtype: y.dtype)
  let between = try entropicCost(
    p, q, cost: cost.matrix(x, y), epsilon: epsilon, options: options)
  let first = try entropicCost(p, p, cost: cost.matrix(x, x), epsilon: epsilon, options: options)
  let second = try entropicCost(q, q, cost: cost.matrix(y, y), epsilon: epsilon, options: options)
  return between - 0.5 * first - 0.5 * second
}

private func gibbsPlan(
  _ a: Tensor, _ b: Tensor, _ cost: Tensor, _ f: Tensor, _ g: Tensor, _ epsilon: Double
) -> Tensor {
  let total = f.reshaped([a.size, 1]) + g.reshaped([1, b.size])
  return a.reshaped([a.size, 1]) * exp((total - cost) / epsilon) * b.reshaped([1, b.size])
}

/// Potentials f and g one after another, with gradients by the implicit function theorem.
///
/// At the solution, with R = P/a and S = Pᵀ/b,
/// df + R·(dg − dC) + ε·R·(db/b) = 0 and dg + S·(df − dCᵀ) + ε·S·(da/a) = 0.
/// The transposed system is reduced to the first unknown; its free constant is fixed by a·1ᵀ.
private func potentials(
  _ a: Tensor, _ b: Tensor, _ cost: Tensor, _ epsilon: Double, _ options: SinkhornOptions,
  _ start: (f: Tensor, g: Tensor)
) -> Tensor {
  let value = concatenate([start.f, start.g])
  return custom([a, b, cost]) { _ in
    value
  } gradient: { xs, y, seed in
    let (n, m) = (xs[0].size, xs[1].size)
    let tiny = 1e-300
    let a = maximum(xs[0].cast(to: .float64), tiny)
    let b = maximum(xs[1].cast(to: .float64), tiny)
    let plan = gibbsPlan(a, b, xs[2].cast(to: .float64), y[..<n], y[n...], epsilon)
    let r = plan / a.reshaped([n, 1])
    let s = plan.T / b.reshaped([m, 1])
    let x = seed[..<n].reshaped([n, 1])
    let z = seed[n...].reshaped([m, 1])
    let gauge = a.reshaped([n, 1]) * Tensor.ones([1, n], dtype: .float64)
    let matrix = Tensor.eye(n, dtype: .float64) - matmul(r, s).T + gauge
    guard let w = try? solve(matrix, x - matmul(s.T, z)) else {
      stop(
        "entropic potentials: the linear system of their gradient is singular: ε \(epsilon) is too small "
          + "for these costs, so that the plan falls apart; take a larger one")
    }
    let other = z - matmul(r.T, w)
    let byCost = plan * (w / a.reshaped([n, 1]) + (other / b.reshaped([m, 1])).T)
    let byA = -epsilon * matmul(s.T, other).reshaped([n]) / a
    let byB = -epsilon * matmul(r.T, w).reshaped([m]) / b
    return [
      byA.cast(to: xs[0].dtype), byB.cast(to: xs[1].dtype), byCost.cast(to: xs[2].dtype),
    ]
  }
}
