import Tensors

/// Anderson acceleration of y ← g(y; x) (doi:10.1137/10078356X), row by row, regularized and
/// safeguarded (arXiv:1805.09639, arXiv:1909.13010).
///
/// The next point is Σ αᵢ·((1 − β)·yᵢ + β·g(yᵢ)) over the last m + 1 points, with the α of sum 1
/// that make Σ αᵢ·(g(yᵢ) − yᵢ) smallest. An accelerated point whose residual exceeds `growth` times
/// the least so far is refused: the row takes a plain step from where it was, which is never refused,
/// and forgets. So where no acceleration helps, it takes about twice the plain iterations.
public struct AndersonAcceleration: IterativeSolver, Sendable {
  /// m.
  public var memory: Int
  /// Weight of |γ|², relative to the size of the residuals' changes.
  public var regularization: Double
  /// β.
  public var mixing: Double
  /// What a residual may grow by before the step is refused.
  public var growth: Double
  /// η of the gradient step that is iterated when the problem has no map of its own.
  public var stepSize: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of g(y) − y.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    memory: Int = 5, regularization: Double = 1e-10, mixing: Double = 1, growth: Double = 2,
    stepSize: Double = 0.1, maximumIterations: Int = 200, tolerance: Double = 1e-6
  ) {
    self.memory = memory
    self.regularization = regularization
    self.mixing = mixing
    self.growth = growth
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "Anderson acceleration" }

  public var advice: String {
    "use more iterations, more memory, or a larger regularization"
  }

  // Memory: residual, the point before, its residual, the least size of one, and whether the step
  // was plain; then changes of y and of the residual in turn, 0 where a row began anew.

  public func begin(_ rows: inout SolverRows) {
    let residual = rows.measureMap(stepSize: stepSize) - rows.y
    let size = residual.norm(axis: -1)
    rows.memory = [residual, rows.y, residual, size, size.onesLike()]
  }

  public func step(_ rows: inout SolverRows) {
    let (point, residual) = (rows.y, rows.memory[0])
    let size = residual.norm(axis: -1)
    let isRefused = .!(size .<= growth * rows.memory[3]) .& (rows.memory[4] .== 0)
    let base = which(isRefused.asColumn, rows.memory[1], point)
    let from = which(isRefused.asColumn, rows.memory[2], residual)
    var next = base + mixing * from - correction(from, rows.memory)
    if isRefused.any() {
      next = which(isRefused.asColumn, base + from, next)
      for i in 5..<rows.memory.count {
        rows.memory[i] = which(isRefused.asColumn, rows.memory[i].zerosLike(), rows.memory[i])
      }
    }
    let domain = rows.problem.domain
    if !domain.isEuclidean { next = domain.project(next) }
    rows.y = next
    rows.memory[0] = rows.measureMap(stepSize: stepSize) - next
    let newSize = rows.memory[0].norm(axis: -1)
    rows.memory[1] = base
    rows.memory[2] = from
    rows.memory[3] = which(newSize .< rows.memory[3], newSize, rows.memory[3])
    rows.memory[4] = isRefused.cast(to: newSize.dtype)
    rows.memory += [next - base, rows.memory[0] - from]
    if rows.memory.count > 5 + 2 * memory { rows.memory.removeSubrange(5..<7) }
  }

  /// Goes back from accelerated points that the next step would refuse.
  public func end(_ rows: inout SolverRows) {
    let size = rows.memory[0].norm(axis: -1)
    let isRefused = .!(size .<= growth * rows.memory[3]) .& (rows.memory[4] .== 0)
    guard isRefused.any() else { return }
    rows.y = which(isRefused.asColumn, rows.memory[1], rows.y)
    _ = rows.measureMap(stepSize: stepSize)
  }

  /// (ΔY + β·ΔR)·γ with γ = argmin |r − ΔR·γ|² + λ|γ|².
  private func correction(_ residual: Tensor, _ memory: [Tensor]) -> Tensor {
    let pairs = stride(from: 5, to: memory.count, by: 2)
    if memory.count == 5 || self.memory == 0 { return residual.zerosLike() }
    let steps = stack(pairs.map { memory[$0] }, axis: -1)
    let changes = stack(pairs.map { memory[$0 + 1] }, axis: -1)
    let gram = matmul(changes.mT, changes)
    let scale = gram.diagonal().sum(axis: -1)
    let weight = regularization * scale + which(scale .> 0, 0, scale.onesLike())
    let eye = Tensor.eye(gram.dim(-1), dtype: gram.dtype)
    let system = gram + weight.asColumn.asColumn * eye
    // A row that has left the finite numbers is refused in the next step.
    let isUsable = isFinite(system).all(axis: -1).all(axis: -1).asColumn.asColumn
    let safe = which(isUsable, system, eye.broadcast(to: system.shape))
    guard let gamma = try? solve(safe, matmul(changes.mT, residual.asColumn)) else {
      return residual.zerosLike()
    }
    let moved = matmul(steps + mixing * changes, gamma).squeezed(axis: -1)
    return which(isFinite(moved), moved, 0)
  }

  private func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Tensors.solve(a, b) }
}
