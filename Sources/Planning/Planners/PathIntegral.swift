import Amortization
import Tensors

/// Model-predictive path integral control (MPPI, doi:10.1109/ICRA.2016.7487277): samples around the
/// present sequence, and their mean with weights exp(−f/λ), again and again.
///
/// The spread stays as it is; a solver for ``ParametricProblem/control(_:horizon:counter:)`` and any
/// other problem. It stops at its limit of iterations: the last iterate is its answer.
public struct PathIntegral: IterativeSolver, Sendable {
  /// Samples in each iteration.
  public var samples: Int
  /// σ.
  public var deviation: Double
  /// λ, in units of the objective.
  public var temperature: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  /// A row is done when an iteration moves no element by more.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    samples: Int = 100, deviation: Double = 1, temperature: Double = 1,
    maximumIterations: Int = 10, tolerance: Double = 1e-6
  ) {
    guard samples > 0, deviation > 0, temperature > 0 else {
      fatalError(
        "PathIntegral: \(samples) samples, deviation \(deviation), temperature \(temperature)")
    }
    self.samples = samples
    self.deviation = deviation
    self.temperature = temperature
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "path integral" }
  public var advice: String { "use more iterations or samples" }
  public var compacts: Bool { false }

  public func begin(_ rows: inout SolverRows) {
    rows.value = rows.problem(rows.y, rows.x, noise: rows.noise)
    rows.error = Tensor.full([rows.count], Double.infinity, dtype: rows.y.dtype)
  }

  public func step(_ rows: inout SolverRows) {
    let (n, d) = (rows.count, rows.problem.dimension)
    var generator = rows.noise.generator.stream(rows.step - 1)
    let noise = Tensor.normal([n, samples, d], dtype: rows.y.dtype, from: &generator)
    let free = rows.y.expandedDims(axis: 1) + deviation * noise
    let points = rows.problem.domain.project(free.reshaped([n * samples, d]))
    let values = rows.problem(points, rows.x.repeated(samples, axis: 0), noise: rows.noise)
    let weights = softmax(values.reshaped([n, samples]) / -temperature)
    let mean = (weights.expandedDims(axis: 2) * points.reshaped([n, samples, d])).sum(axis: 1)
    rows.error = abs(mean - rows.y).max(axis: -1)
    rows.y = mean
    rows.value = rows.problem(mean, rows.x, noise: rows.noise)
  }
}
