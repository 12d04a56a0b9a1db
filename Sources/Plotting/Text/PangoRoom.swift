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
