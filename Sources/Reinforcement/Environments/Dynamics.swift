import Tensors

/// Up to four numbers of a state.
struct Four<Q> {
  var a: Q
  var b: Q
  var c: Q
  var d: Q
}

/// What follows from one state.
struct Moved<Q: Quantity> {
  var state: Four<Q>
  var reward: Q
  var ends: Q.Mask
}

/// An environment with at most four numbers in a state and one in an action, whose equations are
/// written once for tensors and numbers.
protocol Dynamics: Compiled {
  func move<Q: Quantity>(_ s: Four<Q>, _ action: Q) -> Moved<Q>
}

/// An environment with a loop over plain numbers.
protocol Compiled: Environment {
  /// One step of each row, in place; `noise` is not read if the environment draws nothing.
  func advance(_ rows: CompiledRows)
}

/// Where the rows of a compiled step are.
struct CompiledRows {
  var count: Int
  var state: UnsafeMutablePointer<Float>
  var action: UnsafePointer<Float>
  var noise: UnsafePointer<Float>
  var reward: UnsafeMutablePointer<Float>
  var ended: UnsafeMutablePointer<Bool>
}

extension Dynamics {
  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    let width = stateDimension
    guard state.ndim == 2, state.dim(1) == width else {
      fatalError("\(name): states of shape \(state.shape), not [n, \(width)]")
    }
    actions.check(action, state.dim(0), of: name)
    let columns = (0..<width).map { state[0..., $0] }
    let rest = width < 4 ? Tensor.zeros([state.dim(0)], dtype: state.dtype) : columns[0]
    let four = Four(
      a: columns[0], b: columns[1], c: width > 2 ? columns[2] : rest,
      d: width > 3 ? columns[3] : rest)
    let number = action.ndim == 2 ? action[0..., 0] : action
    let moved = move(four, number.dtype == state.dtype ? number : number.cast(to: state.dtype))
    let after = [moved.state.a, moved.state.b, moved.state.c, moved.state.d]
    return Transition(
      stack(Array(after.prefix(width)), axis: 1), reward: moved.reward, terminated: moved.ends)
  }

  /// The loop over numbers, four environments at a time and the rest one by one: inlined into each
  /// environment, where the compiler knows the equations.
  @inline(__always) func loop(_ rows: CompiledRows, width: Int) {
    var s = rows.state
    let together = rows.count - rows.count % Lanes.count
    for i in stride(from: 0, to: together, by: Lanes.count) {
      let zero = Lanes.constant(0, beside: Lanes(.zero))
      let four = Four(
        a: Lanes(s, stride: width), b: Lanes(s + 1, stride: width),
        c: width > 2 ? Lanes(s + 2, stride: width) : zero,
        d: width > 2 ? Lanes(s + 3, stride: width) : zero)
      let moved: Moved<Lanes> = move(four, Lanes(rows.action + i, stride: 1))
      moved.state.a.store(s, stride: width)
      moved.state.b.store(s + 1, stride: width)
      if width > 2 {
        moved.state.c.store(s + 2, stride: width)
        moved.state.d.store(s + 3, stride: width)
      }
      moved.reward.store(rows.reward + i, stride: 1)
      for k in 0..<Lanes.count { rows.ended[i + k] = moved.ends[k] }
      s += Lanes.count * width
    }
    for i in together..<rows.count {
      let four = Four(
        a: Double(s[0]), b: Double(s[1]), c: width > 2 ? Double(s[2]) : 0,
        d: width > 2 ? Double(s[3]) : 0)
      let moved: Moved<Double> = move(four, Double(rows.action[i]))
      s[0] = Float(moved.state.a)
      s[1] = Float(moved.state.b)
      if width > 2 {
        s[2] = Float(moved.state.c)
        s[3] = Float(moved.state.d)
      }
      rows.reward[i] = Float(moved.reward)
      rows.ended[i] = moved.ends
      s += width
    }
  }
}
