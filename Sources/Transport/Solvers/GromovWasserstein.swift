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
/// The distances need not be symmetric (arXiv:1808.04337).
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
  let (x, y) = (stopGradient(c).cast(to: .float64), stopGradient(d).cast(to: .float64))
  try checkFinite(x, "c")
  try checkFinite(y, "d")
  let (left, right) = (try Masses(a, count: n, name: "a"), try Masses(b, count: m, name: "b"))
  guard Swift.abs(left.total - right.total) <= 1e-5 * Swift.max(left.total, right.total) else {
    throw TransportError(
      "a has mass \(left.total) and b has mass \(right.total): divide each by its sum")
  }
  let (p, q) = (stopGradient(a).cast(to: .float64), stopGradient(b).cast(to: .float64))
  /// Σₖₗ (c(i, k) − d(j, l))²·P(k, l), for one orientation of both spaces.
  func loss(_ x: Tensor, _ y: Tensor, _ plan: Tensor) -> Tensor {
    matmul(square(x), p).reshaped([n, 1]) + matmul(square(y), q).reshaped([1, m])
      - 2 * matmul(matmul(x, plan), y.T)
  }
  if let start, start.shape != [n, m] {
    throw TransportError("the start has shape \(start.shape), not [\(n), \(m)]")
  }
  var plan = start.map { stopGradient($0).cast(to: .float64) } ?? outer(p, q)
  var potentials: (f: Tensor?, g: Tensor?) = (nil, nil)
  var costs: [Double] = []
  var converged = false
  for _ in 0..<maximumIterations {
    let forward = loss(x, y, plan)
    costs.append((forward * plan).sum().item())
    // The gradient counts both ways through a pair of pairs.
    let r = try sinkhorn(
      p, q, Geometry.matrix(forward + loss(x.T, y.T, plan)), epsilon: epsilon,
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
  return GromovWassersteinResult(
    plan: plan, cost: (loss(x, y, plan) * plan).sum().item(), costs: costs, converged: converged)
}
