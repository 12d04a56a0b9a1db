import Amortization
import Networks
import Tensors

/// How the gradient of a meta-learner goes through the adaptation.
public enum MetaGradient: Sendable, Hashable {
  /// Through every step, second derivatives included (arXiv:1703.03400).
  case exact
  /// As if the inner gradients were constants: the gradient at the adapted point (first-order MAML).
  case firstOrder
  /// Through the minimizer of the inner loss + λ/2·|y − θ|², whatever solver found it (iMAML,
  /// arXiv:1909.04630).
  case implicit(weight: Double)
}

/// A learned start that a few gradient steps on a task's own examples adapt.
///
/// ```swift
/// let tasks = TaskFamily.sinusoids()
/// let layout = ParameterRows(MLP([1, 40, 40, 1]))
/// let maml = MAML(layout, tasks, stepSize: 0.01)
/// train(maml, on: .taskLoss(tasks, layout), steps: 5000)
/// ```
///
/// Only the inner problem sees the support examples, only the outer one the query examples.
public struct MAML: AmortizedModel {
  /// θ, the parameters that every task begins with, as a row.
  public var start: Tensor
  /// What adaptation descends.
  public var inner: ParametricProblem
  /// η, the length of an inner step.
  public var stepSize: Double
  /// K, which may be raised after training.
  public var steps: Int
  /// What the meta-gradient goes through.
  public var metaGradient: MetaGradient
  /// Columns that adaptation moves, as a row of 0 and 1; `nil` for all.
  @NonTrainable private var mask: Tensor
  private let solver: any Solver

  /// A start for any inner problem.
  ///
  /// - Parameters:
  ///   - adapting: which elements adaptation moves; all if `nil`.
  ///   - solver: of the inner problem where the gradient is implicit.
  public init(
    start: Tensor, inner: ParametricProblem, stepSize: Double = 0.01, steps: Int = 1,
    metaGradient: MetaGradient = .exact, adapting: [Bool]? = nil, solver: any Solver = LBFGS()
  ) {
    guard steps >= 0, stepSize > 0, start.shape == [inner.dimension] else {
      fatalError(
        "MAML: \(steps) steps of length \(stepSize) from shape \(start.shape) in \(inner.dimension) "
          + "numbers")
    }
    if let adapting, adapting.count != inner.dimension {
      fatalError("MAML: adapting has \(adapting.count) elements, the variable \(inner.dimension)")
    }
    if case .implicit(let weight) = metaGradient, weight <= 0 {
      fatalError("MAML: a weight of \(weight); the implicit form needs a positive one")
    }
    self.start = start
    self.inner = inner
    self.stepSize = stepSize
    self.steps = steps
    self.metaGradient = metaGradient
    self.solver = solver
    mask =
      adapting.map { Tensor($0.map { $0 ? 1.0 : 0.0 }, dtype: start.dtype) }
      ?? Tensor.zeros([0], dtype: start.dtype)
  }

  /// A network whose parameters are the start.
  ///
  /// - Parameter adapting: parts of the layout that adaptation moves, by the beginning of their names,
  ///   such as the last layer alone (ANIL, arXiv:1909.09157); all if empty.
  public init<Network: Layer>(
    _ layout: ParameterRows<Network>, _ tasks: TaskFamily, loss: TaskLoss = .squared,
    stepSize: Double = 0.01, steps: Int = 1, metaGradient: MetaGradient = .exact,
    adapting names: [String] = [], solver: any Solver = LBFGS(), dtype: DType = .float32
  ) {
    var adapting: [Bool]?
    if !names.isEmpty {
      var moves = [Bool](repeating: false, count: layout.count)
      for part in layout.parts.all where names.contains(where: { part.name.hasPrefix($0) }) {
        for column in part.columns { moves[column] = true }
      }
      guard moves.contains(true) else {
        fatalError(
          "MAML: nothing is called \(names.joined(separator: ", ")); there are "
            + layout.parts.all.map(\.name).joined(separator: ", "))
      }
      adapting = moves
    }
    self.init(
      start: layout.row(layout.template).cast(to: dtype),
      inner: .taskLoss(tasks, layout, on: .support, loss: loss, dtype: dtype), stepSize: stepSize,
      steps: steps, metaGradient: metaGradient, adapting: adapting, solver: solver)
  }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    if case .implicit(let weight) = metaGradient {
      return ProximalModel(
        start: LearnedPoint(start), weight: weight, solver: solver, inner: inner
      ).iterates(x, on: problem, noise: noise)
    }
    var y = start.broadcast(to: [x.dim(0), start.size])
    var all = [y]
    for k in 0..<steps {
      var slope = inner.gradient(
        y, x, noise: inner.isStochastic ? noise.stream(k) : noise)
      if metaGradient == .firstOrder { slope = stopGradient(slope) }
      if mask.size > 0 { slope = mask * slope }
      y = y - stepSize * slope
      all.append(y)
    }
    return all
  }
}

extension Loss {
  /// Reptile: moves the start towards where adaptation ends, without any derivative of it
  /// (arXiv:1803.02999).
  ///
  /// Its value is ½|y_K − θ|² and its gradient θ − y_K, for models whose first iterate is the start.
  public static var reptile: Loss {
    Loss("reptile") { inputs in
      let goal = stopGradient(inputs.prediction)
      return 0.5 * square(inputs.iterates[0] - goal).sum(axis: -1).mean()
    }
  }
}
