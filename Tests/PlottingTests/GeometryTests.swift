import Foundation
import Plotting
import Testing

/// Every vertex stands where the ticks of its axis say.
@Suite struct GeometryTests {
  /// The frame of the only plot, and the curve in it.
  private func curve(_ figure: Figure) throws -> (core: Rect, points: [Point]) {
    let scene = figure.scene(measurer: FixedMeasurer())
    var (core, points): (Rect?, [Point]) = (nil, [])
    for primitive in scene.primitives {
      if case .clip(let path) = primitive { core = path.bounds }
      if case .path(let path, nil, let stroke?) = primitive, stroke.width == 1.9 {
        points += path.parts.flatMap(\.points)
      }
    }
    return (try #require(core), points)
  }

  private static let xs: [Double] = [0.5, 1, 2, 4, 7]
  private static let ys: [Double] = [3, -1, 0.25, 8, 2]

  /// Straightening functions of the scales, written here from their definitions.
  static let cases: [(Axis, @Sendable (Double) -> Double)] = [
    (Axis(limits: 0...10), { $0 / 10 }),
    (Axis(limits: -2...10, reversed: true), { (10 - $0) / 12 }),
    (.log("", limits: 0.1...10), { (log10($0) + 1) / 2 }),
    (.symlog("", threshold: 1, limits: -10...10), { (symmetric($0) / symmetric(10) + 1) / 2 }),
  ]

  /// Linear up to 1, then one unit for each decade.
  private static func symmetric(_ v: Double) -> Double {
    let size = abs(v) <= 1 ? abs(v) : 1 + log10(abs(v))
    return v < 0 ? -size : size
  }

  @Test(arguments: cases.indices) func verticesFollowTheScale(index: Int) throws {
    let (axis, share) = GeometryTests.cases[index]
    let (core, points) = try curve(
      Figure {
        Axes(x: axis, y: Axis(limits: -5...15)) { Line(GeometryTests.xs, GeometryTests.ys) }
      })
    #expect(points.count == 5)
    for (point, (x, y)) in zip(points, zip(GeometryTests.xs, GeometryTests.ys)) {
      #expect(abs(point.x - (core.x + core.width * share(x))) < 1e-6)
      #expect(abs(point.y - (core.maxY - core.height * (y + 5) / 20)) < 1e-6)
    }
  }

  @Test func layoutIsTheSameEachTime() async {
    let dumps = await withTaskGroup(of: String.self) { group in
      for seed in (0..<40).flatMap({ [$0 % 10] }) {
        group.addTask {
          "\(seed) " + randomFigure(seed: seed).scene(measurer: FixedMeasurer()).dump
        }
      }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(dumps.count == 10)
  }

  /// Of a million points, each half-pixel column keeps its lowest and highest, and nothing is added.
  @Test func decimationIsExact() throws {
    var random = SeededGenerator(state: 5)
    var value = 0.0
    let ys = (0..<1_000_000).map { _ -> Double in
      value += Double.random(in: -1...1, using: &random)
      return value
    }
    let count = Double(ys.count - 1)
    let (low, high) = (ys.min()! - 1, ys.max()! + 1)
    let (core, points) = try curve(
      Figure { Axes(x: Axis(limits: 0...count), y: Axis(limits: low...high)) { Line(ys) } })
    #expect(points.count < 8000)
    func place(_ index: Int) -> Point {
      Point(
        core.x + core.width * Double(index) / count,
        core.maxY - core.height * (ys[index] - low) / (high - low))
    }
    func extremes(_ points: some Sequence<Point>) -> [Int: ClosedRange<Double>] {
      var result: [Int: ClosedRange<Double>] = [:]
      for point in points {
        let column = Int((point.x * 2).rounded(.down))
        let old = result[column] ?? point.y...point.y
        result[column] = min(old.lowerBound, point.y)...max(old.upperBound, point.y)
      }
      return result
    }
    let (all, kept) = (extremes(ys.indices.lazy.map(place)), extremes(points))
    #expect(all.count == kept.count)
    var worst = 0.0
    for (column, range) in all {
      let found = try #require(kept[column])
      worst = max(worst, abs(found.lowerBound - range.lowerBound))
      worst = max(worst, abs(found.upperBound - range.upperBound))
    }
    #expect(worst < 1e-6)
  }

  @Test func rowsAndColumnsShareTheirLimits() {
    func places(_ sharing: Figure.Sharing) -> [[Double]] {
      let figure = Figure(columns: 2, sharing: sharing) {
        for size in [1.0, 10, 100, 1000] { Axes { Line([0, size], [0, size]) } }
      }
      let scene = figure.scene(measurer: FixedMeasurer())
      var (cores, ends): ([Rect], [Point]) = ([], [])
      for primitive in scene.primitives {
        if case .clip(let path) = primitive, let bounds = path.bounds { cores.append(bounds) }
        if case .path(let path, nil, let stroke?) = primitive, stroke.width == 1.9 {
          ends.append(path.parts[0].points[1])
        }
      }
      return zip(cores, ends).map { [($1.x - $0.x) / $0.width, ($0.maxY - $1.y) / $0.height] }
    }
    // Where an axis is shared, the smaller curve ends at a tenth or a hundredth of it.
    func shares(_ sharing: Figure.Sharing, _ k: Int) -> [Bool] {
      places(sharing).map { $0[k] < 0.2 }
    }
    #expect(shares(.rows, 0) == [false, false, false, false])
    #expect(shares(.rows, 1) == [true, false, true, false])
    #expect(shares(.columns, 0) == [true, true, false, false])
    #expect(shares(.columns, 1) == [false, false, false, false])
    #expect(shares(.rowsAndColumns, 0) == [true, true, false, false])
    #expect(shares(.both, 1) == [true, true, true, false])
  }
}
