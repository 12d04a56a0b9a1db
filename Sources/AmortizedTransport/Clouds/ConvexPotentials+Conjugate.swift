import Display
import Tensors
import Transport

/// Where the maxima of a conjugate are attained, and how well.
public struct ConjugatePoints: Sendable {
  /// x with ∇φ(x) = y: where the inverse map sends each y, `[batch, n, dimension]`.
  public let points: Tensor
  /// The largest |∇φ(x) − y| over all points.
  public let residual: Double
  /// The largest number of Newton steps any point took.
  public let iterations: Int
}

extension ConvexPotentials {
  /// Solves max⟨x, y⟩ − φ(x) at each y by Newton's method with backtracking, started at y.
  ///
  /// The problem is smooth and strongly convex, so that the method arrives from everywhere, the
  /// last steps squaring the error. In double precision whatever the type of the parameters; no
  /// gradients (see ``conjugates(_:_:)``).
  ///
  /// - Complexity: for each point and step K·d² and d³.
  public func conjugatePoints(
    _ parameters: Tensor, _ y: Tensor, tolerance: Double = 1e-7, maximumIterations: Int = 60
  ) -> ConjugatePoints {
    check(parameters, y, "conjugatePoints")
    let (batch, n, d) = (y.shape[0], y.shape[1], dimension)
    let type = parameters.dtype.real
    let θ = stopGradient(parameters).doubles
    var x = stopGradient(y).doubles
    let targets = x
    var (residual, most) = (0.0, 0)
    for i in 0..<batch {
      _checkpoint()
      let row = θ[(i * parameterCount)..<((i + 1) * parameterCount)]
      var solver = ConjugateSolver(self, row)
      for j in 0..<n {
        let place = (i * n + j) * d
        let (error, count) = solver.solve(&x, targets, at: place, tolerance, maximumIterations)
        // A NaN is the largest.
        if !(error <= residual) { residual = error }
        most = max(most, count)
      }
    }
    return ConjugatePoints(
      points: Tensor(x, shape: [batch, n, d], dtype: type), residual: residual, iterations: most)
  }

  /// φ*(y) = max ⟨x, y⟩ − φ(x), `[batch, n]`.
  ///
  /// By Danskin's theorem its gradients are those at the maximum held still: −∂φ(x) for the
  /// parameters and x for y. Second derivatives would need the maximum's own and are refused.
  public func conjugates(_ parameters: Tensor, _ y: Tensor) -> Tensor {
    let x = conjugatePoints(parameters, y).points
    return envelope([parameters, y], at: x, "conjugates") { v, x in
      (x * v[1]).sum(axis: -1) - values(v[0], x)
    }
  }

  /// What Kantorovich's dual gives for two clouds of equal masses and the cost ½|x − y|²:
  /// mean(½|x|² − φ(x)) + mean(½|y|² − φ*(y)), `[batch]`.
  ///
  /// Never more than ½·W₂² of the two clouds, and equal exactly where ∇φ is an optimal map
  /// (Brenier 1991; arXiv:1908.10962, equation 6). Gradients reach the parameters.
  ///
  /// - Shapes: x `[batch, n, d]`, y `[batch, m, d]`.
  public func dual(_ parameters: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    check(parameters, x, "dual")
    check(parameters, y, "dual")
    let n = x.shape[1]
    return envelope([parameters, x, y], at: conjugatePoints(parameters, y).points, "dual") { v, z in
      let (x, y) = (v[1], v[2])
      let both = values(v[0], concatenate([x, z], axis: 1))
      let here = square(x).sum(axis: -1) * 0.5 - both[0..., ..<n]
      let there = (square(y) * 0.5 - z * y).sum(axis: -1) + both[0..., n...]
      return here.mean(axis: 1) + there.mean(axis: 1)
    }
  }
}

/// Newton's method for one potential; its hidden units are worked on eight at a time.
private struct ConjugateSolver {
  typealias Lanes = SIMD8<Double>

  let d: Int
  let groups: Int
  /// α + LLᵀ, `[d, d]`.
  var quadratic: [Double]
  let b: [Double]
  /// Units along the lanes: `[d, groups]`.
  var u: [Lanes]
  var c: [Lanes]
  var w: [Lanes]
  var slope: [Double]
  var hessian: [Double]
  var step: [Double]

