import Convex
import Tensors
import Testing

struct ActiveSetStartTests {
  /// Problems with upper and lower bounds, an equation and rows without a bound.
  private func batch() throws -> QuadraticBatch {
    var g = Generator(seed: 4)
    func normal(_ shape: [Int]) -> Tensor { Tensor.normal(shape, dtype: .float64, from: &g) }
    let (root, rows) = (normal([6, 4, 4]), normal([6, 5, 4]))
    let inside = rows.matmul(normal([6, 4, 1])).squeezed(axis: -1)
    return try QuadraticBatch(
      P: root.matmul(root.swapped(-1, -2)) + Tensor.eye(4, dtype: .float64), q: 3 * normal([6, 4]),
      A: rows, l: inside - Tensor([0.2, .infinity, 0, 0.1, 0.4], dtype: .float64),
      u: inside + Tensor([0.3, 0.4, 0, .infinity, 0.5], dtype: .float64))
  }

  @Test("The right set makes the solution of a wrong guess of it")
  func right() throws {
    let batch = try batch()
    let found = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    #expect(found.isSolved)
    // Multipliers of the right sign but another size, and variables that say nothing.
    let signs = which(abs(found.y) .> 1e-6, sign(found.y), found.y.zerosLike())
    #expect(signs.min().item() < 0 && signs.max().item() > 0)
    let start = try batch.activeSetStart(x: 100 + found.x.zerosLike(), y: 50 * signs)
    #expect(abs(start.x - found.x).max().item() < 1e-5)
    #expect(abs(start.y - found.y).max().item() < 1e-4)
    let first = try OperatorSplitting(batch).solve(from: start)
    let cold = try OperatorSplitting(batch).solve()
    #expect(first.isSolved && cold.isSolved)
    #expect(first.iterations.reduce(0, +) * 2 <= cold.iterations.reduce(0, +))
  }

  @Test("A guess that is better than its correction is kept")
  func kept() throws {
    let batch = try batch()
    let found = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-12))
    let start = try batch.activeSetStart(x: found.x, y: found.y)
    #expect(abs(start.x - found.x).max().item() < 1e-6)
    #expect(throws: ConvexError.self) {
      try batch.activeSetStart(x: found.x[0..<2], y: found.y)
    }
  }
}
