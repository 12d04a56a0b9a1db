import Tensors

/// A linear system with quadratic costs: x′ = Ax + Bu + σε, reward −(xᵀQx + uᵀRu), ε normal.
///
/// Its optimal policy is linear and known: ``RiccatiSolution``.
///
/// - Shapes: A, Q `[d, d]`, B `[d, a]`, R `[a, a]`; Q and R symmetric.
public struct LinearQuadratic: Environment {
  public let name = "LinearQuadratic"
  public let actions: ActionSpace
  public let horizon: Int?
  /// A.
  public let transition: Tensor
  /// B.
  public let control: Tensor
  /// Q.
  public let stateCost: Tensor
  /// R.
  public let actionCost: Tensor
  /// σ.
  public let deviation: Double
  /// The standard deviation of first states.
  public let spread: Double

  /// A system by its matrices.
  ///
  /// - Parameter bound: the largest action in each coordinate; the solution holds where it is not
  ///   reached.
  public init(
    _ transition: Tensor, _ control: Tensor, stateCost: Tensor, actionCost: Tensor,
    deviation: Double = 0, spread: Double = 1, bound: Double = 1e6, horizon: Int? = 50
  ) {
    let (d, a) = (transition.dim(0), control.dim(-1))
    guard transition.shape == [d, d], control.shape == [d, a], stateCost.shape == [d, d],
      actionCost.shape == [a, a]
    else {
      fatalError(
        "LinearQuadratic: A \(transition.shape), B \(control.shape), Q \(stateCost.shape), "
          + "R \(actionCost.shape); [d, d], [d, a], [d, d] and [a, a] are needed")
    }
    self.transition = transition
    self.control = control
    self.stateCost = stateCost
    self.actionCost = actionCost
    self.deviation = deviation
    self.spread = spread
    self.horizon = horizon
    actions = .box(dimension: a, low: -bound, high: bound)
  }

  public var stateDimension: Int { transition.dim(0) }
  public var noiseDimension: Int { deviation == 0 ? 0 : stateDimension }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.normal([count, stateDimension], std: spread, dtype: transition.dtype, from: &generator)
  }

  public func drawNoise(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.normal([count, noiseDimension], dtype: transition.dtype, from: &generator)
  }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    actions.check(action, state.dim(0), of: name)
    let u = action.dtype == state.dtype ? action : action.cast(to: state.dtype)
    let moved = matmul(state, transition.T) + matmul(u, control.T)
    let next = deviation == 0 ? moved : moved + deviation * noise
    let cost =
      (matmul(state, stateCost) * state).sum(axis: 1)
      + (matmul(u, actionCost) * u).sum(axis: 1)
    return Transition(next, reward: -cost)
  }
}
