import Amortization
import Convex
import Tensors

/// A policy of which a vector of parameters is searched for, many candidates side by side.
public protocol ParametricPolicy: SplittingPolicy {
  /// What is not searched for.
  associatedtype Form: Sendable
  /// Numbers in a candidate.
  static func dimension(_ form: Form) -> Int
  /// A policy with a row of parameters for each candidate, `[c, d]`; row r of a state belongs to
  /// candidate r / `rows`.
  init(_ parameters: Tensor, rows: Int, form: Form)
  /// The parameters at which a search begins.
  static func initial(_ form: Form) -> [Double]
}

/// A learned rule for the penalty ρ (RLQP, arXiv:2107.10847): log ρ is a function of the residuals at
/// each check, for all constraints alike or for each of them.
///
/// - θ₀, θ₁: the first log ρ, and how it depends on the size of the scaled linear term;
/// - θ₂, θ₃, θ₄: what multiplies the logarithms of the relative primal and dual residual and of the
///   last log ρ;
/// - θ₅: log of the factor by which ρ must change at least;
/// - for each constraint: θ₆, what is added to log ρ where it is active and subtracted where it is not,
///   and θ₇ where it is an equation;
/// - with a hidden layer: the weights of a network that the constraints share. It reads whether it is
///   active, whether it is at a bound, log slack, log |Ax − z|, log |y|, and both residuals, and adds to
///   log ρ.
public struct PenaltyPolicy: ParametricPolicy {
  /// What the policy distinguishes.
  public enum Form: Sendable, Hashable {
    /// One ρ for all constraints.
    case common
    /// A ρ for each constraint, by whether it is active and by a network of this width (0: none).
    case perConstraint(hidden: Int = 0)

    var hidden: Int { if case .perConstraint(let hidden) = self { hidden } else { 0 } }
  }

  let parameters: Tensor
  let rows: Int
  let form: Form

  static let features = 7

  /// A policy by its parameters `[d]`, or `[c, d]` for candidates of `rows` rows each.
  public init(_ parameters: Tensor, rows: Int = .max, form: Form = .common) {
    let wide = parameters.ndim == 1 ? parameters.expandedDims(axis: 0) : parameters
    guard wide.dim(1) == Self.dimension(form) else {
      fatalError(
        "PenaltyPolicy: \(wide.dim(1)) parameters, \(form) needs \(Self.dimension(form))")
    }
    self.parameters = wide.cast(to: .float64)
    self.rows = rows
    self.form = form
  }

  public static func dimension(_ form: Form) -> Int {
    form == .common ? 6 : 8 + form.hidden * (features + 2)
  }

  /// OSQP's rule at every check, for changes of more than a factor of two, from ρ = ½.
  public static func initial(_ form: Form) -> [Double] {
    let rule = [-0.7, 0, 0.5, -0.5, 1, 0.7]
    return rule + [Double](repeating: 0, count: dimension(form) - 6)
  }

  public func choose(_ state: SplittingState) -> SplittingChoice {
    let theta = candidates(parameters, rows, state)
    func column(_ k: Int) -> Tensor { theta[0..., k] }
    let shape = state.rho.shape
    guard state.checks > 0, let last = state.memory else {
      let size = log(clip(state.scaledDual, 1e-6, 1e4))
      let first = clip(column(0) + column(1) * size, -13.8, 13.8)
      let wide = first.expandedDims(axis: 1)
      return SplittingChoice(rho: exp(wide.broadcast(to: shape)), memory: first)
    }
    let primal = log(clip(state.relativePrimal, 1e-8, 1e4))
    let dual = log(clip(state.relativeDual, 1e-8, 1e4))
    let feedback = column(2) * primal + column(3) * dual
    let common = clip(feedback + column(4) * last, -13.8, 13.8)
    var new = common.expandedDims(axis: 1).broadcast(to: shape)
    if form != .common { new = clip(new + offset(theta, state, primal, dual), -13.8, 13.8) }
    let away = abs(new - log(state.rho))
    let least = abs(column(5)).expandedDims(axis: 1)
    let moves = (away .> least).any(axis: -1)
    return SplittingChoice(
      rho: which(moves.expandedDims(axis: 1), exp(new), state.rho),
      memory: which(moves, common, last))
  }

