/// The solution of y′ = f(t, y) at given times, by the classical method of Runge and Kutta of
/// fourth order with `steps` equal steps between two times.
///
/// ```swift
/// let path = integrate(from: Tensor([1.0, 0.0]), at: [0, 1, 2]) { t, y in stack([y[1], -y[0]]) }
/// ```
///
/// - Returns: one state for each time, stacked; the first is `start`. Gradients flow through.
public func integrate(
  from start: Tensor, at times: [Double], steps: Int = 20,
  _ slope: (_ t: Double, _ y: Tensor) throws -> Tensor
) rethrows -> Tensor {
  guard !times.isEmpty, steps > 0 else { stop("integrate: \(times.count) times, \(steps) steps") }
  var y = start.cast(to: start.dtype.floating)
  var states = [y]
  for (from, to) in zip(times, times.dropFirst()) {
    let h = (to - from) / Double(steps)
    for i in 0..<steps {
      let t = from + Double(i) * h
      let k1 = try slope(t, y)
      let k2 = try slope(t + h / 2, y + (h / 2) * k1)
      let k3 = try slope(t + h / 2, y + (h / 2) * k2)
      let k4 = try slope(t + h, y + h * k3)
      y = y + (h / 6) * (k1 + 2 * (k2 + k3) + k4)
    }
    states.append(y)
  }
  return stack(states)
}

/// No sign change where a root was looked for.
public struct NoRootError: Error, CustomStringConvertible {
  /// What was found at the ends of the interval.
  public let description: String
}

/// A root of a continuous function between two numbers at which it has different signs.
///
/// Bisection with the secant's proposals where they are better (the method of Anderson and Björck),
/// so it converges for every continuous function, to `tolerance` or the last digit.
public func root(
  in interval: ClosedRange<Double>, tolerance: Double = 1e-12, of f: (Double) throws -> Double
) throws -> Double {
  var (a, b) = (interval.lowerBound, interval.upperBound)
  var (fa, fb) = (try f(a), try f(b))
  if fa == 0 { return a }
  if fb == 0 { return b }
  guard (fa < 0) != (fb < 0), fa.isFinite, fb.isFinite, a.isFinite, b.isFinite else {
    throw NoRootError(
      description: "root: f(\(a)) = \(fa) and f(\(b)) = \(fb): no finite change of sign")
  }
  var halves = false
  for _ in 0..<2000 where Swift.abs(b - a) > tolerance {
    let width = Swift.abs(b - a)
    var middle = (a + b) / 2
    if !halves {
      let proposed = b - fb * (b - a) / (fb - fa)
      if proposed > Swift.min(a, b) && proposed < Swift.max(a, b) { middle = proposed }
    }
    if middle == a || middle == b { break }
    let fm = try f(middle)
    if fm == 0 { return middle }
    if fm.isNaN { throw NoRootError(description: "root: f(\(middle)) is NaN") }
    if (fm < 0) != (fb < 0) {
      (a, fa) = (b, fb)
    } else {
      let factor = 1 - fm / fb
      fa *= factor > 0 ? factor : 0.5
    }
    (b, fb) = (middle, fm)
    // A proposal that did not halve the interval is followed by a bisection.
    halves = Swift.abs(b - a) > width / 2
  }
  return b
}
