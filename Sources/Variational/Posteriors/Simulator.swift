import Amortization
import Networks
import Tensors

/// A prior over parameters and a program that makes data of them: what simulation-based inference
/// inverts (arXiv:1911.01429).
///
/// ```swift
/// let simulator = Simulator(
///   parameters: 2, data: 3, support: .box(-1, 1),
///   prior: { count, generator in Tensor.uniform([count, 2], low: -1, high: 1, from: &generator) }
/// ) { theta, generator in
///   matmul(theta, A) + 0.1 * Tensor.normal([theta.dim(0), 3], from: &generator)
/// }
/// ```
public struct Simulator {
  /// Where parameters may be, with a one-to-one map from all of ℝᵈ.
  public enum Support: Sendable, Hashable {
    /// Anywhere.
    case everywhere
    /// Between two numbers, in each element.
    case box(Double, Double)
    /// Above 0, in each element.
    case positive

    /// From ℝᵈ into the support.
    public func inside(_ u: Tensor) -> Tensor {
      switch self {
      case .everywhere: u
      case .box(let low, let high): low + (high - low) * sigmoid(u)
      case .positive: exp(u)
      }
    }

    /// From the support to ℝᵈ.
    ///
    /// Points on an edge count as if one rounding inside.
    public func outside(_ theta: Tensor) -> Tensor {
      switch self {
      case .everywhere: return theta
      case .box(let low, let high):
        let edge = theta.dtype == .float64 ? 1e-15 : 1e-7
        let share = clip((theta - low) / (high - low), edge, 1 - edge)
        return log(share) - log1p(-share)
      case .positive: return log(maximum(theta, 1e-30))
      }
    }

    /// log |dθ/du| summed over elements, `[n, d]` → `[n]`.
    public func logVolume(_ u: Tensor) -> Tensor {
      switch self {
      case .everywhere: Tensor.zeros([u.dim(0)], dtype: u.dtype)
      case .box(let low, let high):
        (-softplus(-u) - softplus(u) + log(Tensor(high - low, dtype: u.dtype))).sum(axis: -1)
      case .positive: u.sum(axis: -1)
      }
    }
  }

  /// What a row of contexts has: `parameters` and `data`.
  public let parts: Parts
  /// Where parameters may be.
  public let support: Support
  /// log p(θ) + log p(x | θ) up to a constant, for programs that can be evaluated: `[n, d]` and
  /// `[n, m]` → `[n]`.
  ///
  /// It is not needed to train a posterior, and is what a check of one needs.
  public let logJoint: ((_ theta: Tensor, _ x: Tensor) -> Tensor)?
  private let prior: (Int, inout Generator) -> Tensor
  /// From parameters `[n, d]` to data `[n, m]`.
  public let program: (_ theta: Tensor, _ generator: inout Generator) -> Tensor

  /// A prior and a program.
  ///
  /// - Parameters:
  ///   - parameters: d, numbers in θ.
  ///   - data: m, numbers in x.
  ///   - logJoint: log p(θ) + log p(x | θ) up to a constant, if there is a formula.
  ///   - prior: draws `[count, d]`.
  ///   - program: θ `[n, d]` → x `[n, m]`.
  public init(
    parameters: Int, data: Int, support: Support = .everywhere,
    logJoint: ((_ theta: Tensor, _ x: Tensor) -> Tensor)? = nil,
    prior: @escaping (_ count: Int, _ generator: inout Generator) -> Tensor,
    program: @escaping (_ theta: Tensor, _ generator: inout Generator) -> Tensor
  ) {
    if case .box(let low, let high) = support, !(low < high && (high - low).isFinite) {
      fatalError(
        "Simulator: a box from \(low) to \(high); its ends are finite and in this order (there are "
          + ".positive and .everywhere, too)")
    }
    guard parameters > 0, data > 0 else {
      fatalError(
        "Simulator: \(parameters) parameters and \(data) numbers of data; both are positive")
    }
    parts = ["parameters": [parameters], "data": [data]]
    self.support = support
    self.logJoint = logJoint
    self.prior = prior
    self.program = program
  }

  /// Draws of the prior and their data.
  ///
  /// Stops the cell when the prior leaves its support, or the program gives a wrong shape or what is not
  /// a number.
  ///
  /// - Shapes: `[count, d]` and `[count, m]`.
  public func draw(_ count: Int, from generator: inout Generator) -> (
    parameters: Tensor, data: Tensor
  ) {
    let (d, m) = (parts["parameters"].shape[0], parts["data"].shape[0])
    let theta = prior(count, &generator)
    guard theta.shape == [count, d] else {
      fatalError("Simulator: the prior gave shape \(theta.shape), not [\(count), \(d)]")
    }
    let fits: Tensor
    switch support {
    case .everywhere: fits = isFinite(theta)
    case .box(let low, let high): fits = (theta .>= low) .& (theta .<= high)
    case .positive: fits = (theta .> 0) .& isFinite(theta)
    }
    if let row = fits.all(axis: -1).booleans.firstIndex(of: false) {
      fatalError(
        "Simulator: the prior drew \(theta[row].doubles) in row \(row), outside of its support "
          + "\(support); give the support that it has")
    }
    let x = program(theta, &generator)
    guard x.shape == [count, m] else {
      fatalError("Simulator: the program gave shape \(x.shape), not [\(count), \(m)]")
    }
    let isFine = isFinite(x).all(axis: -1).booleans
    if let row = isFine.firstIndex(of: false) {
      fatalError(
        "Simulator: data \(x[row].doubles) for parameters \(theta[row].doubles) in row \(row); let the "
          + "program give finite numbers, or narrow the prior")
    }
    return (theta, x)
  }

  /// Parameters and data as contexts; every draw is new.
  public var contexts: Contexts {
    Contexts { count, generator in
      let (theta, x) = draw(count, from: &generator)
      return parts.joined(["parameters": theta, "data": x])
    }
  }
}
