/// Tolerances, limits and defaults of operator splitting; names as OSQP's where it has them.
public struct SplittingOptions: Sendable, Hashable {
  /// On the constraints' violation, the gradient of the Lagrangian and the duality gap (`eps_abs`),
  /// each recomputed from the problem as it was given.
  public var absoluteTolerance = 1e-6
  /// The same relative to the sizes of their terms (`eps_rel`).
  public var relativeTolerance = 0.0
  /// A problem is called infeasible if a certificate excludes every point with Σ|x| below the
  /// inverse of this number, or for the dual every multiplier.
  public var infeasibilityTolerance = 1e-9
  /// The limit on iterations (`max_iter`).
  public var maximumIterations = 4000
  /// Iterations between two looks at the residuals (`check_termination`); a policy is asked there.
  public var checkInterval = 25
  /// ρ, the penalty of the scaled problem, until a policy chooses another one.
  public var rho = 0.1
  /// How much larger ρ is for equations.
  public var equalityFactor = 1e3
  /// σ, the proximal weight on x.
  public var sigma = 1e-6
  /// α, the relaxation, in (0, 2).
  public var alpha = 1.6
  /// Rounds of equilibration (`scaling`).
  public var scaling = 10

  /// The defaults, with other tolerances or another interval where they are given.
  public init(
    absoluteTolerance: Double = 1e-6, relativeTolerance: Double = 0, checkInterval: Int = 25
  ) {
    self.absoluteTolerance = absoluteTolerance
    self.relativeTolerance = relativeTolerance
    self.checkInterval = checkInterval
  }

  /// The least and largest ρ of a row.
  static let penalties = 1e-6...1e6
  /// The least and largest α: within them the plain iteration converges.
  static let relaxations = 0.05...1.95

  func check() throws {
    guard absoluteTolerance >= 0, relativeTolerance >= 0, absoluteTolerance + relativeTolerance > 0
    else {
      throw ConvexError(
        "the tolerances are \(absoluteTolerance) and \(relativeTolerance); one is above 0, none below"
      )
    }
    guard maximumIterations > 0, checkInterval > 0, scaling >= 0, infeasibilityTolerance > 0 else {
      throw ConvexError(
        "maximumIterations, checkInterval and infeasibilityTolerance are above 0, scaling is not below"
      )
    }
    guard Self.penalties.contains(rho), Self.relaxations.contains(alpha), sigma > 0, sigma < 1,
      equalityFactor >= 1, equalityFactor.isFinite
    else {
      throw ConvexError(
        "rho \(rho) is not in \(Self.penalties), alpha \(alpha) not in \(Self.relaxations), sigma "
          + "\(sigma) not in (0, 1), or equalityFactor \(equalityFactor) below 1")
    }
  }
}