  /// What is added to log ρ of each constraint, [R, m].
  private func offset(
    _ theta: Tensor, _ state: SplittingState, _ primal: Tensor, _ dual: Tensor
  ) -> Tensor {
    let (r, m) = (state.rho.dim(0), state.rho.dim(1))
    let y = abs(state.scaled.multiplier)
    let active = (y .> 0).cast(to: .float64)
    let equation = state.isEquation.cast(to: .float64)
    let both = (1 - equation) * (2 * active - 1)
    let sum = theta[0..., 6..<7] * both + theta[0..., 7..<8] * equation
    let h = form.hidden
    if h == 0 { return sum }
    let read = stack(
      [
        active, (state.scaled.slack .<= 0).cast(to: .float64),
        0.2 * log(clip(state.scaled.slack, 1e-8, 1e4)),
        0.2 * log(clip(abs(state.scaled.distance), 1e-8, 1e4)), 0.2 * log(clip(y, 1e-8, 1e4)),
        (0.2 * primal).expandedDims(axis: 1).broadcast(to: [r, m]),
        (0.2 * dual).expandedDims(axis: 1).broadcast(to: [r, m]),
      ], axis: 2)
    let end = 8 + Self.features * h
    let first = theta[0..., 8..<end].reshaped([r, Self.features, h])
    let bias = theta[0..., end..<(end + h)].reshaped([r, 1, h])
    let last = theta[0..., (end + h)...].reshaped([r, h, 1])
    return sum + tanh(read.matmul(first) + bias).matmul(last).reshaped([r, m])
  }
}

/// A learned rule for the relaxation α with ρ as the options say: it never costs a factorization, and
/// since α stays between 0.05 and 1.95 the iteration converges as the plain one does.
///
/// α = 2·σ(θ·φ) held within bounds, with φ = (1, log relative primal and dual residual, log checks).
public struct RelaxationPolicy: ParametricPolicy {
  public typealias Form = Double
  let parameters: Tensor
  let rows: Int

  /// A policy; the form is the α that it begins with.
  public init(_ parameters: Tensor, rows: Int = .max, form: Double = 1.6) {
    let wide = parameters.ndim == 1 ? parameters.expandedDims(axis: 0) : parameters
    guard wide.dim(1) == 4 else { fatalError("RelaxationPolicy: \(wide.dim(1)) parameters, not 4") }
    self.parameters = wide.cast(to: .float64)
    self.rows = rows
  }

  public static func dimension(_ form: Double) -> Int { 4 }

  public static func initial(_ form: Double) -> [Double] { [logOdds(form / 2), 0, 0, 0] }

  public func choose(_ state: SplittingState) -> SplittingChoice {
    let theta = candidates(parameters, rows, state)
    let primal = log(clip(state.relativePrimal, 1e-8, 1e4))
    let dual = log(clip(state.relativeDual, 1e-8, 1e4))
    let progress = logarithm(1 + Double(state.checks))
    let rest = theta[0..., 0] + progress * theta[0..., 3]
    let odds = theta[0..., 1] * primal + theta[0..., 2] * dual + rest
    return SplittingChoice(alpha: 2 * sigmoid(odds))
  }
}

/// The parameters of each row's candidate, [R, d].
private func candidates(_ parameters: Tensor, _ rows: Int, _ state: SplittingState) -> Tensor {
  if parameters.dim(0) == 1 {
    return parameters.broadcast(to: [state.count, parameters.dim(1)])
  }
  return parameters.take(Tensor(state.rows.map { $0 / rows }))
}
