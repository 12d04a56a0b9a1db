import Tensors

/// A family of optimization problems: y*(x) ∈ argmin over y in Y of f(y; x), with contexts x from
/// p(x) (Amos, arXiv:2202.00665, equation 1).
///
/// ```swift
/// let problem = ParametricProblem(dimension: 1, contexts: .uniform(-3, 3)) { y, x in
///   square(y - sin(x)) + 0.1 * square(y)
/// }
/// ```
///
/// Everything is batched: contexts `[n, …]` and variables `[n, dimension]` have one row for each
/// problem, and the objective gives one value for each row, as `[n]` or `[n, 1]`. Rows must not
/// depend on one another: gradients are taken of the sum over rows.
public struct ParametricProblem {
  /// Numbers in one variable y.
  public var dimension: Int
  /// Where y may be.
  public var domain: Domain
  /// The distribution of x.
  public var contexts: Contexts
  /// The type of variables and contexts.
  public var dtype: DType
  /// A solver's usual start for given contexts; without one, the domain's origin.
  public var start: ((_ x: Tensor) -> Tensor)?
  /// The ground truth y*(x), if there is one: a formula, or see ``solved(by:)``.
  public var solution: ((_ x: Tensor) -> Tensor)?
  /// A map whose fixed points are the solutions, if there is one.
  public var fixedPointMap: ((_ y: Tensor, _ x: Tensor) -> Tensor)?
  /// The part of the objective that has kinks, if it is given apart.
  public var proximal: ProximalPart?
  /// A bound on f(y; x) − f(y*; x), row by row, where there is one.
  public var dualityGap: ((_ y: Tensor, _ x: Tensor) -> Tensor)?
  /// Whether the objective draws random numbers.
  public let isStochastic: Bool
  /// Whether the objective is |g(y; x) − y|² of the fixed-point map g.
  var minimizesResidual = false

  let objective: (Tensor, Tensor, Generator) -> Tensor

  /// A family by its objective f(y; x).
  ///
  /// - Parameter proximal: a part h with kinks; the objective is then the smooth part g of f = g + h.
  public init(
    dimension: Int, contexts: Contexts, domain: Domain = .euclidean, dtype: DType = .float32,
    start: ((Tensor) -> Tensor)? = nil, solution: ((Tensor) -> Tensor)? = nil,
    proximal: ProximalPart? = nil,
    objective: @escaping (_ y: Tensor, _ x: Tensor) -> Tensor
  ) {
    self.init(
      dimension: dimension, contexts: contexts, domain: domain, dtype: dtype, start: start,
      solution: solution, isStochastic: false, objective: { y, x, _ in objective(y, x) })
    self.proximal = proximal
    guard proximal == nil || domain.isEuclidean else {
      fatalError(
        "ParametricProblem: a proximal part and the domain \(domain.name); give the domain as "
          + "proximal: .inside(…)")
    }
  }

  /// A family whose objective is an estimate.
  ///
  /// The generator is passed by value: calls with the same one must use the same noise, so that
  /// two points can be compared (common random numbers).
  public init(
    dimension: Int, contexts: Contexts, domain: Domain = .euclidean, dtype: DType = .float32,
    start: ((Tensor) -> Tensor)? = nil, solution: ((Tensor) -> Tensor)? = nil,
    objective: @escaping (_ y: Tensor, _ x: Tensor, _ noise: Generator) -> Tensor
  ) {
    self.init(
      dimension: dimension, contexts: contexts, domain: domain, dtype: dtype, start: start,
      solution: solution, isStochastic: true, objective: objective)
  }

  /// Fixed points y = g(y; x), as minima of |g(y; x) − y|².
  ///
  /// - Parameter objective: what is minimized instead of the residual, such as the function that
  ///   the map descends.
  public init(
    fixedPoint map: @escaping (_ y: Tensor, _ x: Tensor) -> Tensor, dimension: Int,
    contexts: Contexts, dtype: DType = .float32,
    start: ((Tensor) -> Tensor)? = nil, solution: ((Tensor) -> Tensor)? = nil,
    objective: ((_ y: Tensor, _ x: Tensor) -> Tensor)? = nil
  ) {
    self.init(
      dimension: dimension, contexts: contexts, domain: .euclidean, dtype: dtype, start: start,
      solution: solution, isStochastic: false
    ) { y, x, _ in
      if let objective { return objective(y, x) }
      return square(map(y, x) - y).sum(axis: -1)
    }
    fixedPointMap = map
    minimizesResidual = objective == nil
  }

