import Display
import Plotting
import Testing

/// Nothing that is passed may stop the program; each figure is drawn to pixels.
@Suite struct BadDataTests {
  static let series: [[Double]] = [
    [], [1], [.nan], [.infinity, -.infinity], [2, 2, 2, 2], [1, .nan, 3], [1e300, -1e300, 1e308],
    [1e-300, 2e-300, 0], [-1, -2, -3], [0, 0], [5e-324, 1],
    [.greatestFiniteMagnitude, -.greatestFiniteMagnitude],
  ]

  @Test(arguments: series) func everyMarkSurvives(values: [Double]) {
    let grid = PlotValues(values + values, shape: [2, values.count])
    let marks: [any Mark] = [
      Line(values), Line(values, values, style: .dashed, marker: .star), StepLine(values),
      Stems(values), Scatter(values, values, values: values, sizes: values),
      Scatter(values, [1.0, 2]), Band(values, values.map { $0 * 2 }), Band(values, values, values),
      ErrorBars(values, values, values), Bars(values, values, showsValues: true),
      Bars(["a", "b"], values), Histogram(values), Histogram(values, bins: -3),
      Histogram2D(values, values), Heatmap(values), Heatmap(grid), Heatmap(grid, log: true),
      Heatmap(values, [0, 1], grid), Contour(values, [0.0, 1], grid),
      Contour(values, [0, 1], grid, fill: true, labels: true),
      Quiver(values, values, values, values),
      Quiver(values, values, values, values, inDataUnits: true), Polygon(values, values),
      Rule(x: values.first ?? .nan), Rule(y: values.last ?? 0),
      Text("t", x: values.first ?? 0, y: 1), Annotation("a", x: values.first ?? 0, y: .nan),
      Arrow(from: (values.first ?? 0, 0), to: (values.last ?? 1, 1)), Picture(values),
      Picture(grid), Line(values).onRightAxis(), Line(grid), Polygon(values, values, width: .nan),
      Shading(x: 0...(values.last.map { $0.isFinite ? abs($0) : 1 } ?? 1)),
      Inset { Axes { Line(values) } }, Histogram2D(values, values, bins: 0),
      Picture(PlotValues(values + values + values, shape: [1, values.count, 3])),
      Heatmap(grid, showsValues: true), Line(0...1) { _ in values.first ?? .nan },
    ]
    for mark in marks {
      for axis in [Axis(), .log, .symlog(), .time(), Axis(limits: 0...0), .categories(["a"])] {
        let figure = Figure { Axes(x: axis, y: axis, marks: [mark]) }
        #expect(figure.png(scale: 0.5).count > 50)
      }
      for projection in [Projection.mollweide, .equirectangular] {
        let map = Figure { Axes(projection: projection, marks: [mark]) }
        #expect(map.png(scale: 0.5).count > 50)
      }
    }
  }

  @Test func lengthsThatDiffer() {
    let text = plot([1, 2, 3], [1.0, 2], label: "loss").description
    #expect(text.contains("line “loss”: x has 3 values and y has 2; drawn are the first 2"))
  }

  @Test func gapsAreCounted() {
    #expect(plot([1, .nan, 2]).description.contains("1 of 3 points is not finite"))
  }

  @Test func valuesThatALogAxisLacks() {
    let text = plot([1.0, 0, -2, 10], y: .log).description
    #expect(text.contains("2 values are not positive and cannot be shown"))
  }

  @Test func raggedRows() {
    #expect(heatmap([[1.0, 2], [3]]).description.contains("rows differ in size"))
  }

  @Test func unknownColour() {
    #expect(plot([1, 2], color: "blurple").description.contains("“blurple”") == false)
    #expect(plot([1, 2], color: "blurple").description.contains("\"blurple\" is not a colour"))
  }

  @Test func sizesOfFigures() {
    for size in [0, -5, .nan, .infinity, 1, 1e9] {
      let figure = plot([1, 2]).size(width: size, height: size)
      #expect(figure.png(scale: 0.2).count > 50)
    }
    #expect(plot([1, 2]).png(scale: .nan).count > 50)
    #expect(plot([1, 2]).png(scale: 1e9).count > 50)
  }

  @Test func emptyFigures() {
    #expect(Figure("nothing") {}.png().count > 50)
    #expect(Figure(axes: [Axes(marks: [])]).png().count > 50)
    #expect(animate(0..<0) { _ in plot([1]) }.mimeBundle["image/png"] == nil)
  }

  @Test func filesThatAreNoPictures() {
    #expect(throws: FigureError.self) { try Picture(decoding: [1, 2, 3]) }
    #expect(throws: FigureError.self) { try Picture(decoding: [0xFF, 0xD8, 0xFF, 0, 0]) }
    #expect(throws: FigureError.self) { try Picture(contentsOf: "/nowhere.png") }
    #expect(throws: FigureError.self) { try plot([1]).save(to: "/nowhere/at/all.png") }
    #expect(throws: FigureError.self) { try plot([1]).save(to: "figure.bmp") }
  }
}
