import Networks
import Tensors
import Testing
import Variational

@Suite struct FlowTests {
  /// A flow whose parameters are far from its start.
  private func flow(_ d: Int, order: ConditionalFlow.Order, bins: Int) -> (ConditionalFlow, Tensor)
  {
    var generator = Generator(seed: 3)
    let start = ConditionalFlow(
      d, features: 4, maps: 3, order: order, bins: bins, hidden: [16, 16], dtype: .float64,
      from: &generator)
    let moved = start.mapParameters {
      $0 + Tensor.normal($0.shape, std: 0.12, dtype: .float64, from: &generator)
    }
    return (moved, Tensor.normal([1, 4], dtype: .float64, from: &generator))
  }

  private func midpoints(_ n: Int, within reach: Double) -> Tensor {
    (Tensor.arange(0, Double(n), dtype: .float64) + 0.5) * (2 * reach / Double(n)) - reach
  }

  /// The density integrates to 1 over the plane, and its mass in a half plane is that of its draws.
  @Test(arguments: [ConditionalFlow.Order.each, .halves], [0, 5])
  func densitiesIntegrateToOne(order: ConditionalFlow.Order, bins: Int) {
    let (flow, features) = flow(2, order: order, bins: bins)
    var generator = Generator(seed: 5)
    let draws = flow.sample(features.broadcast(to: [20_000, 4]), from: &generator)
    // A grid around the draws.
    let (low, high) = (draws.min(axis: 0).doubles, draws.max(axis: 0).doubles)
    let n = 700
    func line(_ j: Int) -> (Tensor, Double) {
      let reach = 1.2 * (high[j] - low[j])
      return (
        midpoints(n, within: reach / 2 * 1.5) + 0.5 * (high[j] + low[j]), 1.5 * reach / Double(n)
      )
    }
    let ((x, dx), (y, dy)) = (line(0), line(1))
    let grid = stack(
      [
        x.expandedDims(axis: 1).broadcast(to: [n, n]).flattened(),
        y.expandedDims(axis: 0).broadcast(to: [n, n]).flattened(),
      ], axis: -1)
    let density = exp(flow.logDensity(grid, features.broadcast(to: [n * n, 4])))
    #expect(Swift.abs(density.sum().item() * dx * dy - 1) < 5e-3)
    let middle = draws[0..., 0].mean().item() as Double
    let mass = (density * (grid[0..., 0] .< middle).cast(to: .float64)).sum().item() * dx * dy
    let share = (draws[0..., 0] .< middle).cast(to: .float64).mean().item() as Double
    #expect(Swift.abs(mass - share) < 0.015, "\(mass) \(share)")
  }

  /// There and back again, inside of the splines' interval and outside.
  @Test(arguments: [ConditionalFlow.Order.each, .halves], [0, 1, 6])
  func inversesInvert(order: ConditionalFlow.Order, bins: Int) {
    let (flow, features) = flow(5, order: order, bins: bins)
    var generator = Generator(seed: 6)
    let u = 4 * Tensor.normal([400, 5], dtype: .float64, from: &generator)
    let rows = features + Tensor.normal([400, 4], dtype: .float64, from: &generator)
    let z = flow.forward(u, rows).z
    #expect(abs(flow.inverse(z, rows) - u).max().item() < 1e-6)
    #expect(abs(z - u).max().item() > 0.5)
  }

  /// The determinant is that of the Jacobian, taken by differentiation.
  @Test(arguments: [ConditionalFlow.Order.each, .halves])
  func determinantsAreThoseOfTheJacobian(order: ConditionalFlow.Order) {
    let (flow, features) = flow(3, order: order, bins: 4)
    var generator = Generator(seed: 7)
    for _ in 0..<5 {
      let u = 2 * Tensor.normal([1, 3], dtype: .float64, from: &generator)
      let rows = (0..<3).map { i in
        gradient(at: u) { flow.forward($0, features).z[0, i] }[0]
      }
      let expected = logDeterminant(stack(rows)).logAbsolute.item() as Double
      #expect(Swift.abs(flow.forward(u, features).logDeterminant[0].item() - expected) < 1e-9)
    }
  }

  /// Features matter, and gradients reach all parameters and the features.
  @Test func gradientsAgreeWithDifferences() {
    let (flow, features) = flow(2, order: .each, bins: 4)
    var generator = Generator(seed: 8)
    let u = Tensor.normal([6, 2], dtype: .float64, from: &generator)
    let rows = features + Tensor.normal([6, 4], dtype: .float64, from: &generator)
    let slope = gradient(at: rows) { flow.logDensity(u, $0).sum() }
    let parameters = gradient(at: flow) { $0.logDensity(u, rows).sum() }
    for (row, column) in [(0, 0), (3, 2)] {
      var (up, down) = (rows, rows)
      up[row, column] = up[row, column] + 1e-5
      down[row, column] = down[row, column] - 1e-5
      let difference = (flow.logDensity(u, up).sum() - flow.logDensity(u, down).sum()) / 2e-5
      #expect(Swift.abs(difference.item() - slope[row, column].item()) < 1e-5)
    }
    // Along a random direction of all parameters.
    let way = flow.mapParameters {
      Tensor.normal($0.shape, dtype: .float64, from: &generator)
    }
    func moved(_ step: Double) -> Double {
      flow.mapParameters(with: way) { $0 + step * $1 }.logDensity(u, rows).sum().item()
    }
    let along = zip(parameters.parameters, way.parameters)
      .reduce(0.0) { $0 + ($1.0 * $1.1).sum().item() as Double }
    #expect(Swift.abs((moved(1e-6) - moved(-1e-6)) / 2e-6 - along) < 1e-4 * (1 + Swift.abs(along)))
    #expect(parameters.parameters.allSatisfy { (abs($0).max().item() as Double) > 0 })
  }
}
