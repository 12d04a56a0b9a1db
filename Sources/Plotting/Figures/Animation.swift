import Display

/// Frames shown one after the other, again and again.
///
/// ```swift
/// animate(0..<60) { t in
///   plot(0...6.28) { sin($0 + Double(t) / 10) }
/// }
/// ```
///
/// Axes without limits of their own get the same ones in every frame, colours the same range, and
/// plots the same place, so that what moves is the data; `aligned: false` leaves each frame as it is.
public struct Animation: Sendable, Displayable, CustomStringConvertible {
  var frames: [Figure]
  /// How fast frames follow one another.
  public var framesPerSecond: Double
  /// Pixels for each CSS pixel; smaller animations load faster.
  public var scale: Double
  /// Frames beyond the limit, which are left out.
  private var omitted = 0

  /// Most frames of one animation.
  private static let frameLimit = 2000

  init(frames: [Figure], framesPerSecond: Double, scale: Double, isAligned: Bool = true) {
    let shown = Array(frames.prefix(Animation.frameLimit))
    omitted = frames.count - shown.count
    self.frames = isAligned ? Animation.aligned(shown) : shown
    self.framesPerSecond = framesPerSecond.isFinite ? framesPerSecond.clamped(to: 0.1...60) : 20
    self.scale = scale.isFinite ? scale.clamped(to: 0.25...4) : 1.5
  }

  /// Gives all frames common limits, colours and places.
  private static func aligned(_ frames: [Figure]) -> [Figure] {
    guard let first = frames.first, frames.count > 1 else { return frames }
    let theme = first.appliedTheme
    var joined: [PanelPlan.Extents] = []
    var colors: [[Extent?]] = []
    for frame in frames {
      for (index, axes) in frame.axes.enumerated() {
        let lowering = Lowering(axes, theme: theme)
        let extents = PanelPlan.extents(of: lowering)
        if index == joined.count {
          joined.append(PanelPlan.Extents())
          colors.append([])
        }
        joined[index].x.merge(extents.x)
        joined[index].y.merge(extents.y)
        joined[index].right.merge(extents.right)
        joined[index].z.merge(extents.z)
        colors[index] = FigureLayout.merged(colors[index], lowering.colorExtents)
      }
    }
    var result = frames.map { frame in
      var copy = frame
      copy.keepsLegendCosts = true
      for index in copy.axes.indices {
        copy.axes[index].x.fix(to: joined[index].x, margin: 0.03)
        copy.axes[index].y.fix(to: joined[index].y, margin: 0.06)
        copy.axes[index].right?.fix(to: joined[index].right, margin: 0.06)
        copy.axes[index].z.fix(to: joined[index].z, margin: 0)
        copy.axes[index].sharedColors = colors[index]
      }
      return copy
    }
    // The room that any frame needs is left in all of them.
    var template: FigureLayout.Template?
    for frame in result {
      let own = frame.solved().template
      if template == nil { template = own } else { template?.merge(own) }
    }
    for index in result.indices { result[index].template = template }
    return result
  }

  /// The frames as indices into one palette, each cut to what changes.
  private func encoded() -> (frames: [IndexedFrame], palette: [UInt32]) {
    var quantizer = Quantizer()
    var pictures: [Pixels] = []
    for figure in frames {
      let pixels = figure.scene.pixels(scale: scale, families: figure.appliedTheme.fonts)
      quantizer.count(pixels.words)
      pictures.append(pixels)
    }
    // Frames of different sizes all fit into the largest.
    let width = pictures.map(\.width).max() ?? 0
    let height = pictures.map(\.height).max() ?? 0
    for index in pictures.indices
    where (pictures[index].width, pictures[index].height) != (width, height) {
      pictures[index] = pictures[index].extended(width: width, height: height)
    }
    let palette = quantizer.palette()
    var result: [IndexedFrame] = []
    var previous: Pixels?
    for picture in pictures {
      let box =
        previous.map { picture.changes(from: $0) }
        ?? (x: 0, y: 0, width: picture.width, height: picture.height)
      var indices: [UInt8] = []
      indices.reserveCapacity(box.width * box.height)
      for row in box.y..<(box.y + box.height) {
        for column in box.x..<(box.x + box.width) {
          indices.append(quantizer.index(of: picture.words[row * picture.width + column]))
        }
      }
      result.append(
        IndexedFrame(x: box.x, y: box.y, width: box.width, height: box.height, indices: indices))
      previous = picture
    }
    return (result, palette)
  }

