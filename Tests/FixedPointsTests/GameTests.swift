import Amortization
import FixedPoints
import Tensors
import Testing

@Suite struct Games {
  @Test func twoByTwoGamesHaveTheirClosedForm() {
    // No saddle point: a, d > b, c. Rows are mixed so that columns do not matter.
    let a = Tensor([[[3.0, -1.0], [-2.0, 1.0]], [[5.0, 0.0], [1.0, 2.0]]], dtype: .float64)
    let game = ParametricProblem.matrixGame(
      rows: 2, columns: 2, payoffs: .normal(dimension: 4))
    let found = FixedPointIteration(maximumIterations: 5000, tolerance: 1e-12).solve(game, a)
    #expect(found.converged, "\(found)")
    let p = Tensor([3.0 / 7.0, 1.0 / 6.0], dtype: .float64)
    let q = Tensor([2.0 / 7.0, 2.0 / 6.0], dtype: .float64)
    #expect(farthest(found.solution[0..., 0], p) < 1e-9)
    #expect(farthest(found.solution[0..., 2], q) < 1e-9)
    #expect(found.gaps!.max().item() < 1e-9)
  }

  /// At equal strategies, rock, paper, scissors is settled; pure strategies lose 1 each.
  @Test func exploitabilityIsWhatBestAnswersGain() {
    let a = Tensor([[[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]], dtype: .float64)
    let third = 1.0 / 3.0
    let equal = Tensor.full([1, 6], third, dtype: .float64)
    #expect(abs(exploitability(equal, payoffs: a)).max().item() < 1e-15)
    let pure = Tensor([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]], dtype: .float64)
    #expect(exploitability(pure, payoffs: a).item() == 2)
  }

  @Test func accelerationFindsEquilibriaOfLargerGames() {
    let game = ParametricProblem.matrixGame(
      rows: 4, columns: 5, payoffs: .normal(dimension: 20))
    let x = game.sampleContexts(20, seed: 1)
    let plain = FixedPointIteration(maximumIterations: 4000, tolerance: 1e-9).solve(game, x)
    // Some game is slow.
    #expect(plain.status.contains(.iterationLimit) && plain.status.contains(.converged))
    let fast = AndersonAcceleration(
      memory: 10, maximumIterations: 4000, tolerance: 1e-9
    ).solve(game, x)
    #expect(fast.converged && fast.gaps!.max().item() < 1e-7, "\(fast)")
    #expect(fast.iterations.reduce(0, +) < plain.iterations.reduce(0, +))
  }

  /// Buyer 1 wants good 1 alone at prices (1, 2), buyer 2 good 2: that is the equilibrium.
  @Test func aSmallMarketHasItsClosedForm() {
    let u = Tensor([[[1.0, 1.0], [1.0, 3.0]]], dtype: .float64)
    let problem = ParametricProblem.fisherMarket(
      buyers: 2, goods: 2, utilities: .uniform(0.1, 1, dimension: 4), budgets: [1, 2])
    let found = FixedPointIteration(maximumIterations: 2000, tolerance: 1e-12).solve(problem, u)
    let market = FisherMarket(goods: 2, budgets: [1, 2])
    #expect(found.converged)
    #expect(farthest(market.prices(found.solution), Tensor([[1.0, 2.0]], dtype: .float64)) < 1e-9)
    #expect(found.gaps!.max().item() < 1e-10)
    #expect(market.misspent(found.solution, utilities: u).max().item() < 1e-10)
    let equal = Tensor.ones([1, 4], dtype: .float64)
    #expect(market.gap(equal, utilities: u).item() > 0.1)
    #expect(market.misspent(equal, utilities: u).item() > 0.1)
    #expect(farthest(market.shares(found.solution).sum(axis: 1), Tensor(1.0)) < 1e-15)
  }

  /// The Eisenberg–Gale gap bounds every buyer's loss; prices are positive and spend all budgets.
  ///
  /// What is called converged is an equilibrium, also where accelerated bids leave the budgets.
  @Test func marketsClear() {
    let budgets = [1.0, 2, 3, 1, 1]
    let problem = ParametricProblem.fisherMarket(
      buyers: 5, goods: 4, utilities: .uniform(0.1, 1, dimension: 20), budgets: budgets)
    let x = problem.sampleContexts(40, seed: 2).reshaped([40, 5, 4])
    let market = FisherMarket(goods: 4, budgets: budgets)
    func check(_ found: SolverResult, atLeast count: Int) {
      let gaps = found.gaps!.doubles
      #expect(found.gaps!.min().item() > -1e-12)
      let done = gaps.indices.filter { found.status[$0] == .converged }
      #expect(done.count >= count, "\(found)")
      #expect(done.allSatisfy { gaps[$0] < 1e-6 }, "\(gaps)")
      let wrong = market.misspent(found.solution, utilities: x, tolerance: 1e-4).doubles
      #expect(done.allSatisfy { wrong[$0] < 1e-9 }, "\(wrong)")
      #expect(farthest(market.prices(found.solution).sum(axis: -1), Tensor(8.0)) < 1e-12)
    }
    let plain = FixedPointIteration(maximumIterations: 20000, tolerance: 1e-9).solve(problem, x)
    check(plain, atLeast: 38)
    let fast = AndersonAcceleration(
      memory: 10, growth: 1, maximumIterations: 2000, tolerance: 1e-9
    ).solve(problem, x)
    check(fast, atLeast: 32)
    #expect(fast.iterations.reduce(0, +) < plain.iterations.reduce(0, +))
  }
}
