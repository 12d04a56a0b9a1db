import Tensors

/// Gymnasium's `Pendulum-v1`: swing a rod up with a motor too weak to lift it at once.
///
/// State (θ, θ̇), θ = 0 upright; observation (cos θ, sin θ, θ̇); torque in [−2, 2]; reward
/// −(θ² + 0.1 θ̇² + 0.001 u²) of the state before the step, with θ in [−π, π); 200 steps.
public struct Pendulum: Dynamics {
  public let name = "Pendulum-v1"
  public let stateDimension = 2
  public let observationDimension = 3
  public let actions = ActionSpace.box(low: -2, high: 2)
  public let horizon: Int? = 200
  /// Gravity g.
  public var gravity = 10.0

  /// The pendulum with gymnasium's gravity of 10, or another one.
  public init(gravity: Double = 10) { self.gravity = gravity }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 2], low: -1, high: 1, from: &generator) * Tensor([.pi, 1.0])
  }

  public func observe(_ state: Tensor) -> Tensor {
    let angle = state[0..., 0]
    return stack([cos(angle), sin(angle), state[0..., 1]], axis: 1)
  }

  @inline(__always) func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q> {
    let u = action.clamped(-2, 2)
    let cost = s.a.wrapped.squared + 0.1 * s.b.squared + 0.001 * u.squared
    let push = 1.5 * gravity * s.a.sine + 3.0 * u
    let speed = (s.b + 0.05 * push).clamped(-8, 8)
    let angle = s.a + 0.05 * speed
    return Moved(
      state: Four(a: angle, b: speed, c: s.c, d: s.d), reward: -cost, ends: Q.never(beside: s.a))
  }

  func advance(_ rows: CompiledRows) { loop(rows, width: 2) }
}