  init(_ family: ConvexPotentials, _ row: ArraySlice<Double>) {
    let (d, k) = (family.dimension, family.units)
    let p = Array(row)
    self.d = d
    groups = (k + 7) / 8
    quadratic = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0..<d {
        var sum = i == j ? family.curvature : 0
        for m in 0..<d { sum += p[i * d + m] * p[j * d + m] }
        quadratic[i * d + j] = sum
      }
    }
    b = Array(p[(d * d)..<(d * d + d)])
    u = [Lanes](repeating: .zero, count: d * groups)
    c = [Lanes](repeating: .zero, count: groups)
    w = c
    let (atU, atC) = (d * d + d, d * d + d + k * d)
    let weights = softplus(Tensor(p[(atC + k)...].map { $0 }, dtype: .float64)).doubles
    for unit in 0..<k {
      let (group, lane) = (unit / 8, unit % 8)
      for j in 0..<d { u[j * groups + group][lane] = p[atU + unit * d + j] }
      c[group][lane] = p[atC + unit]
      w[group][lane] = weights[unit] / Double(k)
    }
    slope = [Double](repeating: 0, count: d)
    hessian = [Double](repeating: 0, count: d * d)
    step = slope
  }

  /// φ(x) − ⟨x, y⟩, and with `derivatives` its gradient and Hessian.
  private mutating func evaluate(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, derivatives: Bool
  ) -> Double {
    var value = 0.0
    for i in 0..<d {
      var row = 0.0
      for j in 0..<d { row += quadratic[i * d + j] * x[j] }
      value += x[i] * (0.5 * row + b[i] - y[i])
      if derivatives { slope[i] = row + b[i] - y[i] }
    }
    if derivatives { for i in 0..<(d * d) { hessian[i] = quadratic[i] } }
    var sum = Lanes.zero
    for group in 0..<groups {
      var t = c[group]
      for j in 0..<d { t.addProduct(Lanes(repeating: x[j]), u[j * groups + group]) }
      let root = (t * t + 1).squareRoot()
      sum.addProduct(0.5 * w[group], t + root)
      guard derivatives else { continue }
      let first = 0.5 * w[group] * (1 + t / root)
      let second = 0.5 * w[group] / (root * root * root)
      for i in 0..<d {
        let ui = u[i * groups + group]
        slope[i] += (first * ui).sum()
        let scaled = second * ui
        for j in 0...i { hessian[i * d + j] += (scaled * u[j * groups + group]).sum() }
      }
    }
    return value + sum.sum()
  }

  /// Solves for the point at `place` of `x`; returns the last gradient's length and the steps.
  mutating func solve(
    _ x: inout [Double], _ targets: UnsafePointer<Double>, at place: Int, _ tolerance: Double,
    _ limit: Int
  ) -> (error: Double, steps: Int) {
    let d = d
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: d) { buffer in
      let trial = buffer.baseAddress!
      return x.withUnsafeMutableBufferPointer { x in
        let (x, y) = (x.baseAddress! + place, targets + place)
        var value = evaluate(x, y, derivatives: true)
        for count in 0...limit {
          let length = norm(slope)
          if !(length > tolerance) || count == limit { return (length, count) }
          newtonStep()
          var descent = 0.0
          for i in 0..<d { descent += slope[i] * step[i] }
          var (t, next) = (1.0, 0.0)
          // Near the end the fall is below the rounding of the value.
          let slack = 1e-14 * abs(value) + 1e-300
          while true {
            for i in 0..<d { trial[i] = x[i] + t * step[i] }
            next = evaluate(trial, y, derivatives: t == 1)
            if next <= value + 1e-4 * t * descent + slack { break }
            t *= 0.5
            if t < 1e-10 { return (length, count) }
          }
          for i in 0..<d { x[i] += t * step[i] }
          value = next
          if t < 1 { value = evaluate(x, y, derivatives: true) }
        }
        return (.nan, limit)
      }
    }
  }

  /// step = −H⁻¹·slope by Cholesky's factors, written into `hessian`.
  private mutating func newtonStep() {
    for i in 0..<d {
      for j in 0...i {
        var sum = hessian[i * d + j]
        for m in 0..<j { sum -= hessian[i * d + m] * hessian[j * d + m] }
        hessian[i * d + j] = i == j ? sum.squareRoot() : sum / hessian[j * d + j]
      }
    }
    for i in 0..<d {
      var sum = -slope[i]
      for m in 0..<i { sum -= hessian[i * d + m] * step[m] }
      step[i] = sum / hessian[i * d + i]
    }
    for i in stride(from: d - 1, through: 0, by: -1) {
      var sum = step[i]
      for m in (i + 1)..<max(d, i + 1) { sum -= hessian[m * d + i] * step[m] }
      step[i] = sum / hessian[i * d + i]
    }
  }

  private func norm(_ v: [Double]) -> Double {
    var sum = 0.0
    for a in v { sum += a * a }
    return sum.squareRoot()
  }
}
