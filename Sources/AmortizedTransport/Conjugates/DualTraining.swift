import Amortization
import Display
import Networks
import Tensors

/// The optimal transport of one measure to another for the cost |x − y|², learned from samples.
///
/// A potential f solves the dual
///
/// ½W₂² = ½E|x|² + ½E|y|² − min over f of E f(x) + E f*(y),
///
/// with conjugates f*(y) = max over x of ⟨x, y⟩ − f(x) that an amortized model x̃(y) predicts and a
/// solver refines (Amos, arXiv:2210.12153). Without refinement and with the loss `.objective` it is
/// the max-min training of arXiv:1908.10962; with `.cycle` the loss of arXiv:1909.13082.
///
/// ```swift
/// var training = DualTraining(
///   InputConvexNetwork(2), conjugate: FullyAmortized(Residual(MLP([2, 64, 64, 2]))),
///   from: .normal(dimension: 2), to: .eightGaussians())
/// training.advance(by: 1000)
/// training.transported(points)        // ∇f
/// ```
///
/// With `conditions:` rows are `[c | x]`, and for every c the map between the measures given c is
/// learned by one potential f(·; c): conditional optimal transport (CondOT, arXiv:2206.14262). Both
/// measures need the same distribution of c, see ``Amortization/Contexts/given(_:_:)``.
///
/// A training is a value: it can be stopped, copied, looked at, and gone on with. The batch of a
/// step is a function of the seed and the number of the step.
///
/// - Complexity: a step costs one gradient of f for the potential, one of the model, and those of
///   the refinement, each for `batch` points.
public struct DualTraining<Potential: Layer, Conjugate: AmortizedModel> {
  /// The training of f.
  public private(set) var potentialLearner: Learner<Potential>
  /// The training of x̃, for the problems of ``conjugates``.
  public private(set) var conjugateLearner: Learner<Conjugate>
  /// What decides the training besides measures and models.
  public let options: DualTrainingOptions
  /// d, the coordinates of a point.
  public let dimension: Int
  /// How many numbers of a row are a condition.
  public let conditions: Int
  /// What each step's batch gave for W₂².
  ///
  /// With converged refinements its mean is at most W₂².
  public private(set) var distances: [Double] = []
  /// The loss of the conjugate's model in each step.
  public private(set) var losses: [Double] = []
  /// Mean iterations of the refinement in each step.
  public private(set) var refinements: [Double] = []

  private let source: Contexts
  private let target: Contexts

  /// - Parameters:
  ///   - potential: f, from `[n, d]` to `[n]`: an ``InputConvexNetwork``, or any network, whose
  ///     gradient then need not be a transport map before the training is done; for conditions a
  ///     ``PartiallyInputConvexNetwork``.
  ///   - conjugate: the model of ∇f*.
  ///   - source: the measure that ∇f is to transport, rows `[n, d]`.
  ///   - target: where to.
  ///   - conditions: how many numbers of a row are a condition.
  public init(
    _ potential: Potential, conjugate: Conjugate, from source: Contexts, to target: Contexts,
    conditions: Int = 0, options: DualTrainingOptions = DualTrainingOptions()
  ) {
    let (x, y) = (source.sample(1, seed: 0), target.sample(1, seed: 0))
    guard x.ndim == 2, y.ndim == 2, x.dim(1) == y.dim(1), x.dim(1) > conditions else {
      fatalError(
        "DualTraining: rows of \(conditions) + d numbers from both measures, not \(x.shape), "
          + "\(y.shape)")
    }
    dimension = x.dim(1) - conditions
    self.conditions = conditions
    potentialLearner = Learner(
      potential, optimizer: options.potentialOptimizer, seed: options.seed)
    conjugateLearner = Learner(
      conjugate, optimizer: options.conjugateOptimizer, seed: options.seed)
    self.source = source
    self.target = target
    self.options = options
  }

  /// f.
  public var potential: Potential { potentialLearner.model }
  /// x̃.
  public var conjugate: Conjugate { conjugateLearner.model }
  /// Steps taken.
  public var step: Int { distances.count }

  /// The problems that the potential now poses to the conjugate's model.
  public var conjugates: ParametricProblem {
    .conjugate(
      of: potential, dimension: dimension, conditions: conditions, contexts: target)
  }

  /// Goes on for some steps and shows the progress.
  ///
  /// Stops the cell when the estimate of the distance is no longer finite.
  public mutating func advance(by steps: Int, showsProgress: Bool = true) {
    let bar = showsProgress ? ProgressBar(total: steps, label: "transport") : nil
    for _ in 0..<steps {
      var next = self
      let estimate = next.oneStep()
      guard estimate.isFinite else {
        bar?.failed("the distance is \(estimate) in step \(step)")
        fatalError(
          "DualTraining: the distance is \(estimate) in step \(step); take smaller step sizes, or "
            + "refine the conjugates (refinement: LBFGS())")
      }
      // An interrupted training is at the end of a step.
      self = next
      bar?.advance()
    }
  }

