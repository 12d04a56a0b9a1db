import Display
import Foundation
import Plotting
import Testing

/// Figures as wholes: grids, legends, sizes, files.
@Suite struct FigureTests {
  @Test func plotsSpanColumnsAndRows() throws {
    let figure = Figure(columns: 3) {
      Axes { Line([1, 2]) }.spanning(columns: 2)
      Axes { Line([1, 2]) }.spanning(rows: 2)
      Axes { Line([1, 2]) }
      Axes { Line([1, 2]) }
    }
    let cores = Looking(figure).cores
    #expect(cores.count == 4)
    #expect(abs(cores[0].x - cores[2].x) < 1e-6 && abs(cores[0].maxX - cores[3].maxX) < 1e-6)
    #expect(abs(cores[1].y - cores[0].y) < 1e-6 && abs(cores[1].maxY - cores[2].maxY) < 1e-6)
  }

  @Test func columnsHaveTheirShares() {
    let figure = Figure(widths: [2, 1], heights: [1]) {
      Axes { Line([1, 2]) }
      Axes { Line([1, 2]) }
    }
    let cores = Looking(figure).cores
    #expect(abs(cores[0].width - 2 * cores[1].width) < 1e-6)
  }

  @Test func oneLegendForAll() {
    for side in [Figure.LegendSide.below, .right] {
      let figure = Figure(columns: 2, legend: side) {
        for _ in 0..<2 {
          Axes {
            Line([1, 2], label: "alpha"); Line([2, 1], label: "beta")
          }
        }
      }
      #expect(Looking(figure).texts.count { $0 == "alpha" } == 1)
      #expect(figure.audit() == [])
    }
  }

  @Test func oneColourScaleForAll() {
    let figure = Figure(columns: 2, sharesColors: true) {
      Axes { Heatmap([[1.0, 2]]) }
      Axes { Heatmap([[10.0, 2]]) }
    }
    #expect(figure.description.components(separatedBy: "from 1 to 10").count == 3)
    // The cell of 2 has one colour in both.
    let words = Looking(figure).scene.primitives.compactMap { primitive -> UInt32? in
      if case .picture(let pixels, _, _) = primitive, pixels.width == 2 {
        pixels.words[1]
      } else {
        nil
      }
    }
    #expect(words.count == 2 && words[0] == words[1])
  }

  @Test(arguments: [(300.0, 200.0), (120, 90), (700, 120), (90, 600), (2000, 1500)])
  func sizesAreThoseAskedFor(width: Double, height: Double) {
    let figure = Figure("A title of some length", columns: 3, width: width, height: height) {
      for _ in 0..<3 { Axes("plot", x: "time", y: "value") { Line([1000.5, 2000]) } }
    }
    let scene = figure.scene(measurer: FixedMeasurer())
    #expect(abs(scene.width - width) <= 1 && abs(scene.height - height) <= 1)
  }

  // MARK: Files

  @Test func filesSayWhatTheyShow() throws {
    let figure = plot([1, 2], title: "Two <points> & a line")
    let svg = figure.svg()
    #expect(svg.contains("<title id=\"title\">") && svg.contains("<desc id=\"desc\">"))
    #expect(svg.contains("Two &lt;points&gt; &amp; a line"))
    #expect(svg.contains("line rises from 1 at 0 to 2 at 1"))
    let png = figure.png()
    func contains(_ bytes: [UInt8], _ text: String) -> Bool {
      bytes.firstRange(of: Array(text.utf8)) != nil
    }
    #expect(contains(png, "iTXtDescription") && contains(png, "line rises from 1 at 0 to 2 at 1"))
    #expect(contains(figure.jpeg(), "line rises from 1 at 0 to 2 at 1"))
    #expect(contains(animate(0..<2) { plot([0, $0]) }.gif(), "Animation of 2 frames"))
    #expect(contains(animate(0..<2) { plot([0, $0]) }.apng(), "Animation of 2 frames"))
    #expect(figure.pdf() == figure.pdf())
  }

  /// 300 dots an inch are 11 811 a metre.
  @Test func resolutionsAreKept() throws {
    let path = NSTemporaryDirectory() + "figure-\(UInt64.random(in: 0 ... .max)).png"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let figure = plot([1, 2]).size(width: 400, height: 300)
    try figure.save(to: path, dpi: 300)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let start = try #require(bytes.firstRange(of: Array("pHYs".utf8))).upperBound
    let dots = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    #expect(abs(dots - 11_811) <= 1)
    #expect(bytes[start + 8] == 1)
    #expect(try Picture(decoding: bytes).width == 1250)
    #expect(throws: FigureError.self) { try figure.save(to: path, dpi: 1e9) }
    #expect(throws: FigureError.self) { try figure.save(to: path, dpi: .nan) }
  }

  @Test func jpegLooksLikePNG() throws {
    let figure = plot([1, 4, 9], title: "Squares")
    let (a, b) = (
      try Picture(decoding: figure.jpeg(scale: 1)).plotValues,
      try Picture(decoding: figure.png(scale: 1)).plotValues
    )
    #expect(a.shape == b.shape)
    let difference = zip(a.elements, b.elements).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(difference / Double(a.elements.count) < 0.01)
  }

  // MARK: Animations

  /// Titles, limits and data may come and go: every frame has one size, and plots do not move.
  @Test func framesHaveOneLayout() throws {
    let movie = animate(0..<4) { t in
      Figure(t > 1 ? "A title that comes later" : "") {
        Axes(y: t == 3 ? "a label" : "") {
          Line([0, 10_000 * Double(t)], label: t == 2 ? "curve" : nil)
        }
      }
    }
    let first = try Picture(decoding: movie.apng())
    #expect(first.width > 100)
    let positions = Set(movie.places.map { "\($0)" })
    #expect(positions.count == 1, "\(positions)")
  }
}
