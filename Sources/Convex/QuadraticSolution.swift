import Display

/// How the solution of a convex program ended.
public enum ConvexStatus: String, Sendable, Hashable, CaseIterable {
  /// All residuals, recomputed in extended precision, are within the tolerances.
  case solved = "solved"
  /// No point satisfies the constraints; the multipliers are the proof.
  case primalInfeasible = "primal infeasible"
  /// The objective falls without end along x, or no multiplier satisfies the dual's constraints.
  case dualInfeasible = "dual infeasible"
  /// The limit of iterations came first.
  case iterationLimit = "stopped at the limit"
  /// No step makes progress any more, though a residual is above its tolerance.
  case stalled = "stalled"
  /// P has a negative eigenvalue.
  case notConvex = "not convex"
  /// The reader interrupted the cell.
  case interrupted = "interrupted"
}

/// Whether an answer is one: recomputed from the problem as it was given, in extended precision.
public struct ConvexResiduals: Sendable, Hashable {
  /// The largest violation of l ≤ Ax ≤ u.
  public var primal: Double
  /// The largest entry of Px + q + Aᵀy; multipliers of infinite bounds count as violations.
  public var dual: Double
  /// The distance between the primal and the dual value.
  public var gap: Double
  /// ½xᵀPx + qᵀx.
  public var objective: Double

  /// The largest of the three.
  public var largest: Double { Swift.max(primal, dual, gap) }
}

/// What was found for a quadratic program.
public struct QuadraticSolution: Sendable, CustomStringConvertible, Displayable {
  /// The variables; with status `dualInfeasible` a direction along which the objective falls
  /// without end.
  public var x: [Double]
  /// The multipliers of the rows, positive at upper bounds and negative at lower ones; with status
  /// `primalInfeasible` a combination of rows that no point satisfies.
  public var y: [Double]
  /// How it ended: `solved` says that ``residuals`` are within the tolerances.
  public var status: ConvexStatus
  /// Iterations, each with one factorization, of both methods.
  public var iterations: Int
  /// Whether active-set steps from the start found the solution.
  public var startWasEnough: Bool
  /// The residuals of x and y.
  public var residuals: ConvexResiduals
  /// Of a certificate: it excludes points with Σ|x| (or multipliers with Σ|y|) below its inverse.
  public var certificateRatio: Double

  /// The value of the objective at x.
  public var objective: Double { residuals.objective }
  /// Whether the status is `solved`.
  public var isSolved: Bool { status == .solved }

  public var description: String {
    switch status {
    case .solved:
      "solved after \(iterations) iterations: objective \(shortNumber(objective)), residuals "
        + "\(shortNumber(residuals.primal)) primal, \(shortNumber(residuals.dual)) dual, "
        + "\(shortNumber(residuals.gap)) gap"
    case .primalInfeasible:
      "primal infeasible after \(iterations) iterations: no x with Σ|x| below "
        + "\(shortNumber(1 / certificateRatio)) satisfies the rows; their combination y proves it"
    case .dualInfeasible:
      "dual infeasible after \(iterations) iterations: along x the objective falls without end"
    case .notConvex: "not convex: P has a negative eigenvalue"
    case .iterationLimit, .stalled, .interrupted:
      "\(status.rawValue) after \(iterations) iterations with residuals "
        + "\(shortNumber(residuals.primal)) primal, \(shortNumber(residuals.dual)) dual, "
        + "\(shortNumber(residuals.gap)) gap: a larger tolerance or other units may help"
    }
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}
