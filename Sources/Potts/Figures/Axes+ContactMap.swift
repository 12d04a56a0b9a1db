import Display
import Plotting

extension Axes {
  /// Contacts of a structure below the diagonal, predicted ones above it.
  ///
  /// Pairs whose distance is unknown are shown as such: they are neither right nor wrong.
  ///
  /// - Parameters:
  ///   - count: how many pairs are predicted; as many as there are sites if none is given.
  ///   - distance: what is close enough to touch, in Å.
  ///   - separation: the least distance along the sequence, above and below the diagonal.
  public static func contactMap(
    _ scores: ContactScores, over structure: ProteinStructure, count: Int? = nil,
    within distance: Double = 8, separation: Int = 6, title: String = ""
  ) -> Axes {
    let (numbers, known) = (scores.numbers, structure.measure == .heavyAtoms ? "heavy atoms" : "Cβ")
    var places: [String: (x: [Int], y: [Int])] = [:]
    for (k, i) in numbers.enumerated() {
      for j in numbers[..<k] where i - j >= separation {
        if let apart = structure.distance(i, j), apart < distance {
          places["structure", default: ([], [])].x.append(i)
          places["structure", default: ([], [])].y.append(j)
        }
      }
    }
    for pair in scores.ranked(separation: separation).prefix(count ?? numbers.count) {
      let apart = structure.distance(pair.first, pair.second)
      let kind = apart.map { $0 < distance ? "right" : "wrong" } ?? "unknown"
      places[kind, default: ([], [])].x.append(pair.first)
      places[kind, default: ([], [])].y.append(pair.second)
    }
    let styles: [(String, String, Color, Marker, Double)] = [
      ("structure", "\(known) within \(shortNumber(distance)) Å", .muted, .square, 2.6),
      ("right", "predicted, in contact", .blue, .square, 3.4),
      ("wrong", "predicted, apart", .red, .cross, 5),
      ("unknown", "predicted, not in the structure", .orange, .diamond, 5),
    ]
    let ends = [Double(numbers.first ?? 0) - 1, Double(numbers.last ?? 1) + 1]
    return Axes(
      title, x: Axis("residue", limits: ends[0]...ends[1]),
      y: Axis("residue", limits: ends[0]...ends[1]), aspect: .equal, legend: .outside
    ) {
      Line(ends, ends, color: .muted, width: 0.8)
      for (kind, label, color, marker, size) in styles {
        if let (x, y) = places[kind] {
          Scatter(x, y, label: label, color: color, size: size, marker: marker)
        }
      }
    }
  }

  /// The share of contacts among the strongest pairs, by distance along the sequence, and the share
  /// among all pairs of that distance, which a random order reaches (dashed).
  ///
  /// - Parameter bands: the least and the largest distances along the sequence.
  public static func precisionCurves(
    _ scores: ContactScores, over structure: ProteinStructure, count: Int? = nil,
    within distance: Double = 8, bands: [ClosedRange<Int>] = [6...11, 12...23, 24...9999],
    title: String = ""
  ) -> Axes {
    let most = count ?? scores.numbers.count
    return Axes(
      title, x: "pairs, strongest first", y: Axis("share in contact", limits: 0...1),
      legend: .outside
    ) {
      for (k, band) in bands.enumerated() {
        let curve = scores.precisionCurve(
          against: structure, within: distance, separation: band.lowerBound,
          until: band.upperBound)
        let shown = Array(curve.precisions.prefix(most))
        if !shown.isEmpty {
          let name =
            band.upperBound >= 9999
            ? "$|i - j| \\ge \(band.lowerBound)$"
            : "\(band.lowerBound) to \(band.upperBound) apart"
          Line((1...shown.count).map { $0 }, shown, label: name, color: .cycle(k))
          Rule(y: curve.random, color: .cycle(k))
        }
      }
    }
  }
}
