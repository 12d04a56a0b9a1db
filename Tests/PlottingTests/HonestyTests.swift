import Display
import Foundation
import Plotting
import PlottingFoundation
import Testing

/// Pictures that would mislead if they were drawn the easy way.
@Suite struct HonestyTests {
  // MARK: Histograms of whole numbers

  static let wholes: [[Double]] = [
    [1, 2, 2, 3, 3, 3, 4, 4, 4, 4], (0..<600).map { Double($0 % 6 + 1) },
    (0..<500).map { Double(($0 * 7919) % 21) - 10 }, [5, 5, 5], [0, 1000, 2000, 500, 7],
    (0..<3000).map { Double(($0 * 104_729) % 997) },
  ]

  /// Each interval holds equally many whole numbers, none of which lies on an edge.
  @Test(arguments: wholes) func wholeNumbersGetWholeIntervals(values: [Double]) throws {
    for figure in [histogram(values), histogram(values, bins: 10), histogram(values, bins: 3)] {
      let look = Looking(figure)
      let core = try #require(look.cores.first)
      var steps: Set<Double> = []
      for case .path(let path, let fill?, nil) in look.scene.primitives where fill.alpha == 0.85 {
        steps = Set(path.parts[0].points.map(\.x))
      }
      let text = figure.description
      func number(_ s: Substring) -> Double { Double(s.replacing("−", with: "-")) ?? .nan }
      let count = try #require(
        text.firstMatch(of: /in (\d+) intervals from (−?[\d.e]+) to (−?[\d.e]+)/))
      let (bins, low, high) = (Double(count.1)!, number(count.2), number(count.3))
      let width = (high - low) / bins
      #expect(abs(width - width.rounded()) < 1e-6 && width >= 1, "\(text)")
      #expect(abs(low - 0.5 - (low - 0.5).rounded()) < 1e-6, "\(text)")
      #expect(steps.count == Int(bins) + 1 && core.width > 0)
    }
  }

  @Test func fractionsKeepTheirIntervals() {
    #expect(
      histogram([0.5, 1, 1.5, 2], bins: 4).description.contains("in 4 intervals from 0.5 to 2"))
  }

  @Test func edgesAreTaken() {
    let text = histogram([0.1, 0.5, 1, 4, 9, 40], edges: [0, 1, 5, 10]).description
    #expect(text.contains("in 3 intervals from 0 to 10"))
    #expect(text.contains("1 of 6 values lie in no interval"))
  }

  // NumPy 2.3: np.histogram([1, 2, 5, 20, 150, 900], np.geomspace(1, 900, 4)) counts 3, 1, 2.
  @Test func ratiosAreEqual() throws {
    let look = Looking(
      Figure {
        Axes(x: .log) { Histogram([1, 2, 5, 20, 150, 900], bins: 3, spacing: .logarithmic) }
      })
    for case .path(let path, let fill?, nil) in look.scene.primitives where fill.alpha == 0.85 {
      let points = path.parts[0].points
      let widths = [
        points[2].x - points[1].x, points[4].x - points[3].x, points[6].x - points[5].x,
      ]
      #expect(abs(widths[0] - widths[1]) < 1e-6 && abs(widths[1] - widths[2]) < 1e-6)
      let base = points[0].y
      let heights = [1, 3, 5].map { base - points[$0].y }
      #expect(abs(heights[0] / heights[1] - 3) < 1e-9 && abs(heights[2] / heights[1] - 2) < 1e-9)
    }
  }

  @Test func cumulativeSharesEndAtOne() {
    let text = histogram([3, 1, 4, 1, 5], density: true, cumulative: true).description
    #expect(text.contains("rising to 1"))
  }

  // MARK: Nothing is cut

  static let placed: [(String, Figure)] = [
    (
      "peak",
      Figure {
        Line(0...1.6) { sin($0) }; Annotation("the peak of it", x: 1.57, y: 1)
      }
    ),
    (
      "right",
      Figure {
        Line([0, 1]); Text("the last point", x: 1, y: 1, position: .right)
      }
    ),
    (
      "left",
      Figure {
        Line([0, 1]); Text("the first point", x: 0, y: 0, position: .left)
      }
    ),
    (
      "below",
      Figure {
        Line([0, 1]); Text("low", x: 0, y: 0, position: .below)
      }
    ),
    (
      "corner",
      Figure {
        Heatmap([[1, 2], [3, 4]]); Annotation("a corner of it", x: 1.5, y: -0.5)
      }
    ),
    (
      "bar",
      Figure {
        Scatter([0, 1], [0, 1], values: [1, 2])
        Text("beside the bar", x: 1, y: 0.5, position: .right)
      }
    ),
    (
      "grid",
      Figure(columns: 2) {
        for _ in 0..<4 {
          Axes {
            Line([0, 1]); Text("at the end of it", x: 1, y: 1, position: .right)
          }
        }
      }
    ),
    (
      "fixed",
      Figure(width: 420, height: 200) {
        Line([0, 1])
        Text("a text as long as this one", x: 1, y: 1, position: .aboveRight)
      }
    ),
    (
      "title",
      Figure {
        Axes("Title") {
          Line([0, 1]); Text("over it", x: 0.5, y: 1, position: .above)
        }
      }
    ),
    ("values", bar(["a", "b"], [123_456.7, 123_456.8], showsValues: true)),
    (
      "many", bar((0..<40).map { "n\($0)" }, (0..<40).map { Double($0 * 1000) }, showsValues: true)
    ),
  ]

  @Test(arguments: placed.indices) func textsHaveRoom(index: Int) {
    let (name, figure) = HonestyTests.placed[index]
    #expect(figure.audit() == [], "\(name)")
  }

  @Test func whatLiesOutsideIsTold() {
    let figure = Figure {
      Axes(x: Axis(limits: 0...1)) {
        Line([0.0, 0.5, 3], [1.0, 2, 3])
        Text("far away", x: 9, y: 1)
        Rule(x: 4)
      }
    }
    let text = figure.description
    #expect(text.contains("the text “far away” at (9, 1) lies outside the axes and is left out"))
    #expect(text.contains("1 of 3 points lie outside the limits"))
    #expect(text.lowercased().contains("the vertical line at 4 lies outside the limits"))
  }

  // MARK: Names

  @Test func barsStandAtTheirNames() throws {
    let look = Looking(
      Figure {
        Bars(["a", "b", "c"], [1, 2, 3], color: "#FF0000")
        Bars(["b", "c", "d"], [3, 2, 1], color: "#00FF00")
      })
    let (first, second) = (look.areas("#ff0000"), look.areas("#00ff00"))
    #expect(first.count == 3 && second.count == 3)
    #expect(abs(first[1].x - second[0].x) < 1e-9 && abs(first[2].x - second[1].x) < 1e-9)
    #expect(second[2].x > first[2].x + 10)
    for name in ["a", "b", "c", "d"] { #expect(look.texts.count { $0 == name } == 1) }
  }

  @Test func statedOrderOfNames() {
    let look = Looking(
      Figure {
        Axes(x: .categories(["c", "b", "a"])) { Bars(["a", "c"], [1, 2], color: "#FF0000") }
      })
    let bars = look.areas("#ff0000")
    #expect(bars.count == 2 && bars[0].x > bars[1].x)
  }

  @Test func repeatedNamesKeepTheirBars() {
    let bars = Looking(Figure { Bars(["a", "a"], [1, 2], color: "#FF0000") }).areas("#ff0000")
    #expect(bars.count == 2 && abs(bars[0].x - bars[1].x) > 10)
  }

  @Test func otherMarksKnowNames() throws {
    let look = Looking(
      Figure {
        Bars(["a", "b"], [1, 2], color: "#FF0000")
        Scatter(["b", "a"], [2, 1], color: "#00FF00")
      })
    let bars = look.areas("#ff0000")
    let points = try #require(look.markers.first).centers
    #expect(abs(points[0].x - (bars[1].x + bars[1].width / 2)) < 1e-6)
    #expect(abs(points[1].x - (bars[0].x + bars[0].width / 2)) < 1e-6)
  }

  // MARK: Logarithmic axes

  @Test func errorBarsReachTheAxisEnd() throws {
    let figure = Figure {
      Axes(y: .log) { ErrorBars([1, 2], [1, 10], [2, 5], color: "#FF0000", marker: .none) }
    }
    let look = Looking(figure)
    let core = try #require(look.cores.first)
    let bars = look.strokes("#ff0000")
    #expect(bars.count == 2)
    #expect(abs((bars[0].map(\.y).max() ?? 0) - core.maxY) < 1e-6)
    #expect(figure.description.contains("1 bar reaches beyond what the y axis can show"))
  }

  @Test func theSmallestBarIsSeen() throws {
    let look = Looking(
      Figure { Axes(y: .log) { Bars(["a", "b"], [1, 1000], color: "#FF0000") } })
    #expect(look.areas("#ff0000").map(\.height).min() ?? 0 > 15)
    let one = Looking(Figure { Axes(y: .log) { Bars(["a"], [1], color: "#FF0000") } })
    #expect(one.areas("#ff0000").map(\.height).min() ?? 0 > 15)
  }

  @Test func pointsBetweenGapsAreSeen() throws {
    for (axis, values) in [(Axis.log, [1, -1, 10, 0, 5]), (Axis(), [1, .nan, 10, .nan, 5])] {
      let look = Looking(Figure { Axes(y: axis) { Line(values) } })
      #expect(look.markers.reduce(0) { $0 + $1.centers.count } == 3)
    }
  }

  @Test func unreachableValuesAreCountedOnce() {
    let text = Figure { Axes(y: .log) { Line([1, 0, -2, 10], marker: .circle) } }.description
    #expect(text.contains("2 values are not positive"))
    #expect(
      Figure { Axes(y: .log) { Bars(["a", "b"], [1, -3]) } }.description
        .contains("1 value is not positive"))
  }

  @Test func ruleAtZeroOnALogAxisIsTold() {
    let text = Figure {
      Axes(y: .log) {
        Line([1, 10]); Rule(y: 0)
      }
    }.description
    #expect(text.contains("the horizontal line at 0 has no place on the log axis"))
  }

  // MARK: Fields and colours

  @Test func cellsWithoutColourAreTold() {
    let cells: [[Double]] = [[0, -1, 1], [10, .infinity, .nan]]
    let text = heatmap(cells, log: true).description
    #expect(text.contains("2 of 6 cells are not positive and stay empty"))
    #expect(text.contains("1 of 6 cells are infinite"))
    #expect(text.contains("1 of 6 cells are not numbers"))
    #expect(
      heatmap([[1, 5], [2, 3]], range: 1...3).description.contains(
        "1 of 4 cells lie beyond the colours' range"))
  }

  @Test func marksWithoutSizeOrColourAreTold() {
    #expect(
      scatter([1, 2, 3], [1, 2, 3], sizes: [5, .nan, -1]).description.contains(
        "2 of 3 sizes are not positive numbers; these points are left out"))
    #expect(
      scatter([1, 2, 3], [1, 2, 3], values: [5, .nan, 1]).description.contains(
        "1 of 3 values have no place in the colours; these points are left out"))
    let errors = Figure { ErrorBars([1, 2, 3], [1, 2, 3], [.nan, -1, 1]) }.description
    #expect(errors.contains("1 of 3 errors are not finite; their bars are left out"))
    #expect(errors.contains("1 of 3 errors are negative; drawn without their sign"))
  }

  @Test func constantHeightsAreTold() {
    let flat = Figure { Contour(0...1, 0...1) { _, _ in 3 } }.description
    #expect(flat.contains("all heights are 3, so there are no lines to draw"))
    let unmet = Figure { Contour(0...1, 0...1, levels: [0.5, 9]) { x, _ in x } }.description
    #expect(unmet.contains("1 of 2 levels are not met"))
  }

  @Test func tooFewLabelsAreTold() {
    let axis = Axis(ticks: .labelled([0, 1, 2], ["a", "b"]))
    #expect(plot([1, 2, 3], x: axis).description.contains("3 ticks but 2 labels"))
  }

  @Test func plotsOfDifferentScalesShareNoLimits() throws {
    let figure = Figure(columns: 2, sharing: .y) {
      Axes { Line([0, 1]) }
      Axes(y: .log) { Line([1000, 1e6]) }
    }
    #expect(figure.description.contains("its y axis has another scale than plots beside it"))
    // Each shows its own numbers: neither curve is squeezed to the edge.
    let look = Looking(figure)
    for (core, curve) in zip(look.cores, look.strokes("#0072b2")) {
      let ys = curve.map(\.y)
      #expect((ys.max()! - ys.min()!) > core.height * 0.6)
    }
  }

  // MARK: Pictures

  @Test func gridsOfSmallNumbersAreNotBlack() throws {
    let values = (0..<64).map { Double($0) * 1e-5 }
    let picture = try Picture(
      decoding: imageGrid(PlotValues(values, shape: [4, 4, 4])).png(scale: 1))
    let lights = picture.plotValues.elements
    #expect(
      lights.enumerated().contains { $0.offset % 4 == 0 && $0.element > 0.4 && $0.element < 0.6 })
    let alone = try Picture(decoding: Picture(PlotValues([0, 1e-3], shape: [1, 2])).png())
    #expect(alone.plotValues.elements[4] == 1)
  }

  static let numbers: [([Double], [Double])] = [
    ([0, 0.2, 1], [0, 0.2, 1]), ([0, 51, 255], [0, 0.2, 1]), ([0, 1, 5], [0, 0.2, 1]),
    ([-1, 0, 1], [0, 0.5, 1]), ([2e-4, 1e-3, 0], [0.2, 1, 0]),
  ]

  @Test(arguments: numbers) func levelsComeFromTheData(values: [Double], levels: [Double]) throws {
    let picture = try Picture(
      decoding: Picture(PlotValues(values, shape: [1, values.count])).png())
    for (index, level) in levels.enumerated() {
      #expect(abs(picture.plotValues.elements[4 * index] - level) < 0.01)
    }
  }

  // MARK: Animations

  @Test func frameColoursMeanTheSame() throws {
    let movie = animate(0..<4) { t in
      heatmap([[1.0, 0], [0, 0]].map { $0.map { $0 / Double(1 << t) } }, x: .hidden, y: .hidden)
    }
    #expect(movie.description.contains("from 0 to 1"))
    let last = movie.description.components(separatedBy: "Last:")[1]
    #expect(last.contains("from 0 to 1"))
    let own = animate(0..<4, aligned: false) { t in
      heatmap([[1.0, 0], [0, 0]].map { $0.map { $0 / Double(1 << t) } })
    }
    #expect(own.description.components(separatedBy: "Last:")[1].contains("from 0 to 0.125"))
  }

  @Test func emptyAnimationsAreNotSaved() {
    #expect(throws: FigureError.self) {
      try animate(0..<0) { _ in plot([1]) }.save(to: "/tmp/none.gif")
    }
  }

  // MARK: Data of every type

  @Test func numbersOfEveryType() {
    func scene(_ figure: Figure) -> String { figure.scene(measurer: FixedMeasurer()).dump }
    let expected = scene(plot([1.0, 2, 4]))
    #expect(scene(plot([1, 2, 4] as [Int8])) == expected)
    #expect(scene(plot([1, 2, 4] as [Int16])) == expected)
    #expect(scene(plot([1, 2, 4] as [Int32])) == expected)
    #expect(scene(plot([1, 2, 4] as [Int64])) == expected)
    #expect(scene(plot([1, 2, 4] as [UInt])) == expected)
    #expect(scene(plot([1, 2, 4] as [UInt16])) == expected)
    #expect(scene(plot([1, 2, 4] as [UInt32])) == expected)
    #expect(scene(plot([1, 2, 4] as [UInt64])) == expected)
    #expect(scene(plot([1, 2, 4] as [CGFloat])) == expected)
    #expect(scene(plot([1, 2, 4] as [Float16])) == expected)
    #expect(scene(plot([1, 2, 4] as [Decimal])) == expected)
    #expect(scene(plot([1, 2, 4] as [Double?])) == expected)
    #expect(scene(plot([[1, 2, 4] as [Int32]].first ?? [])) == expected)
    #expect(plot([1, nil, 4] as [Double?]).description.contains("1 of 3 points is not finite"))
    #expect(plot([1, nil, 4] as [Int?]).description.contains("1 of 3 points is not finite"))
  }
}
