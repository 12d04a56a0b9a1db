import Networks
import Tensors
import Transport

/// Predicts the potential of the optimal map between two clouds from the clouds (Meta OT,
/// arXiv:2206.05262, section 3.2).
///
/// A network turns embeddings of both clouds into parameters of an input-convex potential. It is
/// trained over pairs of clouds on Kantorovich's dual, so no solved problem is needed:
///
/// ```swift
/// var learner = Learner(MetaPotential(ConvexPotentials(dimension: 3)), clip: 10)
/// for step in 0..<2000 {
///   let (x, y) = somePairs(step)                          // [batch, n, 3], standardised
///   learner.step { model, _ in -model.dual(x, y).mean() }
/// }
/// let model = learner.model
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

  /// The potentials whose parameters are predicted.
  public let family: ConvexPotentials
  /// What the network sees of a cloud.
  public var embedding: CloudEmbedding
  /// What the prediction corrects.
  public let start: Start
  /// From both embeddings to corrections.
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

  /// The predicted map between two clouds as they are.
  ///
  /// - Throws: ``TransportError`` for clouds that cannot be standardised.
  public func map(from x: Tensor, to y: Tensor) throws -> CloudMap {
    let (source, target) = (try StandardizedCloud(x), try StandardizedCloud(y))
    let θ = parameters(
      from: source.points.expandedDims(axis: 0), to: target.points.expandedDims(axis: 0))
    return CloudMap(family, θ, from: source, to: target)
  }

  /// The parameters before the network's correction.
  public func begin(_ x: Tensor, _ y: Tensor) -> Tensor {
    let type = x.dtype.real
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
