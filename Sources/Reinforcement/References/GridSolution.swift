import Tensors

/// What dynamic programming found: values on a grid, and the policy that is greedy in them.
public struct GridSolution: Sendable {
  /// What was solved.
  public let program: GridProgram
  /// Values of the grid's points with so many steps behind: one list for each step, or one alone.
  let values: [[Double]]
  /// γ.
  public let discount: Double
  /// Whether it is of control forever.
  public let isStationary: Bool

  private func list(_ t: Int) -> [Double] {
    isStationary ? values[0] : values[Swift.min(Swift.max(t, 0), values.count - 1)]
  }

  /// Values at step `t` in the shape of the grid, to be plotted.
  public func grid(at t: Int = 0) -> Tensor {
    Tensor(list(t), shape: program.axes.map(\.count), dtype: .float64)
  }

  /// Optimal values of states at step `t`: `[n, d]` → `[n]`.
  public func values(_ states: Tensor, at t: Int = 0) -> Tensor {
    program.interpolate(list(t), states)
  }

  /// Q of states and actions at step `t`: by one exact step and the values behind it, `[n]`.
  public func qValues(_ states: Tensor, _ actions: Tensor, at t: Int = 0) -> Tensor {
    let isBox = actions.ndim == 2
    let step = program.environment.step(
      states.cast(to: .float64), isBox ? actions.cast(to: .float64) : actions)
    let next = program.interpolate(list(t + 1), step.state)
    return step.reward + discount * which(step.terminated, 0.0, next)
  }

  /// Q of each tried action, `[n, m]`.
  public func qTable(_ states: Tensor, at t: Int = 0) -> Tensor {
    let n = states.dim(0)
    let columns = (0..<program.actions.dim(0)).map { a in
      let one = program.actions[a...a]
      return qValues(states, one.broadcast(to: [n] + one.shape.dropFirst()), at: t)
    }
    return stack(columns, axis: 1)
  }

  /// The best of the tried actions for states at step `t`.
  public func action(_ states: Tensor, at t: Int = 0) -> Tensor {
    let best = program.actions.take(qTable(states, at: t).argmax(axis: 1))
    return best.dtype.isFloating ? best.cast(to: states.dtype) : best
  }

  /// A function of states and steps, as ``rollout(_:in:from:steps:seed:)`` takes it.
  public var policy: @Sendable (_ state: Tensor, _ t: Int) -> Tensor {
    { states, t in action(states, at: t) }
  }
}
