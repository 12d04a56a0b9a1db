internal import _CConvexKernels
import Tensors

/// Where operator splitting is for each of R rows, as a value: what a step takes and gives.
public struct SplittingState: Sendable {
  /// The numbers of the rows among those that the solve began with; several rows may solve one
  /// problem.
  public internal(set) var rows: [Int]
  /// The problem of each row.
  public internal(set) var problems: [Int32]
  /// The variables [R, n].
  public internal(set) var x: Tensor
  /// What Ax is driven to, within the bounds [R, m].
  public internal(set) var z: Tensor
  /// The multipliers [R, m].
  public internal(set) var y: Tensor
  /// ρ of the scaled problems before equations get more of it, [R, m].
  public internal(set) var rho: Tensor
  /// α [R].
  public internal(set) var alpha: Tensor
  /// Iterations of each row so far.
  public internal(set) var iterations: Int
  /// Looks at the residuals so far, that of the start left out.
  public internal(set) var checks: Int
  /// Factorizations of each row so far.
  public internal(set) var factorizations: [Int]
  /// `solved` or a proof of infeasibility, by residuals recomputed in extended precision.
  public internal(set) var status: [ConvexStatus?]
  /// Of certificates: what they violate, relative to their value.
  public internal(set) var certificateRatios: [Double]
  /// Of the scaled problems: the distance of z from its nearer bound, z − Ax, and y, [R, m] each.
  public internal(set) var scaled: (slack: Tensor, distance: Tensor, multiplier: Tensor)
  /// Which constraints are equations, a mask [R, m].
  public internal(set) var isEquation: Tensor
  /// What the policy wrote at the last check [R, …].
  public internal(set) var memory: Tensor?
  var numbers: Tensor
  var factor: SplittingFactor?

  /// Number of rows.
  public var count: Int { rows.count }

  private func column(_ k: Int) -> Tensor { numbers[0..., k] }
  /// |Ax − z| of the scaled problem relative to the larger of its terms, [R].
  public var relativePrimal: Tensor {
    column(CS_SCALED_PRIMAL) / maximum(column(CS_PRIMAL_SIZE), 1e-30)
  }
  /// |Px + q + Aᵀy| of the scaled problem relative to the largest of its terms, [R].
  public var relativeDual: Tensor {
    column(CS_SCALED_DUAL) / maximum(column(CS_DUAL_SIZE), 1e-30)
  }
  /// |Ax − z| of the scaled problem [R].
  public var scaledPrimal: Tensor { column(CS_SCALED_PRIMAL) }
  /// |Px + q + Aᵀy| of the scaled problem [R].
  public var scaledDual: Tensor { column(CS_SCALED_DUAL) }
  /// The violation of the bounds, the gradient of the Lagrangian and the duality gap, the largest of
  /// the three in the problem's own units [R].
  public var residual: Tensor {
    maximum(column(CS_PRIMAL), maximum(column(CS_DUAL), column(CS_GAP)))
  }

  /// Some of the rows.
  func take(_ chosen: [Int]) -> SplittingState {
    let places = Tensor(chosen)
    var next = self
    next.rows = chosen.map { rows[$0] }
    next.problems = chosen.map { problems[$0] }
    (next.x, next.z, next.y) = (x.take(places), z.take(places), y.take(places))
    (next.rho, next.alpha) = (rho.take(places), alpha.take(places))
    next.factorizations = chosen.map { factorizations[$0] }
    next.status = chosen.map { status[$0] }
    next.certificateRatios = chosen.map { certificateRatios[$0] }
    next.scaled = (
      scaled.slack.take(places), scaled.distance.take(places), scaled.multiplier.take(places)
    )
    next.isEquation = isEquation.take(places)
    next.memory = memory?.take(places)
    next.numbers = numbers.take(places)
    switch factor {
    case .dense(let all): next.factor = .dense(all.take(places))
    case .sparse(let all): next.factor = .sparse(chosen.map { all[$0] })
    case nil: break
    }
    return next
  }
}

/// Factors of the rows' systems.
enum SplittingFactor: Sendable {
  case dense(Tensor)
  case sparse([SparseSplittingFactor])
}

/// A factor of a sparse problem's system, which does not change.
final class SparseSplittingFactor: @unchecked Sendable {
  let pointer: OpaquePointer
  init?(_ data: SplittingData, sigma: Double, rho: [Double]) {
    guard let made = cs_factor_sparse(data.pointer, sigma, rho) else { return nil }
    pointer = made
  }
  deinit { cs_factor_release(pointer) }
}

/// The scaled data of problems.
final class SplittingData: @unchecked Sendable {
  let pointer: OpaquePointer
  init(_ batch: cq_batch, scaling: Int) {
    var batch = batch
    pointer = cs_prepare(&batch, Int32(clamping: scaling))
  }
  deinit { cs_release(pointer) }
}
