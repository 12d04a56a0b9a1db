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

  /// The figure as a PNG file with `scale` pixels for each CSS pixel.
  public func png(scale: Double = 2) -> [UInt8] {
    let families = appliedTheme.fonts
    return PNGEncoder.encode(scene.pixels(scale: scale, families: families))
  }

  /// The figure as an SVG document.
  public func svg() -> String {
    let bytes = scene.document(.svg, families: appliedTheme.fonts)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The figure as a PDF document.
  public func pdf() -> [UInt8] { scene.document(.pdf, families: appliedTheme.fonts) }

  /// Writes the figure to a file; the ending of `path` decides about the format: `.png`, `.svg` or
  /// `.pdf`.
  ///
  /// - Throws: ``FigureError`` for another ending or when the file cannot be written.
  public func save(to path: String, scale: Double = 2) throws {
    switch FileBytes.ending(of: path) {
    case "png": try FileBytes.write(png(scale: scale), to: path)
    case "svg": try FileBytes.write(Array(svg().utf8), to: path)
    case "pdf": try FileBytes.write(pdf(), to: path)
    case let other:
      throw FigureError("a figure is saved as .png, .svg or .pdf, not as “.\(other)” (\(path))")
    }
  }
}

extension Figure: Displayable, CustomStringConvertible {
  public var mimeBundle: MimeBundle {
    let solution = solved()
    let text = description(of: solution)
    let pixels = solution.scene.pixels(scale: 2, families: appliedTheme.fonts)
    var bundle = MimeBundle(text: text)
    bundle["image/png"] = .bytes(PNGEncoder.encode(pixels))
    bundle.metadata = Figure.metadata(
      width: solution.scene.width, height: solution.scene.height, alt: text,
      isDark: appliedTheme.isDark)
    return bundle
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
