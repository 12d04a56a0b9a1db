import Tensors

extension TransportPlan {
  /// McCann's interpolation: mass on its way at time `t`, as points and their masses.
  ///
  /// ```swift
  /// let (points, masses) = result.plan.interpolated(x, y, at: 0.5)
  /// ```
  ///
  /// - Shapes: x `[n, d]`, y `[m, d]` → points `[k, d]`, masses `[k]`, one for each entry.
  public func interpolated(_ x: Tensor, _ y: Tensor, at t: Double) -> (
    points: Tensor, masses: Tensor
  ) {
    let list = entries
    let from = x.cast(to: .float64).take(Tensor(list.map(\.source)))
    let to = y.cast(to: .float64).take(Tensor(list.map(\.target)))
    return ((1 - t) * from + t * to, Tensor(doubles: list.map(\.mass)))
  }

  /// McCann's interpolation drawn on a grid of `[height, width]` over the unit box, for a plan
  /// between images on that grid; mass is shared between the four nearest cells.
  public func image(_ height: Int, _ width: Int, at t: Double) -> Tensor {
    guard height > 0, width > 0, a.values.count == height * width,
      b.values.count == height * width, t >= 0 && t <= 1
    else {
      stop(
        "image: a plan between \(a.values.count) and \(b.values.count) points, not images of "
          + "\(height) × \(width); or a time of \(t), outside of 0…1")
    }
    var image = [Double](repeating: 0, count: height * width)
    for e in entries {
      let (i, j) = (Double(e.source / width), Double(e.source % width))
      let (k, l) = (Double(e.target / width), Double(e.target % width))
      let (row, column) = ((1 - t) * i + t * k, (1 - t) * j + t * l)
      let (top, left) = (Int(row), Int(column))
      let (down, right) = (row - Double(top), column - Double(left))
      for (dy, share) in [(0, 1 - down), (1, down)] where share > 0 {
        for (dx, part) in [(0, 1 - right), (1, right)] where part > 0 {
          image[(top + dy) * width + left + dx] += e.mass * share * part
        }
      }
    }
    return Tensor(image, shape: [height, width], .float64)
  }
}
