import Tensors

/// What a minimization found.
public struct MinimizationResult<M: Model>: SolveOutcome {
  public var solver: String
  /// The best point.
  public var solution: M
  public var status: [SolveStatus]
  public var iterations: [Int]
  /// Lengths of the gradient, the start's first.
  public var history: [Double]
  /// Values after each step, the start's first.
  public var values: [Double]
  /// What to change if it did not converge.
  public var advice: String

  /// The value at the solution.
  public var value: Double { values[values.count - 1] }
}

/// Minimizes a smooth function by L-BFGS (Nocedal & Wright 2006, algorithm 7.5) with a line search
/// for the strong Wolfe conditions' first part and a curvature safeguard.
///
/// - Parameter tolerance: on the length of the gradient.
public func minimizeLBFGS<M: Model>(
  from start: M, maximumIterations: Int = 200, memory: Int = 10, tolerance: Double = 1e-6,
  _ function: (M) -> Tensor
) -> MinimizationResult<M> {
  var point = start
  var (loss, slope) = valueAndGradient(at: point, of: function)
  var value = loss.item()
  var values = [value]
  var pairs: [(s: M, y: M, rho: Double)] = []
  func inner(_ a: M, _ b: M) -> Double {
    let total: Tensor = dot(a, b)
    return total.item()
  }
  var norm = inner(slope, slope).squareRoot()
  var norms = [norm]
  var stalls = false
  for _ in 0..<maximumIterations where norm > tolerance && !stalls {
    var q = slope
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = pair.rho * inner(pair.s, q)
      alphas.append(alpha)
      q = q.mapParameters(with: pair.y) { $0 - alpha * $1 }
    }
    if let last = pairs.last {
      let scale = 1 / (last.rho * inner(last.y, last.y))
      q = q.mapParameters { $0 * scale }
    }
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      let beta = pair.rho * inner(pair.y, q)
      q = q.mapParameters(with: pair.s) { $0 + (alpha - beta) * $1 }
    }
    let descent = -inner(slope, q)
    // A direction that does not descend: begin anew with the gradient.
    let direction = descent < 0 ? q : slope
    if descent >= 0 { pairs = [] }
    let decrease = descent < 0 ? descent : -norm * norm
    var length = pairs.isEmpty ? min(1, 1 / max(norm, 1e-12)) : 1.0
    stalls = true
    for _ in 0..<40 {
      let trial = point.mapParameters(with: direction) { $0 - length * $1 }
      let (trialLoss, trialSlope) = valueAndGradient(at: trial, of: function)
      let trialValue = trialLoss.item()
      if trialValue <= value + 1e-4 * length * decrease {
        let s = trial.mapParameters(with: point) { $0 - $1 }
        let y = trialSlope.mapParameters(with: slope) { $0 - $1 }
        let curvature = inner(s, y)
        if curvature > 1e-12 * inner(y, y) {
          pairs.append((s, y, 1 / curvature))
          if pairs.count > memory { pairs.removeFirst() }
        }
        (point, slope, value) = (trial, trialSlope, trialValue)
        stalls = false
        break
      }
      length *= 0.5
    }
    values.append(value)
    norm = inner(slope, slope).squareRoot()
    norms.append(norm)
  }
  let status: SolveStatus =
    norm <= tolerance
    ? .converged : !norm.isFinite ? .diverged : stalls ? .stalled : .iterationLimit
  let advice =
    status == .converged
    ? ""
    : stalls
      ? "no step lowers the value any more: use float64 or a larger tolerance than \(tolerance)"
      : "more than \(maximumIterations) iterations are needed, or a better start"
  return MinimizationResult(
    solver: "L-BFGS", solution: point, status: [status], iterations: [values.count - 1],
    history: norms, values: values, advice: advice)
}
