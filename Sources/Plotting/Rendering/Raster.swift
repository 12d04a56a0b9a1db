internal import _CPangoCairo

extension Scene {
  /// Most pixels of a picture that is drawn: 256 MB of memory.
  static let pixelLimit = 1 << 26

  /// The scene as pixels, `scale` of them to each pixel of the figure.
  func pixels(scale: Double, families: [String]) -> Pixels {
    var scale = scale.isFinite ? scale.clamped(to: 0.05...32) : 2
    let area = max(1, width * height)
    scale = min(scale, (Double(Scene.pixelLimit) / area).squareRoot())
    let columns = (width * scale).rounded(.up).integer(in: 1...32_000)
    let rows = (height * scale).rounded(.up).integer(in: 1...32_000)
    guard
      let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(columns), Int32(rows)),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = cairo_create(surface)
    else { return Pixels(width: 1, height: 1, words: [0]) }
    defer {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }
    cairo_scale(context, scale, scale)
    let target = CairoPainter.RasterTarget(surface: surface, scale: scale)
    CairoPainter(context: context, families: families, raster: target).paint(self)
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else {
      return Pixels(width: 1, height: 1, words: [0])
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let words = [UInt32](unsafeUninitializedCapacity: columns * rows) { buffer, count in
      for row in 0..<rows {
        UnsafeMutableRawPointer(buffer.baseAddress! + row * columns).copyMemory(
          from: UnsafeRawPointer(data) + row * stride, byteCount: columns * 4)
      }
      count = columns * rows
    }
    return Pixels(width: columns, height: rows, words: words)
  }

  /// The scene as an SVG or PDF document.
  func document(
    _ kind: DocumentKind, families: [String], title: String = "", subject: String = ""
  ) -> [UInt8] {
    let sink = ByteSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let write: cairo_write_func_t = { closure, bytes, count in
      guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().bytes.append(
        contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
      return CAIRO_STATUS_SUCCESS
    }
    let surface: OpaquePointer?
    switch kind {
    case .svg:
      surface = cairo_svg_surface_create_for_stream(write, closure, width, height)
      if let surface { cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX) }
    case .pdf:
      // A PDF's unit is a point, 4/3 of a pixel.
      surface = cairo_pdf_surface_create_for_stream(write, closure, width * 0.75, height * 0.75)
    }
    guard let surface, let context = cairo_create(surface) else { return [] }
    if kind == .pdf {
      cairo_scale(context, 0.75, 0.75)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject)
      // The time of creation would make two documents of one figure differ.
      cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    }
    CairoPainter(context: context, families: families, raster: nil).paint(self)
    cairo_destroy(context)
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
    return withExtendedLifetime(sink) { sink.bytes }
  }

  enum DocumentKind { case svg, pdf }
}

private final class ByteSink {
  var bytes: [UInt8] = []
}
