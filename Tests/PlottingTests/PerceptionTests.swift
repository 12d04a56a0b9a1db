import Foundation
import Plotting
import Testing

/// Pictures that should look alike, compared as an eye does: blurred, by the worst place.
@Suite struct PerceptionTests {
  /// The largest difference of brightness between blocks of eight pixels, from 0 to 1.
  private func distance(_ a: Figure, _ b: Figure, scale: Double = 2) throws -> Double {
    let (p, q) = (
      try Picture(decoding: a.png(scale: scale)), try Picture(decoding: b.png(scale: scale))
    )
    guard p.width == q.width, p.height == q.height else { return 1 }
    let (m, n) = (blocks(p), blocks(q))
    return zip(m, n).map { abs($0 - $1) }.max() ?? 0
  }

  private func blocks(_ picture: Picture) -> [Double] {
    let values = picture.plotValues.elements
    let (columns, rows) = (picture.width / 8, picture.height / 8)
    var sums = [Double](repeating: 0, count: columns * rows)
    for y in 0..<(rows * 8) {
      for x in 0..<(columns * 8) {
        let at = 4 * (y * picture.width + x)
        let light = 0.2126 * values[at] + 0.7152 * values[at + 1] + 0.0722 * values[at + 2]
        sums[y / 8 * columns + x / 8] += light / 64
      }
    }
    return sums
  }

  private func plain(_ marks: [any Mark], limits: ClosedRange<Double> = 0...4) -> Figure {
    Figure(axes: [
      Axes(
        x: Axis(limits: limits), y: Axis(limits: limits), frame: .box, colorBar: false, marks: marks
      )
    ])
  }

  @Test func theMeasureSeesADifference() throws {
    let (a, b) = (plain([Line([0.0, 4], [0.0, 4])]), plain([Line([0.0, 4], [4.0, 0])]))
    #expect(try distance(a, b) > 0.2)
    #expect(try distance(a, a) == 0)
  }

  /// A heat map is a picture of its cells; the same cells as polygons look the same.
  @Test func heatMapsAreTheirCells() throws {
    let greys: [Double] = [
      0, 0.25, 0.5, 0.75, 1, 0.3, 0.6, 0.9, 0.1, 0.4, 0.7, 1, 0.2, 0.5, 0.8, 0,
    ]
    let heights = [0.5, 1.5, 2.5, 3.5]
    let grid = PlotValues(greys, shape: [4, 4])
    let field = plain([Heatmap(heights, heights, grid, colors: .gray, range: 0...1)])
    let cells = greys.enumerated().map { index, grey -> any Mark in
      let (x, y) = (Double(index % 4), Double(index / 4))
      let level = Int((min(grey, 0.999) * 256).rounded(.down))
      let hex = (level < 16 ? "0" : "") + String(level, radix: 16)
      return Polygon(
        [x, x + 1, x + 1, x], [y, y, y + 1, y + 1], color: Color("#\(hex)\(hex)\(hex)"), opacity: 1,
        width: 0)
    }
    let found = try distance(field, plain(cells))
    // Half a pixel of an edge between black and white is a sixteenth of a block.
    #expect(found < 0.07)
  }

  /// A filled contour at one level is the region where the function is above it.
  @Test func bandsAreRegions() throws {
    let disc = plain([
      Contour(0...4, 0...4, levels: [0, 1, 16], fill: true, colors: .gray, samples: 300) { x, y in
        (x - 2) * (x - 2) + (y - 2) * (y - 2)
      }
    ])
    let angles = (0..<400).map { Double($0) * 2 * .pi / 400 }
    let polygon = plain([
      Contour(0...4, 0...4, levels: [0, 1, 16], fill: true, colors: .gray, samples: 300) { x, y in
        (x - 2) * (x - 2) + (y - 2) * (y - 2)
      }, Line(angles.map { 2 + cos($0) }, angles.map { 2 + sin($0) }, color: .red, width: 0.3),
    ])
    #expect(try distance(disc, polygon) < 0.12)
  }

  @Test func aBandIsAnAreaBetweenCurves() throws {
    let x = (0...40).map { Double($0) / 10 }
    let (low, high) = (x.map { $0 / 2 }, x.map { 2 + $0 / 4 })
    let band = plain([Band(x, low, high, color: .blue, opacity: 0.5)])
    let polygon = plain([
      Polygon(x + x.reversed(), high + low.reversed(), color: .blue, opacity: 0.5, width: 0)
    ])
    #expect(try distance(band, polygon) < 0.01)
  }

  /// The same figure at another resolution differs by antialiasing only.
  @Test func resolutionDoesNotChangeTheLook() throws {
    let figure = plot([0, 1, 4, 9], label: "squares", title: "Squares", x: "$n$", y: "$n^2$")
    let (small, large) = (
      try Picture(decoding: figure.png(scale: 1)), try Picture(decoding: figure.png(scale: 2))
    )
    #expect(large.width == 2 * small.width && large.height == 2 * small.height)
    let (a, b) = (small.plotValues.elements, large.plotValues.elements)
    var worst = 0.0
    for y in stride(from: 0, to: small.height - 8, by: 8) {
      for x in stride(from: 0, to: small.width - 8, by: 8) {
        var (p, q) = (0.0, 0.0)
        for dy in 0..<8 {
          for dx in 0..<8 { p += a[4 * ((y + dy) * small.width + x + dx) + 1] / 64 }
        }
        for dy in 0..<16 {
          for dx in 0..<16 { q += b[4 * ((2 * y + dy) * large.width + 2 * x + dx) + 1] / 256 }
        }
        worst = max(worst, abs(p - q))
      }
    }
    #expect(worst < 0.08)
  }
}
