extension Scene {
  /// Shrinks all that is drawn so that it fits a size, which the scene then has.
  ///
  /// - Returns: the factor by which all is shrunk.
  mutating func fit(width: Double?, height: Double?) -> Double {
    let factor = min(1, (width ?? .infinity) / self.width, (height ?? .infinity) / self.height)
    if factor < 1 { scale(by: factor) }
    if let width { self.width = width.rounded() }
    if let height { self.height = height.rounded() }
    return factor
  }

  private mutating func scale(by factor: Double) {
    func point(_ p: Point) -> Point { p * factor }
    func rect(_ r: Rect) -> Rect {
      Rect(x: r.x * factor, y: r.y * factor, width: r.width * factor, height: r.height * factor)
    }
    func path(_ p: Path) -> Path {
      var result = p
      for index in result.parts.indices {
        result.parts[index].points = result.parts[index].points.map(point)
      }
      return result
    }
    func stroke(_ s: Stroke?) -> Stroke? {
      guard var s else { return nil }
      s.width *= factor
      s.dashes = s.dashes.map { $0 * factor }
      return s
    }
    primitives = primitives.map { primitive in
      switch primitive {
      case .path(let p, let fill, let line): return .path(path(p), fill: fill, stroke: stroke(line))
      case .markers(var markers):
        markers.centers = markers.centers.map(point)
        markers.sizes = markers.sizes.map { $0 * factor }
        return .markers(markers)
      case .text(var run):
        run.origin = point(run.origin)
        run.font.size *= factor
        run.ink = rect(run.ink)
        return .text(run)
      case .picture(let pixels, let frame, let smooth):
        return .picture(pixels, rect(frame), smooth: smooth)
      case .clip(let p): return .clip(path(p))
      case .endClip, .group, .endGroup: return primitive
      }
    }
    labels = labels.map(rect)
    texts = texts.map(rect)
    width *= factor
    height *= factor
  }
}
