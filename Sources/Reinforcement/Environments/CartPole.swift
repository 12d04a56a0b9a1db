import Tensors

/// The equations of a cart with a pole, by explicit Euler steps (doi:10.1109/TSMC.1983.6313077).
struct CartPoleEquations {
  var masscart = 1.0
  var masspole = 0.1
  var halfLength = 0.5
  var interval: Double

  /// (x, ẋ, θ, θ̇) after a step under a force.
  @inline(__always) func after<Q: Quantity>(_ s: Four<Q>, force: Q) -> Four<Q> {
    let (sine, cosine) = (s.c.sine, s.c.cosine)
    let total = masscart + masspole
    let moment = masspole * halfLength
    let temporary = (force + moment * (s.d.squared * sine)) / total
    let inertia =
      Q.constant(halfLength * 4 / 3, beside: s.c)
      - (halfLength * masspole / total) * cosine.squared
    let turning = (9.8 * sine - cosine * temporary) / inertia
    let pushing = temporary - (moment / total) * (turning * cosine)
    return Four(
      a: s.a + interval * s.b, b: s.b + interval * pushing, c: s.c + interval * s.d,
      d: s.d + interval * turning)
  }
}

/// Gymnasium's `CartPole-v1`: keep a pole up by pushing its cart left (0) or right (1).
///
/// State (x, ẋ, θ, θ̇), which is what a policy sees; reward 1 for each step; ends where
/// |x| > 2.4 or |θ| > 12°; 500 steps.
public struct CartPole: Dynamics {
  public let name = "CartPole-v1"
  public let stateDimension = 4
  public let actions = ActionSpace.choices(2)
  public let horizon: Int? = 500
  private let equations = CartPoleEquations(interval: 0.02)

  /// The cart and its pole.
  public init() {}

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 4], low: -0.05, high: 0.05, from: &generator)
  }

  @inline(__always) func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q> {
    let next = equations.after(s, force: 20.0 * action - 10)
    let off = Q.either(next.a.isAbove(2.4), (-next.a).isAbove(2.4))
    let limit = 12 * 2 * Double.pi / 360
    let down = Q.either(next.c.isAbove(limit), (-next.c).isAbove(limit))
    return Moved(
      state: next, reward: Q.constant(1, beside: s.a), ends: Q.either(off, down))
  }

  func advance(_ rows: CompiledRows) { loop(rows, width: 4) }
}

/// A cart that swings its pole up with forces in [−100, 100], of Amos & Yarats (ICML 2020,
/// arXiv:1909.12830): steps of 0.05 s, reward cos θ − 0.1 x² − 10⁻⁵ u² of the state before the step.
///
/// State (x, ẋ, θ, θ̇), θ = 0 upright; observation (x, ẋ, cos θ, sin θ, θ̇); starts
/// x, ẋ ∈ [−½, ½], θ ∈ [−π, π], θ̇ ∈ [−1, 1].
public struct CartPoleSwingUp: Dynamics {
  public let name = "CartPoleSwingUp"
  public let stateDimension = 4
  public let observationDimension = 5
  public let actions = ActionSpace.box(low: -100, high: 100)
  public let horizon: Int?
  private let equations = CartPoleEquations(interval: 0.05)

  /// Episodes of the paper's 20 steps, or of another length.
  public init(horizon: Int? = 20) { self.horizon = horizon }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 4], low: -1, high: 1, from: &generator) * Tensor([0.5, 0.5, .pi, 1.0])
  }

  public func observe(_ state: Tensor) -> Tensor {
    let angle = state[0..., 2]
    return stack(
      [state[0..., 0], state[0..., 1], cos(angle), sin(angle), state[0..., 3]], axis: 1)
  }

  @inline(__always) func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q> {
    let u = action.clamped(-100, 100)
    let reward = s.c.cosine - 0.1 * s.a.squared - 1e-5 * u.squared
    return Moved(
      state: equations.after(s, force: u), reward: reward, ends: Q.never(beside: s.a))
  }

  func advance(_ rows: CompiledRows) { loop(rows, width: 4) }
}