  /// The animation as an animated PNG, which every browser plays.
  public func apng() -> [UInt8] {
    let (frames, palette) = encoded()
    return PNGEncoder.encodeAnimation(
      frames, palette: palette, delay: 1 / framesPerSecond,
      about: PNGEncoder.About(description: description, dpi: Figure.standardDPI * scale))
  }

  /// The animation as a GIF.
  public func gif() -> [UInt8] {
    let (frames, palette) = encoded()
    return GIFEncoder.encode(
      frames, palette: palette, delay: 1 / framesPerSecond, comment: description)
  }

  /// Writes the animation to a file that ends in `.gif`, `.png` or `.apng`.
  public func save(to path: String) throws {
    guard !frames.isEmpty else {
      throw FigureError("an animation without frames cannot be saved (\(path))")
    }
    switch FileBytes.ending(of: path) {
    case "gif": try FileBytes.write(gif(), to: path)
    case "png", "apng": try FileBytes.write(apng(), to: path)
    case let other:
      throw FigureError("an animation is saved as .gif or .png, not as “.\(other)” (\(path))")
    }
  }

  /// The places of the plots in each frame.
  package var places: [[Rect]] { frames.map { $0.solved(measurer: PangoRoom.shared).cores } }

  public var description: String {
    guard let first = frames.first, let last = frames.last else {
      return "Animation without frames."
    }
    let rest = omitted > 0 ? " Note: \(omitted) more frames are left out." : ""
    return "Animation of \(frames.count) frames. First: \(first) Last: \(last)\(rest)"
  }

  public var mimeBundle: MimeBundle {
    let text = description
    var bundle = MimeBundle(text: text)
    guard let first = frames.first else { return bundle }
    let scene = first.scene
    bundle["image/png"] = .bytes(apng())
    bundle.metadata = Figure.metadata(
      width: scene.width, height: scene.height, alt: text, isDark: first.appliedTheme.isDark)
    return bundle
  }
}

/// An animation with a frame for each number of `steps`.
///
/// - Parameters:
///   - aligned: whether all frames have the same limits, colours and layout.
public func animate(
  _ steps: Range<Int>, fps: Double = 20, scale: Double = 1.5, aligned: Bool = true,
  _ frame: (Int) throws -> Figure
) rethrows -> Animation {
  Animation(frames: try steps.map(frame), framesPerSecond: fps, scale: scale, isAligned: aligned)
}

/// An animation with a frame for each element.
public func animate<Element>(
  _ elements: [Element], fps: Double = 20, scale: Double = 1.5, aligned: Bool = true,
  _ frame: (Element) throws -> Figure
) rethrows -> Animation {
  Animation(frames: try elements.map(frame), framesPerSecond: fps, scale: scale, isAligned: aligned)
}

extension Axis {
  /// Takes the limits that `extent` needs where there are none.
  fileprivate mutating func fix(to extent: Extent, margin: Double) {
    guard lowest == nil || highest == nil, !extent.isEmpty else { return }
    switch scale {
    case .categories, .broken: return
    default: break
    }
    let (low, high) = scale.limits(for: extent, lowest: lowest, highest: highest, margin: margin)
    let (a, b) = (scale.backward(low), scale.backward(high))
    guard a.isFinite, b.isFinite, a < b else { return }
    (lowest, highest) = (lowest ?? a, highest ?? b)
  }
}

extension Pixels {
  /// The smallest rectangle outside which both are equal; a single pixel when nothing differs.
  func changes(from other: Pixels) -> (x: Int, y: Int, width: Int, height: Int) {
    var (left, right, top, bottom) = (width, -1, height, -1)
    words.withUnsafeBufferPointer { mine in
      other.words.withUnsafeBufferPointer { theirs in
        for row in 0..<height {
          let start = row * width
          for column in 0..<width where mine[start + column] != theirs[start + column] {
            if column < left { left = column }
            if column > right { right = column }
            if row < top { top = row }
            bottom = row
          }
        }
      }
    }
    guard right >= 0 else { return (0, 0, 1, 1) }
    return (left, top, right - left + 1, bottom - top + 1)
  }

  /// Filled up with the colour of the first pixel.
  func extended(width: Int, height: Int) -> Pixels {
    var result = Pixels(
      width: width, height: height,
      words: .init(repeating: words.first ?? 0, count: width * height))
    for row in 0..<min(height, self.height) {
      for column in 0..<min(width, self.width) {
        result.words[row * width + column] = words[row * self.width + column]
      }
    }
    return result
  }
}
