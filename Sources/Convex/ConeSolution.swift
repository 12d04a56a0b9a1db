import Display

/// What was found for a cone program.
public struct ConeSolution: Sendable, CustomStringConvertible, Displayable {
  /// The variables; with status `dualInfeasible` a direction with cᵀx = −1 along which the objective
  /// falls without end.
  public var x: [Double]
  /// The multipliers, in the dual cone; with status `primalInfeasible` a combination of rows with
  /// Aᵀy = 0 and bᵀy = −1, which no point satisfies.
  public var y: [Double]
  /// The slacks, in the cone.
  public var s: [Double]
  /// How it ended: `solved` says that ``residuals`` are within the tolerances.
  public var status: ConvexStatus
  /// Iterations, each with one solve and one projection.
  public var iterations: Int
  /// Factorizations of the linear system.
  public var factorizations: Int
  /// The residuals of x, y and s.
  public var residuals: ConvexResiduals
  /// Of a certificate: what it violates, relative to its value.
  public var certificateRatio: Double

  /// The value of the objective at x.
  public var objective: Double { residuals.objective }
  /// Whether the status is `solved`.
  public var isSolved: Bool { status == .solved }

  public var description: String {
    let worth =
      "\(shortNumber(residuals.primal)) primal, \(shortNumber(residuals.dual)) dual, "
      + "\(shortNumber(residuals.gap)) gap"
    return switch status {
    case .solved:
      "solved after \(iterations) iterations: objective \(shortNumber(objective)), residuals \(worth)"
    case .primalInfeasible:
      "primal infeasible after \(iterations) iterations: the combination y of the rows proves it"
    case .dualInfeasible:
      "dual infeasible after \(iterations) iterations: along x the objective falls without end"
    default:
      "\(status.rawValue) after \(iterations) iterations with residuals \(worth): a larger tolerance, "
        + "more iterations or other units may help"
    }
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}
