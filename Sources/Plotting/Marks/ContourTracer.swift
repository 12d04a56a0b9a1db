/// Follows the lines of equal height through a grid of numbers (marching squares).
///
/// Between grid points heights are interpolated linearly; where a cell's diagonal corners lie above
/// the level and the other two below, its mean decides which are joined.
struct ContourTracer {
  struct Curve {
    var xs: [Double]
    var ys: [Double]
    var isClosed: Bool
  }

  private let xs: [Double]
  private let ys: [Double]
  private let heights: [Double]
  private let columns: Int
  private let rows: Int
  /// For each edge of the grid, the edges of the same curve before and after; −1 for none.
  private var links: [(Int32, Int32)]
  private let isFilling: Bool

  /// - Parameters:
  ///   - filling: surrounds the grid by a wall that is lower than everything, so that all curves
  ///     close and enclose what lies above the level.
  init(xs: [Double], ys: [Double], heights: [Double], filling: Bool) {
    isFilling = filling
    if filling {
      let (width, height) = (xs.count, ys.count)
      self.xs = [xs[0]] + xs + [xs[width - 1]]
      self.ys = [ys[0]] + ys + [ys[height - 1]]
      let wall = [Double](repeating: -.infinity, count: width + 2)
      var padded = wall
      padded.reserveCapacity((width + 2) * (height + 2))
      for row in 0..<height {
        padded.append(-.infinity)
        for value in heights[(row * width)..<((row + 1) * width)] {
          padded.append(value.isNaN ? -.infinity : value)
        }
        padded.append(-.infinity)
      }
      self.heights = padded + wall
    } else {
      (self.xs, self.ys, self.heights) = (xs, ys, heights)
    }
    columns = self.xs.count
    rows = self.ys.count
    links = [(Int32, Int32)](repeating: (-1, -1), count: 2 * columns * rows)
  }

  mutating func curves(at level: Double) -> [Curve] {
    guard columns > 1, rows > 1, columns * rows < 1 << 30 else { return [] }
    var used: [Int32] = []
    connectCells(level, &used)
    var curves: [Curve] = []
    // Open curves first: a walk from the middle of one would find only half of it.
    for edge in used where links[Int(edge)].1 < 0 && links[Int(edge)].0 >= 0 {
      curves.append(walk(from: edge, level, isClosed: false))
    }
    for edge in used where links[Int(edge)].0 >= 0 {
      curves.append(walk(from: edge, level, isClosed: true))
    }
    for edge in used { links[Int(edge)] = (-1, -1) }
    return curves
  }

  private mutating func connectCells(_ level: Double, _ used: inout [Int32]) {
    let count = columns * rows
    for row in 0..<(rows - 1) {
      for column in 0..<(columns - 1) {
        let node = row * columns + column
        let a = heights[node]
        let b = heights[node + 1]
        let c = heights[node + columns + 1]
        let d = heights[node + columns]
        if a.isNaN || b.isNaN || c.isNaN || d.isNaN { continue }
        let code =
          (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0)
          | (d >= level ? 8 : 0)
        if code == 0 || code == 15 { continue }
        let bottom = Int32(node)
        let top = Int32(node + columns)
        let left = Int32(count + node)
        let right = Int32(count + node + 1)
        switch code {
        case 1, 14: link(left, bottom, &used)
        case 2, 13: link(bottom, right, &used)
        case 4, 11: link(right, top, &used)
        case 8, 7: link(top, left, &used)
        case 3, 12: link(left, right, &used)
        case 6, 9: link(bottom, top, &used)
        default:
          let isHigh = (a + b + c + d) / 4 >= level
          if (code == 5) == isHigh {
            link(left, top, &used)
            link(bottom, right, &used)
          } else {
            link(left, bottom, &used)
            link(right, top, &used)
          }
        }
      }
    }
  }

  private mutating func link(_ a: Int32, _ b: Int32, _ used: inout [Int32]) {
    for (edge, other) in [(a, b), (b, a)] {
      if links[Int(edge)].0 < 0 {
        links[Int(edge)].0 = other
        used.append(edge)
      } else {
        links[Int(edge)].1 = other
      }
    }
  }

  /// Follows the links from `start` and removes them.
  private mutating func walk(from start: Int32, _ level: Double, isClosed: Bool) -> Curve {
    var curve = Curve(xs: [], ys: [], isClosed: isClosed)
    var edge = start
    var previous: Int32 = -1
    while edge >= 0 {
      let (x, y) = crossing(Int(edge), level)
      curve.xs.append(x)
      curve.ys.append(y)
      let (one, other) = links[Int(edge)]
      links[Int(edge)] = (-1, -1)
      let next = one == previous || one < 0 ? other : one
      previous = edge
      edge = next >= 0 && links[Int(next)].0 >= 0 ? next : -1
    }
    return curve
  }

  private func crossing(_ edge: Int, _ level: Double) -> (Double, Double) {
    let count = columns * rows
    let isAcross = edge < count
    let node = isAcross ? edge : edge - count
    let other = isAcross ? node + 1 : node + columns
    let (column, row) = (node % columns, node / columns)
    let (low, high) = (heights[node], heights[other])
    let share: Double
    if low == -.infinity {
      share = 1
    } else if high == -.infinity || low == high {
      share = 0
    } else {
      share = ((level - low) / (high - low)).clamped(to: 0...1)
    }
    if isAcross { return (xs[column] + share * (xs[column + 1] - xs[column]), ys[row]) }
    return (xs[column], ys[row] + share * (ys[row + 1] - ys[row]))
  }
}
