import Tensors

/// The cross-entropy method (doi:10.1023/A:1010091220143): samples from a normal distribution for
/// each row, refits mean and spread to the best of them, again and again.
///
/// Needs no gradients. Converged is a row whose spread is below the tolerance.
public struct CrossEntropyMethod: IterativeSolver, Sendable {
  /// Samples in each iteration.
  public var samples: Int
  /// The best of them, which the next distribution is fitted to.
  public var elites: Int
  /// σ₀.
  public var deviation: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    samples: Int = 100, elites: Int = 10, deviation: Double = 1, maximumIterations: Int = 30,
    tolerance: Double = 1e-4
  ) {
    self.samples = samples
    self.elites = elites
    self.deviation = deviation
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "cross-entropy method" }

  public var advice: String { "use more iterations or samples" }
  public var compacts: Bool { false }

  public func begin(_ rows: inout SolverRows) {
    guard elites > 0, elites <= samples else {
      fatalError("\(name): \(elites) elites of \(samples) samples")
    }
    // Memory: the spread.
    rows.memory = [deviation * rows.y.plainOnes]
    settle(&rows)
  }

  public func step(_ rows: inout SolverRows) {
    var generator = rows.noise.generator.stream(rows.step - 1)
    let draw = sampled(
      rows.problem, rows.y, rows.memory[0], rows.x, samples, rows.noise, from: &generator)
    let chosen = (-draw.values).topK(elites, axis: -1).positions
    let places = chosen.expandedDims(axis: -1).broadcast(to: chosen.shape + [rows.y.dim(1)])
    let best = draw.points.gathered(places.cast(to: .int32), axis: 1)
    rows.y = best.mean(axis: 1)
    rows.memory[0] = sqrt(square(best - rows.y.expandedDims(axis: 1)).mean(axis: 1))
    if rows.problem.domain.isManifold { rows.y = rows.problem.domain.project(rows.y) }
    settle(&rows)
  }

  private func settle(_ rows: inout SolverRows) {
    rows.value = rows.problem(rows.y, rows.x, noise: rows.noise)
    rows.error = rows.memory[0].max(axis: -1)
  }
}

/// Samples around means, in the domain, and their objectives: `[n, samples, d]` and `[n, samples]`.
func sampled(
  _ problem: ParametricProblem, _ mean: Tensor, _ deviation: Tensor, _ x: Tensor, _ samples: Int,
  _ noise: StepNoise, from generator: inout Generator
) -> (points: Tensor, values: Tensor) {
  let (n, d) = (mean.dim(0), mean.dim(1))
  let steps = Tensor.normal([n, samples, d], dtype: mean.dtype, from: &generator)
  let free = mean.expandedDims(axis: 1) + deviation.expandedDims(axis: 1) * steps
  let flat = problem.domain.project(free.reshaped([n * samples, d]))
  let values = problem(flat, x.repeated(samples, axis: 0), noise: noise)
  return (flat.reshaped([n, samples, d]), values.reshaped([n, samples]))
}
