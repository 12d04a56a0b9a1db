import Tensors

/// What chooses the penalty ρ and the relaxation α of operator splitting, at the start and at each
/// look at the residuals.
///
/// What it chooses is held within bounds, and what is not finite is not used, so that a policy can
/// make the iteration slow but not wrong: ``OperatorSplitting`` calls only solved what is.
public protocol SplittingPolicy: Sendable {
  /// The choice for the rows of a state. Rows differ in ``SplittingState/rows``.
  func choose(_ state: SplittingState) -> SplittingChoice
}

/// Penalties and relaxations of the next interval; what is `nil` stays.
public struct SplittingChoice: Sendable {
  /// ρ [R], or [R, m] for each constraint; another one costs a factorization.
  public var rho: Tensor?
  /// α [R]; another one costs nothing.
  public var alpha: Tensor?
  /// What the policy finds in ``SplittingState/memory`` at the next check [R, …].
  public var memory: Tensor?

  /// A choice.
  public init(rho: Tensor? = nil, alpha: Tensor? = nil, memory: Tensor? = nil) {
    self.rho = rho
    self.alpha = alpha
    self.memory = memory
  }
}

/// No choices: ρ and α stay what the options say.
public struct FixedPenalty: SplittingPolicy {
  /// Nothing to decide.
  public init() {}

  public func choose(_ state: SplittingState) -> SplittingChoice { SplittingChoice() }
}

/// OSQP's rule: ρ times the square root of the ratio of the relative residuals, where that changes
/// it by more than a factor (section 5.2 of doi:10.1007/s12532-020-00179-2).
///
/// OSQP itself ties the interval to the time that the set-up took; here it is a number of checks, so
/// that solves repeat.
public struct ResidualBalancing: SplittingPolicy, Hashable {
  /// The factor (`adaptive_rho_tolerance`).
  public var threshold: Double
  /// Checks between two changes.
  public var interval: Int

  /// The rule with OSQP's factor.
  public init(threshold: Double = 5, interval: Int = 1) {
    guard threshold >= 1, interval > 0 else {
      stop("ResidualBalancing: threshold \(threshold), interval \(interval)")
    }
    self.threshold = threshold
    self.interval = interval
  }

  public func choose(_ state: SplittingState) -> SplittingChoice {
    // Without constraints there is no penalty.
    guard state.checks > 0, state.checks % interval == 0, state.rho.dim(1) > 0 else {
      return SplittingChoice()
    }
    let old = state.rho[0..., 0]
    let ratio = maximum(state.relativePrimal, 1e-30) / maximum(state.relativeDual, 1e-30)
    let new = clip(old * sqrt(ratio), 1e-6, 1e6)
    let changes = (new .> threshold * old) .| (new .< old / threshold)
    return SplittingChoice(rho: which(changes, new, old))
  }
}
