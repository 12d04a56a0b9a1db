import Display
internal import _CPictureCodecs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A picture that shows itself and is a mark: pixels read from a file or made of numbers.
///
/// ```swift
/// let photo = try Picture(contentsOf: "forest.jpg")
/// Picture(digit)                         // [height, width], grey levels
/// Picture(image, range: 0...255)         // [height, width, 3]
/// ```
public struct Picture: ElementaryMark, Displayable, CustomStringConvertible {
  var pixels: Pixels
  /// What is wrong with the numbers it was made of.
  var problem: String?
  /// The numbers at the ends of the colours, where it is made of numbers.
  var levels: ClosedRange<Double>?
  /// Whether enlargement interpolates; otherwise pixels stay squares.
  public var isSmooth = false

  /// Pixels from left to right.
  public var width: Int { pixels.width }
  /// Pixels from top to bottom.
  public var height: Int { pixels.height }

  /// A PNG or JPEG file.
  ///
  /// - Throws: ``FigureError`` when the file cannot be read or is neither.
  public init(contentsOf path: String) throws {
    let bytes = try FileBytes.read(path)
    do {
      try self.init(decoding: bytes)
    } catch let error as FigureError {
      throw FigureError("\(path): \(error)")
    }
  }

  /// The bytes of a PNG or JPEG file.
  public init(decoding bytes: [UInt8]) throws {
    var data: UnsafeMutablePointer<UInt8>?
    var (width, height): (Int32, Int32) = (0, 0)
    var message = [CChar](repeating: 0, count: Int(ANSATZ_CODEC_MESSAGE_SIZE))
    let status = ansatz_decode_picture(
      bytes, bytes.count, Scene.pixelLimit, &data, &width, &height, &message)
    guard status == 0, let data else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw FigureError(String(decoding: text, as: UTF8.self))
    }
    defer { free(data) }
    let count = Int(width) * Int(height)
    let words = (0..<count).map { index -> UInt32 in
      let alpha = UInt32(data[4 * index + 3])
      func part(_ offset: Int) -> UInt32 { (UInt32(data[4 * index + offset]) * alpha + 127) / 255 }
      return alpha << 24 | part(0) << 16 | part(1) << 8 | part(2)
    }
    pixels = Pixels(width: Int(width), height: Int(height), words: words)
  }

  /// Numbers as a picture: `[height, width]` through a colour map, `[height, width, 3 or 4]` as
  /// red, green, blue (and alpha); `[3, height, width]` is understood too.
  ///
  /// - Parameters:
  ///   - range: the numbers that are black and white. `nil`: 0 to 1 or 0 to 255 where the numbers
  ///     use that range, else from zero (or the smallest, when it is negative) to the largest.
  public init(
    _ values: some PlotData, range: ClosedRange<Double>? = nil, colors: ColorMap = .gray,
    smooth: Bool = false
  ) {
    self.init(values.plotValues, range: range, colors: colors, smooth: smooth)
  }

  init(
    _ values: PlotValues, range: ClosedRange<Double>?, colors: ColorMap, smooth: Bool
  ) {
    isSmooth = smooth
    pixels = Pixels(width: 1, height: 1, words: [0])
    let shape = values.shape
    guard values.problem == nil, !values.elements.isEmpty, values.elements.count <= 4 << 26 else {
      problem = values.problem ?? "a picture of \(values.elements.count) numbers cannot be shown"
      return
    }
    let limits = range.map { ($0.lowerBound, $0.upperBound) } ?? Picture.limits(values.elements)
    let unit = limits.1 > limits.0 ? 1 / (limits.1 - limits.0) : 1
    levels = limits.0...max(limits.0, limits.1)
    func level(_ value: Double) -> Double { (value - limits.0) * unit }
    if let (rows, columns) = values.grid {
      let palette = colors.words(count: 256)
      pixels = Pixels(
        width: columns, height: rows,
        words: values.elements.map {
          $0.isNaN ? 0 : palette[(level($0) * 256).integer(in: 0...255)]
        })
    } else if shape.count == 3, shape[2] == 3 || shape[2] == 4 {
      let step = shape[2]
      pixels = Pixels(
        width: shape[1], height: shape[0],
        words: (0..<(shape[0] * shape[1])).map { index in
          let start = index * step
          let part = values.elements[start..<(start + step)].map(level)
          return RGBA(part[0], part[1], part[2], step == 4 ? part[3] : 1).word
        })
    } else if shape.count == 3, shape[0] == 3 {
      let count = shape[1] * shape[2]
      pixels = Pixels(
        width: shape[2], height: shape[1],
        words: (0..<count).map { index in
          RGBA(
            level(values.elements[index]), level(values.elements[count + index]),
            level(values.elements[2 * count + index])
          ).word
        })
    } else {
      problem =
        "the shape \(shape) is no picture; it must be [height, width] or [height, width, 3]"
    }
  }

  /// The numbers that are black and white, from the data: levels from 0 to 1 or 0 to 255 where they
  /// use that range, else from zero (or the smallest, when it is negative) to the largest.
  static func limits(_ values: [Double]) -> (Double, Double) {
    let extent = Extent.of(values)
    guard !extent.isEmpty else { return (0, 1) }
    if extent.low >= 0, extent.high > 0.5, extent.high <= 1 { return (0, 1) }
    if extent.low >= 0, extent.high > 127, extent.high <= 255 { return (0, 255) }
    if extent.low >= 0 { return extent.high > 0 ? (0, extent.high) : (0, 1) }
    return extent.low < extent.high ? (extent.low, extent.high) : (extent.low, extent.low + 1)
  }

  /// The picture as a PNG file.
  public func png() -> [UInt8] { PNGEncoder.encode(pixels) }

  /// The red, green, blue and alpha parts from 0 to 1, `[height, width, 4]`.
  public var plotValues: PlotValues {
    var elements: [Double] = []
    elements.reserveCapacity(4 * pixels.words.count)
    for word in pixels.words {
      let color = Straight(word)
      for part in [color.red, color.green, color.blue, color.alpha] {
        elements.append(Double(part) / 255)
      }
    }
    return PlotValues(elements, shape: [height, width, 4])
  }

  /// Writes the picture as a PNG file.
  public func save(to path: String) throws {
    guard FileBytes.ending(of: path) == "png" else {
      throw FigureError("a picture is saved as .png (\(path))")
    }
    try FileBytes.write(png(), to: path)
  }

  public var description: String {
    problem.map { "Picture that cannot be shown: \($0)." }
      ?? "Picture of \(width) × \(height) pixels."
  }

  public var mimeBundle: MimeBundle {
    var bundle = MimeBundle(text: description)
    guard problem == nil else { return bundle }
    // Small pictures are shown larger, as far as whole factors go.
    let factor = max(1, 256 / max(width, height, 1))
    bundle["image/png"] = .bytes(png())
    bundle.metadata = Figure.metadata(
      width: Double(width * factor), height: Double(height * factor), alt: description,
      isDark: false)
    return bundle
  }

  func lower(into lowering: inout Lowering) {
    if let problem {
      lowering.note("picture: \(problem)")
      return
    }
    let x = -0.5...(Double(width) - 0.5)
    let y = -0.5...(Double(height) - 0.5)
    lowering.readsDownwards = true
    lowering.prefersEqualAspect = true
    lowering.hidesAxes = true
    lowering.hasField = true
    lowering.add(
      .picture(pixels, x: x, y: y, smooth: isSmooth),
      x: Extent.of([x.lowerBound, x.upperBound], hard: true),
      y: Extent.of([y.lowerBound, y.upperBound], hard: true))
    var text = "a picture of \(width) × \(height) pixels"
    if let levels {
      let number = Speech.numbers(low: levels.lowerBound, high: levels.upperBound, isTime: false)
      text += " with levels from \(number(levels.lowerBound)) to \(number(levels.upperBound))"
    }
    lowering.say(text)
  }
}

