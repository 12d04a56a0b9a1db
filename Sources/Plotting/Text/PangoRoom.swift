internal import _CPangoCairo
import Synchronization

/// The one place that talks to Pango.
///
/// Pango's default font map belongs to a thread, so that each cell, which runs on a fresh thread,
/// would pay for a cold one (some 200 ms). This room owns a map for the whole process and lets one
/// thread in at a time; nothing of the user's runs inside.
final class PangoRoom: TextMeasurer, @unchecked Sendable {
  static let shared = PangoRoom()

  private struct Key: Hashable {
    var text: String
    var font: Font
    var families: [String]
  }

  private struct Entry {
    var layout: OpaquePointer
    var extent: TextExtent
  }

  private let lock = Mutex(())
  private let context: OpaquePointer
  private var entries: [Key: Entry] = [:]
  private var outlines: [Character: [[Point]]] = [:]
  let hasMathFont: Bool
  private static let mathFamily = "DejaVu Math TeX Gyre"
  private static let entryLimit = 4096

  private init() {
    let map = pango_cairo_font_map_new()
    context = pango_font_map_create_context(map)!
    let options = cairo_font_options_create()
    // Hinted glyphs change their widths with the scale; a layout must hold at every scale.
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    pango_context_set_round_glyph_positions(context, 0)

    var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
    var count: Int32 = 0
    pango_font_map_list_families(map, &families, &count)
    hasMathFont = (0..<Int(count)).contains { index in
      guard let family = families?[index], let name = pango_font_family_get_name(family) else {
        return false
      }
      return String(cString: name) == PangoRoom.mathFamily
    }
    g_free(families)
  }

  func measure(_ text: String, font: Font, families: [String]) -> TextExtent {
    lock.withLock { _ in entry(Key(text: text, font: font, families: families)).extent }
  }

  /// Paints one line of text with its baseline's left end at the current point of `target`.
  func show(_ run: TextRun, families: [String], on target: OpaquePointer) {
    lock.withLock { _ in
      let entry = entry(Key(text: run.text, font: run.font, families: families))
      if let line = pango_layout_get_line_readonly(entry.layout, 0) {
        pango_cairo_show_layout_line(target, line)
      }
    }
  }

  /// The closed curves of a bold letter, stretched to the square from 0 to 1, y upwards.
  func outline(_ letter: Character) -> [[Point]] {
    lock.withLock { _ in
      if let known = outlines[letter] { return known }
      var font = Font(size: 100)
      font.isBold = true
      let layout = entry(Key(text: String(letter), font: font, families: ["DejaVu Sans"])).layout
      let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
      let target = cairo_create(surface)
      defer {
        cairo_destroy(target)
        cairo_surface_destroy(surface)
      }
      if let line = pango_layout_get_line_readonly(layout, 0) {
        pango_cairo_layout_line_path(target, line)
      }
      var rings: [[Point]] = [[]]
      if let path = cairo_copy_path_flat(target) {
        defer { cairo_path_destroy(path) }
        var at = 0
        while at < Int(path.pointee.num_data), let data = path.pointee.data {
          let header = data[at].header
          if header.length > 1 {
            let point = data[at + 1].point
            if header.type == CAIRO_PATH_MOVE_TO { rings.append([]) }
            rings[rings.count - 1].append(Point(point.x, point.y))
          }
          at += max(1, Int(header.length))
        }
      }
      rings.removeAll { $0.count < 3 }
      let (xs, ys) = (rings.joined().map(\.x), rings.joined().map(\.y))
      let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
      let (width, height) = ((xs.max() ?? 1) - left, (ys.max() ?? 1) - top)
      // An I as wide as the others would be a block.
      let share = min(1, 1.6 * width / max(height, 1e-9))
      let unit = rings.map { ring in
        ring.map {
          Point(
            0.5 + share * (($0.x - left) / max(width, 1e-9) - 0.5),
            1 - ($0.y - top) / max(height, 1e-9))
        }
      }
      outlines[letter] = unit
      return unit
    }
  }

  private func entry(_ key: Key) -> Entry {
    if let known = entries[key] { return known }
    if entries.count >= PangoRoom.entryLimit {
      for entry in entries.values { g_object_unref(UnsafeMutableRawPointer(entry.layout)) }
      entries.removeAll(keepingCapacity: true)
    }
    let layout = pango_layout_new(context)!
    let description = pango_font_description_new()
    let preferred = key.font.face == .math && hasMathFont ? [PangoRoom.mathFamily] : []
    pango_font_description_set_family(
      description, (preferred + key.families).joined(separator: ","))
    pango_font_description_set_absolute_size(
      description, key.font.size * Double(PANGO_SCALE))
    if key.font.isBold { pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD) }
    if key.font.isItalic { pango_font_description_set_style(description, PANGO_STYLE_ITALIC) }
    pango_layout_set_font_description(layout, description)
    pango_font_description_free(description)
    // A paragraph separator would start a second line, which nothing draws.
    let line = String(key.text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
    pango_layout_set_text(layout, line, -1)
    pango_layout_set_single_paragraph_mode(layout, 1)

    var ink = PangoRectangle()
    var logical = PangoRectangle()
    pango_layout_get_extents(layout, &ink, &logical)
    let unit = 1 / Double(PANGO_SCALE)
    let baseline = Double(pango_layout_get_baseline(layout)) * unit
    let extent = TextExtent(
      advance: Double(logical.width) * unit,
      ink: Rect(
        x: Double(ink.x) * unit, y: Double(ink.y) * unit - baseline,
        width: Double(ink.width) * unit, height: Double(ink.height) * unit),
      ascent: baseline, descent: Double(logical.height) * unit - baseline,
      missing: Int(pango_layout_get_unknown_glyphs_count(layout)))
    let entry = Entry(layout: layout, extent: extent)
    entries[key] = entry
    return entry
  }
}
