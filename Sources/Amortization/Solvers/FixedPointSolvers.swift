import Tensors

/// The map that a fixed-point solver iterates: the problem's own, or a projected gradient step.
private func map(of problem: ParametricProblem, stepSize: Double, noise: StepNoise)
  -> (Tensor, Tensor) -> Tensor
{
  if let map = problem.fixedPointMap { return map }
  return { y, x in
    let slope = problem.domain.tangent(y, problem.gradient(y, x, noise: noise))
    return problem.domain.retract(y, -stepSize * slope)
  }
}

extension WorkingSet {
  /// Notes g(y) − y as the error.
  fileprivate mutating func note(residual: Tensor) {
    value = problem(y, x, noise: noise)
    error = abs(residual).max(axis: -1)
  }
}

/// Plain iteration y ← g(y; x).
public struct FixedPointIteration: Solver, Sendable {
  /// η of the gradient step that is iterated when the problem has no map of its own.
  public var stepSize: Double
  public var iterations: Int
  /// On the largest element of g(y) − y.
  public var tolerance: Double

  public init(stepSize: Double = 0.1, iterations: Int = 1000, tolerance: Double = 1e-6) {
    self.stepSize = stepSize
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "fixed-point iteration" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    let g = map(of: request.problem, stepSize: stepSize, noise: request.noise)
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance,
      advice: "use more iterations or AndersonAcceleration(), and look whether the map contracts")
    return loop.run(request) { set in
      set.memory = [g(set.y, set.x)]
      set.note(residual: set.memory[0] - set.y)
    } step: { set in
      set.y = set.memory[0]
      set.memory = [g(set.y, set.x)]
      set.note(residual: set.memory[0] - set.y)
    }
  }
}

/// Anderson acceleration of y ← g(y; x) (doi:10.1137/10078356X), row by row, regularized and
/// safeguarded (arXiv:1805.09639, arXiv:1909.13010).
///
/// The next point is Σ αᵢ·((1 − β)·yᵢ + β·g(yᵢ)) over the last m + 1 points, with the α of sum 1
/// that make Σ αᵢ·(g(yᵢ) − yᵢ) smallest. A point whose residual exceeds `growth` times the least
/// so far is refused and the iteration goes on plainly from the best one.
public struct AndersonAcceleration: Solver, Sendable {
  /// m.
  public var memory: Int
  /// Weight of |γ|², relative to the size of the residuals' changes.
  public var regularization: Double
  /// β.
  public var mixing: Double
  /// What a residual may grow by before the step is refused.
  public var growth: Double
  public var stepSize: Double
  public var iterations: Int
  public var tolerance: Double

  public init(
    memory: Int = 5, regularization: Double = 1e-10, mixing: Double = 1, growth: Double = 2,
    stepSize: Double = 0.1, iterations: Int = 200, tolerance: Double = 1e-6
  ) {
    self.memory = memory
    self.regularization = regularization
    self.mixing = mixing
    self.growth = growth
    self.stepSize = stepSize
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "Anderson acceleration" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    let g = map(of: request.problem, stepSize: stepSize, noise: request.noise)
    let domain = request.problem.domain
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance,
      advice: "use more iterations, more memory, or a larger regularization")
    // Memory: residual, best point, its residual and its size; then changes of y and of the
    // residual in turn, 0 where a row began anew.
    return loop.run(request) { set in
      let residual = g(set.y, set.x) - set.y
      set.memory = [residual, set.y, residual, residual.norm(axis: -1)]
      set.note(residual: residual)
    } step: { set in
      let (point, residual) = (set.y, set.memory[0])
      let size = residual.norm(axis: -1)
      let isRefused = .!(size .<= growth * set.memory[3])
      let base = which(isRefused.asColumn, set.memory[1], point)
      let from = which(isRefused.asColumn, set.memory[2], residual)
      var next = base + mixing * from - correction(from, set.memory)
      if isRefused.any() {
        next = which(isRefused.asColumn, base + from, next)
        for i in 4..<set.memory.count {
          set.memory[i] = which(isRefused.asColumn, set.memory[i].zerosLike(), set.memory[i])
        }
      }
      if !domain.isEuclidean { next = domain.project(next) }
      set.y = next
      set.memory[0] = g(next, set.x) - next
      let newSize = set.memory[0].norm(axis: -1)
      let isBest = newSize .< set.memory[3]
      set.memory[1] = which(isBest.asColumn, next, set.memory[1])
      set.memory[2] = which(isBest.asColumn, set.memory[0], set.memory[2])
      set.memory[3] = which(isBest, newSize, set.memory[3])
      set.memory += [next - base, set.memory[0] - from]
      if set.memory.count > 4 + 2 * memory { set.memory.removeSubrange(4..<6) }
      set.note(residual: set.memory[0])
    }
  }

  /// (ΔY + β·ΔR)·γ with γ = argmin |r − ΔR·γ|² + λ|γ|².
  private func correction(_ residual: Tensor, _ memory: [Tensor]) -> Tensor {
    let pairs = stride(from: 4, to: memory.count, by: 2)
    if memory.count == 4 || self.memory == 0 { return residual.zerosLike() }
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
