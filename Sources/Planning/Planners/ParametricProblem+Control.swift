import Amortization
import Reinforcement
import Tensors

extension ParametricProblem {
  /// Sequences of actions from a state: x is the state, y the actions of `horizon` steps, one after the
  /// other, and f the sum of rewards with its sign turned.
  ///
  /// Every solver of ``Amortization`` is a planner for it: ``CrossEntropyMethod``, ``PathIntegral``,
  /// ``GradientDescent`` (shooting), and models such as ``Latent`` learn proposals.
  ///
  /// ```swift
  /// let problem = ParametricProblem.control(Pendulum(), horizon: 20)
  /// let plans = CrossEntropyMethod(samples: 1000, maximumIterations: 10).solve(problem, states)
  /// ```
  ///
  /// Values come from the environment's compiled loop where it has one, gradients from its equations.
  /// After a terminated step nothing is earned; a rollout that leaves the finite numbers is worse than
  /// all others.
  ///
  /// Stops the cell when the horizon is not positive, actions are choices or have crossed bounds, steps
  /// draw numbers, the model answers in other shapes, or every rollout leaves the finite numbers.
  /// - Parameters:
  ///   - horizon: steps ahead, H.
  ///   - counter: counts rollouts and steps.
  public static func control<E: Environment>(
    _ environment: E, horizon: Int, counter: RolloutCounter? = nil
  ) -> ParametricProblem {
    let (width, low, high) = checkedBox(environment, horizon, "control")
    return ParametricProblem(
      dimension: horizon * width,
      contexts: Contexts { count, generator in environment.reset(count, from: &generator) },
      domain: low.isFinite && high.isFinite ? .box(low, high) : .euclidean
    ) { y, x in
      counter?.count(rollouts: y.dim(0), steps: y.dim(0) * horizon)
      return custom(y) { y in
        let returns =
          compiledReturn(environment, x, y, horizon, width)
          ?? equationReturn(environment, x, y, horizon, width)
        return -ranked(returns, environment.name, horizon)
      } gradient: { y, _, g in
        let (_, pullback) = vjp(
          { y in -equationReturn(environment, x, y, horizon, width) }, at: y)
        return pullback(g)
      }
    }
  }

  /// Parameters of a policy, one for each state: x is the state, y the weights and the bias of the
  /// policy's last layer, and f the sum of rewards with its sign turned when the policy acts in closed
  /// loop from x (POPLIN-P, arXiv:1906.08649).
  ///
  /// Actions are middle + half·tanh(⟨features, weights⟩ + bias) of the box's middle and half-width.
  ///
  /// - Parameters:
  ///   - width: numbers that `features` gives.
  ///   - start: weights and bias of a trained policy, `[width + 1]`.
  ///   - features: from observations `[n, …]` to `[n, width]`.
  public static func policySearch<E: Environment>(
    _ environment: E, horizon: Int, width: Int, start: Tensor, counter: RolloutCounter? = nil,
    features: @escaping (_ observation: Tensor) -> Tensor
  ) -> ParametricProblem {
    let (actions, low, high) = checkedBox(environment, horizon, "policySearch")
    guard actions == 1, low.isFinite, high.isFinite, start.shape == [width + 1] else {
      fatalError(
        "policySearch: \(actions) actions in \(low)…\(high), start \(start.shape); one action of a "
          + "bounded box and [\(width + 1)] are needed")
    }
    return ParametricProblem(
      dimension: width + 1,
      contexts: Contexts { count, generator in environment.reset(count, from: &generator) },
      start: { _ in start }
    ) { y, x in
      counter?.count(rollouts: y.dim(0), steps: y.dim(0) * horizon)
      let (middle, half) = (0.5 * (low + high), 0.5 * (high - low))
      let (weights, bias) = (y[0..., 0..<width], y[0..., width])
      var state = x
      var total = Tensor.zeros([y.dim(0)], dtype: y.dtype)
      for _ in 0..<horizon {
        let seen = features(environment.observe(state))
        let action = middle + half * tanh((seen * weights).sum(axis: 1) + bias)
        let next = environment.step(state, action.expandedDims(axis: 1))
        total = total + next.reward
        state = next.state
      }
      return -total
    }
  }
}

/// Bounds of an environment that a plan can be made for.
func checkedBox(
  _ environment: some Environment, _ horizon: Int, _ name: String
) -> (width: Int, low: Double, high: Double) {
  guard horizon > 0 else { fatalError("\(name): a horizon of \(horizon) steps") }
  guard case .box(let width, let low, let high) = environment.actions else {
    fatalError("\(name): \(environment.name) has choices; actions of a box are needed")
  }
  guard low < high else {
    fatalError(
      "\(name): actions of \(environment.name) between \(low) and \(high); bounds are crossed")
  }
  guard environment.noiseDimension == 0 else {
    fatalError("\(name): steps of \(environment.name) draw random numbers")
  }
  return (width, low, high)
}

/// The returns, −∞ where a rollout was lost.
private func ranked(_ returns: Tensor, _ name: String, _ horizon: Int) -> Tensor {
  let isFinite = Tensors.isFinite(returns)
  if isFinite.all() { return returns }
  guard isFinite.any() else {
    fatalError(
      "control: all \(returns.dim(0)) rollouts of \(horizon) steps in \(name) left the finite numbers "
        + "(\(returns[0].item() as Double)); the model diverges")
  }
  return which(isFinite, returns, -Double.infinity)
}

/// Returns by the environment's loop over numbers; `nil` where an episode ended on the way.
private func compiledReturn<E: Environment>(
  _ environment: E, _ x: Tensor, _ y: Tensor, _ horizon: Int, _ width: Int
) -> Tensor? {
  guard environment.isCompiled, y.dtype == .float32, (environment.horizon ?? .max) > horizon
  else { return nil }
  var worlds = Worlds(environment, from: x.cast(to: .float32))
  let actions = y.reshaped([y.dim(0), horizon, width]).transposed([1, 0, 2])
  let (rewards, ends) = worlds.run(steps: horizon, actions: actions)
  return ends == 0 ? Tensor(rewards, dtype: .float32) : nil
}

/// Returns by the environment's equations.
private func equationReturn<E: Environment>(
  _ environment: E, _ x: Tensor, _ y: Tensor, _ horizon: Int, _ width: Int
) -> Tensor {
  let n = y.dim(0)
  let actions = y.reshaped([n, horizon, width])
  var state = x.cast(to: y.dtype)
  var total = Tensor.zeros([n], dtype: y.dtype)
  var goesOn: Tensor?
  for t in 0..<horizon {
    let next = environment.step(state, actions[0..., t])
    guard next.state.shape == state.shape, next.reward.shape == [n] else {
      fatalError(
        "control: a step of \(environment.name) made states \(next.state.shape) and rewards "
          + "\(next.reward.shape) of states \(state.shape); \(state.shape) and [\(n)] are needed")
    }
    total = total + (goesOn.map { $0 * next.reward } ?? next.reward)
    state = next.state
    if next.terminated.any() {
      let open = 1 - next.terminated.cast(to: y.dtype)
      goesOn = goesOn.map { $0 * open } ?? open
    }
  }
  return total
}
