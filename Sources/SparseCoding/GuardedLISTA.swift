import Amortization
import Networks
import Tensors

/// A learned network for sparse codes that is never worse than FISTA after as many layers.
///
/// ```swift
/// let guarded = SemiAmortized(
///   start: ZeroCode(d), update: GuardedLISTA(trained.update, atoms, weight: 0.1), steps: 3)
/// ```
///
/// FISTA (doi:10.1137/080716542) runs beside the network from the same start; the answer after every
/// layer is, row by row, the better of both, whatever the network says, NaN included. On signals that
/// are unlike those it was trained on, FISTA's answers remain.
///
/// - Complexity: two products with a matrix `[d, d]` each layer, one of the network and one of FISTA, and
///   one with `[d, m]` for each of the two values.
public struct GuardedLISTA: SafeguardedRule, Sendable {
  /// What is guarded.
  public var learned: LISTA
  @NonTrainable private var gram: Tensor
  @NonTrainable private var atoms: Tensor
  private let weight: Double
  private let stepSize: Double

  /// A guard around a network for the lasso of this dictionary and weight.
  public init(_ learned: LISTA, _ dictionary: Tensor, weight: Double, dtype: DType = .float32) {
    self.learned = learned
    self.weight = weight
    stepSize = 1 / largestCurvature(of: dictionary)
    let exact = dictionary.cast(to: .float64)
    atoms = exact.cast(to: dtype)
    gram = matmul(exact.T, exact).cast(to: dtype)
  }

  // Memory: refusals, the network's point, FISTA's point, its extrapolation, t, Dᵀx.

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    let x = setting.contexts.cast(to: y.dtype)
    return [
      Tensor.zeros([y.dim(0)], dtype: .float64), y, y, y, Tensor(1.0, dtype: y.dtype),
      matmul(x, atoms),
    ]
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    var none: [Tensor] = []
    let bold = learned.step(memory[1], &none, setting)
    let slope = matmul(memory[3], gram) - memory[5]
    let safe = softThreshold(memory[3] - stepSize * slope, stepSize * weight)
    let t = memory[4]
    let next = 0.5 * (1 + sqrt(1 + 4 * square(t)))
    let ahead = safe + ((t - 1) / next) * (safe - memory[2])
    let isFine = isFinite(bold).all(axis: -1)
    let tame = which(isFine.expandedDims(axis: -1), bold, safe)
    let isTaken =
      isFine
      .& (setting.problem(tame, setting.contexts) .<= setting.problem(safe, setting.contexts))
    memory = [memory[0] + (.!isTaken).cast(to: .float64), tame, safe, ahead, next, memory[5]]
    return which(isTaken.expandedDims(axis: -1), tame, safe)
  }

  public func refusals(_ memory: [Tensor]) -> Tensor { memory[0] }
}
