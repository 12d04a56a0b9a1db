import Glibc
import Plotting

/// The horizontal and the vertical axis of a picture in metres, without numbers.
private func axes(
  across: ClosedRange<Double>, up: ClosedRange<Double>, @MarkBuilder _ marks: () -> [any Mark]
) -> Axes {
  Axes(
    x: Axis("", limits: across, ticks: .none), y: Axis("", limits: up, ticks: .none),
    aspect: .equal, frame: .box, marks)
}

/// A cart of half a metre at x, and a pole of length 1 that leans by an angle from upright.
///
/// The window follows a cart that would leave it.
private func cart(_ x: Double, _ angle: Double) -> Axes {
  let shift = x - min(max(x, -2.4), 2.4)
  return axes(across: (shift - 2.8)...(shift + 2.8), up: -1.2...1.2) {
    Rule(y: -0.1, color: .muted)
    Band([x - 0.25, x + 0.25], [-0.1, -0.1], [0.1, 0.1], color: .foreground, opacity: 1)
    Line([x, x + sin(angle)], [0, cos(angle)], color: .orange, width: 5)
  }
}

extension Pendulum: DrawnEnvironment {
  /// The rod, at angle 0 upright.
  public func drawing(of state: [Double]) -> Axes {
    axes(across: -1.2...1.2, up: -1.2...1.2) {
      Line([0, sin(state[0])], [0, cos(state[0])], color: .orange, width: 6)
      Scatter([0.0], [0.0], color: .foreground, size: 8)
    }
  }
}

extension CartPole: DrawnEnvironment {
  /// The cart between its bounds, and the pole.
  public func drawing(of state: [Double]) -> Axes { cart(state[0], state[2]) }
}

extension CartPoleSwingUp: DrawnEnvironment {
  /// The cart and the pole.
  public func drawing(of state: [Double]) -> Axes { cart(state[0], state[2]) }
}

extension Acrobot: DrawnEnvironment {
  /// The two links, which hang at angles 0, and the height to be reached.
  public func drawing(of state: [Double]) -> Axes {
    let (one, two) = (state[0], state[0] + state[1])
    let joint = (x: sin(one), y: -cos(one))
    return axes(across: -2.2...2.2, up: -2.2...2.2) {
      Rule(y: 1, color: .muted)
      Line(
        [0, joint.x, joint.x + sin(two)], [0, joint.y, joint.y - cos(two)], color: .orange,
        width: 5,
        marker: .circle)
    }
  }
}

extension MountainCarContinuous: DrawnEnvironment {
  /// The car on its hill, and the flag.
  public func drawing(of state: [Double]) -> Axes {
    func height(_ x: Double) -> Double { 0.45 * sin(3 * x) + 0.55 }
    return axes(across: -1.25...0.65, up: 0...1.2) {
      Line(-1.2...0.6, color: .muted) { height($0) }
      Line([0.45, 0.45], [height(0.45), height(0.45) + 0.12], color: .green, width: 3)
      Scatter([state[0]], [height(state[0]) + 0.03], color: .orange, size: 11)
    }
  }
}
