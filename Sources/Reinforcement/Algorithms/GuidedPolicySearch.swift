import Networks
import Tensors

/// Normal laws around linear controllers along planned trajectories: what guided policy search
/// (Levine & Koltun 2013) imitates.
///
/// With fixed covariances the divergence KL(π‖p) of a policy π = N(µ(x), Σ) from the controller
/// N(u + K(x′ − x), C) is a weighted regression: ½(µ − p)ᵀC⁻¹(µ − p) and terms without µ.
public struct ControllerLaws: Sendable {
  /// States near the plans, `[n, d]`.
  public let states: Tensor
  /// Means of the controllers there, `[n, a]`.
  public let means: Tensor
  /// C⁻¹, `[n, a, a]`.
  public let precisions: Tensor

  /// Controllers' means at given states with their precisions.
  public init(states: Tensor, means: Tensor, precisions: Tensor) {
    let (n, a) = (states.dim(0), means.dim(-1))
    guard means.shape == [n, a], precisions.shape == [n, a, a] else {
      fatalError(
        "ControllerLaws: states \(states.shape), means \(means.shape), precisions "
          + "\(precisions.shape); [n, d], [n, a] and [n, a, a] are needed")
    }
    self.states = states
    self.means = means
    self.precisions = precisions
  }

  /// The controllers of a plan at states around its trajectories.
  ///
  /// - Parameters:
  ///   - spread: the standard deviation of states around the plan, number by number or one for all.
  ///   - copies: states around each one of the plan.
  ///   - precision: C⁻¹, the same everywhere.
  ///   - steps: the first ones of the plan, all if `nil`. The last controllers of a plan know that
  ///     it ends, which a policy of states alone cannot imitate: plan further than you use.
  public init(
    of plan: ControllerPlan, spread: [Double], copies: Int, precision: Tensor, steps: Int? = nil,
    seed: Int
  ) {
    let used = steps ?? plan.actions.dim(1)
    guard (1...plan.actions.dim(1)).contains(used), copies > 0 else {
      fatalError(
        "ControllerLaws: \(copies) copies of \(used) steps of a plan of \(plan.actions.dim(1))")
    }
    var generator = Generator(seed: seed)
    let (n, d) = (plan.states.dim(0), plan.states.dim(2))
    let widths = Tensor(spread.count == 1 ? [Double](repeating: spread[0], count: d) : spread)
      .cast(to: .float64)
    var (states, means): ([Tensor], [Tensor]) = ([], [])
    for t in 0..<used {
      for _ in 0..<copies {
        let away = widths * Tensor.normal([n, d], dtype: .float64, from: &generator)
        let state = plan.states[0..., t] + away
        states.append(state)
        means.append(plan.action(state, at: t))
      }
    }
    let all = concatenate(states, axis: 0)
    let a = plan.actions.dim(2)
    self.init(
      states: all, means: concatenate(means, axis: 0),
      precisions: precision.cast(to: .float64).broadcast(to: [all.dim(0), a, a]))
  }

  /// Laws of states.
  public var count: Int { states.dim(0) }

  /// The divergence of a policy's mean from the controllers, up to a constant: one number.
  public func divergence(of policy: some Policy, rows: Tensor, seen observe: (Tensor) -> Tensor)
    -> Tensor
  {
    let mean = policy.action(observe(states.take(rows)))
    let away = mean - means.take(rows).cast(to: mean.dtype)
    let weighted = matmul(
      precisions.take(rows).cast(to: mean.dtype), away.expandedDims(axis: 2)
    ).squeezed(axis: 2)
    return 0.5 * (away * weighted).sum(axis: 1).mean()
  }
}

/// Guided policy search: steps of a policy towards controllers that were planned from states.
///
/// Plans come from ``IterativeLQR``. Here the controllers stay as they were planned: they do not, as in
/// the whole of guided policy search, approach the policy in turn. Where two plans are equally good,
/// one to the left and one to the right, a policy that imitates both averages them.
public func guidedPolicySearch<P: Policy>(
  _ learner: inout Learner<P>, towards laws: ControllerLaws, in environment: some Environment,
  steps: Int, batch: Int = 128
) {
  for _ in 0..<steps {
    learner.step { policy, noise in
      var noise = noise
      let rows = Tensor.randomIntegers([batch], in: 0..<laws.count, from: &noise)
      return laws.divergence(of: policy, rows: rows) { states in
        let seen = environment.observe(states)
        return seen.cast(to: policy.parameters.first?.dtype ?? seen.dtype)
      }
    }
  }
}
