import Networks
import Tensors

/// Convex potentials: the closed form between Gaussians and an input-convex correction.
///
/// For each of several transport problems
/// f(x) = s·½(x − m₁)ᵀA(x − m₁) + ⟨m₂, x⟩ + h(κ(x − m₁)), 0 < s < 1, h input-convex,
///
/// so that ∇f without the correction is the linear map that carries mean and covariance.
public struct CorrectedPotential: Model, Sendable {
  public let form: ConvexForm
  /// Of the corrections and, last, of s: `[k, form.parameterCount + 1]`.
  public var parameters: Tensor
  @NonTrainable var matrix: Tensor
  @NonTrainable var center: Tensor
  @NonTrainable var target: Tensor

  /// κ: inputs of the correction are larger than colours, so that it can bend within them.
  private static let sharpness = 4.0

  /// f at points: `[k, n, d]` → `[k, n]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let centred = x - center
    let quadratic = 0.5 * (matmul(centred, matrix) * centred).sum(axis: -1)
    let last = form.parameterCount
    let share = sigmoid(parameters[0..., last...])
    return share * quadratic + (x * target).sum(axis: -1)
      + form(parameters[0..., ..<last], centred * CorrectedPotential.sharpness)
  }

  /// ∇f at points: `[k, n, d]` → `[k, n, d]`; differentiable again.
  public func map(_ x: Tensor) -> Tensor { gradient(at: x) { self($0).sum() } }
}

/// Potentials in both directions: `forward` carries the first measures to the second, `backward`
/// back.
public struct PotentialPair: Model, Sendable {
  public var forward: CorrectedPotential
  public var backward: CorrectedPotential

  /// The loss of arXiv:1909.13082 on samples of both sides, `[k, n, d]`: the dual
  /// E f(x) − E f(∇g(y)) with ∇g held fixed, and the two maps' failure to undo each other.
  public func loss(_ x: Tensor, _ y: Tensor, cycle: Double = 1) -> Tensor {
    let back = backward.map(y)
    let dual = forward(x).mean() - forward(stopGradient(back)).mean()
    let there = square(forward.map(back) - y).sum(axis: -1).mean()
    let again = square(backward.map(forward.map(x)) - x).sum(axis: -1).mean()
    return dual + cycle * (there + again)
  }

  /// Goes on from these potentials on two samples, `[n, d]` each, as a solver would from any.
  public func tuned(
    _ x: Tensor, _ y: Tensor, steps: Int, batch: Int = 256, learningRate: Double = 5e-2,
    cycle: Double = 1,
    from generator: inout Generator
  ) -> PotentialPair {
    var pair = self
    var optimizer = Adam(learningRate: learningRate)
    let falling = Schedule.cosine(from: learningRate, to: 0, steps: steps)
    func draw(_ points: Tensor) -> Tensor {
      let rows = Tensor.randomIntegers([batch], in: 0..<points.shape[0], from: &generator)
      return points.take(rows).reshaped([1, batch, points.shape[1]])
    }
    for k in 0..<steps {
      optimizer.learningRate = falling(k)
      let (p, q) = (draw(x), draw(y))
      let slope = gradient(at: pair) { $0.loss(p, q, cycle: cycle) }
      optimizer.update(&pair, along: slope.clipped(toNorm: 1))
    }
    return pair
  }
}

/// A network from two samples to convex potentials between them (Meta OT in the continuous
/// setting, arXiv:2206.05262, section 4.2).
///
/// What it sees of a sample are means, covariances and quantiles of each coordinate. Its last
/// layer begins small, so that it begins as the closed form between Gaussians.
public struct MetaPotential: Model, Sendable {
  public let form: ConvexForm
  public var encoder: MLP
  /// Parameters of the correction before any context is seen.
  public var base: Tensor
  private let quantiles: Int

  public init(
    dimension: Int, hidden: [Int] = [64], encoder widths: [Int] = [128, 128],
    quantiles: Int = 8, from generator: inout Generator
  ) {
    form = ConvexForm(dimension: dimension, hidden: hidden)
    let features = 2 * (dimension + dimension * dimension + dimension * quantiles)
    encoder = MLP(
      [features] + widths + [form.parameterCount + 1], activation: .elu, from: &generator)
    let last = encoder.layers.count - 1
    encoder.layers[last].weight = encoder.layers[last].weight * 0.01
    base = concatenate([
      form.initialParameters(curvature: 0.002, from: &generator), Tensor([4.0]),
    ])
    self.quantiles = quantiles
  }

  /// Predicted potentials between samples `[k, n, d]` and `[k, m, d]`.
  public func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> PotentialPair {
    let (left, right) = (summary(x), summary(y))
    return PotentialPair(
      forward: try potential(x, y, concatenate([left, right], axis: 1)),
      backward: try potential(y, x, concatenate([right, left], axis: 1)))
  }

  private func potential(_ x: Tensor, _ y: Tensor, _ features: Tensor) throws -> CorrectedPotential
  {
    let maps = try (0..<x.shape[0]).map { k -> (Tensor, Tensor, Tensor) in
      let first = GaussianMeasure(fitting: x[k])
      let ridge = 1e-4 * Tensor.eye(form.dimension, dtype: .float64)
      let safe = GaussianMeasure(mean: first.mean, covariance: first.covariance + ridge)
      let second = GaussianMeasure(fitting: y[k])
      return (try safe.map(to: second).matrix, first.mean, second.mean)
    }
    let d = form.dimension
    return CorrectedPotential(
      form: form, parameters: base + encoder(features),
      matrix: stack(maps.map(\.0)).cast(to: .float32),
      center: stack(maps.map(\.1)).reshaped([maps.count, 1, d]).cast(to: .float32),
      target: stack(maps.map(\.2)).reshaped([maps.count, 1, d]).cast(to: .float32))
  }

  private func summary(_ x: Tensor) -> Tensor {
    let points = stopGradient(x)
    let (k, n, d) = (x.shape[0], x.shape[1], x.shape[2])
    let mean = points.mean(axis: 1, keepDims: true)
    let centred = points - mean
    let covariance = matmul(centred.swapped(1, 2), centred) / Double(n)
    let places = (0..<quantiles).map { Int((Double($0) + 0.5) / Double(quantiles) * Double(n)) }
    let sorted = points.swapped(1, 2).sorted(axis: -1).take(Tensor(places), axis: 2)
    return concatenate(
      [
        mean.reshaped([k, d]), 10 * covariance.reshaped([k, d * d]),
        sorted.reshaped([k, d * quantiles]),
      ], axis: 1)
  }
}
