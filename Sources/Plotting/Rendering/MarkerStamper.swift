internal import _CPangoCairo
internal import _CPictureCodecs

/// Copies a marker, drawn once in 16 sub-pixel positions, to many places.
///
/// A Cairo arc each would take 30 µs; a copy takes a fraction of one.
enum MarkerStamper {
  private static let positions = 4

  private struct Stamp {
    var side: Int
    /// Coverage from 0 to 255, for each sub-pixel position.
    var coverage: [[UInt8]]
    /// The covered stretch of each row, for each sub-pixel position.
    var spans: [[Range<Int>]]
    /// The pixels of the only colour, premultiplied by the coverage, in rows of `stride`; empty where
    /// there are several colours.
    var words: [[UInt32]] = []
    /// Where each row's covered stretch begins, and how many times eight pixels it takes.
    var starts: [[UInt8]] = []
    var eights: [[UInt8]] = []
    /// Longer than a row by eight pixels that cover nothing, so that stretches may be rounded up.
    var stride: Int { side + 8 }

    init(side: Int, coverage: [[UInt8]]) {
      (self.side, self.coverage) = (side, coverage)
      spans = coverage.map { cells in
        (0..<side).map { row in
          let line = cells[(row * side)..<((row + 1) * side)]
          guard let first = line.firstIndex(where: { $0 != 0 }),
            let last = line.lastIndex(where: { $0 != 0 })
          else { return 0..<0 }
          return (first - row * side)..<(last + 1 - row * side)
        }
      }
    }

    mutating func color(_ word: UInt32) {
      words = coverage.map { cells in
        var padded = [UInt32](repeating: 0, count: side * stride)
        for row in 0..<side {
          for column in 0..<side {
            padded[row * stride + column] = MarkerStamper.weakened(
              word, UInt32(cells[row * side + column]))
          }
        }
        return padded
      }
      starts = spans.map { $0.map { UInt8($0.lowerBound) } }
      eights = spans.map { $0.map { UInt8(($0.count + 7) / 8) } }
    }
  }

  /// Paints `markers`; returns false when they are of a kind that cannot be stamped.
  static func stamp(_ markers: Markers, on target: CairoPainter.RasterTarget, clip: Rect) -> Bool {
    guard markers.shape != .none, markers.outline == nil, !markers.fills.isEmpty,
      let largest = markers.sizes.max(), largest * target.scale <= 48,
      let data = cairo_image_surface_get_data(target.surface)
    else { return false }
    cairo_surface_flush(target.surface)
    defer { cairo_surface_mark_dirty(target.surface) }
    let stride = Int(cairo_image_surface_get_stride(target.surface)) / 4
    let width = Int(cairo_image_surface_get_width(target.surface))
    let height = Int(cairo_image_surface_get_height(target.surface))
    let scale = target.scale
    let left = max(0, Int((clip.x * scale).rounded().clamped(to: -1e6...1e6)))
    let top = max(0, Int((clip.y * scale).rounded().clamped(to: -1e6...1e6)))
    let right = min(width, Int((clip.maxX * scale).rounded().clamped(to: -1e6...1e6)))
    let bottom = min(height, Int((clip.maxY * scale).rounded().clamped(to: -1e6...1e6)))
    guard left < right, top < bottom else { return true }

    // Sizes are rounded to quarters of a device pixel, so that few stamps are drawn.
    var stamps: [Int: Stamp] = [:]
    var (stamp, lastKey) = (Stamp(side: 1, coverage: []), 0)
    let words = UnsafeMutableRawPointer(data).assumingMemoryBound(to: UInt32.self)
    // An opaque marker of one size and colour that is already there need not be painted again.
    let isOpaque = markers.fills.count == 1 && markers.fills[0].alpha == 1
    let repeats = isOpaque && markers.sizes.count == 1 && markers.centers.count > 20_000
    let places = width * height * positions * positions
    var painted = [UInt64](repeating: 0, count: repeats ? places / 64 + 1 : 0)
    for (index, center) in markers.centers.enumerated() where center.isFinite {
      let size = markers.sizes[min(index, markers.sizes.count - 1)] * scale
      guard size > 0 else { continue }
      let key = max(1, Int((size * 4).rounded()))
      if key != lastKey {
        if stamps[key] == nil {
          stamps[key] = draw(markers.shape, size: Double(key) / 4)
          if markers.fills.count == 1 { stamps[key]?.color(markers.fills[0].word) }
        }
        guard let found = stamps[key] else { return false }
        (stamp, lastKey) = (found, key)
      }
      let fill = markers.fills[min(index, markers.fills.count - 1)]
      let x = center.x * scale
      let y = center.y * scale
      guard abs(x) < 1e6, abs(y) < 1e6 else { continue }
      let originX = Int((x - Double(stamp.side) / 2).rounded(.down))
      let originY = Int((y - Double(stamp.side) / 2).rounded(.down))
      let partX = Int((x - Double(stamp.side) / 2 - Double(originX)) * Double(positions))
      let partY = Int((y - Double(stamp.side) / 2 - Double(originY)) * Double(positions))
      if repeats, originX >= 0, originY >= 0, originX < width, originY < height {
        let place =
          (originY * width + originX) * positions * positions + partY * positions + partX
        let bit = UInt64(1) << UInt64(place & 63)
        if painted[place >> 6] & bit != 0 { continue }
        painted[place >> 6] |= bit
      }
      let firstX = max(left, originX)
      let lastX = min(right, originX + stamp.side)
      let firstY = max(top, originY)
      let lastY = min(bottom, originY + stamp.side)
      guard firstX < lastX, firstY < lastY else { continue }
      let position = partY * positions + partX
      if !stamp.words.isEmpty, originX >= left, originX + stamp.stride <= right, originY >= top,
        originY + stamp.side <= bottom
      {
        ansatz_stamp(
          stamp.words[position], stamp.stride, words + originY * stride + originX, stride,
          Int32(stamp.side), stamp.starts[position], stamp.eights[position])
        continue
      }
      if !stamp.words.isEmpty {
        stamp.words[position].withUnsafeBufferPointer { source in
          for row in firstY..<lastY {
            let span = stamp.spans[position][row - originY]
            let from = max(firstX, originX + span.lowerBound)
            let to = min(lastX, originX + span.upperBound)
            guard from < to else { continue }
            let start = (row - originY) * stamp.stride - originX + from
            blend(
              source.baseAddress! + start, over: words + row * stride + from, count: to - from)
          }
        }
        continue
      }
      let color = fill.word
      stamp.coverage[position].withUnsafeBufferPointer { coverage in
        for row in firstY..<lastY {
          let span = stamp.spans[position][row - originY]
          let from = max(firstX, originX + span.lowerBound)
          let to = min(lastX, originX + span.upperBound)
          guard from < to else { continue }
          let source = coverage.baseAddress! + (row - originY) * stamp.side - originX
          let line = words + row * stride
          for column in from..<to {
            let amount = UInt32(source[column])
            if amount != 0 { line[column] = over(color, amount, line[column]) }
          }
        }
      }
    }
    return true
  }

