internal import _CConvexKernels

/// Tolerances and limits of the solver of quadratic programs.
///
/// Tolerances are absolute by default: what a relative tolerance calls solved may be far from it
/// where the data are large.
public struct QuadraticOptions: Sendable, Hashable {
  /// On the constraints' violation, the gradient of the Lagrangian and the duality gap (OSQP's
  /// `eps_abs`), each recomputed from the problem as it was given.
  public var absoluteTolerance = 1e-6
  /// The same relative to the sizes of their terms (OSQP's `eps_rel`).
  public var relativeTolerance = 0.0
  /// A problem is called infeasible if a certificate excludes every point with Σ|x| below the
  /// inverse of this number, or for the dual every multiplier.
  public var infeasibilityTolerance = 1e-9
  /// The limit on iterations.
  public var maximumIterations = 250
  /// Rounds of equilibration of rows and columns (OSQP's `scaling`).
  public var scaling = 2
  /// From a start: so many rounds of active-set steps before the interior-point method begins.
  public var warmRounds = 10

  /// The defaults, with another tolerance where one is given.
  public init(absoluteTolerance: Double = 1e-6, relativeTolerance: Double = 0) {
    self.absoluteTolerance = absoluteTolerance
    self.relativeTolerance = relativeTolerance
  }

  /// Calls `body` with the options as the kernel takes them: it ends where the cell is interrupted
  /// or the calling task is cancelled.
  func withRaw<Result>(_ body: (inout cq_options) throws -> Result) throws -> Result {
    var raw = try raw()
    return try withInterrupts { stop, context in
      raw.stop = stop
      raw.stop_context = context
      return try body(&raw)
    }
  }

  private func raw() throws -> cq_options {
    guard absoluteTolerance >= 0, relativeTolerance >= 0, absoluteTolerance + relativeTolerance > 0
    else {
      throw ConvexError(
        "the tolerances are \(absoluteTolerance) and \(relativeTolerance); one is above 0, none below"
      )
    }
    guard maximumIterations > 0, infeasibilityTolerance > 0, scaling >= 0, warmRounds >= 0 else {
      throw ConvexError(
        "maximumIterations and infeasibilityTolerance are above 0, rounds are not below")
    }
    return cq_options(
      eps_abs: absoluteTolerance, eps_rel: relativeTolerance,
      eps_infeasible: infeasibilityTolerance, max_iter: Int32(clamping: maximumIterations),
      scaling: Int32(clamping: scaling), warm_rounds: Int32(clamping: warmRounds), stop: nil,
      stop_context: nil)
  }
}
