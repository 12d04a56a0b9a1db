import Display
import Plotting
import Testing

/// Bars and stems in great numbers: the picture is the one of all of them.
@Suite struct ColumnTests {
  static let count = 60_000
  /// Mostly low, with single high ones that must not be lost.
  static let heights = (0..<count).map { index -> Double in
    if index % 7919 == 17 { return 9 }
    if index % 5003 == 40 { return -4 }
    return Double(index * 37 % 101) / 101
  }

  /// The highest and lowest end of the bars whose middle lies at or after each place, and before
  /// the next one, computed without the figure.
  static func reach(from: Double, to: Double, core: Rect) -> (low: Double, high: Double)? {
    var found: (low: Double, high: Double)?
    for (index, height) in heights.enumerated() {
      let place = core.x + core.width * (Double(index) + 1) / Double(count + 1)
      guard place >= from, place < to else { continue }
      let (low, high) = found ?? (0, 0)
      found = (min(low, height), max(high, height))
    }
    return found
  }

  @Test func thinBarsAreJoinedWithoutLoss() throws {
    let look = Looking(
      Figure {
        Axes(x: Axis(limits: -1...Double(Self.count)), y: Axis(limits: -5...10)) {
          Bars(0..<Self.count, Self.heights, color: "#FF0000")
        }
      })
    let core = try #require(look.cores.first)
    let areas = look.areas("#ff0000")
    #expect(areas.count <= Int(core.width * 4) + 1)
    for area in areas where Int(area.x * 4) % 97 == 0 || area.height > core.height / 2 {
      // Bars whose middle lies within rounding of an edge may stand on either side of it.
      let inner = try #require(
        Self.reach(from: area.x + 1e-6, to: area.maxX - 1e-6, core: core))
      let outer = try #require(
        Self.reach(from: area.x - 1e-6, to: area.maxX + 1e-6, core: core))
      func y(_ value: Double) -> Double { core.maxY - core.height * (value + 5) / 15 }
      #expect(area.y <= y(inner.high) + 1e-6 && area.y >= y(outer.high) - 1e-6)
      #expect(area.maxY >= y(inner.low) - 1e-6 && area.maxY <= y(outer.low) + 1e-6)
    }
    let tall = areas.filter { $0.y < core.maxY - core.height * 13.9 / 15 }
    #expect(tall.count == 8)
  }

  @Test func lyingBarsAndStemsAreJoinedToo() throws {
    let heights = Self.heights
    let lying = Looking(
      Figure { Bars(0..<Self.count, heights, color: "#FF0000", horizontal: true) })
    let core = try #require(lying.cores.first)
    let areas = lying.areas("#ff0000")
    #expect(areas.count <= Int(core.height * 4) + 1)
    let widths: [Double] = areas.map { $0.width }
    let longest = try #require(widths.max())
    // One of the eight shares its quarter with one of the low ones.
    #expect(widths.filter { $0 > longest * 8 / 13 }.count == 8)

    let stems = Looking(Figure { Stems(heights, color: "#FF0000", marker: .none) })
    let strokes = stems.strokes("#ff0000")
    let frame = try #require(stems.cores.first)
    #expect(strokes.count <= Int(frame.width * 4) + 1)
    let lengths: [Double] = strokes.map { abs($0[0].y - $0[1].y) }
    let most = try #require(lengths.max())
    #expect(lengths.filter { $0 > most * 8 / 13 }.count == 8)
  }

  @Test func fewBarsStandEachForItself() {
    let look = Looking(Figure { Bars(0..<500, (0..<500).map(Double.init), color: "#FF0000") })
    #expect(look.areas("#ff0000").count == 500)
  }

  @Test func wideBarsAmongManyAreDrawn() {
    // All but one position beyond the limits: the one fills the plot.
    let look = Looking(
      Figure {
        Axes(x: Axis(limits: 99.6...100.4), y: Axis(limits: 0...1)) {
          Bars(0..<Self.count, Self.heights.map { abs($0) }, color: "#FF0000")
        }
      })
    #expect(look.areas("#ff0000").contains { $0.width > 100 })
  }

  @Test func unreachableBasesOfManyEndAtTheAxis() throws {
    let look = Looking(
      Figure {
        Axes(y: Axis(scale: .logarithmic, limits: 0.001...10)) {
          Bars(0..<Self.count, Self.heights.map { abs($0) + 0.01 }, color: "#FF0000")
        }
      })
    let core = try #require(look.cores.first)
    #expect(look.areas("#ff0000").allSatisfy { abs($0.maxY - core.maxY) < 1e-6 })
  }
}
