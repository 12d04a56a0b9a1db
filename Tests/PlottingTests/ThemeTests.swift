import Foundation
import Plotting
import Testing

@Suite struct ThemeTests {
  /// Full protanopia, deuteranopia and tritanopia after Machado, Oliveira and Fernandes
  /// (doi:10.1109/TVCG.2009.113), on linear light.
  private static let visions: [[[Double]]] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
      [-0.011820, 0.042940, 0.968881],
    ],
    [
      [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.303900],
    ],
  ]

  private func lab(_ color: RGBA, _ vision: [[Double]]) -> [Double] {
    let linear = [color.red, color.green, color.blue].map {
      $0 > 0.04045 ? pow(($0 + 0.055) / 1.055, 2.4) : $0 / 12.92
    }
    func times(_ m: [[Double]], _ v: [Double]) -> [Double] {
      m.map { row in zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let seen = times(vision, linear).map { min(max($0, 0), 1) }
    let xyz = times(
      [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], seen)
    let f = zip(xyz, [0.9505, 1, 1.089]).map { value, white in
      value / white > 0.008856 ? cbrt(value / white) : 7.787 * value / white + 16.0 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  /// The strokes of as many curves, in their order.
  private func strokes(_ theme: Theme, _ count: Int) -> [Stroke] {
    let figure = Figure(theme: theme) {
      for index in 0..<count { Line([0.0, 1], [Double(index), Double(index) + 0.5]) }
    }
    return Looking(figure).scene.primitives.compactMap {
      if case .path(let path, nil, let stroke?) = $0, path.parts.first?.points.count == 2,
        stroke.width == theme.lineWidth
      {
        stroke
      } else {
        nil
      }
    }
  }

  @Test(arguments: [Theme.light, .dark, .print]) func coloursAreDistinctForEveryEye(theme: Theme) {
    let colors = strokes(theme, 8).map(\.color)
    #expect(colors.count == 8)
    for vision in ThemeTests.visions {
      for (index, a) in colors.enumerated() {
        for b in colors[(index + 1)...] {
          let (p, q) = (lab(a, vision), lab(b, vision))
          let distance = zip(p, q).reduce(0) { $0 + pow($1.0 - $1.1, 2) }.squareRoot()
          #expect(distance > 15, "\(a.hex) and \(b.hex)")
        }
      }
    }
  }

  @Test func furtherCurvesHaveAnotherStyle() {
    let strokes = strokes(.light, 20)
    #expect(strokes.count == 20)
    let looks = Set(strokes.map { "\($0.color.hex) \($0.dashes)" })
    #expect(looks.count == 20)
    #expect(strokes[..<8].allSatisfy { $0.dashes.isEmpty })
  }
}
