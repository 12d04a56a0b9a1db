import Networks
import Tensors

extension Simulator {
  /// Two moons (arXiv:1905.07488; as in the benchmark arXiv:2101.04653): a crescent of data around a
  /// point that two parameters lead to, so that posteriors are two thin crescents.
  ///
  /// θ is uniform in [−1, 1]², x = (r cos a + ¼ − |θ₁ + θ₂|/√2, r sin a + (θ₂ − θ₁)/√2) with
  /// a uniform in ±π/2 and r ~ N(0.1, 0.01²).
  public static var twoMoons: Simulator {
    Simulator(
      parameters: 2, data: 2, support: .box(-1, 1),
      logJoint: { theta, x in
        let difference = x - moonCentre(theta)
        let u = difference[0..., 0] - 0.25
        let r = sqrt(square(u) + square(difference[0..., 1]))
        // In the plane the density of the radius is spread over a half circle.
        let density = -0.5 * square((r - 0.1) / 0.01) - log(r)
        let isInside = ((theta .> -1) .& (theta .< 1)).all(axis: -1)
        return which((u .> 0) .& isInside, density, -Double.infinity)
      },
      prior: { count, generator in
        Tensor.uniform([count, 2], low: -1, high: 1, from: &generator)
      },
      program: { theta, generator in crescent(theta.dim(0), from: &generator) + moonCentre(theta) })
  }

  /// Draws of the exact posterior of ``twoMoons``: the crescent is turned round and carried back along
  /// both branches; what falls outside of the prior is drawn again.
  ///
  /// - Shapes: x `[2]` → `[count, 2]`.
  public static func twoMoonsPosterior(
    _ count: Int, given x: Tensor, from generator: inout Generator
  ) -> Tensor {
    guard x.shape == [2] else { fatalError("twoMoonsPosterior: data of shape \(x.shape), not [2]") }
    var found: [Tensor] = []
    var (have, rounds) = (0, 0)
    while have < count {
      let p = crescent(count, from: &generator)
      let sum = p[0..., 0] - x[0]
      let side = which(Tensor.uniform([count], from: &generator) .< 0.5, -sum, sum)
      let across = x[1] - p[0..., 1]
      let theta = stack([side - across, side + across], axis: -1) / 2.0.squareRoot()
      let isInside = ((theta .> -1) .& (theta .< 1)).all(axis: -1) .& (sum .> 0)
      let kept = isInside.booleans.indices.filter { isInside.booleans[$0] }
      found.append(theta.take(Tensor(kept)))
      have += kept.count
      rounds += 1
      if rounds > 1000 {
        fatalError("twoMoonsPosterior: no parameters of the prior lead to the data \(x.doubles)")
      }
    }
    return concatenate(found)[..<count]
  }

  private static func crescent(_ count: Int, from generator: inout Generator) -> Tensor {
    let angle = Tensor.uniform([count], low: -Double.pi / 2, high: .pi / 2, from: &generator)
    let r = Tensor.normal([count], mean: 0.1, std: 0.01, from: &generator)
    return stack([r * cos(angle) + 0.25, r * sin(angle)], axis: -1)
  }

  private static func moonCentre(_ theta: Tensor) -> Tensor {
    let (a, b) = (theta[0..., 0], theta[0..., 1])
    return stack([-abs(a + b), b - a], axis: -1) / 2.0.squareRoot()
  }

  /// SLCP, a simple likelihood with a complex posterior (arXiv:1805.07226; as in arXiv:2101.04653).
  ///
  /// Data are four points of a normal distribution in the plane, whose means are θ₁, θ₂, whose deviations are
  /// θ₃², θ₄², and whose correlation is tanh θ₅. θ is uniform in [−3, 3]⁵.
  ///
  /// Signs of θ₃ and θ₄ cannot be seen, so posteriors have four modes, some of them cut by the prior.
  public static var slcp: Simulator {
    Simulator(
      parameters: 5, data: 8, support: .box(-3, 3),
      logJoint: { theta, x in
        let (s, t, c, root) = slcpShape(theta)
        let points = x.reshaped([x.dim(0), 4, 2])
        let u = (points[0..., 0..., 0] - theta[0..., ..<1]) / s
        let v = (points[0..., 0..., 1] - theta[0..., 1..<2] - t * c * u) / (t * root)
        let scale = (log(s) + log(t) + log(root)).squeezed(axis: -1)
        let density = -0.5 * (square(u) + square(v)).sum(axis: -1) - 4 * scale
        let isInside = ((theta .> -3) .& (theta .< 3)).all(axis: -1)
        return which(isInside, density, -Double.infinity)
      },
      prior: { count, generator in
        Tensor.uniform([count, 5], low: -3, high: 3, from: &generator)
      },
      program: { theta, generator in
        let (s, t, c, root) = slcpShape(theta)
        let (u, v) = (
          Tensor.normal([theta.dim(0), 4], from: &generator),
          Tensor.normal([theta.dim(0), 4], from: &generator)
        )
        let first = theta[0..., ..<1] + s * u
        let second = theta[0..., 1..<2] + t * (c * u + root * v)
        return stack([first, second], axis: -1).reshaped([theta.dim(0), 8])
      })
  }

  /// Deviations, correlation, and √(1 − correlation²), each `[n, 1]`, with the 1e-6 that the benchmark
  /// adds to both variances.
  private static func slcpShape(_ theta: Tensor) -> (Tensor, Tensor, Tensor, Tensor) {
    let least = 1e-6
    let a = square(theta[0..., 2..<3])
    let b = square(theta[0..., 3..<4])
    let s = sqrt(square(a) + least)
    let t = sqrt(square(b) + least)
    let c = tanh(theta[0..., 4..<5]) * (a / s) * (b / t)
    return (s, t, c, sqrt(maximum(1 - square(c), 1e-12)))
  }
}
