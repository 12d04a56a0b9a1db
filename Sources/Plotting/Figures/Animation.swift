import Display

/// Frames shown one after the other, again and again.
///
/// ```swift
/// animate(0..<60) { t in
///   plot(0...6.28) { sin($0 + Double(t) / 10) }
/// }
/// ```
///
/// Axes without limits of their own get the same ones in every frame, so that nothing jumps.
public struct Animation: Sendable, Displayable, CustomStringConvertible {
  var frames: [Figure]
  public var framesPerSecond: Double
  /// Pixels for each CSS pixel; smaller animations load faster.
  public var scale: Double

  /// Most frames of one animation.
  private static let frameLimit = 2000

  init(frames: [Figure], framesPerSecond: Double, scale: Double) {
    self.frames = Animation.aligned(Array(frames.prefix(Animation.frameLimit)))
    self.framesPerSecond = framesPerSecond.isFinite ? framesPerSecond.clamped(to: 0.1...60) : 20
    self.scale = scale.isFinite ? scale.clamped(to: 0.25...4) : 1.5
  }

  /// Gives the automatic axes of all frames common limits.
  private static func aligned(_ frames: [Figure]) -> [Figure] {
    guard let first = frames.first, frames.count > 1 else { return frames }
    let theme = first.appliedTheme
    var joined: [PanelPlan.Extents] = []
    for frame in frames {
      for (index, axes) in frame.axes.enumerated() {
        var lowering = Lowering(theme: theme)
        lowering.add(axes.marks)
        let extents = PanelPlan.extents(of: lowering)
        if index == joined.count { joined.append(PanelPlan.Extents()) }
        joined[index].x.merge(extents.x)
        joined[index].y.merge(extents.y)
        joined[index].right.merge(extents.right)
      }
    }
    return frames.map { frame in
      var copy = frame
      for index in copy.axes.indices {
        copy.axes[index].x.fix(to: joined[index].x, margin: 0.03)
        copy.axes[index].y.fix(to: joined[index].y, margin: 0.06)
        copy.axes[index].right?.fix(to: joined[index].right, margin: 0.06)
      }
      return copy
    }
  }

  /// The frames as indices into one palette, each cut to what changes.
  private func encoded() -> (frames: [IndexedFrame], palette: [UInt32]) {
    var quantizer = Quantizer()
    var pictures: [Pixels] = []
    for figure in frames {
      var pixels = figure.scene.pixels(scale: scale, families: figure.appliedTheme.fonts)
      if let first = pictures.first, (first.width, first.height) != (pixels.width, pixels.height) {
        pixels = pixels.resized(toMatch: first)
      }
      quantizer.count(pixels.words)
      pictures.append(pixels)
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
    return PNGEncoder.encodeAnimation(frames, palette: palette, delay: 1 / framesPerSecond)
  }

  /// The animation as a GIF.
  public func gif() -> [UInt8] {
    let (frames, palette) = encoded()
    return GIFEncoder.encode(frames, palette: palette, delay: 1 / framesPerSecond)
  }

  /// Writes the animation to a file that ends in `.gif`, `.png` or `.apng`.
  public func save(to path: String) throws {
    switch FileBytes.ending(of: path) {
    case "gif": try FileBytes.write(gif(), to: path)
    case "png", "apng": try FileBytes.write(apng(), to: path)
    case let other:
      throw FigureError("an animation is saved as .gif or .png, not as “.\(other)” (\(path))")
    }
  }

  public var description: String {
    guard let first = frames.first, let last = frames.last else {
      return "Animation without frames."
    }
    return "Animation of \(frames.count) frames. First: \(first) Last: \(last)"
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
public func animate(
  _ steps: Range<Int>, fps: Double = 20, scale: Double = 1.5, _ frame: (Int) throws -> Figure
) rethrows -> Animation {
  Animation(frames: try steps.map(frame), framesPerSecond: fps, scale: scale)
}

/// An animation with a frame for each element.
public func animate<Element>(
  _ elements: [Element], fps: Double = 20, scale: Double = 1.5,
  _ frame: (Element) throws -> Figure
) rethrows -> Animation {
  Animation(frames: try elements.map(frame), framesPerSecond: fps, scale: scale)
}

extension Axis {
  /// Takes the limits that `extent` needs unless there are some.
  fileprivate mutating func fix(to extent: Extent, margin: Double) {
    guard limits == nil, !extent.isEmpty else { return }
    if case .categories = scale { return }
    let (low, high) = scale.limits(for: extent, fixed: nil, margin: margin)
    let (a, b) = (scale.backward(low), scale.backward(high))
    if a.isFinite, b.isFinite, a < b { limits = a...b }
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

  /// Cut or filled up with the colour of the first pixel.
  func resized(toMatch other: Pixels) -> Pixels {
    var result = Pixels(
      width: other.width, height: other.height,
      words: .init(repeating: words.first ?? 0, count: other.width * other.height))
    for row in 0..<min(height, other.height) {
      for column in 0..<min(width, other.width) {
        result.words[row * other.width + column] = words[row * width + column]
      }
    }
    return result
  }
}
