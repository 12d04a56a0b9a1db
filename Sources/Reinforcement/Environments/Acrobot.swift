import Tensors
internal import _CEnvironments

/// Gymnasium's `Acrobot-v1`: two links with a motor between them swing up (Sutton & Barto's
/// equations, one Runge–Kutta step of 0.2 s).
///
/// State (θ₁, θ₂, θ̇₁, θ̇₂); observation (cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂); torque −1, 0 or 1;
/// reward −1 for each step but the last; ends where the tip is one link above the joint; 500 steps.
public struct Acrobot: Dynamics {
  public let name = "Acrobot-v1"
  public let stateDimension = 4
  public let observationDimension = 6
  public let actions = ActionSpace.choices(3)
  public let horizon: Int? = 500

  /// The two links.
  public init() {}

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 4], low: -0.1, high: 0.1, from: &generator)
  }

  public func observe(_ state: Tensor) -> Tensor {
    let (one, two) = (state[0..., 0], state[0..., 1])
    return stack(
      [cos(one), sin(one), cos(two), sin(two), state[0..., 2], state[0..., 3]], axis: 1)
  }

  /// The derivative of the state.
  ///
  /// With unit lengths and masses, centres at ½ and inertias 1: accelerations q solve
  /// d₁q₁ + d₂q₂ = −φ₁, d₂q₁ + 1.25q₂ = pull, whose determinant is 2.8125 − ¼cos² θ₂.
  private func slope<Q: Quantity>(_ s: Four<Q>, _ torque: Q) -> Four<Q> {
    let (sine, cosine) = (s.b.sine, s.b.cosine)
    let d1 = cosine + 3.5
    let d2 = 0.5 * cosine + 1.25
    // cos(θ − π/2) = sin θ.
    let phi2 = 4.9 * (s.a + s.b).sine
    let swirl = -0.5 * (s.d.squared * sine) - s.d * s.c * sine
    let phi1 = swirl + 14.7 * s.a.sine + phi2
    let pull = torque - 0.5 * (s.c.squared * sine) - phi2
    let determinant = -0.25 * cosine.squared + 2.8125
    let first = -(1.25 * phi1 + d2 * pull) / determinant
    let second = (d1 * pull + d2 * phi1) / determinant
    return Four(a: s.c, b: s.d, c: first, d: second)
  }

  private func ahead<Q: Quantity>(_ s: Four<Q>, _ k: Four<Q>, _ time: Double) -> Four<Q> {
    Four(a: s.a + time * k.a, b: s.b + time * k.b, c: s.c + time * k.c, d: s.d + time * k.d)
  }

  func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q> {
    let torque = action - 1
    let k1 = slope(s, torque)
    let k2 = slope(ahead(s, k1, 0.1), torque)
    let k3 = slope(ahead(s, k2, 0.1), torque)
    let k4 = slope(ahead(s, k3, 0.2), torque)
    let inner = ahead(k2, k3, 1)
    let sum = ahead(ahead(k1, inner, 2), k4, 1)
    let end = ahead(s, sum, 0.2 / 6)
    let next = Four(
      a: end.a.wrapped, b: end.b.wrapped, c: end.c.clamped(-4 * .pi, 4 * .pi),
      d: end.d.clamped(-9 * .pi, 9 * .pi))
    let up = (-next.a.cosine - (next.a + next.b).cosine).isAbove(1)
    let zero = Q.constant(0, beside: s.a)
    return Moved(state: next, reward: Q.pick(up, zero, zero - 1), ends: up)
  }

  /// The same equations in C, for as many rows at once as the CPU's vectors hold: sines are most of
  /// the work.
  func advance(_ rows: CompiledRows) {
    ce_acrobot(Int64(rows.count), rows.state, rows.action, rows.reward, rows.ended)
  }
}