  init(
    dimension: Int, contexts: Contexts, domain: Domain, dtype: DType,
    start: ((Tensor) -> Tensor)?, solution: ((Tensor) -> Tensor)?, isStochastic: Bool,
    objective: @escaping (Tensor, Tensor, Generator) -> Tensor
  ) {
    guard dimension > 0 else { fatalError("ParametricProblem: dimension \(dimension)") }
    if let needed = domain.dimension, needed != dimension {
      fatalError(
        "ParametricProblem: dimension \(dimension), but \(domain.name) has points of \(needed) "
          + "numbers; write dimension: \(needed)")
    }
    self.dimension = dimension
    self.domain = domain
    self.contexts = contexts
    self.dtype = dtype
    self.start = start
    self.solution = solution
    self.isStochastic = isStochastic
    self.objective = objective
  }

  /// The same family with another objective, everything else unchanged.
  func replacingObjective(
    isStochastic: Bool? = nil, _ objective: @escaping (Tensor, Tensor, Generator) -> Tensor
  ) -> ParametricProblem {
    var other = ParametricProblem(
      dimension: dimension, contexts: contexts, domain: domain, dtype: dtype, start: start,
      solution: solution, isStochastic: isStochastic ?? self.isStochastic, objective: objective)
    other.fixedPointMap = fixedPointMap
    other.proximal = proximal
    return other
  }
}

extension ParametricProblem {
  /// f(y; x), one value for each row.
  ///
  /// - Parameter noise: what the objective draws.
  public func callAsFunction(
    _ y: Tensor, _ x: Tensor, noise: some Noise = ScoreNoise()
  ) -> Tensor {
    let smooth = smoothPart(y, x, noise: noise)
    return proximal.map { smooth + $0.value(y, x) } ?? smooth
  }

  /// g(y; x): the objective without its proximal part.
  public func smoothPart(
    _ y: Tensor, _ x: Tensor, noise: some Noise = ScoreNoise()
  ) -> Tensor {
    let value = objective(y, x, noise.generator)
    if value.ndim == 1, value.dim(0) == y.dim(0) { return value }
    if value.ndim == 2, value.dim(0) == y.dim(0), value.dim(1) == 1 {
      return value.reshaped([y.dim(0)])
    }
    fatalError(
      "objective: shape \(value.shape) for variables of shape \(y.shape); one value for each row "
        + "is needed: end with .sum(axis: -1)")
  }

  /// Values and gradients with respect to y, row by row.
  ///
  /// - Shapes: value `[n]`, gradient `[n, dimension]`.
  public func valueAndGradient(
    _ y: Tensor, _ x: Tensor, noise: some Noise = StepNoise()
  ) -> (value: Tensor, gradient: Tensor) {
    let (value, pullback) = vjp({ y in self(y, x, noise: noise) }, at: y)
    return (value, pullback(value.plainOnes))
  }

  /// The gradient with respect to y, row by row.
  public func gradient(
    _ y: Tensor, _ x: Tensor, noise: some Noise = StepNoise()
  ) -> Tensor {
    Tensors.gradient(at: y) { y in self(y, x, noise: noise).sum() }
  }

  /// How far each row is from a stationary point: see ``Domain/stationarity``.
  public func stationarity(_ y: Tensor, gradient: Tensor) -> Tensor {
    domain.stationarity(y, gradient)
  }

  /// `count` contexts to train on in the problem's type, decided by a seed.
  public func sampleContexts(_ count: Int, seed: Int) -> Tensor {
    prepared(contexts.sample(count, seed: seed))
  }

  /// At most `count` contexts that training does not see, in the problem's type.
  public func heldOutContexts(_ count: Int, seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    return prepared(contexts.sampleHeldOut(count, from: &generator))
  }

  /// Contexts in the problem's type.
  func prepared(_ x: Tensor) -> Tensor { x.dtype.isFloating ? x.cast(to: dtype) : x }

  /// The usual start for contexts `[n, …]`, of shape `[n, dimension]`.
  public func startingPoints(_ x: Tensor) -> Tensor {
    let y = start?(x) ?? domain.origin(dimension, dtype)
    guard y.dim(-1) == dimension else {
      fatalError("start: shape \(y.shape), but the variable has \(dimension) numbers")
    }
    return y.cast(to: dtype).broadcast(to: [x.dim(0), dimension])
  }

  /// The ground truth for contexts.
  ///
  /// Stops the cell when the problem has none.
  public func groundTruth(_ x: Tensor) -> Tensor {
    guard let solution else {
      fatalError(
        "this problem has no ground truth; give it one with solution: or problem.solved(by: LBFGS())"
      )
    }
    return solution(x).cast(to: dtype).broadcast(to: [x.dim(0), dimension])
  }
}

extension Tensor {
  /// Ones of the same shape and type, without history.
  var plainOnes: Tensor { Tensor.ones(shape, dtype: dtype) }
}
