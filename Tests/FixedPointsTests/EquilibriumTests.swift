import Amortization
import FixedPoints
import Networks
import Tensors
import Testing

@Suite struct Equilibria {
  private func layer(bound: Double? = 0.9, width: Int = 5) -> EquilibriumLayer<TanhCell> {
    var generator = Generator(seed: 1)
    return EquilibriumLayer(
      TanhCell(3, width: width, bound: bound, dtype: .float64, from: &generator), width: width,
      maximumIterations: 2000, tolerance: 1e-13)
  }

  @Test("The gradient's gradient stops rather than be zero") func second() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      let layer = EquilibriumLayer(
        TanhCell(3, width: 5, bound: 0.9, dtype: .float64, from: &generator), width: 5)
      _ = hessian(at: Tensor([[0.1, 0.2, 0.3]], dtype: .float64)) { square(layer($0)).sum() }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("EquilibriumLayer: the gradient has no gradient"))
  }

  /// Central differences along random directions, for the weights and for the input.
  @Test(arguments: [0, 4]) func gradientsAreThoseOfTheSolution(_ memory: Int) {
    var layer = layer()
    layer.memory = memory
    layer.cell.weight = 4 * layer.cell.weight
    let (x, c) = (normal([4, 3], seed: 2), normal([4, 5], seed: 3))
    func loss(_ layer: EquilibriumLayer<TanhCell>, _ x: Tensor) -> Tensor { (layer(x) * c).sum() }
    let slopes = gradient(at: layer) { loss($0, x) }
    let (dW, dU, dx) = (
      normal([5, 5], seed: 4), normal([3, 5], seed: 5), normal([4, 3], seed: 6)
    )
    func moved(_ h: Double) -> Double {
      var copy = layer
      copy.cell.weight = layer.cell.weight + h * dW
      copy.cell.input.weight = layer.cell.input.weight + h * dU
      return loss(copy, x).item()
    }
    let quotient = (moved(1e-5) - moved(-1e-5)) / 2e-5
    let slope: Double =
      ((slopes.cell.weight * dW).sum() + (slopes.cell.input.weight * dU).sum()).item()
    #expect(abs(slope - quotient) < 1e-6 * max(1, abs(quotient)), "\(slope) \(quotient)")
    let byInput = (gradient(at: x) { loss(layer, $0) } * dx).sum().item() as Double
    let inputs: Double = ((loss(layer, x + 1e-5 * dx) - loss(layer, x - 1e-5 * dx)) / 2e-5).item()
    #expect(abs(byInput - inputs) < 1e-6 * max(1, abs(inputs)))
    #expect(abs(byInput) > 1e-3)
  }

  /// The output solves the equation, as any other solver does.
  @Test(arguments: [0, 3]) func outputsSolveTheEquation(_ memory: Int) {
    var layer = layer()
    layer.memory = memory
    let x = normal([6, 3], seed: 7)
    let z = layer(x)
    #expect(farthest(layer.cell.map(for: x)(z), z) < 1e-12)
    let problem = layer.problem(contexts: .normal(dimension: 3), dtype: .float64)
    let found = BroydenMethod(tolerance: 1e-11).solve(problem, x)
    #expect(found.converged && farthest(found.solution, z) < 1e-9)
  }

  /// Whatever its parameter is, W's norm is at most the bound, and near it where it is reached.
  @Test(arguments: [1e-3, 1.0, 1e8]) func weightsAreBounded(_ scale: Double) throws {
    for width in [1, 4, 60] {
      var cell = layer(width: width).cell
      cell.weight = scale * normal([width, width], seed: width)
      let used: Double = try svd(cell.scaledWeight).s.max().item()
      let raw: Double = try svd(cell.weight).s.max().item()
      #expect(used <= 0.9 + 1e-12)
      #expect(used >= 0.8 * min(0.9, raw), "\(width): \(used) of \(raw)")
      #expect(farthest(cell.settled.scaledWeight, cell.scaledWeight) == 0)
    }
  }

  /// An equation of a wide state is solved backward by iterating, with the same gradient.
  @Test func wideStates() {
    let layer = layer(width: 40)
    let (x, c) = (normal([30, 3], seed: 8), normal([30, 40], seed: 9))
    let implicit = gradient(at: layer) { ($0(x) * c).sum() }.cell.weight
    let start = Tensor.zeros([30, 40], dtype: .float64)
    let unrolled = gradient(at: layer.cell) { cell -> Tensor in
      let map = cell.map(for: x)
      return ((0..<400).reduce(start) { z, _ in map(z) } * c).sum()
    }.weight
    #expect(farthest(implicit, unrolled) < 1e-9)
  }
}
