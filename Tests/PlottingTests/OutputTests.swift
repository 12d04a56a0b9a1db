import Plotting
import Testing

@Suite struct OutputTests {
  private func meanDifference(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += abs(x - y) }
    return sum / Double(max(1, a.count))
  }

  @Test func picturesSurviveTheirFile() throws {
    let values = (0..<12).map { Double($0) / 11 }
    let picture = Picture(PlotValues(values, shape: [2, 2, 3]))
    let again = try Picture(decoding: picture.png())
    #expect(again == picture)
  }

  @Test func manyColoursSurviveToo() throws {
    var values: [Double] = []
    for index in 0..<(64 * 64 * 3) { values.append(Double(index * 7919 % 256) / 255) }
    let picture = Picture(PlotValues(values, shape: [64, 64, 3]))
    #expect(try Picture(decoding: picture.png()) == picture)
  }

  @Test func transparencyIsKept() throws {
    let figure = plot([1, 2]).transparent()
    let elements = try Picture(decoding: figure.png(scale: 1)).plotValues.elements
    #expect(elements[3] == 0)
  }

  @Test func documents() {
    let figure = plot([1, 2], title: "$\\hat y$")
    #expect(figure.svg().contains("<svg"))
    #expect(figure.pdf().starts(with: Array("%PDF".utf8)))
    #expect(figure.png() == figure.png())
  }

  @Test func animations() {
    let movie = animate(0..<6) { t in plot([0.0, Double(t)]) }
    let gif = movie.gif()
    #expect(gif.starts(with: Array("GIF89a".utf8)) && gif.last == 0x3B)
    let apng = movie.apng()
    #expect(apng.contains(Array("acTL".utf8)))
  }

  /// Decimated long lines look like the full ones: same pixels up to antialiasing.
  @Test func longLinesKeepTheirPicture() throws {
    var random = SeededGenerator(state: 1)
    let count = 3900
    let ys = (0..<count).map { _ in Double.random(in: 0...1, using: &random) }
    let dense = (0..<(count * 3)).map { ys[$0 / 3] }
    let xs = (0..<(count * 3)).map { Double($0 / 3) }
    let plain = try Picture(decoding: plot(0..<count, ys).png(scale: 1)).plotValues.elements
    let long = try Picture(decoding: plot(xs, dense).png(scale: 1)).plotValues.elements
    #expect(plain.count == long.count)
    let difference = meanDifference(plain, long)
    #expect(difference < 0.01)
  }

  @Test func manyMarkersLookLikeFew() throws {
    // 257 points take the stamped way, 256 the drawn one; the last coincides with the first.
    let angles = (0..<257).map { Double($0 % 256) }
    let few = scatter(angles.dropLast(), angles.dropLast().map { $0 * $0 }).png(scale: 2)
    let many = scatter(angles, angles.map { $0 * $0 }).png(scale: 2)
    let (a, b) = (
      try Picture(decoding: few).plotValues.elements,
      try Picture(decoding: many).plotValues.elements
    )
    let difference = meanDifference(a, b)
    #expect(a.count == b.count && difference < 0.003)
  }
}
