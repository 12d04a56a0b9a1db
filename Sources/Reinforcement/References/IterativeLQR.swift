import Tensors

/// Optimal sequences of actions from given states, by the iterative linear-quadratic regulator with
/// bounds on actions (Li & Todorov 2004; bounds after Tassa and others, 2014,
/// doi:10.1109/ICRA.2014.6907001).
///
/// The dynamics are linearized along each trajectory, the reward is expanded to second order, both
/// by automatic differentiation, and all rows are solved at once. It finds local optima: several
/// starts are compared by ``restarts``.
///
/// ```swift
/// let plan = IterativeLQR(horizon: 20).solve(CartPoleSwingUp(), from: states)
/// plan.returns                          // [n]
/// plan.action(states, at: 0)            // the controller at states near the plan
/// ```
public struct IterativeLQR: Sendable {
  /// Steps ahead, H.
  public var horizon: Int
  /// The most improvements of a plan.
  public var maximumIterations: Int
  /// A row is done when an iteration improves its return by less, relative to 1 + |return|.
  public var tolerance: Double
  /// Plans that are started from each state, the first from actions in the middle of the box, the
  /// others from random ones.
  public var restarts: Int
  /// Decides the random starts.
  public var seed: Int

  /// A solver with the usual settings.
  public init(
    horizon: Int, maximumIterations: Int = 100, tolerance: Double = 1e-6, restarts: Int = 1,
    seed: Int = 0
  ) {
    guard horizon > 0, restarts > 0 else {
      fatalError("IterativeLQR: horizon \(horizon), \(restarts) restarts; both are at least 1")
    }
    self.horizon = horizon
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.restarts = restarts
    self.seed = seed
  }

  /// Plans for states `[n, d]` of an environment whose actions are a box and whose steps draw
  /// nothing; they are differentiated in `float64`.
  ///
  /// - Parameter actions: where to start instead, `[n, horizon, a]`.
  /// - Complexity: an iteration costs d + 1 gradients and d + a second derivatives of `n·horizon`
  ///   steps.
  public func solve(
    _ environment: some Environment, from states: Tensor, actions: Tensor? = nil
  ) -> ControllerPlan {
    guard case .box(let width, let low, let high) = environment.actions else {
      fatalError("IterativeLQR: \(environment.name) has choices; actions of a box are needed")
    }
    guard environment.noiseDimension == 0 else {
      fatalError("IterativeLQR: steps of \(environment.name) draw random numbers")
    }
    var generator = Generator(seed: seed)
    let n = states.dim(0)
    let start = states.cast(to: .float64)
    let middle = low.isFinite && high.isFinite ? 0.5 * (low + high) : 0
    var best: ControllerPlan?
    for attempt in 0..<restarts {
      var u = Tensor.full([n, horizon, width], middle, dtype: .float64)
      if attempt == 0, let actions { u = actions.cast(to: .float64) }
      if attempt > 0 {
        let spread = Swift.min(high - low, 20)
        let noise = Tensor.normal([n, horizon, width], dtype: .float64, from: &generator)
        u = clip(u + 0.25 * spread * noise, low, high)
      }
      var search = TrajectorySearch(environment, start, u, (low, high))
      search.improve(maximumIterations, tolerance)
      let found = search.plan
      best = best.map { $0.better(found) } ?? found
    }
    return best!
  }
}

/// Actions along a trajectory with the linear controllers around it.
public struct ControllerPlan: Sendable {
  /// The states, `[n, H + 1, d]`.
  public let states: Tensor
  /// The actions, `[n, H, a]`.
  public let actions: Tensor
  /// The gains K of u + K(x′ − x), `[n, H, a, d]`.
  public let gains: Tensor
  /// The sum of rewards, `[n]`.
  public let returns: Tensor
  /// Which rows improve no more.
  public let converged: [Bool]
  /// Improvements that were made.
  public let iterations: Int
  let bounds: (low: Double, high: Double)

  /// The controllers' actions at step `t` for states `[n, d]` near the plan's.
  public func action(_ state: Tensor, at t: Int) -> Tensor {
    let away = state.cast(to: .float64) - states[0..., t]
    let push = matmul(gains[0..., t], away.expandedDims(axis: 2)).squeezed(axis: 2)
    return clip(actions[0..., t] + push, bounds.low, bounds.high).cast(to: state.dtype)
  }

  /// Row by row the plan with the larger return.
  func better(_ other: ControllerPlan) -> ControllerPlan {
    let mask = returns .>= other.returns
    let choice = mask.booleans
    func rows(_ a: Tensor, _ b: Tensor) -> Tensor {
      which(mask.reshaped([mask.size] + a.shape.dropFirst().map { _ in 1 }), a, b)
    }
    return ControllerPlan(
      states: rows(states, other.states), actions: rows(actions, other.actions),
      gains: rows(gains, other.gains), returns: rows(returns, other.returns),
      converged: choice.indices.map { choice[$0] ? converged[$0] : other.converged[$0] },
      iterations: Swift.max(iterations, other.iterations), bounds: bounds)
  }
}
