/// How numbers along the axes are read aloud.
struct Speech: Sendable, Equatable {
  var xIsTime = false
  var yIsTime = false

  /// Writes numbers between `low` and `high` so that they can be told apart.
  static func numbers(low: Double, high: Double, isTime: Bool) -> (Double) -> String {
    if isTime { return { Scale.timeText($0, low: low, high: high) } }
    let digits = NumberLabels.digits(low: low, high: high)
    return { NumberLabels.plain($0, digits: digits) }
  }

  func x(_ extent: Extent) -> (Double) -> String {
    Speech.numbers(low: extent.low, high: extent.high, isTime: xIsTime)
  }

  func y(_ extent: Extent) -> (Double) -> String {
    Speech.numbers(low: extent.low, high: extent.high, isTime: yIsTime)
  }

  func xGiven(_ value: Double) -> String {
    xIsTime ? Scale.timeText(value, low: value, high: value) : NumberLabels.given(value)
  }

  func yGiven(_ value: Double) -> String {
    yIsTime ? Scale.timeText(value, low: value, high: value) : NumberLabels.given(value)
  }
}

/// Sentences that say what a mark shows, for readers who do not see it.
enum Description {
  /// The course of a curve.
  ///
  /// For example: "line “loss” falls from 1.9 at 0 to 0.03 at 500"
  static func ofCurve(_ name: String, _ xs: [Double], _ ys: [Double], _ speech: Speech) -> String {
    let course = Course(xs, ys)
    let (first, last, lowest, highest) = (course.first, course.last, course.lowest, course.highest)
    let (rises, falls, kept) = (course.rises, course.falls, course.kept)
    guard kept > 0 else { return "\(name) without points" }
    guard kept > 1 else {
      return "\(name): one point, \(speech.yGiven(ys[first])) at \(speech.xGiven(xs[first]))"
    }
    var (places, heights) = (Extent(), Extent())
    places.add([xs[first], xs[last], xs[lowest], xs[highest]])
    heights.add([ys[lowest], ys[highest]])
    let (x, number) = (speech.x(places), speech.y(heights))
    let ends =
      "from \(number(ys[first])) at \(x(xs[first])) to \(number(ys[last])) at \(x(xs[last]))"
    if rises == 0, falls == 0 {
      return "\(name) stays at \(speech.yGiven(ys[first])) from \(x(xs[first])) to \(x(xs[last]))"
    }
    let total = ys[highest] - ys[lowest]
    // Small wiggles do not change what a reader would call the course of a curve.
    if falls <= 0.02 * rises { return "\(name) rises \(ends)" }
    if rises <= 0.02 * falls { return "\(name) falls \(ends)" }
    let net = ys[last] - ys[first]
    let verb =
      net > 0.5 * total ? "rises overall" : net < -0.5 * total ? "falls overall" : "goes"
    return "\(name) \(verb) \(ends), lowest \(number(ys[lowest])) at \(x(xs[lowest])), "
      + "highest \(number(ys[highest])) at \(x(xs[highest]))"
  }

  static func ofPoints(_ name: String, _ xs: [Double], _ ys: [Double], _ speech: Speech) -> String {
    var (x, y) = (Extent(), Extent())
    var count = 0
    for index in 0..<min(xs.count, ys.count) where xs[index].isFinite && ys[index].isFinite {
      x.add(xs[index])
      y.add(ys[index])
      count += 1
    }
    guard count > 0 else { return "\(name): none" }
    if count == 1 { return "\(name): one at (\(speech.xGiven(x.low)), \(speech.yGiven(y.low)))" }
    let (a, b) = (speech.x(x), speech.y(y))
    return "\(name): \(count), x from \(a(x.low)) to \(a(x.high)), y from \(b(y.low)) to "
      + b(y.high)
  }

  static func ofBand(
    _ name: String, _ xs: [Double], _ lows: [Double], _ highs: [Double], _ speech: Speech
  ) -> String {
    let count = min(xs.count, lows.count, highs.count)
    let kept = (0..<count).filter { xs[$0].isFinite && lows[$0].isFinite && highs[$0].isFinite }
    guard let first = kept.first, let last = kept.last else { return "\(name) without points" }
    func width(_ index: Int) -> String { NumberLabels.plain(abs(highs[index] - lows[index])) }
    let x = speech.x(Extent.of([xs[first], xs[last]]))
    return "\(name), \(width(first)) wide at \(x(xs[first])) and \(width(last)) wide at "
      + x(xs[last])
  }

  static func ofBars(
    _ name: String, _ names: [String]?, _ xs: [Double], _ ys: [Double], _ speech: Speech
  ) -> String {
    let number = speech.y(Extent.of(ys))
    let x = speech.x(Extent.of(xs))
    func label(_ index: Int) -> String {
      names.flatMap { index < $0.count ? PlainText.of($0[index]) : nil } ?? x(xs[index])
    }
    guard ys.count > 6 else {
      let parts = ys.indices.map { "\(label($0)) \(number(ys[$0]))" }
      return "\(name): \(parts.joined(separator: ", "))"
    }
    var (kept, low, high) = (0, -1, -1)
    for index in ys.indices where ys[index].isFinite && xs[index].isFinite {
      kept += 1
      if low < 0 || ys[index] < ys[low] { low = index }
      if high < 0 || ys[index] >= ys[high] { high = index }
    }
    guard kept > 0 else { return "\(name): none" }
    return "\(name): \(kept), lowest \(label(low)) \(number(ys[low])), highest "
      + "\(label(high)) \(number(ys[high]))"
  }
}

/// Where a curve begins, ends and turns: indices of its points that are finite, -1 without any.
private struct Course {
  var first = -1
  var last = -1
  var lowest = -1
  var highest = -1
  /// How many points are finite.
  var kept = 0
  /// Sums of the steps upwards and downwards.
  var rises = 0.0
  var falls = 0.0

  /// One pass over n points; a step costs a few additions, so that a million points take about a
  /// millisecond.
  init(_ xs: [Double], _ ys: [Double]) {
    let count = min(xs.count, ys.count)
    guard let start = (0..<count).first(where: { xs[$0].isFinite && ys[$0].isFinite }) else {
      return
    }
    (first, last, lowest, highest) = (start, start, start, start)
    var (low, high, previous) = (ys[start], ys[start], ys[start])
    xs.withUnsafeBufferPointer { xs in
      ys.withUnsafeBufferPointer { ys in
        for index in start..<count {
          let value = ys[index]
          guard value.isFinite, xs[index].isFinite else { continue }
          kept += 1
          rises += max(value - previous, 0)
          falls += max(previous - value, 0)
          (previous, last) = (value, index)
          if value < low { (low, lowest) = (value, index) }
          if value > high { (high, highest) = (value, index) }
        }
      }
    }
  }
}
