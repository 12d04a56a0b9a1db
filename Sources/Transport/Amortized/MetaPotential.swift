import Networks
import Tensors

/// Predicts the potential of the optimal map between two clouds from the clouds (Meta OT,
/// arXiv:2206.05262, section 3.2).
///
/// A network turns embeddings of both clouds into parameters of an input-convex potential. It is
/// trained over pairs of clouds on Kantorovich's dual, so no solved problem is needed:
///
/// ```swift
/// var model = MetaPotential(ConvexPotentials(dimension: 3))
/// var adam = Adam(learningRate: 1e-3)
/// for step in 0..<2000 {
///   let (x, y) = somePairs(step)                          // [batch, n, 3], standardised
///   let slope = gradient(at: model) { -$0.dual(x, y).mean() }
///   adam.update(&model, along: slope)
/// }
/// let θ = model.parameters(from: x, to: y)
/// model.family.gradients(θ, x)                            // where the points go
/// ```
///
/// Differences from the paper: the conjugate is solved for and not left to a second network, so
/// that the loss is the dual itself, without a penalty for cycles; σ is smooth; clouds are embedded
/// by quantiles and not by a convolutional network.
public struct MetaPotential: Model, Sendable {
  /// What the network's output is added to.
  public enum Start: Sendable, Hashable {
    /// The potential ½|x|², of the map that moves nothing.
    case identity
    /// The potential of the optimal map between Gaussians of the clouds' means and covariances.
    case gaussian
  }

  public let family: ConvexPotentials
  public var embedding: CloudEmbedding
  public let start: Start
  public var network: MLP
  /// What the network's output is multiplied by, for each parameter.
  public let outputScale: Double

  /// - Parameters:
  ///   - hidden: widths of the network's hidden layers.
  ///   - outputScale: small, so that learning begins near `start`.
  public init(
    _ family: ConvexPotentials, embedding: CloudEmbedding? = nil, start: Start = .gaussian,
    hidden: [Int] = [256, 256], outputScale: Double = 0.3, from generator: inout Generator
  ) {
    self.family = family
    self.embedding = embedding ?? CloudEmbedding(dimension: family.dimension)
    self.start = start
    self.outputScale = outputScale
    network = MLP(
      [2 * self.embedding.size] + hidden + [family.parameterCount], activation: .silu,
      from: &generator)
    // The untrained prediction is `start` itself.
    network.layers[hidden.count].weight = network.layers[hidden.count].weight.zerosLike()
  }

  /// The same with weights from the shared generator.
  public init(
    _ family: ConvexPotentials, embedding: CloudEmbedding? = nil, start: Start = .gaussian,
    hidden: [Int] = [256, 256], outputScale: Double = 0.3
  ) {
    var generator = splitSharedGenerator()
    self.init(
      family, embedding: embedding, start: start, hidden: hidden, outputScale: outputScale,
      from: &generator)
  }

  /// Parameters of a potential for each pair, `[batch, parameterCount]`.
  ///
  /// - Shapes: x `[batch, n, d]`, y `[batch, m, d]`, both standardised.
  public func parameters(from x: Tensor, to y: Tensor) -> Tensor {
    let features = concatenate([embedding(x), embedding(y)], axis: 1)
    return begin(x, y) + outputScale * network(features)
  }

  /// The dual of each pair under its predicted potential, `[batch]`; to be made large.
  public func dual(_ x: Tensor, _ y: Tensor) -> Tensor {
    family.dual(parameters(from: x, to: y), x, y)
  }

  /// The parameters before the network's correction.
  public func begin(_ x: Tensor, _ y: Tensor) -> Tensor {
    let type = x.dtype.floating
    switch start {
    case .identity:
      let one = Tensor.eye(family.dimension, dtype: type).expandedDims(axis: 0)
      let row = family.quadratic(one)
      return row.broadcast(to: [x.shape[0], row.shape[1]])
    case .gaussian:
      return family.gaussian(from: x, to: y)
    }
  }
}

extension ConvexPotentials {
  /// Parameters of the optimal maps between the Gaussians that have the clouds' means and
  /// covariances, but for the family's least curvature.
  ///
  /// A variance of 10⁻⁴ of the mean variance is added, so that flat clouds have a map.
  public func gaussian(from x: Tensor, to y: Tensor) -> Tensor {
    var (matrices, offsets): ([Tensor], [Tensor]) = ([], [])
    for i in 0..<x.shape[0] {
      let (a, b) = (widened(x[i]), widened(y[i]))
      guard let map = try? a.map(to: b) else {
        fatalError("gaussian: pair \(i) has points that are not finite or all equal")
      }
      matrices.append(map.matrix)
      offsets.append(map.offset)
    }
    return quadratic(stack(matrices), offsets: stack(offsets)).cast(to: x.dtype.floating)
  }

  private func widened(_ cloud: Tensor) -> GaussianMeasure {
    let fit = GaussianMeasure(fitting: stopGradient(cloud))
    let more = 1e-4 * fit.covariance.diagonal().mean()
    return GaussianMeasure(
      mean: fit.mean,
      covariance: fit.covariance + more * Tensor.eye(dimension, dtype: .float64))
  }

  /// Improves potentials on the dual of their clouds by Adam.
  ///
  /// - Parameters:
  ///   - schedule: step sizes; a row of `steps` of them.
  ///   - observe: is told each step's number and parameters before the step, and the last ones.
  /// - Returns: the best of the parameters seen, row by row, by the dual on these clouds.
  public func fineTuned(
    _ parameters: Tensor, _ x: Tensor, _ y: Tensor, steps: Int,
    schedule: Schedule = .constant(3e-3), observe: (Int, Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    var θ = stopGradient(parameters)
    var best = θ
    var record = Tensor.full([θ.shape[0]], -Double.infinity, dtype: θ.dtype)
    func keep(_ dual: Tensor) {
      let better = dual .> record
      record = which(better, dual, record)
      best = which(better.expandedDims(axis: 1), θ, best)
    }
    var adam = Adam()
    for step in 0..<steps {
      observe(step, θ)
      var seen = record
      let slope = gradient(at: θ) { θ in
        let dual = dual(θ, x, y)
        seen = stopGradient(dual)
        return -dual.sum()
      }
      keep(seen)
      adam.learningRate = schedule(step)
      adam.update(&θ, along: slope)
    }
    observe(steps, θ)
    keep(dual(θ, x, y))
    return best
  }
}
