import Display
import Foundation
import Plotting
import Testing

/// Marks against numbers of other libraries and against geometry.
@Suite struct MarkTests {
  // matplotlib 3.11 (cbook.boxplot_stats) and NumPy 2.4 (percentile) give these for the sample.
  @Test func boxesSummarise() {
    let text = Figure { Boxes([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 30]], names: ["a"]) }.description
    #expect(text.contains("a median 5.5, quartiles 3.25 and 7.75, whiskers 1 to 9, 1 beyond"))
  }

  @Test func boxesStandWhereTheirNumbersSay() throws {
    let look = Looking(
      Figure {
        Axes(y: Axis(limits: 0...40)) {
          Boxes([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 30]], names: ["a"], color: "#FF0000")
        }
      })
    let core = try #require(look.cores.first)
    let box = try #require(look.areas("#ff000047").first)
    #expect(abs(box.y - (core.maxY - core.height * 7.75 / 40)) < 1e-6)
    #expect(abs(box.maxY - (core.maxY - core.height * 3.25 / 40)) < 1e-6)
    let outlier = try #require(look.markers.first?.centers.first)
    #expect(abs(outlier.y - (core.maxY - core.height * 30 / 40)) < 1e-6)
  }

  @Test func columnsOfAMatrixAreSamples() {
    let text = Figure { Boxes(PlotValues([1, 10, 2, 20, 3, 30], shape: [3, 2])) }.description
    #expect(text.contains("1 median 2") && text.contains("2 median 20"))
  }

  @Test func arraysOfArraysAreSamples() {
    let samples: [[Double]] = [[1, 2, 3], [10, 20, 30, 40, 50]]
    let text = Figure { Boxes(samples) }.description
    #expect(text.contains("1 median 2") && text.contains("2 median 30"))
    #expect(Figure { Violins(samples) }.description.contains("2 median 30"))
    #expect(Figure { Boxes([4.0, 5, 6]) }.description.contains("1 median 5"))
  }

  // SciPy 1.17: gaussian_kde([1, 2, 2.5, 3, 7]) is 0.17398981 at 2, with a bandwidth of 1.66857.
  @Test func densitiesAreThoseOfSciPy() throws {
    let figure = Figure {
      Axes(x: Axis(limits: -5...15), y: Axis(limits: 0...0.25)) {
        Density([1, 2, 2.5, 3, 7], color: "#FF0000")
      }
    }
    #expect(figure.description.contains("bandwidth 1.67"))
    let look = Looking(figure)
    let core = try #require(look.cores.first)
    let curve = try #require(look.strokes("#ff0000").first)
    for (x, density) in [(2.0, 0.17398981), (5.0, 0.07439234)] {
      let place = core.x + core.width * (x + 5) / 20
      let near = try #require(curve.min { abs($0.x - place) < abs($1.x - place) })
      let found = (core.maxY - near.y) / core.height * 0.25
      #expect(abs(found - density) < 0.002)
    }
  }

  /// A large sample is counted on a grid first; the curve stays the normal density.
  @Test func densitiesOfLargeSamples() throws {
    let count = 20_000
    // Quantiles of the logistic distribution, whose density at 0 is 1/4.
    let sample = (1..<count).map { log(Double($0) / Double(count - $0)) }
    let text = Figure { Density(sample, bandwidth: 0.05) }.description
    let found = try #require(text.firstMatch(of: /highest ([\d.]+) near/))
    #expect(abs((Double(found.1) ?? 0) - 0.25) < 0.005)
  }

  @Test func stacksStandOnOneAnother() throws {
    let look = Looking(
      Figure(theme: .light.cycle(["#FF0000", "#00FF00", "#0000FF"])) {
        BarSeries(["a", "b"], [[1, 2], [3, -1], [2, 2]], labels: ["x", "y", "z"])
      })
    let (first, second, third) = (
      look.areas("#ff0000"), look.areas("#00ff00"), look.areas("#0000ff")
    )
    #expect(abs(second[0].maxY - first[0].y) < 1e-6 && abs(third[0].maxY - second[0].y) < 1e-6)
    // A negative part goes downwards from zero, where the first bar begins.
    #expect(abs(second[1].y - first[1].maxY) < 1e-6 && abs(third[1].maxY - first[1].y) < 1e-6)
  }

  @Test func sharesFillTheWhole() throws {
    let look = Looking(
      Figure(theme: .light.cycle(["#FF0000", "#00FF00"])) {
        Axes(y: Axis(limits: 0...1)) {
          BarSeries(["a"], [[1], [3]], arrangement: .shares)
        }
      })
    let core = try #require(look.cores.first)
    #expect(abs(look.areas("#ff0000")[0].height - core.height / 4) < 1e-6)
    #expect(abs(look.areas("#00ff00")[0].y - core.y) < 1e-6)
  }

  @Test func lyingErrorBars() throws {
    let look = Looking(
      Figure {
        Axes(x: Axis(limits: 0...10)) {
          ErrorBars([5], [1], xError: [2], upperX: [3], color: "#FF0000", marker: .none)
        }
      })
    let core = try #require(look.cores.first)
    let bar = try #require(look.strokes("#ff0000").first)
    #expect(abs(bar[0].x - (core.x + core.width * 0.3)) < 1e-6)
    #expect(abs(bar[1].x - (core.x + core.width * 0.8)) < 1e-6)
    #expect(bar[0].y == bar[1].y)
  }

  @Test func honeycombsCountEveryPoint() throws {
    var random = SeededGenerator(state: 3)
    let xs = (0..<500).map { _ in Double.random(in: 0...1, using: &random) }
    let ys = (0..<500).map { _ in Double.random(in: 0...1, using: &random) }
    let text = Figure { Hexbins(xs, ys, columns: 1) }.description
    #expect(text.contains("honeycomb of 500 points"))
    let same = Figure { Hexbins([1, 1, 1], [2, 2, 2]) }.description
    #expect(same.contains("3 points in 1 cells, at most 3"))
  }

  /// Streamlines of a rotation stay on circles.
  @Test func streamlinesFollowTheField() throws {
    let look = Looking(
      Figure {
        Axes(aspect: .equal) { Streamlines(-1...1, -1...1, color: "#FF0000") { x, y in (-y, x) } }
      })
    let core = try #require(look.cores.first)
    let center = Point(core.x + core.width / 2, core.y + core.height / 2)
    let curves = look.strokes("#ff0000")
    #expect(curves.count > 5)
    for curve in curves {
      let radii = curve.map {
        (($0.x - center.x) * ($0.x - center.x) + ($0.y - center.y) * ($0.y - center.y)).squareRoot()
      }
      #expect((radii.max() ?? 0) - (radii.min() ?? 0) < 0.02 * core.width)
    }
  }

  @Test func polarPlacesAreTrue() throws {
    let look = Looking(
      Figure {
        Axes(y: Axis(limits: 0...2), projection: .polar) {
          Scatter([0, Double.pi / 2, Double.pi], [1, 2, 0.5])
        }
      })
    let core = try #require(look.cores.first)
    let centers = try #require(look.markers.first?.centers)
    let (x, y, r) = (core.x + core.width / 2, core.y + core.height / 2, core.width / 2)
    for (point, (dx, dy)) in zip(centers, [(0.5, 0.0), (0, -1), (-0.25, 0)]) {
      #expect(abs(point.x - (x + dx * r)) < 1e-6 && abs(point.y - (y + dy * r)) < 1e-6)
    }
  }

  @Test func negativeDistancesAreToldOrShown() {
    let figure = Figure { Axes(projection: .polar) { Scatter([0, 1, 2], [1, -1, 0.5]) } }
    #expect(Looking(figure).markers.first?.centers.count == 3)
  }

  /// What is nearer to the reader is painted later.
  @Test func spaceIsPaintedFromTheBack() throws {
    let look = Looking(
      Figure {
        Axes(camera: Camera(azimuth: 0, elevation: 0)) {
          Scatter([1, -1, 0], [0, 0, 0], [0, 0, 1], values: [1, 2, 3])
        }
      })
    // Seen along x: the point at x = 1 is in front and comes last.
    let fills = look.markers.map { $0.fills[0].hex }
    #expect(fills.count == 3)
    let alone = Looking(
      Figure {
        Axes(colorBar: false, camera: Camera(azimuth: 180, elevation: 0)) {
          Scatter([1, -1, 0], [0, 0, 0], [0, 0, 1], values: [1, 2, 3])
        }
      })
    #expect(alone.markers.map { $0.fills[0].hex } == fills.reversed())
  }

  @Test func surfacesAreDescribed() {
    let text = Figure {
      Axes(z: "height") { Surface(-1...1, -1...1, samples: 21) { x, y in x * x + y * y } }
    }
    .description
    #expect(text.contains("surface of 21 × 21 points, lowest 0 at (0, 0), highest 2"))
    #expect(text.contains("z (height) from 0 to 2"))
  }

  @Test func brokenAxesLeaveAPieceOut() throws {
    let figure = plot([0, 1, 10, 11], [1, 2, 3, 4], x: Axis(scale: .broken([2...9])))
    let curve = try #require(Looking(figure).strokes("#0072b2").first)
    #expect(abs((curve[2].x - curve[1].x) / (curve[1].x - curve[0].x) - 2) < 1e-6)
    #expect(
      plot([0, 5, 11], [1, 2, 3], x: Axis(scale: .broken([2...9]))).description.contains(
        "1 point lies where the axis is broken"))
  }

  @Test(arguments: [
    (TickFormat.percent, "50 %"), (.scientific(1), "5.0"), (.decimals(3), "0.500"),
    (.affixed(prefix: "€"), "€0.5"), (.custom { "\(Int($0 * 10)) mm" }, "5 mm"),
  ]) func ticksAreWrittenAsAsked(format: TickFormat, label: String) {
    let texts = Looking(
      plot([0, 1], x: Axis(limits: 0...1, ticks: .at([0, 0.5, 1]), format: format))
    ).texts
    #expect(texts.contains { $0.hasPrefix(label) }, "\(texts)")
  }

  @Test func prefixesOfTheSI() {
    let texts = Looking(
      plot(
        [0, 1], [1, 2],
        x: Axis(limits: 0...2000, ticks: .at([0, 500, 1500]), format: .si(unit: "Hz")))
    )
    .texts
    #expect(texts.contains("1.5 kHz") && texts.contains("500 Hz"))
  }

  @Test func oneSidedLimits() {
    let text = plot([3, 5, 9], y: Axis(limits: 0...)).description
    #expect(text.contains("y from 0 to 9.36"))
    #expect(plot([3, 5, 9], y: Axis(limits: ...20)).description.contains("to 20"))
    #expect(plot([3, 5, 9], y: .log("", limits: 1...)).description.contains("log axis, from 1 to"))
  }

  @Test func turnedLabels() {
    let look = Looking(plot([0, 1], x: Axis(rotation: 90)))
    #expect(look.runs.contains { abs($0.angle + .pi / 2) < 1e-9 })
  }

  @Test func coloursAndTheirBarAsTheAxesSay() {
    let look = Looking(
      Figure {
        Axes(color: Axis("share", limits: 0...1, ticks: .at([0, 0.5, 1]), format: .percent)) {
          Scatter([1, 2], [1, 2], values: [0.2, 0.4])
        }
      })
    #expect(
      look.texts.contains("50 %") && look.texts.contains("100 %") && look.texts.contains("share"))
    let log = Figure {
      Axes(color: .log("count")) { Scatter([1, 2, 3], [1, 2, 3], values: [1, 10, 100]) }
    }
    let fills = Looking(log).markers[0].fills
    let even = Looking(Figure { Scatter([1, 2, 3], [1, 2, 3], values: [0, 1, 2]) }).markers[0].fills
    #expect(fills == even)
  }
}
