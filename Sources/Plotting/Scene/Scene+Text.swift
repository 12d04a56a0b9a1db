extension Scene {
  /// The scene as text, one primitive a line, for comparison in tests.
  package var dump: String {
    var lines = ["scene \(width.short)×\(height.short)"]
    if let background { lines[0] += " on \(background.hex)" }
    var depth = 0
    for primitive in primitives {
      if case .endClip = primitive { depth -= 1 }
      if case .endGroup = primitive { depth -= 1 }
      lines.append(String(repeating: "  ", count: max(0, depth)) + primitive.dump)
      if case .clip = primitive { depth += 1 }
      if case .group = primitive { depth += 1 }
    }
    return lines.joined(separator: "\n")
  }
}

extension Primitive {
  var dump: String {
    switch self {
    case .path(let path, let fill, let stroke):
      var words = ["path \(path.dump)"]
      if let fill { words.append("fill \(fill.hex)") }
      if let stroke {
        words.append("stroke \(stroke.color.hex) \(stroke.width.short)")
        if !stroke.dashes.isEmpty {
          words.append("dashes \(stroke.dashes.map(\.short).joined(separator: " "))")
        }
      }
      return words.joined(separator: " ")
    case .markers(let markers):
      let fill = markers.fills.first?.hex ?? "none"
      let size = markers.sizes.first?.short ?? "0"
      let first = markers.centers.prefix(3).map(\.dump).joined(separator: " ")
      return "\(markers.centers.count) \(markers.shape.rawValue) \(size) \(fill) \(first)"
    case .text(let run):
      let turn = run.angle == 0 ? "" : " turned \((run.angle * 180 / .pi).short)°"
      return "text \"\(run.text)\" \(run.font.dump) \(run.color.hex) at \(run.origin.dump)\(turn)"
    case .picture(let pixels, let rect, let smooth):
      return "picture \(pixels.width)×\(pixels.height) in \(rect.dump)\(smooth ? " smooth" : "")"
    case .clip(let path): return "clip \(path.bounds?.dump ?? "empty")"
    case .endClip: return "end clip"
    case .group(let opacity): return "group \(opacity.short)"
    case .endGroup: return "end group"
    }
  }
}

extension Path {
  fileprivate var dump: String {
    let count = parts.reduce(0) { $0 + $1.points.count }
    guard count <= 8 else { return "of \(count) points in \(bounds?.dump ?? "nothing")" }
    return parts.map { part in
      part.points.map(\.dump).joined(separator: " ") + (part.isClosed ? " z" : "")
    }.joined(separator: " | ")
  }
}

extension Rect {
  var dump: String { "[\(x.short) \(y.short) \(width.short) \(height.short)]" }
}

extension Point {
  var dump: String { "\(x.short),\(y.short)" }
}

extension Font {
  var dump: String {
    "\(face.rawValue) \(size.short)\(isBold ? " bold" : "")\(isItalic ? " italic" : "")"
  }
}

extension Double {
  /// One decimal, none when it is zero: fine enough for positions in pixels.
  var short: String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let tenths = Int((self * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
