import Amortization
import Tensors

extension ParametricProblem {
  /// Equilibria of Fisher markets with linear utilities, as fixed points of proportional response
  /// (Zhang 2011, doi:10.1016/j.tcs.2010.06.017): every buyer spends on each good in proportion to
  /// the utility it gave last time.
  ///
  /// There is one unit of each good. The objective is the gap of the Eisenberg–Gale program, which
  /// is 0 at an equilibrium and nowhere else; see ``FisherMarket``.
  ///
  /// - Shapes: contexts `[n, buyers, goods]`, nonnegative utilities, with a positive one for each
  ///   buyer and for each good; variables `[n, buyers·goods]`, what each buyer bids for each good.
  /// - Parameter budgets: one for each buyer; 1 each if not given.
  public static func fisherMarket(
    buyers: Int, goods: Int, utilities: Contexts, budgets: [Double]? = nil,
    dtype: DType = .float64
  ) -> ParametricProblem {
    let budgets = budgets ?? Array(repeating: 1, count: Swift.max(0, buyers))
    let market = FisherMarket(goods: goods, budgets: budgets)
    guard budgets.count == buyers else {
      fatalError("fisherMarket: \(budgets.count) budgets for \(buyers) buyers")
    }
    var problem = ParametricProblem(
      fixedPoint: { y, x in market.response(to: y, utilities: x) },
      dimension: buyers * goods, contexts: utilities, dtype: dtype,
      start: { x in
        let u = x.reshaped([-1, buyers, goods])
        return market.normalized(u.reshaped([-1, buyers * goods])).flattened(from: 1)
      },
      objective: { y, x in market.gap(y, utilities: x) })
    problem.dualityGap = { y, x in market.gap(y, utilities: x) }
    return problem
  }
}

/// Buyers with budgets for one unit of each of several goods.
///
/// Bids b give prices pⱼ = Σᵢ bᵢⱼ and shares xᵢⱼ = bᵢⱼ / pⱼ, so that everything is sold and every
/// budget spent. An equilibrium is where no buyer could spend better at these prices.
public struct FisherMarket: Sendable {
  /// Number of goods.
  public let goods: Int
  /// What each buyer has to spend, positive.
  public let budgets: [Double]

  /// A market by its goods and budgets.
  public init(goods: Int, budgets: [Double]) {
    guard goods > 0, !budgets.isEmpty, budgets.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      fatalError("FisherMarket: \(goods) goods and budgets \(budgets); budgets are positive")
    }
    self.goods = goods
    self.budgets = budgets
  }

  /// Prices, `[n, goods]`, for bids `[n, buyers·goods]`.
  public func prices(_ bids: Tensor) -> Tensor { normalized(bids).sum(axis: 1) }

  /// What each buyer gets of each good, `[n, buyers, goods]`.
  public func shares(_ bids: Tensor) -> Tensor {
    let b = normalized(bids)
    return b / b.sum(axis: 1, keepDims: true)
  }

  /// The gap of the Eisenberg–Gale program, Σ Bᵢ·log(utility that Bᵢ could buy / utility it got).
  public func gap(_ bids: Tensor, utilities: Tensor) -> Tensor {
    let u = matrices(utilities)
    let b = normalized(bids)
    let p = b.sum(axis: 1, keepDims: true)
    let money = Tensor(budgets, dtype: b.dtype)
    let got = (u * b / p).sum(axis: -1)
    let possible = money * (u / p).max(axis: -1)
    return (money * log(possible / maximum(got, 1e-300))).sum(axis: -1)
  }

  /// The share of all money that is spent on goods which, for their price, give their buyer less
  /// than the best one does, by more than `tolerance` of it.
  ///
  /// Everything is sold at these prices, so a market without misspent money clears: its buyers want
  /// what they get.
  public func misspent(_ bids: Tensor, utilities: Tensor, tolerance: Double = 1e-3) -> Tensor {
    let b = normalized(bids)
    let value = matrices(utilities) / b.sum(axis: 1, keepDims: true)
    let best = value.max(axis: -1, keepDims: true)
    let wrong = which(value .< (1 - tolerance) * best, b, 0)
    return wrong.sum(axes: [1, 2]) / budgets.reduce(0, +)
  }

  func response(to bids: Tensor, utilities: Tensor) -> Tensor {
    let b = normalized(bids)
    let gained = matrices(utilities) * b / b.sum(axis: 1, keepDims: true)
    let money = Tensor(budgets, dtype: b.dtype).asColumn
    let total = maximum(gained.sum(axis: -1, keepDims: true), 1e-300)
    return (money * gained / total).flattened(from: 1)
  }

  /// Positive bids that spend each budget, `[n, buyers, goods]`.
  func normalized(_ bids: Tensor) -> Tensor {
    let b = maximum(bids.reshaped([-1, budgets.count, goods]), 1e-12)
    let money = Tensor(budgets, dtype: b.dtype).asColumn
    return money * b / b.sum(axis: -1, keepDims: true)
  }

  private func matrices(_ utilities: Tensor) -> Tensor {
    utilities.reshaped([-1, budgets.count, goods])
  }
}
