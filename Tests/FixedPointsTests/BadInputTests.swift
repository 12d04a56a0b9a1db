import Amortization
import FixedPoints
import Networks
import Tensors
import Testing

/// What does not fit ends the cell and says where.
@Suite struct BadInput {
  private func lastWords(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func marketsWithoutAnEquilibrium() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let market = ParametricProblem.fisherMarket(
        buyers: 2, goods: 2, utilities: .uniform(0.1, 1, dimension: 4))
      let u = Tensor([[[1.0, 1.0], [1.0, 1.0]], [[1.0, 2.0], [-0.5, 1.0]]], dtype: .float64)
      _ = FixedPointIteration().solve(market, u)
    }
    #expect(lastWords(result).contains("market 1, buyer 1 has utility -0.5 for good 0"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let market = ParametricProblem.fisherMarket(
        buyers: 2, goods: 2, utilities: .uniform(0.1, 1, dimension: 4))
      _ = FixedPointIteration().solve(
        market, Tensor([[[1.0, 0.0], [2.0, 0.0]]], dtype: .float64))
    }
    #expect(lastWords(result).contains("market 0, good 1 is wanted by nobody"))
  }

  @Test func payoffsThatAreNotFinite() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let game = ParametricProblem.matrixGame(
        rows: 2, columns: 3, payoffs: .normal(dimension: 6))
      var a = Tensor.zeros([3, 2, 3], dtype: .float64)
      a[1, 1, 2] = Tensor(Double.infinity, dtype: .float64)
      _ = FixedPointIteration().solve(game, a)
    }
    #expect(lastWords(result).contains("in game 1, the payoff of row 1 and column 2 is not finite"))
  }

  @Test func iterationsThatOnlyMoveAway() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      var dense = Dense(3, 2, dtype: .float64, from: &generator)
      dense.bias = nil
      let cell = Doubling(input: dense)
      _ = EquilibriumLayer(cell, width: 2, maximumIterations: 40)(
        Tensor.ones([1, 3], dtype: .float64))
    }
    #expect(lastWords(result).contains("in 40 steps forward; the cell has to contract"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let start = Tensor.ones([2], dtype: .float64)
      _ = fixedPoint(from: start, parameters: start, maximumIterations: 50) { z, t in -3 * z + t }
    }
    #expect(lastWords(result).contains("changes have grown from"))
  }
}

/// z ← 2·z + x·U.
private struct Doubling: EquilibriumCell {
  var input: Dense

  func map(for x: Tensor) -> (Tensor) -> Tensor {
    let u = input(x)
    return { z in 2 * z + u }
  }
}
