import Tensors

/// A ball, a paddle and a wall of bricks on a board of 10 × 10 cells, a game of this module's own in
/// the manner of MinAtar (Young & Tian, 2019, arXiv:1903.03176), with other rules.
///
/// Rows count from the top. At first bricks fill rows 1 to 3, the paddle, one cell wide, stands in
/// column 4 of row 9, and the ball in a random column of row 4, about to fall to the left or the
/// right, each equally likely. In a step, in this order:
///
/// 1. The paddle moves left (0), stays (1) or moves right (2), never off the board.
/// 2. The ball moves one cell along its diagonal. At a side wall it turns and keeps its column, at
///    the top it turns and keeps its row.
/// 3. Where a brick is, the ball takes it for a reward of 1, turns, and keeps its row.
/// 4. In row 9 it turns in row 8 if the paddle is in its column; otherwise the game is over.
/// 5. When the last brick is gone, all are there again.
///
/// An episode is cut after 1000 steps. State: the ball's column, row, horizontal and vertical
/// direction, the paddle's column, and 1 or 0 for each brick, row by row. A policy sees the columns
/// and the row one-hot, both directions, and the bricks: 62 numbers.
public struct Bricks: Compiled {
  public let name = "Bricks"
  public let stateDimension = 35
  public let observationDimension = 62
  public let actions = ActionSpace.choices(3)
  public let horizon: Int? = 1000

  /// The game.
  public init() {}

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    let draws = Tensor.randomIntegers([count], in: 0..<20, from: &generator).cast(to: .float32)
    let side = floor(draws / 10)
    let column = draws - 10 * side
    let ones = Tensor.ones([count])
    let heads = stack([column, 4 * ones, 2 * side - 1, ones, 4 * ones], axis: 1)
    return concatenate([heads, Tensor.ones([count, 30])], axis: 1)
  }

  public func observe(_ state: Tensor) -> Tensor {
    let places = [0, 1, 4].map { column in
      state[0..., column].cast(to: .int32).oneHot(10, dtype: state.dtype)
    }
    return concatenate(places + [state[0..., 2..<4], state[0..., 5...]], axis: 1)
  }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    actions.check(action, state.dim(0), of: name)
    let (x, y) = (state[0..., 0], state[0..., 1])
    var (dx, dy) = (state[0..., 2], state[0..., 3])
    let paddle = clip(state[0..., 4] + action.cast(to: state.dtype) - 1, 0, 9)
    let atSide = (x + dx .< 0.0) .| (x + dx .> 9.0)
    let column = which(atSide, x, x + dx)
    dx = which(atSide, -dx, dx)
    let atTop = y + dy .< 0.0
    var row = which(atTop, y, y + dy)
    dy = which(atTop, -dy, dy)
    let bricks = state[0..., 5...]
    let place = (10 * (row - 1) + column).expandedDims(axis: 1)
    let left = which(place .== Tensor.arange(30).cast(to: state.dtype), 0.0, bricks)
    let reward = (bricks - left).sum(axis: 1)
    let isHit = reward .> 0.0
    row = which(isHit, y, row)
    dy = which(isHit, -dy, dy)
    let isLow = row .== 9.0
    let isCaught = isLow .& (paddle .== column)
    row = which(isCaught, 8.0, row)
    dy = which(isCaught, -1.0, dy)
    let isCleared = (left.sum(axis: 1) .== 0.0).expandedDims(axis: 1)
    let heads = stack([column, row, dx, dy, paddle], axis: 1)
    return Transition(
      concatenate([heads, which(isCleared, 1.0, left)], axis: 1), reward: reward,
      terminated: isLow .& (paddle .!= column))
  }

  func advance(_ rows: CompiledRows) {
    var s = rows.state
    for i in 0..<rows.count {
      let paddle = min(max(s[4] + rows.action[i] - 1, 0), 9)
      var (column, row) = (s[0] + s[2], s[1] + s[3])
      if column < 0 || column > 9 {
        column = s[0]
        s[2] = -s[2]
      }
      if row < 0 {
        row = s[1]
        s[3] = -s[3]
      }
      var reward: Float = 0
      let place = 10 * (Int(row) - 1) + Int(column)
      if place >= 0, place < 30, s[5 + place] == 1 {
        reward = 1
        s[5 + place] = 0
        row = s[1]
        s[3] = -s[3]
        refill(s + 5)
      }
      var isOver = false
      if row == 9 {
        if paddle == column {
          row = 8
          s[3] = -1
        } else {
          isOver = true
        }
      }
      (s[0], s[1], s[4]) = (column, row, paddle)
      rows.reward[i] = reward
      rows.ended[i] = isOver
      s += 35
    }
  }

  @inline(__always) private func refill(_ bricks: UnsafeMutablePointer<Float>) {
    for k in 0..<30 where bricks[k] != 0 { return }
    for k in 0..<30 { bricks[k] = 1 }
  }
}
