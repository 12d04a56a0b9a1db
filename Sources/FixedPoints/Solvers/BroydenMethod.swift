import Amortization
import Tensors

/// Broyden's method for y = g(y; x) (doi:10.1090/S0025-5718-1965-0198670-6), row by row, with a
/// guard and a limited memory.
///
/// The inverse derivative of r(y) = g(y) − y is kept as −I plus one rank for each step, and the next
/// point is y − H·r(y). A point whose residual exceeds `growth` times the least so far is refused:
/// the row takes a plain step from where it was, which is never refused, and forgets. All rows begin
/// anew when the memory is full.
///
/// - Complexity: one evaluation of the map and O(memory · dimension) for each row and step.
public struct BroydenMethod: IterativeSolver, Sendable {
  /// Ranks that are kept.
  public var memory: Int
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
    memory: Int = 20, growth: Double = 2, stepSize: Double = 0.1, maximumIterations: Int = 200,
    tolerance: Double = 1e-6
  ) {
    guard memory > 0, growth >= 1 else {
      fatalError("BroydenMethod: memory \(memory) and growth \(growth); both are at least 1")
    }
    self.memory = memory
    self.growth = growth
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "Broyden's method" }

  public var advice: String {
    "use more iterations, more memory, or AndersonAcceleration(), and look whether the map contracts"
  }

  // Memory: residual, the point before, its residual, the least size of one, and whether the step
  // was plain; then u and v of H = −I + Σ u·vᵀ in turn, 0 where a row began anew.

  public func begin(_ rows: inout SolverRows) {
    let residual = rows.measureMap(stepSize: stepSize) - rows.y
    let size = residual.norm(axis: -1)
    rows.memory = [residual, rows.y, residual, size, size.onesLike()]
  }

  public func step(_ rows: inout SolverRows) {
    if rows.memory.count >= 5 + 2 * memory { rows.memory.removeSubrange(5...) }
    let residual = rows.memory[0]
    let size = residual.norm(axis: -1)
    let isRefused = .!(size .<= growth * rows.memory[3]) .& (rows.memory[4] .== 0)
    var (base, from) = (rows.y, residual)
    if isRefused.any() {
      base = which(isRefused.asColumn, rows.memory[1], base)
      from = which(isRefused.asColumn, rows.memory[2], from)
      for i in 5..<rows.memory.count {
        rows.memory[i] = which(isRefused.asColumn, rows.memory[i].zerosLike(), rows.memory[i])
      }
    }
    let inverse = InverseDerivative(Array(rows.memory[5...]))
    let domain = rows.problem.domain
    let trial = base - inverse.times(from)
    rows.y = domain.isEuclidean ? trial : domain.project(trial)
    rows.memory[0] = rows.measureMap(stepSize: stepSize) - rows.y
    let newSize = rows.memory[0].norm(axis: -1)
    rows.memory[1] = base
    rows.memory[2] = from
    rows.memory[3] = which(newSize .< rows.memory[3], newSize, rows.memory[3])
    rows.memory[4] = isRefused.cast(to: newSize.dtype)
    rows.memory += inverse.update(move: rows.y - base, change: rows.memory[0] - from)
  }

  /// Goes back from accelerated points that the next step would refuse.
  public func end(_ rows: inout SolverRows) {
    let size = rows.memory[0].norm(axis: -1)
    let isRefused = .!(size .<= growth * rows.memory[3]) .& (rows.memory[4] .== 0)
    guard isRefused.any() else { return }
    rows.y = which(isRefused.asColumn, rows.memory[1], rows.y)
    _ = rows.measureMap(stepSize: stepSize)
  }
}

/// H = −I + Σ u·vᵀ for each row.
struct InverseDerivative {
  private let pairs: [(u: Tensor, v: Tensor)]

  init(_ memory: [Tensor]) {
    pairs = stride(from: 0, to: memory.count, by: 2).map { (memory[$0], memory[$0 + 1]) }
  }

  func times(_ r: Tensor) -> Tensor {
    pairs.reduce(-r) { $0 + $1.u * rowDot($1.v, r).asColumn }
  }

  func transposedTimes(_ r: Tensor) -> Tensor {
    pairs.reduce(-r) { $0 + $1.v * rowDot($1.u, r).asColumn }
  }

  /// u and v of the least change of the derivative that maps the move to the change.
  ///
  /// They are 0 where the update would be singular or is not finite.
  func update(move: Tensor, change: Tensor) -> [Tensor] {
    let image = times(change)
    let v = transposedTimes(move)
    let slope = rowDot(move, image)
    let size = move.norm(axis: -1) * image.norm(axis: -1)
    let u = (move - image) / slope.asColumn
    let isUsable =
      (abs(slope) .> 1e-8 * size) .& isFinite(u).all(axis: -1) .& isFinite(v).all(axis: -1)
    return [which(isUsable.asColumn, u, 0), which(isUsable.asColumn, v, 0)]
  }
}
