import Tensors

/// The iteration that solves cone programs of one shape, as a map of tensors: v ← g(v; b, c).
///
/// P, A and the cones are shared; b and c are contexts, one row for each program. A row v holds
/// weights of the variables, of the rows, and τ; g is a step of the homogeneous self-dual embedding
/// (arXiv:2004.02177, without extrapolation), brought to length √(n + m + 1), for the embedding takes
/// multiples of v to multiples. Its fixed points are the solutions; it has gradients, so that starts
/// and accelerations can be learned for it (arXiv:2107.10254).
///
/// ```swift
/// let embedding = try ConeEmbedding(program)
/// var v = embedding.start(b: b, c: c)                  // [B, n + m + 1]
/// for _ in 0..<100 { v = embedding(v, b: b, c: c) }
/// let (x, y, s) = embedding.solution(v, b: b, c: c)    // [B, n], [B, m], [B, m]
/// ```
///
/// - Note: zero, nonnegative and second-order cones only.
public struct ConeEmbedding: Sendable {
  /// Number of variables n of the programs.
  public let variables: Int
  /// Number of rows m of the programs.
  public let constraints: Int
  let program: ConeProgram
  let cones: Cones
  let relaxation: Double
  /// (R + M)⁻¹ transposed, R of variables and rows, P and A.
  let inverse: Tensor, weights: Tensor, p: Tensor, a: Tensor
  private static let tauWeight = 10.0

  /// The map of programs with this one's P, A and cones.
  ///
  /// - Parameters:
  ///   - scale: the weight of the cones against the variables (SCS's `scale`).
  ///   - relaxation: how far a step goes (SCS's `alpha`).
  /// - Throws: ``ConvexError`` for cones that have no gradient here.
  /// - Complexity: O((n + m)³) once, O((n + m)²) for each row and step.
  public init(_ program: ConeProgram, scale: Double = 1, relaxation: Double = 1.5) throws {
    self.program = program
    cones = program.cones
    guard cones.semidefinite.isEmpty, cones.exponential == 0 else {
      throw ConvexError("the map of tensors has zero, nonnegative and second-order cones only")
    }
    guard scale > 0, relaxation > 0, relaxation < 2 else {
      throw ConvexError("scale is \(scale) and relaxation \(relaxation): above 0, and below 2")
    }
    (variables, constraints) = (program.variables, program.constraints)
    let (n, m) = (variables, constraints)
    self.relaxation = relaxation
    p = program.P.dense
    a = program.A.dense
    var r = [Double](repeating: 1e-6, count: n)
    r += (0..<m).map { $0 < program.cones.zero ? 1e-3 / scale : 1 / scale }
    weights = Tensor(r, dtype: .float64)
    let top = concatenate([p, a.T], axis: 1)
    let bottom = concatenate([-a, Tensor.zeros([m, m], dtype: .float64)], axis: 1)
    let system = concatenate([top, bottom]) + Tensor.eye(n + m, dtype: .float64) * weights
    inverse = try solve(system, Tensor.eye(n + m, dtype: .float64)).T
  }

  /// The length of a row v.
  public var dimension: Int { variables + constraints + 1 }

  /// Where the iteration begins: after the step that takes τ = 1, which has no context before it.
  public func start(b: Tensor, c: Tensor) -> Tensor {
    let rows = Swift.max(b.shape[0], c.shape[0])
    let zero = Tensor.zeros([rows, dimension - 1], dtype: .float64)
    let v = concatenate([zero, Tensor.ones([rows, 1], dtype: .float64)], axis: 1)
    return step(v, b: b, c: c, isFirst: true).next
  }

  /// One step.
  ///
  /// - Shapes: v `[B, n + m + 1]`, b `[B, m]`, c `[B, n]`; the result has v's.
  public func callAsFunction(_ v: Tensor, b: Tensor, c: Tensor) -> Tensor {
    step(v, b: b, c: c, isFirst: false).next
  }

