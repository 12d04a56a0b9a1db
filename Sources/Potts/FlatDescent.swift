/// A vector that the optimizer changes in place.
protocol DescentVector: AnyObject {
  /// Another vector of the same size, with any numbers.
  func empty() -> Self
  func copy(_ x: Self)
  func dot(_ other: Self) -> Double
  /// self ← self + alpha · x.
  func add(_ alpha: Double, _ x: Self)
}

/// L-BFGS with interpolating backtracking; the best point is left in `point`.
///
/// `precondition` multiplies by what stands for the inverse Hessian before there is any memory.
/// The generic solver of models copies each vector at every operation; here they are a hundred
/// megabytes.
func minimizeFlat<Vector: DescentVector>(
  _ point: Vector, iterations: Int, tolerance: Double, memory: Int,
  precondition: ((Vector) -> Void)? = nil,
  _ evaluate: (_ point: Vector, _ slope: Vector) -> Double
) -> (values: [Double], norms: [Double]) {
  func empty() -> Vector { point.empty() }
  var (slope, trial, trialSlope) = (empty(), empty(), empty())
  let direction = empty()
  var pairs: [(s: Vector, y: Vector, rho: Double)] = []
  var value = evaluate(point, slope)
  var (values, norms) = ([value], [slope.dot(slope).squareRoot()])
  for _ in 0..<iterations where norms[norms.count - 1] > tolerance * norms[0] {
    direction.copy(slope)
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = pair.rho * pair.s.dot(direction)
      alphas.append(alpha)
      direction.add(-alpha, pair.y)
    }
    if let precondition {
      precondition(direction)
      if let last = pairs.last {
        trial.copy(last.y)
        precondition(trial)
        direction.add(1 / (last.rho * last.y.dot(trial)) - 1, direction)
      }
    } else if let last = pairs.last {
      direction.add(1 / (last.rho * last.y.dot(last.y)) - 1, direction)
    } else {
      direction.add(1 / norms[norms.count - 1] - 1, direction)
    }
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      direction.add(alpha - pair.rho * pair.y.dot(direction), pair.s)
    }
    let descent = -slope.dot(direction)
    guard descent < 0 else { break }
    var length = 1.0
    var trialValue = 0.0
    var accepted = false
    for _ in 0..<20 {
      trial.copy(point)
      trial.add(-length, direction)
      trialValue = evaluate(trial, trialSlope)
      if trialValue <= value + 1e-4 * length * descent {
        accepted = true
        break
      }
      let curvature = trialValue - value - length * descent
      let guess = -descent * length * length / (2 * curvature)
      length = guess.isFinite ? min(max(guess, 0.1 * length), 0.5 * length) : 0.1 * length
    }
    // Where values no longer fall, rounding is all that is left.
    guard accepted, trialValue < value else { break }
    let oldest = pairs.count == memory ? pairs.removeFirst() : nil
    let (s, y) = (oldest?.s ?? empty(), oldest?.y ?? empty())
    s.copy(trial)
    s.add(-1, point)
    y.copy(trialSlope)
    y.add(-1, slope)
    let product = s.dot(y)
    if product > 0 { pairs.append((s, y, 1 / product)) }
    point.copy(trial)
    swap(&slope, &trialSlope)
    value = trialValue
    values.append(value)
    norms.append(slope.dot(slope).squareRoot())
  }
  return (values, norms)
}
