import Display

/// How the solution of one problem ended.
public enum SolveStatus: String, Sendable, Hashable, CaseIterable {
  /// The error is within the tolerance, or cannot become smaller in the numbers' type.
  case converged = "converged"
  /// The limit of iterations came first.
  case iterationLimit = "stopped at the limit"
  /// No step makes progress any more, though the error is above the tolerance.
  case stalled = "stalled"
  /// The iterates left the finite numbers, or errors grew more than a million times.
  case diverged = "diverged"
  /// The cell was interrupted or the task cancelled: the result is that of the last whole iteration.
  case interrupted = "interrupted"
}

/// What a solver found, for one problem or for a batch: the one form of all results.
///
/// A result shows itself as a sentence and, where it did not converge, with what to change.
///
/// ```swift
/// struct Bisection: SolveOutcome {
///   var solver: String { "bisection" }
///   var solution: Double
///   var status: [SolveStatus]
///   var iterations: [Int]
///   var history: [Double]
///   var advice: String
/// }
/// ```
public protocol SolveOutcome: CustomStringConvertible, Displayable {
  /// What a solution is: a tensor, a model, a coupling.
  associatedtype Solution
  /// What the method is called.
  var solver: String { get }
  /// What was found.
  var solution: Solution { get }
  /// How each problem ended, at least one.
  var status: [SolveStatus] { get }
  /// Iterations that each problem took.
  var iterations: [Int] { get }
  /// The error by iteration, the start first; of a batch, the largest.
  var history: [Double] { get }
  /// What to change, when a problem did not converge; otherwise empty.
  var advice: String { get }
  /// What else is worth a line: label and value.
  var details: [(label: String, value: String)] { get }
}

extension SolveOutcome {
  public var details: [(label: String, value: String)] { [] }

  /// Whether every problem converged.
  public var converged: Bool { status.allSatisfy { $0 == .converged } }

  /// The error at the end; NaN if none was kept.
  public var finalError: Double { history.last ?? .nan }

  /// One line about status and iterations, one for each detail, and the advice.
  public var description: String {
    var lines = [headline]
    lines += details.map { "\($0.label): \($0.value)" }
    if !advice.isEmpty { lines.append(advice) }
    return lines.joined(separator: "\n")
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }

  private var headline: String {
    let n = status.count
    let total = Double(iterations.reduce(0, +))
    var text: String
    if n == 1 {
      text = "\(solver): \(status[0].rawValue) after \(iterations.first ?? 0) iterations"
    } else {
      text =
        "\(solver): \(status.count { $0 == .converged }) of \(n) converged after "
        + "\(shortNumber(total / Double(Swift.max(1, n)))) iterations on average"
      for other in SolveStatus.allCases.dropFirst() {
        let count = status.count { $0 == other }
        if count > 0 { text += ", \(count) \(other.rawValue)" }
      }
    }
    if let error = history.last {
      text += ", \(n == 1 ? "" : "largest ")error \(shortNumber(error))"
    }
    return text
  }
}
