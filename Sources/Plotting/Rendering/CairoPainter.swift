internal import _CPangoCairo

/// Paints scenes on Cairo surfaces.
struct CairoPainter {
  let context: OpaquePointer
  var families: [String]
  /// Device pixels per figure pixel where the surface has pixels; `nil` for SVG and PDF.
  var raster: RasterTarget?

  /// The memory of an image surface, into which many markers are copied directly.
  struct RasterTarget {
    var surface: OpaquePointer
    var scale: Double
  }

  func paint(_ scene: Scene) {
    if let background = scene.background {
      setColor(background)
      cairo_paint(context)
    }
    // Opacities of the groups that are open; clips are Cairo's own saved states.
    var opacities: [Double] = []
    var clips: [Rect] = []
    for primitive in scene.primitives {
      switch primitive {
      case .path(let path, let fill, let stroke): paint(path, fill, stroke)
      case .markers(let markers):
        let whole = Rect(x: 0, y: 0, width: scene.width, height: scene.height)
        if let raster, markers.centers.count > 256, opacities.isEmpty,
          MarkerStamper.stamp(markers, on: raster, clip: clips.last ?? whole)
        {
          continue
        }
        paint(markers)
      case .text(let run): paint(run)
      case .picture(let pixels, let rect, let smooth): paint(pixels, rect, smooth)
      case .clip(let path):
        cairo_save(context)
        trace(path)
        cairo_clip(context)
        clips.append(path.bounds ?? Rect(x: 0, y: 0, width: 0, height: 0))
      case .endClip:
        cairo_restore(context)
        _ = clips.popLast()
      case .group(let opacity):
        opacities.append(opacity)
        cairo_push_group(context)
      case .endGroup:
        cairo_pop_group_to_source(context)
        cairo_paint_with_alpha(context, opacities.popLast() ?? 1)
      }
    }
  }

  private func setColor(_ color: RGBA) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  /// Cairo works in 24.8 fixed point; what lies far outside the picture is cut before it overflows.
  private static let reach = 1e6

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for part in path.parts {
      var isFirst = true
      for point in part.points {
        guard point.isFinite else { continue }
        let x = point.x.clamped(to: -CairoPainter.reach...CairoPainter.reach)
        let y = point.y.clamped(to: -CairoPainter.reach...CairoPainter.reach)
        if isFirst {
          cairo_move_to(context, x, y)
          isFirst = false
        } else {
          cairo_line_to(context, x, y)
        }
      }
      if part.isClosed, !isFirst { cairo_close_path(context) }
    }
  }

  private func paint(_ path: Path, _ fill: RGBA?, _ stroke: Stroke?) {
    trace(path)
    if let fill {
      setColor(fill)
      cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
      if stroke == nil { cairo_fill(context) } else { cairo_fill_preserve(context) }
    }
    if let stroke, stroke.width > 0 {
      setColor(stroke.color)
      cairo_set_line_width(context, stroke.width)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_line_cap(context, stroke.hasRoundCaps ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
      cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
      cairo_stroke(context)
    }
  }

  func paint(_ markers: Markers) {
    guard markers.shape != .none else { return }
    for (index, center) in markers.centers.enumerated() where center.isFinite {
      let size = markers.sizes.isEmpty ? 0 : markers.sizes[min(index, markers.sizes.count - 1)]
      guard size > 0, abs(center.x) < CairoPainter.reach, abs(center.y) < CairoPainter.reach,
        !markers.fills.isEmpty
      else { continue }
      let fill = markers.fills[min(index, markers.fills.count - 1)]
      cairo_new_path(context)
      let outline = markers.shape.outline
      if outline.isEmpty {
        cairo_arc(context, center.x, center.y, size / 2, 0, 2 * Double.pi)
      }
      for part in outline {
        for (corner, point) in part.enumerated() {
          let place = center + point * size
          if corner == 0 {
            cairo_move_to(context, place.x, place.y)
          } else {
            cairo_line_to(context, place.x, place.y)
          }
        }
        if !markers.shape.isStroked { cairo_close_path(context) }
      }
      if markers.shape.isStroked {
        setColor(fill)
        cairo_set_dash(context, nil, 0, 0)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_width(context, max(1, size * 0.2))
        cairo_stroke(context)
        continue
      }
      setColor(fill)
      cairo_fill_preserve(context)
      if let outline = markers.outline, markers.outlineWidth > 0 {
        setColor(outline)
        cairo_set_dash(context, nil, 0, 0)
        cairo_set_line_width(context, markers.outlineWidth)
        cairo_stroke(context)
      }
      cairo_new_path(context)
    }
  }

  private func paint(_ run: TextRun) {
    setColor(run.color)
    cairo_save(context)
    cairo_translate(context, run.origin.x, run.origin.y)
    if run.angle != 0 { cairo_rotate(context, run.angle) }
    cairo_move_to(context, 0, 0)
    PangoRoom.shared.show(run, families: families, on: context)
    cairo_restore(context)
  }

  private func paint(_ pixels: Pixels, _ rect: Rect, _ smooth: Bool) {
    guard pixels.width > 0, pixels.height > 0, pixels.words.count == pixels.width * pixels.height,
      rect.width > 0, rect.height > 0
    else { return }
    guard
      let surface = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, Int32(pixels.width), Int32(pixels.height)),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let data = cairo_image_surface_get_data(surface)
    else { return }
    defer { cairo_surface_destroy(surface) }
    let stride = Int(cairo_image_surface_get_stride(surface))
    pixels.words.withUnsafeBytes { source in
      for row in 0..<pixels.height {
        (UnsafeMutableRawPointer(data) + row * stride).copyMemory(
          from: source.baseAddress! + row * pixels.width * 4, byteCount: pixels.width * 4)
      }
    }
    cairo_surface_mark_dirty(surface)
    cairo_save(context)
    cairo_translate(context, rect.x, rect.y)
    cairo_scale(
      context, rect.width / Double(pixels.width), rect.height / Double(pixels.height))
    cairo_set_source_surface(context, surface, 0, 0)
    let pattern = cairo_get_source(context)
    let device = raster?.scale ?? 2
    let isShrunk =
      rect.width * device < Double(pixels.width) || rect.height * device < Double(pixels.height)
    cairo_pattern_set_filter(
      pattern, isShrunk || smooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
    // Without padding, interpolation fades the outermost pixels out.
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_rectangle(context, 0, 0, Double(pixels.width), Double(pixels.height))
    cairo_fill(context)
    cairo_restore(context)
  }
}
