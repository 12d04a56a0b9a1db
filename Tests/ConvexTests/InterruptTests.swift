import Convex
import Tensors
import Testing

struct InterruptTests {
  @Test("A cancelled task gets what the solve has, with status interrupted")
  func single() async throws {
    var generator = SplitMix(state: 5)
    let n = 200
    let root = Tensor((0..<n * n).map { _ in generator.normal() }, shape: [n, n], dtype: .float64)
    let rows = Tensor((0..<n * n).map { _ in generator.normal() }, shape: [n, n], dtype: .float64)
    let one = [Double](repeating: 1, count: n)
    let program = try QuadraticProgram(
      P: matmul(root, root.T), q: one.map { _ in generator.normal() }, A: rows,
      l: one.map { -$0 }, u: one)
    let task = Task { () throws -> QuadraticSolution in
      while !Task.isCancelled { await Task.yield() }
      return try program.solve()
    }
    task.cancel()
    let found = try await task.value
    #expect(found.status == .interrupted && found.iterations == 0)
    // What it has is worth what it says.
    let residuals = try program.residuals(x: found.x, y: found.y)
    #expect(residuals == found.residuals && residuals.largest > 1e-6)
    let isFinite = found.x.allSatisfy { $0.isFinite }
    #expect(isFinite)
    #expect(try program.solve().isSolved)
  }

  @Test("A cancelled batch ends in every thread, each row with its status")
  func batch() async throws {
    let count = 500
    let q = Tensor.full([count, 3], -1.0, dtype: .float64)
    let eye = Tensor.eye(3, dtype: .float64)
    let batch = try QuadraticBatch(
      P: eye, q: q, A: eye, l: Tensor.full([3], -0.5, dtype: .float64),
      u: Tensor.full([3], 0.5, dtype: .float64))
    let task = Task { () throws -> QuadraticBatchSolution in
      while !Task.isCancelled { await Task.yield() }
      return try batch.solve()
    }
    task.cancel()
    let found = try await task.value
    #expect(found.status.allSatisfy { $0 == .interrupted })
    #expect(abs(found.x).max().item() == 0 && found.residuals[count - 1].dual == 1)
    #expect(try batch.solve().isSolved)
  }
}
