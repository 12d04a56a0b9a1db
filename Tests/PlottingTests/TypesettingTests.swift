import Plotting
import Testing

@Suite struct FirstFigure {
  @Test func drawsItself() {
    let bytes = plot([1.0, 2, 4], title: "$\\hat y_\\theta(x)$").png()
    #expect(bytes.prefix(4) == [137, 80, 78, 71])
  }
}
