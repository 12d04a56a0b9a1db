import Display

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Figure {
  /// The laid-out figure; `measurer` is replaced in tests.
  package func scene(measurer: any TextMeasurer) -> Scene {
    solved(measurer: measurer).scene
  }

  package var scene: Scene { scene(measurer: PangoRoom.shared) }

  func solved(measurer: any TextMeasurer = PangoRoom.shared) -> FigureLayout.Solution {
    var figure = self
    if axes.count > Figure.axesLimit {
      figure.axes = Array(axes.prefix(Figure.axesLimit))
      figure.captionText =
        "Shown are the first \(Figure.axesLimit) of \(axes.count) plots. " + captionText
    }
    return FigureLayout(figure, measurer: measurer).solve()
  }

  /// Dots per inch of a picture with one pixel for each CSS pixel.
  static let standardDPI = 96.0

  /// The figure as a PNG file with `scale` pixels for each CSS pixel.
  ///
  /// The file says how large the figure is and describes it.
  public func png(scale: Double = 2) -> [UInt8] {
    let solution = solved()
    let pixels = solution.scene.pixels(scale: scale, families: appliedTheme.fonts)
    return png(pixels, of: solution)
  }

  private func png(_ pixels: Pixels, of solution: FigureLayout.Solution) -> [UInt8] {
    PNGEncoder.encode(
      pixels,
      about: PNGEncoder.About(
        title: PlainText.of(title), description: description(of: solution),
        dpi: Figure.standardDPI * Double(pixels.width) / max(1, solution.scene.width)))
  }

  /// The figure as a JPEG file, on the theme's background, with `scale` pixels for each CSS pixel.
  ///
  /// Meant for pictures; lines and texts stay sharper in PNG files.
  ///
  /// - Parameters:
  ///   - quality: from 1 to 100.
  public func jpeg(scale: Double = 2, quality: Int = 92) -> [UInt8] {
    var figure = self
    figure.isTransparent = false
    let solution = figure.solved()
    let pixels = solution.scene.pixels(scale: scale, families: appliedTheme.fonts)
    return JPEGEncoder.encode(
      pixels, quality: quality.clamped(1, 100),
      dpi: Figure.standardDPI * Double(pixels.width) / max(1, solution.scene.width),
      comment: description(of: solution))
  }

  /// The figure as an SVG document, with its title and description for those who do not see it.
  public func svg() -> String {
    let solution = solved()
    let bytes = solution.scene.document(.svg, families: appliedTheme.fonts)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let start = text.firstRange(of: "<svg"),
      let end = text[start.upperBound...].firstIndex(of: ">")
    else { return text }
    func escaped(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    let name = title.isEmpty ? "Figure" : PlainText.of(title)
    return text[..<end] + " role=\"img\" aria-labelledby=\"title desc\">\n"
      + "<title id=\"title\">\(escaped(name))</title>\n"
      + "<desc id=\"desc\">\(escaped(description(of: solution)))</desc>"
      + text[text.index(after: end)...]
  }

  /// The figure as a PDF document, with its title and description among the document's data.
  public func pdf() -> [UInt8] {
    let solution = solved()
    return solution.scene.document(
      .pdf, families: appliedTheme.fonts,
      title: title.isEmpty ? "Figure" : PlainText.of(title), subject: description(of: solution))
  }

  /// Writes the figure to a file; the ending of `path` decides about the format: `.png`, `.jpg`,
  /// `.svg` or `.pdf`.
  ///
  /// - Parameters:
  ///   - dpi: dots per inch of a picture, at 96 CSS pixels an inch; used instead of `scale`.
  /// - Throws: ``FigureError`` for another ending, a resolution that cannot be drawn, or when the file
  ///   cannot be written.
  public func save(to path: String, scale: Double = 2, dpi: Double? = nil) throws {
    let scale = dpi.map { $0 / Figure.standardDPI } ?? scale
    switch FileBytes.ending(of: path) {
    case "png", "jpg", "jpeg":
      let size = solved().scene
      let largest = (Double(Scene.pixelLimit) / max(1, size.width * size.height)).squareRoot()
      guard scale.isFinite, scale >= 0.05, scale <= min(32, largest) else {
        throw FigureError(
          "a picture with \(NumberLabels.plain(scale)) pixels for each of the figure's "
            + "\(Int(size.width)) × \(Int(size.height)) cannot be drawn; the most are "
            + "\(NumberLabels.plain(min(32, largest))) (\(path))")
      }
      try FileBytes.write(
        FileBytes.ending(of: path) == "png" ? png(scale: scale) : jpeg(scale: scale), to: path)
    case "svg": try FileBytes.write(Array(svg().utf8), to: path)
    case "pdf": try FileBytes.write(pdf(), to: path)
    case let other:
      throw FigureError(
        "a figure is saved as .png, .jpg, .svg or .pdf, not as “.\(other)” (\(path))")
    }
  }
}

extension Figure: Displayable, CustomStringConvertible {
  public var mimeBundle: MimeBundle {
    let solution = solved()
    let text = description(of: solution)
    let pixels = solution.scene.pixels(scale: 2, families: appliedTheme.fonts)
    var bundle = MimeBundle(text: text)
    bundle["image/png"] = .bytes(png(pixels, of: solution))
    // A formula that is not well formed is a mistake of the cell, which says so in red.
    for error in solution.errors { Figure.complain("error: \(error)") }
    if Figure.isAudited {
      for finding in audit() { Figure.complain("figure: \(finding)") }
    }
    bundle.metadata = Figure.metadata(
      width: solution.scene.width, height: solution.scene.height, alt: text,
      isDark: appliedTheme.isDark)
    return bundle
  }

  /// Whether every figure that is shown is looked at, too: where `ANSATZ_AUDIT` is set, as in the
  /// tests of the workbook's pages.
  private static let isAudited = getenv("ANSATZ_AUDIT") != nil

  private static func complain(_ sentence: String) {
    let line = Array("\(sentence)\n".utf8)
    _ = write(2, line, line.count)
  }

  /// What front ends need to show a picture: its size in CSS pixels, the text for those who do not
  /// see it, and the background its ink was made for.
  static func metadata(width: Double, height: Double, alt: String, isDark: Bool)
    -> [String: JSONValue]
  {
    [
      "image/png": [
        "width": .integer(Int(width)), "height": .integer(Int(height)), "alt": .string(alt),
      ],
      "needs_background": .string(isDark ? "dark" : "light"),
    ]
  }

  /// One sentence that says what the figure shows, generated from its marks unless ``alt(_:)`` gave
  /// one.
  public var description: String { description(of: solved(measurer: FixedMeasurer())) }
}

/// Why a figure or picture could not be read or written.
public struct FigureError: Error, CustomStringConvertible, Sendable {
  /// What went wrong, with the file.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Files without Foundation.
enum FileBytes {
  static func ending(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else {
      throw FigureError("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else {
      throw FigureError("\(path) was written in part only: \(String(cString: strerror(errno)))")
    }
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw FigureError("\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&block, 1, block.count, file)
      guard count > 0 else { break }
      bytes += block[..<count]
    }
    guard ferror(file) == 0 else {
      throw FigureError("\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    return bytes
  }
}

/// Fills the caches of the font system, which costs some 200 ms once; the kernel calls this on a
/// background thread while it starts, so that a reader's first figure does not wait.
package func warmUp() {
  let figure = Figure("Ax 0123456789") {
    Axes(x: "$\\hat y_\\theta(x)$", y: .log("loss")) {
      Line([1, 10, 100], label: "$y^\\star \\in \\mathbb{R}$")
    }
  }
  _ = figure.scene.pixels(scale: 2, families: figure.appliedTheme.fonts)
}
