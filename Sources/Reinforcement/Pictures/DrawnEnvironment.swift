import Plotting
import Tensors

/// An environment whose states can be looked at (Gymnasium's `render`).
///
/// ```swift
/// let life = rollout({ x, _ in policy.action(pendulum.observe(x)) }, in: pendulum, from: starts)
/// pendulum.picture(of: life.states[0])       // a panel for each row
/// pendulum.film(of: life, row: 3)            // an animation
/// ```
///
/// A type of your own says what one state looks like; axes whose limits are given do not jump from frame
/// to frame.
///
/// ```swift
/// extension Spring: DrawnEnvironment {
///   func drawing(of state: [Double]) -> Axes {
///     Axes(x: Axis("x", limits: -2...2), y: Axis("", limits: -1...1, ticks: .none)) {
///       Scatter([state[0]], [0.0], size: 20)
///     }
///   }
/// }
/// ```
public protocol DrawnEnvironment: Environment {
  /// What one state, of ``Environment/stateDimension`` numbers, looks like.
  func drawing(of state: [Double]) -> Axes
}

extension DrawnEnvironment {
  /// States as panels of a figure, row by row.
  ///
  /// - Parameters:
  ///   - states: `[n, stateDimension]`, or one state `[stateDimension]`.
  ///   - columns: panels beside each other; as many as look well if `nil`.
  public func picture(of states: Tensor, columns: Int? = nil) -> Figure {
    let rows = states.ndim == 1 ? states.expandedDims(axis: 0) : states
    checkDrawn(rows)
    return Figure(columns: columns, axes: rows.rows.map { drawing(of: $0.doubles) })
      .alt("\(rows.dim(0) == 1 ? "A state" : "\(rows.dim(0)) states") of \(name).")
  }

  /// One episode of a rollout as an animation, to its end.
  ///
  /// - Parameters:
  ///   - row: which of the episodes.
  ///   - stride: every so many steps a frame; the last state is one in any case.
  ///   - framesPerSecond: how fast it is shown.
  /// - Complexity: a drawn figure for each frame, some milliseconds.
  public func film(
    of life: Rollout, row: Int = 0, every stride: Int = 1, framesPerSecond: Double = 20
  ) -> Animation {
    guard life.states[0].ndim == 2, (0..<life.states[0].dim(0)).contains(row) else {
      fatalError(
        "\(name): there is no episode \(row) in a rollout from states \(life.states[0].shape)")
    }
    guard stride > 0 else { fatalError("\(name): a frame every \(stride) steps; 1 is each") }
    checkDrawn(life.states[0])
    let last = Int(life.lengths[row].item() as Double)
    var shown = Array(Swift.stride(from: 0, through: last, by: stride))
    if shown.last != last { shown.append(last) }
    return animate(shown, fps: framesPerSecond) { t in
      Figure(axes: [drawing(of: life.states[t][row].doubles)])
        .alt("\(name) after \(t) of \(last) steps.")
    }
  }

  private func checkDrawn(_ states: Tensor) {
    guard states.ndim == 2, states.dim(1) == stateDimension, states.dim(0) > 0 else {
      fatalError(
        "\(name): states of shape \(states.shape) to be drawn, not [n, \(stateDimension)]")
    }
  }
}
