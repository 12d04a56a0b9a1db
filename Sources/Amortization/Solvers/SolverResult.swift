import Display
import Tensors

/// What a solver found, for each context.
public struct SolverResult: Sendable {
  public var solver: String
  /// `[n, dimension]`.
  public var solution: Tensor
  /// Objectives at the solution, `[n]`, under the noise that the steps saw.
  public var values: Tensor
  /// How far each row is from stationary, `[n]`.
  public var errors: Tensor
  /// Iterations that each row took, `[n]`.
  public var iterations: [Int]
  /// Whether each row reached the tolerance.
  public var converged: [Bool]
  /// Objectives by iteration, the start first: `[iterations + 1, n]`; rows that are done keep
  /// their last value.
  public var valueHistory: Tensor
  /// Errors by iteration, like ``valueHistory``.
  public var errorHistory: Tensor
  /// Iterates, the start first, if they were asked for.
  public var path: [Tensor]
  /// What to change, when some row did not converge.
  public var advice: String

  /// Whether every row reached the tolerance.
  public var allConverged: Bool { converged.allSatisfy { $0 } }

  /// Mean objective by iteration.
  public var meanValues: [Double] { valueHistory.mean(axis: 1).doubles }

  /// Row by row the better of two results; iteration counts add up.
  public func better(_ other: SolverResult) -> SolverResult {
    var best = self
    // NaN loses every comparison.
    let isBetter = (other.values .< values) .| isNaN(values)
    best.solution = which(isBetter.expandedDims(axis: -1), other.solution, solution)
    best.values = which(isBetter, other.values, values)
    best.errors = which(isBetter, other.errors, errors)
    best.iterations = zip(iterations, other.iterations).map { $0 + $1 }
    best.converged = isBetter.booleans.enumerated().map {
      $1 ? other.converged[$0] : converged[$0]
    }
    if best.allConverged { best.advice = "" }
    return best
  }
}

extension SolverResult: CustomStringConvertible, Displayable {
  public var description: String {
    let n = converged.count
    let done = converged.count { $0 }
    let steps = Double(iterations.reduce(0, +)) / Double(Swift.max(1, n))
    var text = "\(solver): \(done) of \(n) converged after \(rounded(steps)) iterations on average"
    text += ", mean objective \(rounded(values.mean().item()))"
    text += ", largest error \(rounded(errors.max().item()))"
    if !advice.isEmpty { text += "\n\(advice)" }
    return text
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}

/// A number with four significant digits.
func rounded(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  if value == 0 { return "0" }
  let magnitude = Swift.abs(value)
  var exponent = 0
  var scaled = magnitude
  while scaled >= 10 {
    scaled /= 10
    exponent += 1
  }
  while scaled < 1 {
    scaled *= 10
    exponent -= 1
  }
  let digits = (scaled * 1000).rounded() / 1000
  let sign = value < 0 ? "−" : ""
  if exponent < -3 || exponent > 5 {
    return sign + (digits == 10 ? "1.0e\(exponent + 1)" : "\(digits)e\(exponent)")
  }
  let places = Swift.max(0, 3 - exponent)
  let unit = (0..<places).reduce(1.0) { result, _ in result * 10 }
  let whole = (magnitude * unit).rounded() / unit
  return sign + (whole == whole.rounded() && places == 0 ? "\(Int(whole))" : "\(whole)")
}
