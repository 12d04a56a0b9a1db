import Display
import Plotting
import Testing

/// Figures are looked at as a careful reader would.
@Suite struct AuditTests {
  @Test(arguments: 0..<500) func hostileDataIsDrawnOrTold(seed: Int) {
    let figure = hostileFigure(seed: seed)
    let findings = figure.audit(measurer: FixedMeasurer(), looksAtPixels: false)
    #expect(findings == [], "figure \(seed)")
  }

  /// Points drawn and points said to be left out make the points that were given.
  @Test(arguments: 0..<200) func pointsAreAccountedFor(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed) + 77)
    let count = Int.random(in: 1...60, using: &random)
    let xs = hostileSeries(&random, count: count)
    let ys = hostileSeries(&random, count: count)
    let isLog = seed % 2 == 0
    let figure = Figure { Axes(y: isLog ? .log : Axis()) { Scatter(xs, ys) } }
    let drawn = Looking(figure).markers.reduce(0) { $0 + $1.centers.count }
    let text = figure.description
    var said = 0
    if let found = text.firstMatch(of: /points: (\d+) of \d+ points (is|are) not finite/) {
      said += Int(found.1) ?? 0
    }
    if let found = text.firstMatch(of: /(\d+) values? (is|are) not positive/) {
      said += Int(found.1) ?? 0
    }
    #expect(drawn + said == count, "\(drawn) + \(said) of \(count): \(text)")
  }

  /// Nothing touches the edge of the picture.
  @Test(arguments: Array(stride(from: 0, to: 500, by: 25))) func edgesAreClean(seed: Int) {
    #expect(hostileFigure(seed: seed).audit() == [], "figure \(seed)")
  }

  // MARK: The check itself sees what is wrong

  @Test func aCutTextIsFound() {
    var scene = plot([1, 2], title: "Title").scene(measurer: FixedMeasurer())
    #expect(scene.crowding() == [])
    scene.width = 40
    #expect(scene.crowding().contains { $0.contains("is cut by the edge") })
  }

  @Test func overlappingLabelsAreFound() {
    var scene = plot([1, 2], title: "Title").scene(measurer: FixedMeasurer())
    scene.labels.append(scene.labels[0])
    #expect(scene.crowding().contains { $0.contains("two labels overlap") })
  }

  @Test func textsOnOneAnotherAreFound() {
    let figure = Figure {
      Line([0, 1])
      Text("one text", x: 0.5, y: 0.5)
      Text("another text", x: 0.5, y: 0.5)
    }
    #expect(figure.audit().contains { $0.contains("two texts overlap") })
  }

  // MARK: Descriptions are true

  /// The ends that a description gives are those of the data, to a hundredth of their span.
  @Test(arguments: 0..<100) func descriptionsGiveTheData(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed) + 5)
    let offset = [0, 99.97, 1e6, -3e-7, 1.7e9][seed % 5]
    let span = [0.02, 1, 1e-9, 5e4][seed % 4]
    guard span > abs(offset) * 1e-12 else { return }
    let ys = (0..<20).map { _ in offset + span * Double.random(in: 0...1, using: &random) }
    let text = plot(ys).description
    let found = try #require(
      text.firstMatch(of: /from (−?[\d.e\-]+) at 0 to (−?[\d.e\-]+) at 19/), "\(text)")
    func number(_ s: Substring) -> Double { Double(s.replacing("−", with: "-")) ?? .nan }
    let range = ys.max()! - ys.min()!
    #expect(abs(number(found.1) - ys[0]) <= 0.06 * range, "\(text) \(ys[0])")
    #expect(abs(number(found.2) - ys[19]) <= 0.06 * range, "\(text) \(ys[19])")
  }

  @Test func closeValuesAreToldApart() {
    let text = plot([99.97, 99.99]).description
    #expect(text.contains("from 99.97 at 0 to 99.99 at 1"))
    #expect(
      Figure {
        Line([0, 1]); Rule(y: 99.97)
      }.description.contains("line at 99.97"))
    #expect(!plot([1e300, 1e308], y: .log).description.contains("inf"))
  }
}