  private mutating func oneStep() -> Double {
    let own = Generator(seed: options.seed).stream(step)
    let (x, y) = (batch(source, own.stream(0)), batch(target, own.stream(1)))
    let problem = conjugates
    let (rate, judge) = (options.schedule?(step), options.loss)
    let (points, iterations) = maximizers(y, problem)
    var loss = 0.0
    for _ in 0..<options.conjugateSteps {
      loss = conjugateLearner.attempt(rate: rate) { model, _ in
        let inputs = LossInputs(
          problem: problem, contexts: y,
          iterates: model.iterates(y, on: problem, noise: StepNoise(from: own.stream(2))),
          targets: points, noise: ScoreNoise(from: own.stream(3)))
        return judge(inputs)
      }
    }
    let given = Conditions(count: conditions)
    let there = given.rows(like: y, at: points)
    let value = potentialLearner.attempt(rate: rate) { f, _ in f(x).mean() - f(there).mean() }
    let (from, to) = (given.points(x), given.points(y))
    let inner = (points * to).sum(axis: 1).mean()
    let squares = (square(from).sum(axis: 1) + square(to).sum(axis: 1)).mean()
    let estimate = (squares - 2 * (value + inner)).item() as Double
    distances.append(estimate)
    losses.append(loss)
    refinements.append(iterations)
    return estimate
  }

  private func batch(_ measure: Contexts, _ stream: Generator) -> Tensor {
    var generator = stream
    return measure.sample(options.batch, from: &generator).cast(to: .float32)
  }

  private func maximizers(_ y: Tensor, _ problem: ParametricProblem) -> (Tensor, Double) {
    guard let solver = options.refinement else {
      return (stopGradient(conjugate(y, on: problem)), 0)
    }
    let result = Safeguard(conjugate, solver: solver).solve(problem, y)
    let total = Double(result.iterations.reduce(0, +))
    return (result.solution, total / Double(y.dim(0)))
  }
}

extension DualTraining {
  /// ∇f: points of the source, transported.
  ///
  /// - Shapes: `[n, conditions + d]` → `[n, d]`.
  public func transported(_ rows: Tensor) -> Tensor {
    transportMap(of: potential, at: rows.cast(to: .float32), conditions: conditions)
  }

  /// ∇f*: points of the target, transported back: predicted, and refined by a solver if there is
  /// one.
  public func transportedBack(_ y: Tensor, by solver: (any Solver)? = LBFGS()) -> Tensor {
    let (problem, y) = (conjugates, y.cast(to: .float32))
    guard let solver else { return stopGradient(conjugate(y, on: problem)) }
    return Safeguard(conjugate, solver: solver).solve(problem, y).solution
  }

  /// The dual value for W₂² on samples of both measures, on average over conditions, with conjugates
  /// solved by a solver.
  ///
  /// In expectation at most W₂², whatever the potential is.
  public func squaredDistance(_ x: Tensor, _ y: Tensor, by solver: any Solver = LBFGS()) -> Double {
    let (x, y) = (x.cast(to: .float32), y.cast(to: .float32))
    let start = transportedBack(y, by: nil)
    let back = convexConjugate(
      of: potential, at: y, conditions: conditions, from: start, by: solver)
    let given = Conditions(count: conditions)
    let squares =
      square(given.points(x)).sum(axis: 1).mean() + square(given.points(y)).sum(axis: 1).mean()
    return (squares - 2 * (potential(x).mean() + back.values.mean())).item()
  }
}

extension DualTraining {
  /// Writes everything that the next step depends on, except for the measures.
  public func save(_ path: String) throws(TensorFileError) {
    var file = Checkpoint()
    file.write(potentialLearner, under: "potential")
    file.write(conjugateLearner, under: "conjugate")
    file.write(distances, as: "distances")
    file.write(losses, as: "losses")
    file.write(refinements, as: "refinements")
    try file.save(path)
  }

  /// Goes on from a file that a training of the same models and options has written.
  ///
  /// - Throws: if the file does not fit; the training is then unchanged.
  public mutating func load(_ path: String) throws(TensorFileError) {
    var next = self
    let file = try Checkpoint(path)
    try file.read(&next.potentialLearner, under: "potential")
    try file.read(&next.conjugateLearner, under: "conjugate")
    next.distances = try file.required("distances").doubles
    next.losses = try file.required("losses").doubles
    next.refinements = try file.required("refinements").doubles
    self = next
  }
}
