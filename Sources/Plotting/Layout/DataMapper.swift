/// The way from data to places in the figure for one plot.
struct DataMapper {
  var x: AxisMap
  var y: AxisMap
  var sphere: SphereMap?
  var polar: PolarMap?
  var core: Rect

  func callAsFunction(_ xValue: Double, _ yValue: Double) -> Point {
    if let sphere { return sphere(SphereMap.wrapped(xValue), yValue) }
    if let polar { return polar(xValue, yValue) }
    return Point(x(xValue), y(yValue))
  }

  /// Polylines without gaps, cut to the surroundings of the plot and without points that no pixel
  /// would show.
  func polylines(xs: [Double], ys: [Double]) -> [[Point]] {
    var alone: [Point] = []
    return polylines(xs: xs, ys: ys, alone: &alone)
  }

  /// - Parameters:
  ///   - alone: takes the points that have a gap on either side.
  func polylines(xs: [Double], ys: [Double], alone: inout [Point]) -> [[Point]] {
    if let sphere { return sphere.pieces(longitudes: xs, latitudes: ys) }
    if let polar { return polar.pieces(angles: xs, radii: ys, alone: &alone) }
    var pieces: [[Point]] = []
    var start = 0
    let count = min(xs.count, ys.count)
    var points: [Point] = []
    points.reserveCapacity(min(count, 8192))
    let isLong = count > 4000
    let (placeX, placeY) = (StraightMap(x), StraightMap(y))
    while start < count {
      points.removeAll(keepingCapacity: true)
      var end = start
      if isLong {
        // Two loops, so that the one for linear axes asks nothing of a point.
        end =
          placeX.isStraight && placeY.isStraight
          ? summarize(
            xs, ys, from: start, to: count, into: &points,
            place: { Point(placeX.straight($0), placeY.straight($1)) })
          : summarize(
            xs, ys, from: start, to: count, into: &points,
            place: { Point(placeX($0), placeY($1)) })
      } else {
        while end < count {
          let point = Point(placeX(xs[end]), placeY(ys[end]))
          guard point.isFinite else { break }
          points.append(point)
          end += 1
        }
      }
      if points.count > 1 { pieces += clipped(points) }
      if end == start + 1, let point = points.first, core.insetBy(-30).contains(point) {
        alone.append(point)
      }
      start = end + 1
    }
    return pieces
  }

  /// Appends what is visible of the curve from `start` up to its next gap or `limit`.
  ///
  /// Of consecutive points in one half-pixel column that is the first, lowest, highest and last. Long
  /// curves lose the rest without any change of the picture.
  ///
  /// - Returns: the index of the gap, or `limit`.
  @inline(__always)
  private func summarize(
    _ xs: [Double], _ ys: [Double], from start: Int, to limit: Int, into points: inout [Point],
    place: (Double, Double) -> Point
  ) -> Int {
    xs.withUnsafeBufferPointer { xs in
      ys.withUnsafeBufferPointer { ys in
        var index = start
        while index < limit {
          let first = place(xs[index], ys[index])
          guard first.isFinite else { return index }
          let (column, start) = ((first.x * 2).rounded(.down), index)
          var (low, high, last) = (first, first, first)
          var isLowFirst = true
          index += 1
          while index < limit {
            let point = place(xs[index], ys[index])
            // A gap, and whatever lies in another column, ends this one.
            guard point.x * 2 >= column, point.x * 2 < column + 1, point.y.isFinite else { break }
            if point.y < low.y {
              low = point
              isLowFirst = false
            } else if point.y > high.y {
              high = point
              isLowFirst = true
            }
            last = point
            index += 1
          }
          points.append(first)
          // Whichever extreme changed last came last.
          let (one, other) = isLowFirst ? (low, high) : (high, low)
          if one != first { points.append(one) }
          if other != last, other != one, other != first { points.append(other) }
          if index > start + 1 { points.append(last) }
        }
        return index
      }
    }
  }

  /// Cuts what is far outside away: Cairo's coordinates end at 8 million.
  private func clipped(_ points: [Point]) -> [[Point]] {
    let zone = core.insetBy(-2000)
    if points.allSatisfy({ zone.contains($0) }) { return [points] }
    var pieces: [[Point]] = []
    var piece: [Point] = []
    for (a, b) in zip(points, points.dropFirst()) {
      guard let (start, end) = DataMapper.cut(a, b, to: zone) else {
        if piece.count > 1 { pieces.append(piece) }
        piece = []
        continue
      }
      if piece.last != start {
        if piece.count > 1 { pieces.append(piece) }
        piece = [start]
      }
      piece.append(end)
    }
    if piece.count > 1 { pieces.append(piece) }
    return pieces
  }

  /// The part of the segment that lies in `zone` (Liang and Barsky).
  static func cut(_ a: Point, _ b: Point, to zone: Rect) -> (Point, Point)? {
    let d = b - a
    var (first, last) = (0.0, 1.0)
    for (p, q) in [
      (-d.x, a.x - zone.x), (d.x, zone.maxX - a.x), (-d.y, a.y - zone.y), (d.y, zone.maxY - a.y),
    ] {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        first = max(first, q / p)
      } else {
        last = min(last, q / p)
      }
    }
    guard first <= last, (d.x * first).isFinite, (d.y * last).isFinite else { return nil }
    return (first == 0 ? a : a + d * first, last == 1 ? b : a + d * last)
  }
}
