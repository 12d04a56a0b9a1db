internal import _CConvexKernels

/// Tolerances and limits of the solver of cone programs.
public struct ConeOptions: Sendable, Hashable {
  /// On each residual, recomputed from the program as it was given (SCS's `eps_abs`).
  public var absoluteTolerance = 1e-6
  /// The same relative to the sizes of their terms (SCS's `eps_rel`).
  public var relativeTolerance = 0.0
  /// What a certificate of infeasibility may violate, relative to its value (SCS's `eps_infeas`).
  public var infeasibilityTolerance = 1e-7
  /// The limit on iterations.
  public var maximumIterations = 20_000
  /// Rounds of equilibration of rows and columns.
  public var scaling = 10
  /// The weight of the cones against the variables at the beginning (SCS's `scale`); 0 chooses by
  /// the kinds of cones.
  public var scale = 0.0
  /// Iterations between changes of ``scale`` that balance the residuals; 0 keeps it.
  public var rescaling = 100
  /// How far a step goes, between 0 and 2 (SCS's `alpha`); 0 chooses by the kinds of cones.
  public var relaxation = 0.0
  /// Iterates that Anderson's extrapolation remembers; 0 for the plain iteration.
  public var memory = 20

  /// The defaults, with another tolerance where one is given.
  public init(absoluteTolerance: Double = 1e-6, relativeTolerance: Double = 0) {
    self.absoluteTolerance = absoluteTolerance
    self.relativeTolerance = relativeTolerance
  }

  /// Calls `body` with the options as the kernel takes them.
  func withRaw<Result>(_ body: (inout cc_options) throws -> Result) throws -> Result {
    guard absoluteTolerance >= 0, relativeTolerance >= 0, absoluteTolerance + relativeTolerance > 0
    else {
      throw ConvexError(
        "the tolerances are \(absoluteTolerance) and \(relativeTolerance); one is above 0, none below"
      )
    }
    guard relaxation >= 0, relaxation < 2 else {
      throw ConvexError("relaxation lies between 0 and 2, not at \(relaxation)")
    }
    guard maximumIterations > 0, infeasibilityTolerance > 0, scaling >= 0, scale >= 0,
      rescaling >= 0, memory >= 0
    else {
      throw ConvexError(
        "maximumIterations and infeasibilityTolerance are above 0, the other options not below")
    }
    var raw = cc_options()
    raw.eps_abs = absoluteTolerance
    raw.eps_rel = relativeTolerance
    raw.eps_infeasible = infeasibilityTolerance
    raw.max_iter = Int32(clamping: maximumIterations)
    raw.scaling = Int32(clamping: scaling)
    raw.scale = scale
    raw.alpha = relaxation
    raw.memory = Int32(clamping: memory)
    raw.adaptive = Int32(clamping: rescaling)
    return try withInterrupts { stop, context in
      raw.stop = stop
      raw.stop_context = context
      return try body(&raw)
    }
  }
}
