import Tensors

/// The cross-entropy method (doi:10.1023/A:1010091220143): samples from a normal distribution for
/// each row, refits mean and spread to the best of them, again and again.
///
/// Needs no gradients. Converged is a row whose spread is below the tolerance.
public struct CrossEntropyMethod: Solver, Sendable {
  /// Samples in each iteration.
  public var samples: Int
  /// The best of them, which the next distribution is fitted to.
  public var elites: Int
  /// σ₀.
  public var deviation: Double
  public var iterations: Int
  public var tolerance: Double

  public init(
    samples: Int = 100, elites: Int = 10, deviation: Double = 1, iterations: Int = 30,
    tolerance: Double = 1e-4
  ) {
    self.samples = samples
    self.elites = elites
    self.deviation = deviation
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "cross-entropy method" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    guard elites > 0, elites <= samples else {
      fatalError("\(name): \(elites) elites of \(samples) samples")
    }
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance, compacts: false,
      advice: "use more iterations or samples")
    // Memory: the spread.
    return loop.run(request) { set in
      set.value = set.problem(set.y, set.x, noise: set.noise)
      set.memory = [deviation * set.y.plainOnes]
      set.error = set.memory[0].max(axis: -1)
    } step: { set in
      var generator = set.noise.generator.stream(set.step - 1)
      let draw = sampled(
        set.problem, set.y, set.memory[0], set.x, samples, set.noise, from: &generator)
      let chosen = (-draw.values).topK(elites, axis: -1).positions
      let d = set.y.dim(-1)
      let places = chosen.expandedDims(axis: -1).broadcast(to: chosen.shape + [d])
      let best = draw.points.gathered(places.cast(to: .int32), axis: 1)
      set.y = best.mean(axis: 1)
      set.memory[0] = sqrt(square(best - set.y.expandedDims(axis: 1)).mean(axis: 1))
      if set.problem.domain.isManifold { set.y = set.problem.domain.project(set.y) }
      set.value = set.problem(set.y, set.x, noise: set.noise)
      set.error = set.memory[0].max(axis: -1)
    }
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

/// Golden section search (doi:10.1090/S0002-9939-1953-0055639-3) for problems of one number with a
/// single minimum in an interval.
///
/// Each iteration costs one evaluation and shrinks the interval by 0.618.
public struct GoldenSection: Solver, Sendable {
  public var low: Double
  public var high: Double
  public var iterations: Int
  /// On the width of the interval.
  public var tolerance: Double

  public init(
    over interval: ClosedRange<Double>, iterations: Int = 100, tolerance: Double = 1e-6
  ) {
    low = interval.lowerBound
    high = interval.upperBound
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "golden section" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    guard request.problem.dimension == 1 else {
      fatalError("\(name): the variable has \(request.problem.dimension) numbers, not 1")
    }
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance,
      advice: "use more iterations or a narrower interval")
    let ratio = 0.6180339887498949
    func f(_ y: Tensor, _ set: WorkingSet) -> Tensor { set.problem(y, set.x, noise: set.noise) }
    // Memory: the interval's ends, the inner points and their values.
    return loop.run(request) { set in
      let ones = set.y.plainOnes
      let (a, b) = (low * ones, high * ones)
      let (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
      set.memory = [a, b, c, d, f(c, set), f(d, set)]
      settle(&set)
    } step: { set in
      var (a, b, c, d) = (set.memory[0], set.memory[1], set.memory[2], set.memory[3])
      let (fc, fd) = (set.memory[4], set.memory[5])
      let isLeft = fc .< fd
      let mask = isLeft.asColumn
      (a, b) = (which(mask, a, c), which(mask, d, b))
      let fresh = which(mask, b - ratio * (b - a), a + ratio * (b - a))
      let value = f(fresh, set)
      (c, d) = (which(mask, fresh, d), which(mask, c, fresh))
      set.memory = [a, b, c, d, which(isLeft, value, fd), which(isLeft, fc, value)]
      settle(&set)
    }
  }

  private func settle(_ set: inout WorkingSet) {
    let isLeft = set.memory[4] .< set.memory[5]
    set.y = which(isLeft.asColumn, set.memory[2], set.memory[3])
    set.value = which(isLeft, set.memory[4], set.memory[5])
    set.error = (set.memory[1] - set.memory[0]).squeezed(axis: -1)
  }
}
