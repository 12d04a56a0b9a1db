/// Turns grids of numbers into pictures that fit the plot.
struct FieldPainter {
  var mapper: DataMapper
  /// Pixels of the picture for each pixel of the figure, when it has to be resampled.
  private static let density = 2.0

  init(_ mapper: DataMapper) { self.mapper = mapper }

  func primitive(_ field: Field) -> Primitive? {
    guard field.rows > 0, field.columns > 0, field.values.count == field.rows * field.columns,
      field.xEdges.count == field.columns + 1, field.yEdges.count == field.rows + 1
    else { return nil }
    let palette = palette(of: field)
    if mapper.sphere != nil || mapper.polar != nil { return resampled(field, palette) }
    let isEven =
      isUniform(field.xEdges.map { mapper.x($0) })
      && isUniform(field.yEdges.map { mapper.y($0) })
    guard isEven else { return resampled(field, palette) }
    let start = mapper(field.xEdges[0], field.yEdges[0])
    let end = mapper(field.xEdges[field.columns], field.yEdges[field.rows])
    guard start.isFinite, end.isFinite else { return resampled(field, palette) }
    let rect = Rect(from: start, to: end)
    guard rect.width > 0, rect.height > 0, rect.width < 1e5, rect.height < 1e5 else {
      return resampled(field, palette)
    }
    let visible = FieldPainter.density
    let reduced = FieldPainter.reduced(
      field.values, columns: field.columns, rows: field.rows,
      byColumns: (Double(field.columns) / (rect.width * visible)).integer(in: 1...field.columns),
      byRows: (Double(field.rows) / (rect.height * visible)).integer(in: 1...field.rows))
    let isFlippedX = start.x > end.x
    let isFlippedY = start.y > end.y
    let (columns, rows) = (reduced.columns, reduced.rows)
    let scale = PalettePosition(field.colors, count: palette.count)
    let words = [UInt32](unsafeUninitializedCapacity: columns * rows) { buffer, count in
      reduced.values.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          let source = (isFlippedY ? rows - 1 - row : row) * columns
          for column in 0..<columns {
            let value = values[source + (isFlippedX ? columns - 1 - column : column)]
            buffer[row * columns + column] = value.isNaN ? 0 : palette[scale.index(of: value)]
          }
        }
      }
      count = columns * rows
    }
    return .picture(
      Pixels(width: columns, height: rows, words: words), rect, smooth: field.isSmooth)
  }

  private func palette(of field: Field) -> [UInt32] {
    (0..<1024).map {
      field.colors.map.color(at: (Double($0) + 0.5) / 1024).opacity(field.opacity).word
    }
  }

  private func isUniform(_ places: [Double]) -> Bool {
    guard let first = places.first, let last = places.last, places.count > 1 else { return false }
    let step = (last - first) / Double(places.count - 1)
    guard step.isFinite, step != 0 else { return false }
    return places.enumerated().allSatisfy {
      abs($0.element - first - Double($0.offset) * step) <= max(0.25, abs(step) * 0.01)
    }
  }

  /// Looks the cell of each pixel up: for uneven grids, logarithmic axes and maps.
  private func resampled(_ field: Field, _ palette: [UInt32]) -> Primitive? {
    let core = mapper.core
    let columns = (core.width * FieldPainter.density).rounded(.up).integer(in: 1...8000)
    let rows = (core.height * FieldPainter.density).rounded(.up).integer(in: 1...8000)
    let scale = PalettePosition(field.colors, count: palette.count)
    var words = [UInt32](repeating: 0, count: columns * rows)
    func color(_ column: Int?, _ row: Int?) -> UInt32 {
      guard let column, let row else { return 0 }
      let value = field.values[row * field.columns + column]
      return value.isNaN ? 0 : palette[scale.index(of: value)]
    }
    func place(_ index: Int, _ count: Int, _ start: Double, _ length: Double) -> Double {
      start + (Double(index) + 0.5) / Double(count) * length
    }
    let xs = (0..<columns).map { place($0, columns, core.x, core.width) }
    let ys = (0..<rows).map { place($0, rows, core.y, core.height) }
    if let sphere = mapper.sphere {
      for row in 0..<rows {
        for column in 0..<columns {
          guard let spot = sphere.coordinates(at: Point(xs[column], ys[row])) else { continue }
          words[row * columns + column] = color(
            FieldPainter.cell(of: spot.longitude, in: field.xEdges),
            FieldPainter.cell(of: spot.latitude, in: field.yEdges))
        }
      }
    } else if let polar = mapper.polar {
      let (first, last) = (field.xEdges[0], field.xEdges[field.columns])
      for row in 0..<rows {
        for column in 0..<columns {
          guard let spot = polar.coordinates(at: Point(xs[column], ys[row])) else { continue }
          // Angles repeat: the turn that the grid covers is looked up.
          let low = min(first, last)
          let turns = ((spot.angle - low) / (2 * .pi)).rounded(.down)
          words[row * columns + column] = color(
            FieldPainter.cell(of: spot.angle - turns * 2 * .pi, in: field.xEdges),
            FieldPainter.cell(of: spot.value, in: field.yEdges))
        }
      }
    } else {
      let cellsX = xs.map { FieldPainter.cell(of: mapper.x.value(at: $0), in: field.xEdges) }
      let cellsY = ys.map { FieldPainter.cell(of: mapper.y.value(at: $0), in: field.yEdges) }
      for row in 0..<rows {
        for column in 0..<columns {
          words[row * columns + column] = color(cellsX[column], cellsY[row])
        }
      }
    }
    return .picture(Pixels(width: columns, height: rows, words: words), core, smooth: false)
  }

  /// Which interval between `edges`, ascending or descending, holds `value`.
  static func cell(of value: Double, in edges: [Double]) -> Int? {
    guard let first = edges.first, let last = edges.last, value.isFinite, edges.count > 1 else {
      return nil
    }
    let isRising = first <= last
    guard value >= min(first, last), value <= max(first, last) else { return nil }
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if (edges[middle] <= value) == isRising { low = middle } else { high = middle }
    }
    return low
  }

  /// Means over blocks of cells; cells that are not numbers do not count.
  static func reduced(
    _ values: [Double], columns: Int, rows: Int, byColumns: Int, byRows: Int
  ) -> (values: [Double], columns: Int, rows: Int) {
    guard byColumns > 1 || byRows > 1 else { return (values, columns, rows) }
    let width = (columns + byColumns - 1) / byColumns
    let height = (rows + byRows - 1) / byRows
    var result = [Double](repeating: 0, count: width * height)
    values.withUnsafeBufferPointer { source in
      for row in 0..<height {
        for column in 0..<width {
          var sum = 0.0
          var count = 0
          for y in (row * byRows)..<min(rows, (row + 1) * byRows) {
            for x in (column * byColumns)..<min(columns, (column + 1) * byColumns) {
              let value = source[y * columns + x]
              if value == value {
                sum += value
                count += 1
              }
            }
          }
          result[row * width + column] = count > 0 ? sum / Double(count) : .nan
        }
      }
    }
    return (result, width, height)
  }
}

/// The index into a palette of `count` colours for a number, with the divisions done beforehand.
private struct PalettePosition {
  private let low: Double
  private let factor: Double
  private let limit: Int
  private let scale: ColorScale

  init(_ scale: ColorScale, count: Int) {
    self.scale = scale
    low = scale.low
    factor = Double(count) / (scale.high - scale.low)
    limit = count - 1
  }

  @inline(__always)
  func index(of value: Double) -> Int {
    let place =
      scale.isLogarithmic ? scale.position(of: value) * Double(limit + 1) : (value - low) * factor
    return place > 0 ? (place < Double(limit) ? Int(place) : limit) : 0
  }
}