extension Picture: PlotData {
  /// Pictures of the same pixels are equal, whatever numbers they were made of.
  public static func == (a: Picture, b: Picture) -> Bool {
    a.pixels == b.pixels && a.problem == b.problem && a.isSmooth == b.isSmooth
  }
}

/// Pictures side by side.
///
/// ```swift
/// imageGrid(digits, columns: 10)                 // a tensor [n, height, width]
/// imageGrid([before, after], titles: ["before", "after"])
/// ```
public func imageGrid(
  _ images: some PlotData, columns: Int? = nil, titles: [String] = [],
  range: ClosedRange<Double>? = nil, colors: ColorMap = .gray, title: String = ""
) -> Figure {
  let values = images.plotValues
  let shape = values.shape
  guard values.problem == nil, shape.count >= 3, shape[0] > 0 else {
    let problem = values.problem ?? "its shape is \(shape), not [n, height, width]"
    return Figure(title, axes: [Axes(marks: [Unshown("image grid: \(problem)")])])
  }
  let size = shape.dropFirst().reduce(1, *)
  // One range for all, so that their levels compare.
  let shared = range ?? { $0.0...$0.1 }(Picture.limits(values.elements))
  let count = min(shape[0], Figure.axesLimit)
  let pictures = (0..<count).map { index in
    Picture(
      PlotValues(
        Array(values.elements[(index * size)..<((index + 1) * size)]),
        shape: Array(shape.dropFirst())), range: shared, colors: colors, smooth: false)
  }
  return imageGrid(pictures, columns: columns, titles: titles, title: title)
}

/// Pictures side by side.
public func imageGrid(
  _ pictures: [Picture], columns: Int? = nil, titles: [String] = [], title: String = ""
) -> Figure {
  let axes = pictures.enumerated().map { index, picture in
    Axes(index < titles.count ? titles[index] : "", frame: .none, marks: [picture])
  }
  let wanted = columns ?? min(10, max(1, Int(Double(pictures.count).squareRoot().rounded(.up))))
  return Figure(title, columns: wanted, axes: axes)
}

/// A mark that could not be made: only its note is shown.
struct Unshown: ElementaryMark {
  var reason: String

  init(_ reason: String) { self.reason = reason }

  func lower(into lowering: inout Lowering) {
    lowering.hidesAxes = true
    lowering.note(reason)
  }
}
