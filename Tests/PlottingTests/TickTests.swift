import Plotting
import Testing

@Suite struct TickTests {
  private func labels(_ figure: Figure) -> [String] {
    figure.scene(measurer: FixedMeasurer()).primitives.compactMap {
      if case .text(let run) = $0 { run.text } else { nil }
    }
  }

  @Test func numbersAreRoundAndEquallyWritten() {
    let found = labels(plot([0, 1]))
    #expect(found.contains("0.00") || found.contains("0.0"))
    #expect(!found.contains { $0.count > 5 })
  }

  @Test func largeNumbersShareAFactor() {
    #expect(labels(plot([0, 3_000_000])).contains("×"))
  }

  @Test func decadesOnLogAxes() {
    let found = labels(plot([1e-4, 1e4], y: .log))
    #expect(found.filter { $0 == "10" }.count >= 3)
  }

  @Test func decimalsOfAShortLogAxis() {
    #expect(labels(plot([1.0, 8], y: .log)).contains("2"))
  }

  @Test func angles() {
    let axis = Axis(ticks: .multiplesOfPi)
    #expect(labels(plot(0...6.2832, x: axis) { $0 }).contains("π"))
  }

  @Test func months() {
    let year = (0..<300).map { 1_704_067_200 + Double($0) * 86_400 }
    #expect(labels(plot(year, year, x: .time())).contains("Mar"))
  }

  @Test func namesThatDoNotFitLean() {
    let names = (0..<20).map { "a long name \($0)" }
    let scene = bar(names, (0..<20).map { Double($0) }).scene(measurer: FixedMeasurer())
    let turned = scene.primitives.contains {
      if case .text(let run) = $0 { run.angle < 0 && run.angle > -1 } else { false }
    }
    #expect(turned)
  }
}
