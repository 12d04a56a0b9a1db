import Tensors

/// Gymnasium's `MountainCarContinuous-v0`: a car in a valley, too weak to drive straight out.
///
/// State (position, velocity); force in [−1, 1]; reward 100 at the goal, less 0.1 u²; ends at
/// position 0.45 or beyond with a velocity that is not negative; 999 steps.
public struct MountainCarContinuous: Dynamics {
  public let name = "MountainCarContinuous-v0"
  public let stateDimension = 2
  public let actions = ActionSpace.box(low: -1, high: 1)
  public let horizon: Int? = 999

  /// The car and its valley.
  public init() {}

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    let position = Tensor.uniform([count], low: -0.6, high: -0.4, from: &generator)
    return stack([position, position.zerosLike()], axis: 1)
  }

  @inline(__always) func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q> {
    let force = action.clamped(-1, 1)
    let push = 0.0015 * force - 0.0025 * (3.0 * s.a).cosine
    let speed = (s.b + push).clamped(-0.07, 0.07)
    let position = (s.a + speed).clamped(-1.2, 0.6)
    // At the left wall it stops.
    let kept = Q.pick(position.isAbove(-1.2), speed, speed.clamped(0, 0.07))
    let zero = Q.constant(0, beside: s.a)
    let onward = Q.pick(kept.isAtLeast(0), position, zero - 9)
    let arrives = onward.isAtLeast(0.45)
    let reward = Q.pick(arrives, zero + 100, zero) - 0.1 * action.squared
    return Moved(
      state: Four(a: position, b: kept, c: s.c, d: s.d), reward: reward, ends: arrives)
  }

  func advance(_ rows: CompiledRows) { loop(rows, width: 2) }
}
