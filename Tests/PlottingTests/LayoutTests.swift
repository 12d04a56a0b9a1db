import Plotting
import Testing

@Suite struct LayoutTests {
  /// Titles, ticks, labels and legends neither overlap nor leave the figure.
  @Test(arguments: 0..<500) func labelsHaveRoom(seed: Int) {
    let scene = randomFigure(seed: seed).scene(measurer: FixedMeasurer())
    for (index, label) in scene.labels.enumerated() {
      #expect(label.x >= -0.5 && label.maxX <= scene.width + 0.5, "label \(index): \(label)")
      #expect(label.y >= -0.5 && label.maxY <= scene.height + 0.5, "label \(index): \(label)")
      for other in scene.labels[(index + 1)...] {
        #expect(!label.intersects(other), "figure \(seed): \(label) and \(other)")
      }
    }
  }

  /// Plots lie inside the figure, apart from one another and from all labels but their legends.
  @Test(arguments: 0..<500) func plotsHaveTheirOwnRoom(seed: Int) {
    let scene = randomFigure(seed: seed).scene(measurer: FixedMeasurer())
    let clips = scene.primitives.compactMap { primitive -> Path? in
      if case .clip(let path) = primitive { path } else { nil }
    }
    let cores = clips.compactMap(\.bounds)
    for (index, core) in cores.enumerated() {
      #expect(core.x >= 0 && core.maxX <= scene.width && core.y >= 0 && core.maxY <= scene.height)
      for other in cores[(index + 1)...] { #expect(!core.intersects(other), "figure \(seed)") }
      let isEllipse = clips[index].parts[0].points.count > 4
      for label in scene.labels where !lies(label, inside: core) {
        #expect(!touches(label, core, isEllipse: isEllipse), "figure \(seed): \(core), \(label)")
      }
    }
  }

  private func lies(_ label: Rect, inside core: Rect) -> Bool {
    label.x >= core.x && label.maxX <= core.maxX && label.y >= core.y && label.maxY <= core.maxY
  }

  /// Whether a label covers a part of a plot; a pixel of its edge belongs to both.
  private func touches(_ label: Rect, _ core: Rect, isEllipse: Bool) -> Bool {
    let inner = Rect(x: core.x + 1, y: core.y + 1, width: core.width - 2, height: core.height - 2)
    guard inner.intersects(label) else { return false }
    guard isEllipse else { return true }
    let center = (x: core.x + core.width / 2, y: core.y + core.height / 2)
    // The label's point nearest to the centre.
    let x = min(max(center.x, label.x), label.maxX) - center.x
    let y = min(max(center.y, label.y), label.maxY) - center.y
    let (a, b) = (x / (inner.width / 2), y / (inner.height / 2))
    return a * a + b * b < 1
  }

  @Test func widthIsKept() {
    let figure = Figure(width: 700) {
      Axes(x: "$x$", y: "loss") { Line([1, 2, 3]) }
      Axes { Line([1000.5, 2000.25]) }
    }
    #expect(abs(figure.scene(measurer: FixedMeasurer()).width - 700) <= 1)
  }

  @Test func columnsShareTheirEdges() {
    let figure = Figure(columns: 1) {
      Axes { Line([1, 2, 3]) }
      Axes(y: "label") { Line([100_000, 200_000, 300_000]) }
    }
    let clips = figure.scene(measurer: FixedMeasurer()).primitives.compactMap { primitive in
      if case .clip(let path) = primitive { path.bounds } else { nil }
    }
    #expect(clips.count == 2)
    #expect(clips[0].x == clips[1].x && clips[0].maxX == clips[1].maxX)
  }

  @Test func equalAspectMakesSquares() {
    let figure = Figure { Axes(aspect: .equal) { Line([0, 4], [0, 2]) } }
    guard
      case .path(let path, _, _)? = figure.scene(measurer: FixedMeasurer()).primitives.first(
        where: {
          if case .path(_, nil, let stroke?) = $0 { stroke.width > 1.5 } else { false }
        }), let bounds = path.bounds
    else {
      Issue.record("there is no line")
      return
    }
    #expect(abs(bounds.width - 2 * bounds.height) < 0.01)
  }

  @Test func scenesAreExact() {
    let scene = plot([0, 1, 4], title: "Squares").scene(measurer: FixedMeasurer())
    let again = plot([0, 1, 4], title: "Squares").scene(measurer: FixedMeasurer())
    #expect(scene.dump == again.dump)
    #expect(scene.dump.contains("text \"Squares\" text 13.7 bold #1f2328"))
    #expect(scene.dump.contains("stroke #0072b2 1.9"))
    #expect(scene.dump.contains("text \"0.5\""))
  }
}
