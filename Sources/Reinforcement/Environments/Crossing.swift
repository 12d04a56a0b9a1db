import Tensors

/// A road of eight lanes to cross on a board of 10 × 10 cells, a game of this module's own in the
/// manner of MinAtar (Young & Tian, 2019, arXiv:1903.03176), with other rules.
///
/// Rows count from the top. The player stands in row 9, in column 4, which it never leaves; rows 1 to
/// 8 are lanes with a car each, in a random column. A car goes left or right, a cell every 1 to 5
/// steps, all equally likely, and keeps both for the whole episode; who leaves the board comes back on
/// the other side. In a step, in this order:
///
/// 1. The player moves up (0), stays (1) or moves down (2), never below row 9.
/// 2. The cars whose time has come move.
/// 3. In row 0 the player gets a reward of 1, and begins again in row 9.
/// 4. Where a car is, the player begins again in row 9.
///
/// An episode is cut after 1000 steps and does not end before. State: the player's row; the columns of
/// the cars, the steps until they move, the steps from one move to the next, and their directions,
/// lane by lane. A policy sees the row and the columns one-hot, the velocities, and the waits over 5:
/// 106 numbers.
public struct Crossing: Compiled {
  public let name = "Crossing"
  public let stateDimension = 33
  public let observationDimension = 106
  public let actions = ActionSpace.choices(3)
  public let horizon: Int? = 1000

  /// The game.
  public init() {}

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    func draw(_ range: Range<Int>) -> Tensor {
      Tensor.randomIntegers([count, 8], in: range, from: &generator).cast(to: .float32)
    }
    let (columns, periods, sides) = (draw(0..<10), draw(1..<6), draw(0..<2))
    let rows = Tensor.full([count, 1], 9)
    return concatenate([rows, columns, periods, periods, 2 * sides - 1], axis: 1)
  }

  public func observe(_ state: Tensor) -> Tensor {
    func hot(_ places: Tensor) -> Tensor {
      places.cast(to: .int32).oneHot(10, dtype: state.dtype).reshaped([state.dim(0), -1])
    }
    let (waits, periods, sides) = (state[0..., 9..<17], state[0..., 17..<25], state[0..., 25...])
    return concatenate(
      [hot(state[0..., 0]), hot(state[0..., 1..<9]), sides / periods, waits / 5], axis: 1)
  }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    actions.check(action, state.dim(0), of: name)
    var row = minimum(state[0..., 0] + action.cast(to: state.dtype) - 1, 9)
    let (periods, sides) = (state[0..., 17..<25], state[0..., 25...])
    let waits = state[0..., 9..<17] - 1
    let moves = waits .== 0.0
    let ahead = state[0..., 1..<9] + which(moves, sides, 0.0)
    let columns = which(ahead .< 0.0, 9.0, which(ahead .> 9.0, 0.0, ahead))
    let reward = (row .== 0.0).cast(to: state.dtype)
    let lanes = Tensor.arange(1, 9).cast(to: state.dtype)
    let isHit = ((row.expandedDims(axis: 1) .== lanes) .& (columns .== 4.0)).any(axis: 1)
    row = which((row .== 0.0) .| isHit, 9.0, row)
    return Transition(
      concatenate(
        [row.expandedDims(axis: 1), columns, which(moves, periods, waits), periods, sides], axis: 1),
      reward: reward)
  }

  func advance(_ rows: CompiledRows) {
    typealias Lanes8 = SIMD8<Float>
    var s = rows.state
    func lanes(_ place: Int) -> Lanes8 {
      UnsafeRawPointer(s + place).loadUnaligned(as: Lanes8.self)
    }
    for i in 0..<rows.count {
      var row = min(s[0] + rows.action[i] - 1, 9)
      let waits = lanes(9) - 1
      let moves = waits .== 0
      var columns = lanes(1)
      columns += Lanes8.zero.replacing(with: lanes(25), where: moves)
      columns.replace(with: 9, where: columns .< 0)
      columns.replace(with: 0, where: columns .> 9)
      UnsafeMutableRawPointer(s + 1).storeBytes(of: columns, as: Lanes8.self)
      UnsafeMutableRawPointer(s + 9).storeBytes(
        of: waits.replacing(with: lanes(17), where: moves), as: Lanes8.self)
      rows.reward[i] = row == 0 ? 1 : 0
      if row == 0 || (row < 9 && columns[Int(row) - 1] == 4) { row = 9 }
      s[0] = row
      rows.ended[i] = false
      s += 33
    }
  }
}
