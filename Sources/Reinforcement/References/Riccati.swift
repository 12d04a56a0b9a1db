import Tensors

/// The optimal control of a ``LinearQuadratic`` system: u = −Kx with value −(xᵀPx + c).
///
/// ```swift
/// let optimum = try RiccatiSolution(of: system, discount: 0.99)
/// let action = optimum.action(x)
/// ```
public struct RiccatiSolution: Sendable {
  /// The gain K, `[a, d]`: of the first step where the horizon is finite.
  public let gain: Tensor
  /// P, `[d, d]`.
  public let value: Tensor
  /// What noise costs from here on, c.
  public let noiseCost: Double
  /// The gains of all steps where the horizon is finite, the first step first.
  public let gains: [Tensor]
  /// Iterations of the recursion.
  public let iterations: Int

  /// Control forever, discounted by γ.
  ///
  /// P is iterated by Riccati's recursion in `float64` until it changes by less than 10⁻¹².
  ///
  /// - Throws: where R + γBᵀPB is singular, or the recursion does not settle: the system cannot be
  ///   held.
  public init(of system: LinearQuadratic, discount: Double = 1) throws {
    let parts = Parts64(system, discount)
    var p = parts.q
    var gain = Tensor.zeros([0])
    for k in 1...100_000 {
      let (next, found) = try parts.backward(p)
      let change = abs(next - p).max().item() / Swift.max(1, abs(next).max().item())
      (p, gain) = (next, found)
      guard change.isFinite else { break }
      if change < 1e-12 {
        self.gain = gain
        value = p
        gains = []
        iterations = k
        let drawn = system.deviation * system.deviation * p.trace().item()
        noiseCost = drawn == 0 ? 0 : discount * drawn / (1 - discount)
        return
      }
    }
    throw ReferenceError(
      "Riccati's recursion does not settle: the system cannot be held at this cost; lower discount:"
    )
  }

  /// Control for so many steps.
  ///
  /// - Throws: where R + γBᵀPB is singular.
  public init(of system: LinearQuadratic, steps: Int, discount: Double = 1) throws {
    guard steps > 0 else { fatalError("RiccatiSolution: \(steps) steps") }
    let parts = Parts64(system, discount)
    // Costs are of the state before a step, so after the last one nothing is counted.
    var p = parts.q.zerosLike()
    var found: [Tensor] = []
    var noise = 0.0
    let variance = system.deviation * system.deviation
    for _ in 0..<steps {
      noise = discount * (noise + variance * p.trace().item())
      let (next, gain) = try parts.backward(p)
      p = next
      found.append(gain)
    }
    gains = found.reversed()
    gain = gains[0]
    value = p
    noiseCost = noise
    iterations = steps
  }

  /// The optimal actions, `[n, a]`, for states `[n, d]`.
  public func action(_ state: Tensor) -> Tensor {
    -matmul(state, gain.T.cast(to: state.dtype))
  }

  /// The optimal value of states: `[n, d]` → `[n]`.
  public func values(_ state: Tensor) -> Tensor {
    -(matmul(state, value.cast(to: state.dtype)) * state).sum(axis: 1) - noiseCost
  }
}

/// A system's matrices in `float64`.
private struct Parts64 {
  let (a, b, q, r, discount): (Tensor, Tensor, Tensor, Tensor, Double)

  init(_ system: LinearQuadratic, _ discount: Double) {
    a = system.transition.cast(to: .float64)
    b = system.control.cast(to: .float64)
    q = system.stateCost.cast(to: .float64)
    r = system.actionCost.cast(to: .float64)
    self.discount = discount
  }

  /// One step back: P before a step from P after it, and the gain of the step.
  func backward(_ p: Tensor) throws -> (p: Tensor, gain: Tensor) {
    let bp = discount * matmul(b.T, p)
    let gain = try solve(r + matmul(bp, b), matmul(bp, a))
    let next = q + discount * matmul(a.T, matmul(p, a - matmul(b, gain)))
    return (0.5 * (next + next.T), gain)
  }
}

/// Why a reference could not be computed.
public struct ReferenceError: Error, CustomStringConvertible {
  /// What happened, and what to change.
  public let description: String

  init(_ description: String) { self.description = description }
}
