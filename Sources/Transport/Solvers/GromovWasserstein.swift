import Tensors

/// A coupling of two spaces that keeps distances, and how well it does.
public struct GromovWassersteinResult: Sendable {
  /// The plan `[n, m]`, a local minimum.
  public let plan: Tensor
  /// Σ (c(i, k) − d(j, l))²·P(i, j)·P(k, l).
  public let cost: Double
  /// The cost after each iteration.
  public let costs: [Double]
  /// Whether the plan stopped changing.
  public let converged: Bool
}

/// Entropic Gromov–Wasserstein transport between two spaces that are known by their distances
/// alone, with the squared loss (Peyré, Cuturi & Solomon 2016).
///
/// Each step solves an entropic problem whose cost is the gradient at the last plan. The problem
/// is not convex: the result is a local optimum that depends on the start (the product of the
/// masses unless given).
///
/// - Shapes: c `[n, n]`, d `[m, m]`, plan `[n, m]`.
/// - Complexity: n²·m + n·m² a step.
public func gromovWasserstein(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor, epsilon: Double, maximumIterations: Int = 100,
  tolerance: Double = 1e-7, from start: Tensor? = nil
) throws -> GromovWassersteinResult {
  let (n, m) = (a.size, b.size)
  guard c.shape == [n, n], d.shape == [m, m] else {
    fatalError("gromovWasserstein: distances [\(n), \(n)] and [\(m), \(m)]")
  }
  let (x, y) = (c.cast(to: .float64), d.cast(to: .float64))
  let (p, q) = (a.cast(to: .float64), b.cast(to: .float64))
  let constant =
    matmul(square(x), p).reshaped([n, 1]) + matmul(square(y), q).reshaped([1, m])
  var plan = start.map { stopGradient($0).cast(to: .float64) } ?? outer(p, q)
  var potentials: (f: Tensor?, g: Tensor?) = (nil, nil)
  var costs: [Double] = []
  var converged = false
  for _ in 0..<maximumIterations {
    let loss = constant - 2 * matmul(matmul(x, plan), y.T)
    costs.append((loss * plan).sum().item())
    let r = try sinkhorn(
      p, q, Geometry.matrix(2 * loss), epsilon: epsilon,
      options: SinkhornOptions(tolerance: 1e-9), from: potentials)
    let next = r.plan.matrix
    potentials = (r.f, r.g)
    let change = abs(next - plan).sum().item()
    plan = next
    if change <= tolerance {
      converged = true
      break
    }
  }
  let loss = constant - 2 * matmul(matmul(x, plan), y.T)
  return GromovWassersteinResult(
    plan: plan, cost: (loss * plan).sum().item(), costs: costs, converged: converged)
}