  /// The programs' variables, multipliers and slacks at v.
  public func solution(_ v: Tensor, b: Tensor, c: Tensor) -> (x: Tensor, y: Tensor, s: Tensor) {
    let (u, half) = step(v, b: b, c: c, isFirst: false).points
    let (n, m) = (variables, constraints)
    let tau = maximum(u[0..., (n + m)...], 1e-12)
    let slack = weights[n...] * (v[0..., n..<(n + m)] + u[0..., n..<(n + m)])
    let s = (slack - 2 * weights[n...] * half[0..., n..<(n + m)]) / tau
    return (u[0..., ..<n] / tau, u[0..., n..<(n + m)] / tau, s)
  }

  /// The largest residual of each program at v: of Ax + s − b, Px + Aᵀy + c and the gap.
  public func residual(_ v: Tensor, b: Tensor, c: Tensor) -> Tensor {
    let (x, y, s) = solution(v, b: b, c: c)
    let px = matmul(x, p)
    let primal = abs(matmul(x, a.T) + s - b).max(axis: -1)
    let dual = abs(px + matmul(y, a) + c).max(axis: -1)
    let gap = abs(((px + c) * x).sum(axis: -1) + (b * y).sum(axis: -1))
    return maximum(maximum(primal, dual), gap)
  }

  private func step(
    _ v: Tensor, b: Tensor, c: Tensor, isFirst: Bool
  ) -> (next: Tensor, points: (u: Tensor, half: Tensor)) {
    let (n, m) = (variables, constraints)
    let (point, eta) = (v[0..., ..<(n + m)], v[0..., (n + m)...])
    let h = concatenate([c, b], axis: 1)
    let q = matmul(weights * point, inverse)
    let g = matmul(h, inverse)
    // τ of the subspace is the root of a quadratic (section 5.1 there).
    let d = Self.tauWeight
    let rg = weights * g
    let square = d + (rg * g).sum(axis: -1, keepDims: true)
    let linear = (rg * (point - 2 * q)).sum(axis: -1, keepDims: true) - d * eta
    let constant = (weights * q * (q - point)).sum(axis: -1, keepDims: true)
    let root = sqrt(maximum(linear * linear - 4 * square * constant, 1e-300))
    let tau = isFirst ? eta.onesLike() : (root - linear) / (2 * square)
    let half = concatenate([q - tau * g, tau], axis: 1)
    let reflected = 2 * half - v
    let cone = onDual(reflected[0..., n..<(n + m)])
    let last = isFirst ? eta.onesLike() : relu(reflected[0..., (n + m)...])
    let u = concatenate([reflected[0..., ..<n], cone, last], axis: 1)
    let moved = v + relaxation * (u - half)
    let length = sqrt((moved * moved).sum(axis: -1, keepDims: true) + 1e-300)
    return (Double(dimension).squareRoot() * moved / length, (u, half))
  }

  /// The projection of rows [B, m] onto the dual cones.
  private func onDual(_ y: Tensor) -> Tensor {
    var parts: [Tensor] = []
    var at = cones.zero
    if at > 0 { parts.append(y[0..., ..<at]) }
    if cones.nonnegative > 0 {
      parts.append(relu(y[0..., at..<(at + cones.nonnegative)]))
      at += cones.nonnegative
    }
    for size in cones.secondOrder {
      let (t, w) = (y[0..., at..<(at + 1)], y[0..., (at + 1)..<(at + size)])
      at += size
      guard size > 1 else {
        parts.append(relu(t))
        continue
      }
      let r = sqrt((w * w).sum(axis: -1, keepDims: true) + 1e-30)
      let level = which(r .<= t, t, which(r .<= -t, 0 * t, (t + r) / 2))
      parts += [level, which(r .<= t, w, w * (level / r))]
    }
    return concatenate(parts, axis: 1)
  }
}
