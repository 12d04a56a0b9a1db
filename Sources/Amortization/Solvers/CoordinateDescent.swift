import Tensors

/// Coordinate descent for f = g + h with a quadratic g and a separable h (doi:10.1214/07-AOAS131):
/// element after element is put where f is smallest given the others.
///
/// It applies to the lasso, the elastic net and nonnegative least squares, where it is among the
/// fastest methods, and says so where it does not apply.
///
/// - Complexity: d gradients for the matrix of g; an iteration is a sweep over all d elements and
///   costs n·d² multiplications.
public struct CoordinateDescent: IterativeSolver, Sendable {
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of (y − prox(y − t∇g, t))/t, with t one over the element's curvature.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(maximumIterations: Int = 500, tolerance: Double = 1e-6) {
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "coordinate descent" }

  public func begin(_ rows: inout SolverRows) {
    let problem = rows.problem
    guard problem.domain.isEuclidean, problem.proximal?.isSeparable != false else {
      fatalError(
        "\(name): the part \(problem.proximal?.name ?? problem.domain.name) is not a sum over "
          + "elements; use FISTA()")
    }
    let (x, noise) = (rows.x, rows.noise)
    func slope(_ y: Tensor) -> Tensor {
      gradient(at: y) { problem.smoothPart($0, x, noise: noise).sum() }
    }
    let matrix = rowJacobian(slope, at: rows.y)
    var generator = Generator(seed: 1)
    let away = Tensor.normal(rows.y.shape, dtype: rows.y.dtype, from: &generator)
    let (here, there) = (slope(rows.y), slope(rows.y + away))
    let expected = matmul(matrix, away.asColumn).squeezed(axis: -1)
    let scale = abs(there).max().item() + abs(here).max().item() + 1e-30
    guard abs(there - here - expected).max().item() <= 1e-3 * scale else {
      fatalError("\(name): the smooth part is not quadratic; use FISTA()")
    }
    // Memory: the matrix, one over its diagonal, ∇g.
    rows.memory = [matrix, 1 / maximum(matrix.diagonal(), 1e-30), here]
    settle(&rows)
  }

  public func step(_ rows: inout SolverRows) {
    let (matrix, inverse) = (rows.memory[0], rows.memory[1])
    let d = rows.y.dim(1)
    var slope = rows.memory[2]
    var columns = (0..<d).map { rows.y[0..., $0..<($0 + 1)] }
    for i in 0..<d {
      let t = inverse[0..., i..<(i + 1)]
      let old = columns[i]
      var next = old - t * slope[0..., i..<(i + 1)]
      if let part = rows.problem.proximal { next = part.prox(next, t, rows.x) }
      columns[i] = next
      slope = slope + (next - old) * matrix[0..., i]
    }
    rows.y = concatenate(columns, axis: 1)
    // Afresh, so that rounding does not add up.
    let (problem, x, noise) = (rows.problem, rows.x, rows.noise)
    rows.memory[2] = gradient(at: rows.y) { problem.smoothPart($0, x, noise: noise).sum() }
    settle(&rows)
  }

  private func settle(_ rows: inout SolverRows) {
    let (inverse, slope) = (rows.memory[1], rows.memory[2])
    var next = rows.y - inverse * slope
    if let part = rows.problem.proximal { next = part.prox(next, inverse, rows.x) }
    rows.error = (abs(rows.y - next) / inverse).max(axis: -1)
    rows.value = rows.problem(rows.y, rows.x, noise: rows.noise)
  }
}
