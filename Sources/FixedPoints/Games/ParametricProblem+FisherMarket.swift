import Amortization
import Tensors

extension ParametricProblem {
  /// Equilibria of Fisher markets with linear utilities, as fixed points of a projected gradient step
  /// of Shmyrev's convex program max Σ bᵢⱼ·log uᵢⱼ − Σ pⱼ·log pⱼ over bids that spend the budgets
  /// (arXiv:1603.01257).
  ///
  /// There is one unit of each good. The objective is the gap of the Eisenberg–Gale program, which
  /// is 0 at an equilibrium and nowhere else; see ``FisherMarket``.
  ///
  /// Proportional response, which is mirror descent on the same program (doi:10.1145/1993574.1993594),
  /// has other fixed points: what is not bid for is never bid for again.
  ///
  /// - Shapes: contexts `[n, buyers, goods]`, nonnegative utilities, with a positive one for each
  ///   buyer and for each good; variables `[n, buyers·goods]`, what each buyer bids for each good.
  /// - Parameters:
  ///   - budgets: one for each buyer; 1 each if not given.
  ///   - stepSize: in units of the reciprocal of a bound on the program's curvature, in (0, 2).
  public static func fisherMarket(
    buyers: Int, goods: Int, utilities: Contexts, budgets: [Double]? = nil,
    stepSize: Double = 1.8, dtype: DType = .float64
  ) -> ParametricProblem {
    let budgets = budgets ?? Array(repeating: 1, count: Swift.max(0, buyers))
    let market = FisherMarket(goods: goods, budgets: budgets)
    guard budgets.count == buyers, stepSize > 0, stepSize < 2 else {
      fatalError(
        "fisherMarket: \(budgets.count) budgets for \(buyers) buyers, step size \(stepSize) of (0, 2)"
      )
    }
    var problem = ParametricProblem(
      fixedPoint: { y, x in market.improved(y, utilities: x, stepSize: stepSize) },
      dimension: buyers * goods, contexts: utilities, dtype: dtype,
      start: { x in
        market.check(x)
        let bids = Tensor(budgets, dtype: dtype).asColumn / Double(goods)
        return bids.broadcast(to: [x.dim(0), buyers, goods]).flattened(from: 1)
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
    return b / maximum(b.sum(axis: 1, keepDims: true), 1e-30)
  }

  /// The gap of the Eisenberg–Gale program, Σ Bᵢ·log(utility that Bᵢ could buy / utility it got).
  public func gap(_ bids: Tensor, utilities: Tensor) -> Tensor {
    let u = matrices(utilities)
    let b = normalized(bids)
    // A good without a bid is for nothing: whoever could buy it could buy any amount.
    let p = maximum(b.sum(axis: 1, keepDims: true), 1e-30)
    let money = Tensor(budgets, dtype: b.dtype)
    let got = (u * b / p).sum(axis: -1)
    let possible = money * (u / p).max(axis: -1)
    return (money * log(possible / maximum(got, 1e-30))).sum(axis: -1)
  }

  /// The share of all money that is spent on goods which, for their price, give their buyer less
  /// than the best one does, by more than `tolerance` of it.
  ///
  /// Everything is sold at these prices, so a market without misspent money clears: its buyers want
  /// what they get.
  public func misspent(_ bids: Tensor, utilities: Tensor, tolerance: Double = 1e-3) -> Tensor {
    let b = normalized(bids)
    let value = matrices(utilities) / maximum(b.sum(axis: 1, keepDims: true), 1e-30)
    let best = value.max(axis: -1, keepDims: true)
    let wrong = which(value .< (1 - tolerance) * best, b, 0)
    return wrong.sum(axes: [1, 2]) / budgets.reduce(0, +)
  }

  /// A projected step along the gradient log(uᵢⱼ / pⱼ) of Shmyrev's program.
  ///
  /// At an equilibrium pⱼ ≥ uᵢⱼ·Bᵢ / Σₖ uᵢₖ for every buyer; below, the logarithm goes on with the
  /// price at the bound, which moves no equilibrium and bounds the curvature.
  func improved(_ bids: Tensor, utilities: Tensor, stepSize: Double) -> Tensor {
    let (u, b) = (matrices(utilities), normalized(bids))
    let money = Tensor(budgets, dtype: b.dtype).asColumn
    let least = (money * u / u.sum(axis: -1, keepDims: true)).max(axis: 1, keepDims: true)
    let p = maximum(b.sum(axis: 1, keepDims: true), least)
    let eta = stepSize / Double(budgets.count) * least.min(axis: -1, keepDims: true)
    let slope = log(maximum(u, 1e-30)) - log(p)
    return normalized(b + eta * slope).flattened(from: 1)
  }

  /// The nearest bids that spend each budget, `[n, buyers, goods]`.
  func normalized(_ bids: Tensor) -> Tensor {
    let money = Tensor(budgets, dtype: bids.dtype).asColumn
    return money * simplexProjection(bids.reshaped([-1, budgets.count, goods]) / money)
  }

  /// Stops the cell where utilities are none: a market without an equilibrium.
  func check(_ utilities: Tensor) {
    let u = matrices(utilities)
    func stop(_ isBad: Tensor, _ what: (Int, Int) -> String) {
      guard let place = isBad.flattened().booleans.firstIndex(of: true) else { return }
      let width = isBad.size / isBad.dim(0)
      fatalError("fisherMarket: in market \(place / width), " + what(place / width, place % width))
    }
    stop(.!((u .>= 0) .& isFinite(u))) { k, at in
      let value: Double = u[k, at / goods, at % goods].item()
      return
        "buyer \(at / goods) has utility \(value) for good \(at % goods); utilities are finite "
        + "and not negative"
    }
    stop((u.sum(axis: 2)) .<= 0) { _, buyer in "buyer \(buyer) wants nothing" }
    stop((u.sum(axis: 1)) .<= 0) { _, good in "good \(good) is wanted by nobody" }
  }

  private func matrices(_ utilities: Tensor) -> Tensor {
    utilities.reshaped([-1, budgets.count, goods])
  }
}
