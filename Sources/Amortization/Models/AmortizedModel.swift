import Networks
import Tensors

/// A model ŷ_θ(x) that predicts solutions of the problems of a family.
///
/// - ``FullyAmortized``: a network alone.
/// - ``SemiAmortized``: a learned start and K steps of an update.
/// - ``Latent``: either in the coordinates of a decoder.
/// - ``ProximalModel``: a classical solver that stays near a learned start.
public protocol AmortizedModel: Model {
  /// The predictions on the way, the last of which is the model's answer.
  ///
  /// - Shapes: x `[n, …]`; each iterate `[n, problem.dimension]`, in the problem's domain.
  func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor]
}

extension AmortizedModel {
  /// The predictions on the way for one draw of the steps' noise.
  public func iterates(_ x: Tensor, on problem: ParametricProblem) -> [Tensor] {
    iterates(x, on: problem, noise: StepNoise())
  }

  /// The prediction for contexts: `[n, …]` → `[n, problem.dimension]`.
  public func callAsFunction(
    _ x: Tensor, on problem: ParametricProblem, noise: StepNoise = StepNoise()
  ) -> Tensor {
    let all = iterates(problem.prepared(x), on: problem, noise: noise)
    guard let last = all.last else { fatalError("\(Self.self): no iterates") }
    guard last.shape == [x.dim(0), problem.dimension] else {
      fatalError(
        "\(Self.self): predictions of shape \(last.shape) for \(x.dim(0)) contexts of a problem "
          + "with dimension \(problem.dimension)")
    }
    return last
  }
}

/// A network as the whole model: ŷ(x) = E(network(x)), with the map E of the domain that takes raw
/// numbers in (``Domain/embed``).
public struct FullyAmortized<Network: Layer>: AmortizedModel {
  /// From contexts to raw numbers.
  public var network: Network

  /// A network from contexts to as many raw numbers as the variable has.
  public init(_ network: Network) { self.network = network }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    [problem.domain.embed(network(x).cast(to: problem.dtype))]
  }
}

extension FullyAmortized: Sendable where Network: Sendable {}

/// The same learned point for every context: the start of MAML.
public struct LearnedPoint: Layer, Sendable {
  /// The point, `[dimension]`.
  public var point: Tensor

  /// - Shapes: point `[dimension]`.
  public init(_ point: Tensor) { self.point = point }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    point.broadcast(to: [x.dim(0), point.size])
  }
}

/// A model in the coordinates of a decoder: the inner model solves min over z of f(decode(z); x),
/// and its iterates are decoded.
public struct Latent<Inner: AmortizedModel, Decoder: Layer>: AmortizedModel {
  /// The model in latent coordinates.
  public var inner: Inner
  /// From latent coordinates to raw numbers of the full space.
  public var decoder: Decoder
  /// Numbers of a latent point.
  public var dimension: Int
  /// Where latent points may be.
  public var domain: Domain

  /// A model that answers in the coordinates of a decoder.
  public init(
    _ inner: Inner, dimension: Int, domain: Domain = .euclidean, decoder: Decoder
  ) {
    self.inner = inner
    self.decoder = decoder
    self.dimension = dimension
    self.domain = domain
  }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    let decode: (Tensor) -> Tensor = { [decoder] z in
      problem.domain.embed(decoder(z).cast(to: problem.dtype))
    }
    let latent = problem.decoded(dimension: dimension, domain: domain, by: decode)
    return inner.iterates(x, on: latent, noise: noise).map(decode)
  }
}

/// argmin over y of f(y; x) + λ/2·|y − s(x)|², found by a classical solver from a learned start
/// s(x), with the derivative of the minimizer by the implicit function theorem (iMAML,
/// arXiv:1909.04630).
public struct ProximalModel<Start: Layer>: AmortizedModel {
  /// s(x).
  public var start: Start
  /// Solves the inner problem.
  public var solver: any Solver
  /// λ.
  public var weight: Double
  /// The inner problem, when it is not the one the model is evaluated on.
  public var inner: ParametricProblem?

  /// A solver that stays near a learned start.
  public init(
    start: Start, weight: Double, solver: any Solver = LBFGS(), inner: ParametricProblem? = nil
  ) {
    self.start = start
    self.solver = solver
    self.weight = weight
    self.inner = inner
  }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    let base = inner ?? problem
    let center = base.domain.embed(start(x).cast(to: base.dtype))
    let (live, joined) = base.proximal(to: center, weight: weight, contexts: x)
    let found = solver.solve(live, joined, from: center, noise: noise).solution
    let step: (Tensor) -> Tensor = { y in
      live.domain.project(y - live.gradient(y, joined, noise: noise))
    }
    return [center, attachingImplicitGradient(to: found, of: step)]
  }
}
