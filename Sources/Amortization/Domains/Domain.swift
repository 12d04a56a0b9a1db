import Tensors

/// Where the variable y of a problem may be, with the maps that keep it there.
///
/// Points are rows `[n, dimension]`; matrices are stored row after row. The maps are
/// differentiable and work on all rows at once.
///
/// | domain | projection | from raw numbers |
/// |---|---|---|
/// | ``euclidean`` | identity | identity |
/// | ``box(_:_:)-(Double,_)``, ``orthant`` | clipping | sigmoid, softplus |
/// | ``simplex(temperature:)`` | Euclidean, by sorting | softmax(z/τ) |
/// | ``subsets(of:temperature:)`` | Euclidean, capped simplex | LML(z/τ) |
/// | ``ball(radius:)``, ``cone`` | radial, second-order cone | smooth radial |
/// | ``sphere`` | y/‖y‖ | z/‖z‖ |
/// | ``positiveDefinite(_:floor:)`` | eigenvalues clipped | LLᵀ + εI |
/// | ``orthogonal(_:_:)`` | polar factor | polar factor |
/// | ``product(_:_:)`` | block by block | block by block |
public struct Domain: Sendable {
  /// What it is called in tables.
  public let name: String
  /// The dimension that its points must have, if it is decided.
  public let dimension: Int?
  /// Whether it is curved, so that gradients are taken in tangent spaces.
  public let isManifold: Bool
  /// Whether every point is allowed.
  public let isEuclidean: Bool
  /// The nearest point of the domain.
  public let project: @Sendable (_ y: Tensor) -> Tensor
  /// A smooth map from all raw numbers into the domain, for the outputs of networks.
  public let embed: @Sendable (_ raw: Tensor) -> Tensor
  /// The part of a direction that does not leave the domain at y, to first order.
  public let tangent: @Sendable (_ y: Tensor, _ v: Tensor) -> Tensor
  /// A step from y along v that stays in the domain: y + v to first order.
  public let retract: @Sendable (_ y: Tensor, _ v: Tensor) -> Tensor
  /// The distance of rows: geodesic on manifolds, where known.
  public let distance: @Sendable (_ a: Tensor, _ b: Tensor) -> Tensor
  /// The nearest discrete point, for relaxations of discrete sets.
  public let round: (@Sendable (_ y: Tensor) -> Tensor)?
  /// One point to start from.
  public let origin: @Sendable (_ dimension: Int, _ dtype: DType) -> Tensor
  /// How far each row is from a stationary point, given the gradient there: the largest element of
  /// the tangent gradient on a manifold, elsewhere of y − P(y − ∇f).
  public let stationarity: @Sendable (_ y: Tensor, _ gradient: Tensor) -> Tensor

  /// A domain by its projection; the other maps follow from it unless they are given.
  public init(
    _ name: String, dimension: Int? = nil, isManifold: Bool = false,
    project: @escaping @Sendable (Tensor) -> Tensor,
    embed: (@Sendable (Tensor) -> Tensor)? = nil,
    tangent: @escaping @Sendable (Tensor, Tensor) -> Tensor = { _, v in v },
    retract: (@Sendable (Tensor, Tensor) -> Tensor)? = nil,
    distance: @escaping @Sendable (Tensor, Tensor) -> Tensor = { a, b in
      (a - b).norm(axis: -1)
    },
    round: (@Sendable (Tensor) -> Tensor)? = nil,
    origin: (@Sendable (Int, DType) -> Tensor)? = nil,
    stationarity: (@Sendable (Tensor, Tensor) -> Tensor)? = nil
  ) {
    let moved: @Sendable (Tensor, Tensor) -> Tensor = { y, gradient in
      abs(isManifold ? tangent(y, gradient) : y - project(y - gradient)).max(axis: -1)
    }
    self.init(
      name, dimension, isManifold, false, project, embed ?? project, tangent,
      retract ?? { y, v in project(y + v) }, distance, round,
      origin ?? { d, type in project(Tensor.zeros([1, d], dtype: type)).reshaped([d]) },
      stationarity ?? moved)
  }

  private init(
    _ name: String, _ dimension: Int?, _ isManifold: Bool, _ isEuclidean: Bool,
    _ project: @escaping @Sendable (Tensor) -> Tensor,
    _ embed: @escaping @Sendable (Tensor) -> Tensor,
    _ tangent: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ retract: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ distance: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ round: (@Sendable (Tensor) -> Tensor)?,
    _ origin: @escaping @Sendable (Int, DType) -> Tensor,
    _ stationarity: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) {
    self.name = name
    self.dimension = dimension
    self.isManifold = isManifold
    self.isEuclidean = isEuclidean
    self.project = project
    self.embed = embed
    self.tangent = tangent
    self.retract = retract
    self.distance = distance
    self.round = round
    self.origin = origin
    self.stationarity = stationarity
  }

  /// All of ℝᵈ.
  public static let euclidean = Domain(
    "Euclidean space", nil, false, true, { $0 }, { $0 }, { _, v in v }, { y, v in y + v },
    { a, b in (a - b).norm(axis: -1) }, nil, { d, type in Tensor.zeros([d], dtype: type) },
    { _, gradient in abs(gradient).max(axis: -1) })

  /// How far each row is outside of the domain: the largest element of y − P(y).
  public func violation(_ y: Tensor) -> Tensor {
    isEuclidean ? Tensor.zeros([y.dim(0)], dtype: y.dtype) : abs(y - project(y)).max(axis: -1)
  }
}

extension Domain: CustomStringConvertible {
  public var description: String { name }
}
