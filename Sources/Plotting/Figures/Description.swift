/// Sentences that say what a mark shows, for readers who do not see it.
enum Description {
  /// The course of a curve.
  ///
  /// For example: "line “loss” falls from 1.9 at 0 to 0.03 at 500"
  static func ofCurve(_ name: String, _ xs: [Double], _ ys: [Double]) -> String {
    func number(_ value: Double) -> String { NumberLabels.plain(value) }
    var (first, last, lowest, highest, kept) = (-1, -1, -1, -1, 0)
    var (rises, falls) = (0.0, 0.0)
    for index in 0..<min(xs.count, ys.count) where xs[index].isFinite && ys[index].isFinite {
      kept += 1
      guard first >= 0 else {
        (first, last, lowest, highest) = (index, index, index, index)
        continue
      }
      let change = ys[index] - ys[last]
      if change > 0 { rises += change } else { falls -= change }
      if ys[index] < ys[lowest] { lowest = index }
      if ys[index] > ys[highest] { highest = index }
      last = index
    }
    guard kept > 0 else { return "\(name) without points" }
    guard kept > 1 else {
      return "\(name): one point, \(number(ys[first])) at \(number(xs[first]))"
    }
    let ends =
      "from \(number(ys[first])) at \(number(xs[first])) to \(number(ys[last])) at "
      + number(xs[last])
    if rises == 0, falls == 0 {
      return "\(name) stays at \(number(ys[first])) from \(number(xs[first])) to "
        + number(xs[last])
    }
    let total = ys[highest] - ys[lowest]
    // Small wiggles do not change what a reader would call the course of a curve.
    if falls <= 0.02 * rises { return "\(name) rises \(ends)" }
    if rises <= 0.02 * falls { return "\(name) falls \(ends)" }
    let net = ys[last] - ys[first]
    let course =
      net > 0.5 * total ? "rises overall" : net < -0.5 * total ? "falls overall" : "goes"
    return "\(name) \(course) \(ends), lowest \(number(ys[lowest])) at \(number(xs[lowest])), "
      + "highest \(number(ys[highest])) at \(number(xs[highest]))"
  }

  static func ofPoints(_ name: String, _ xs: [Double], _ ys: [Double]) -> String {
    var (x, y) = (Extent(), Extent())
    var count = 0
    for index in xs.indices where xs[index].isFinite && ys[index].isFinite {
      x.add(xs[index])
      y.add(ys[index])
      count += 1
    }
    guard count > 0 else { return "\(name): none" }
    return "\(name): \(count), x from \(NumberLabels.plain(x.low)) to "
      + "\(NumberLabels.plain(x.high)), y from \(NumberLabels.plain(y.low)) to "
      + NumberLabels.plain(y.high)
  }

  static func ofBand(_ name: String, _ xs: [Double], _ lows: [Double], _ highs: [Double]) -> String
  {
    let count = min(lows.count, highs.count)
    let kept = (0..<count).filter { lows[$0].isFinite && highs[$0].isFinite }
    guard let first = kept.first, let last = kept.last else { return "\(name) without points" }
    func width(_ index: Int) -> String { NumberLabels.plain(abs(highs[index] - lows[index])) }
    return "\(name), \(width(first)) wide at \(NumberLabels.plain(xs[first])) and "
      + "\(width(last)) wide at \(NumberLabels.plain(xs[last]))"
  }

  static func ofBars(_ name: String, _ names: [String]?, _ xs: [Double], _ ys: [Double]) -> String {
    guard ys.count <= 6 else { return ofCurve(name, xs, ys) }
    let parts = ys.indices.map { index in
      let label =
        names.flatMap { index < $0.count ? PlainText.of($0[index]) : nil }
        ?? NumberLabels.plain(xs[index])
      return "\(label) \(NumberLabels.plain(ys[index]))"
    }
    return "\(name): \(parts.joined(separator: ", "))"
  }
}