  /// Premultiplied pixels over others, without a branch, so that several are done at once.
  @inline(__always)
  private static func blend(
    _ source: UnsafePointer<UInt32>, over line: UnsafeMutablePointer<UInt32>, count: Int
  ) {
    for column in 0..<count {
      let pixel = source[column]
      line[column] = pixel &+ scaled(line[column], 255 &- pixel >> 24)
    }
  }

  /// `color`, weakened by `amount` of 255, over `below`; all premultiplied.
  @inline(__always)
  private static func over(_ color: UInt32, _ amount: UInt32, _ below: UInt32) -> UInt32 {
    let source = amount == 255 ? color : scaled(color, amount)
    let rest = 255 - source >> 24
    return rest == 0 ? source : source &+ scaled(below, rest)
  }

  /// All four bytes times `factor` of 255, two at a time.
  @inline(__always)
  private static func scaled(_ word: UInt32, _ factor: UInt32) -> UInt32 {
    func half(_ value: UInt32) -> UInt32 {
      let product = value &* factor &+ 0x0080_0080
      return ((product &+ (product >> 8 & 0x00FF_00FF)) >> 8) & 0x00FF_00FF
    }
    return half(word & 0x00FF_00FF) | half(word >> 8 & 0x00FF_00FF) << 8
  }

  /// All four bytes times `factor` of 255.
  fileprivate static func weakened(_ word: UInt32, _ factor: UInt32) -> UInt32 {
    scaled(word, factor)
  }

  private static func draw(_ shape: Marker, size: Double) -> Stamp? {
    let side = Int((size * 1.4).rounded(.up)) + 3
    var coverage: [[UInt8]] = []
    for index in 0..<(positions * positions) {
      guard let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(side), Int32(side)),
        let context = cairo_create(surface)
      else { return nil }
      defer {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
      }
      let center = Point(
        Double(side) / 2 + (Double(index % positions) + 0.5) / Double(positions),
        Double(side) / 2 + (Double(index / positions) + 0.5) / Double(positions))
      CairoPainter(context: context, families: [], raster: nil).paint(
        Markers(shape: shape, centers: [center], sizes: [size], fills: [RGBA(0, 0, 0)]))
      cairo_surface_flush(surface)
      guard let data = cairo_image_surface_get_data(surface) else { return nil }
      let stride = Int(cairo_image_surface_get_stride(surface))
      var bytes = [UInt8](repeating: 0, count: side * side)
      for row in 0..<side {
        for column in 0..<side { bytes[row * side + column] = data[row * stride + column] }
      }
      coverage.append(bytes)
    }
    return Stamp(side: side, coverage: coverage)
  }
}
