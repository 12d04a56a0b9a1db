import Display
import Plotting

/// What tests look for in a scene laid out with characters of equal width.
struct Looking {
  let scene: Scene

  init(_ figure: Figure) { scene = figure.scene(measurer: FixedMeasurer()) }

  /// The plots' frames.
  var cores: [Rect] {
    scene.primitives.compactMap { if case .clip(let path) = $0 { path.bounds } else { nil } }
  }

  var texts: [String] {
    scene.primitives.compactMap { if case .text(let run) = $0 { run.text } else { nil } }
  }

  var runs: [TextRun] {
    scene.primitives.compactMap { if case .text(let run) = $0 { run } else { nil } }
  }

  /// Filled polygons without an outline, such as bars.
  func areas(_ hex: String) -> [Rect] {
    scene.primitives.flatMap { primitive -> [Rect] in
      guard case .path(let path, let fill?, _) = primitive, fill.hex == hex else { return [] }
      return path.parts.compactMap { part in
        let xs = part.points.map(\.x)
        let ys = part.points.map(\.y)
        guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max()
        else { return nil }
        return Rect(x: left, y: top, width: right - left, height: bottom - top)
      }
    }
  }

  /// Strokes of one colour.
  func strokes(_ hex: String) -> [[Point]] {
    scene.primitives.flatMap { primitive -> [[Point]] in
      guard case .path(let path, nil, let stroke?) = primitive, stroke.color.hex == hex else {
        return []
      }
      return path.parts.map(\.points)
    }
  }

  var markers: [Markers] {
    scene.primitives.compactMap { if case .markers(let markers) = $0 { markers } else { nil } }
  }
}
