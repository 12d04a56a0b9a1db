import Tensors

/// What a model is trained on, as a value (section 2.2 of arXiv:2202.00665).
///
/// ```swift
/// .objective                                        // E f(ŷ(x); x)
/// .regression                                       // E |ŷ(x) − y*(x)|²
/// .combination([(1, .objective), (0.1, .regression)])
/// ```
public struct Loss {
  /// What it is called in tables and progress bars.
  public let name: String
  /// Whether it compares with the ground truth.
  public let needsTargets: Bool
  /// The solver whose iterates it compares with, and how many of them.
  let teacher: (solver: any Solver, steps: Int)?
  private let evaluate: (LossInputs) -> Tensor

  /// A loss by a formula.
  public init(
    _ name: String, needsTargets: Bool = false,
    _ evaluate: @escaping (LossInputs) -> Tensor
  ) {
    self.init(name, needsTargets, nil, evaluate)
  }

  init(
    _ name: String, _ needsTargets: Bool, _ teacher: (solver: any Solver, steps: Int)?,
    _ evaluate: @escaping (LossInputs) -> Tensor
  ) {
    self.name = name
    self.needsTargets = needsTargets
    self.teacher = teacher
    self.evaluate = evaluate
  }

  /// The loss of a model's iterates, one number.
  public func callAsFunction(_ inputs: LossInputs) -> Tensor {
    guard !inputs.iterates.isEmpty else { fatalError("loss \(name): the model has no iterates") }
    return evaluate(inputs)
  }
}

/// What a loss is computed from.
public struct LossInputs {
  /// What the iterates are to solve.
  public var problem: ParametricProblem
  /// `[n, …]`.
  public var contexts: Tensor
  /// The model's iterates, each `[n, dimension]`.
  public var iterates: [Tensor]
  /// y*(x), for losses that need it.
  public var targets: Tensor?
  /// The teacher's iterates, for imitation.
  public var path: [Tensor]
  /// What the objective draws.
  public var noise: ScoreNoise

  /// Iterates, and what they are judged by.
  public init(
    problem: ParametricProblem, contexts: Tensor, iterates: [Tensor], targets: Tensor? = nil,
    path: [Tensor] = [], noise: ScoreNoise = ScoreNoise()
  ) {
    self.problem = problem
    self.contexts = contexts
    self.iterates = iterates
    self.targets = targets
    self.path = path
    self.noise = noise
  }

  /// The model's answer.
  public var prediction: Tensor { iterates[iterates.count - 1] }

  /// Objectives of points for the contexts.
  public func values(_ y: Tensor) -> Tensor { problem(y, contexts, noise: noise) }

  func requireTargets() -> Tensor {
    guard let targets else { fatalError("this loss needs the ground truth: give targets") }
    return targets.cast(to: prediction.dtype)
  }
}

/// How far a prediction is from a target.
public enum TargetDistance: Sendable, Hashable {
  /// |a − b|².
  case squared
  /// The square of the domain's distance, geodesic on manifolds.
  case domain
  /// Σ |aᵢ − bᵢ|.
  case absolute
  /// 1 − ⟨a, b⟩/(‖a‖‖b‖).
  case cosine

  func callAsFunction(_ a: Tensor, _ b: Tensor, in domain: Domain) -> Tensor {
    switch self {
    case .squared: square(a - b).sum(axis: -1)
    case .domain: square(domain.distance(a, b))
    case .absolute: abs(a - b).sum(axis: -1)
    case .cosine: 1 - rowDot(a, b) / (a.norm(axis: -1) * b.norm(axis: -1))
    }
  }
}

extension Loss {
  /// E f(ŷ(x); x).
  public static var objective: Loss {
    Loss("objective") { $0.values($0.prediction).mean() }
  }

  /// E |ŷ(x) − y*(x)|².
  public static var regression: Loss { regression(.squared) }

  /// E d(ŷ(x), y*(x)).
  public static func regression(_ distance: TargetDistance) -> Loss {
    Loss("regression", needsTargets: true) { inputs in
      distance(inputs.prediction, inputs.requireTargets(), in: inputs.problem.domain).mean()
    }
  }

  /// The objective averaged over all iterates k with weights w(k), the start left out when there
  /// are steps.
  ///
  /// - Parameter transform: applied to each row's objective, for instance `log`, which weighs
  ///   small residuals like large ones.
  public static func summedObjective(
    weight: @escaping (Int) -> Double = { _ in 1 }, transform: @escaping (Tensor) -> Tensor = { $0 }
  ) -> Loss {
    Loss("summed objective") { inputs in
      weighted(inputs, weight) { y, _ in transform(inputs.values(y)).mean() }
    }
  }

  /// The distance to the ground truth averaged over all iterates with weights.
  public static func summedRegression(
    _ distance: TargetDistance = .squared, weight: @escaping (Int) -> Double = { _ in 1 }
  ) -> Loss {
    Loss("summed regression", needsTargets: true) { inputs in
      let targets = inputs.requireTargets()
      return weighted(inputs, weight) { y, _ in
        distance(y, targets, in: inputs.problem.domain).mean()
      }
    }
  }

  /// The distance of each iterate k to iterate `stride`·k of a solver that starts where the model
  /// does.
  public static func imitation(
    of solver: some Solver, steps: Int, stride: Int = 1, distance: TargetDistance = .squared
  ) -> Loss {
    Loss("imitation", false, (solver, steps * stride)) { inputs in
      guard inputs.iterates.count == steps + 1, inputs.path.count > steps * stride else {
        fatalError(
          "imitation: the model has \(inputs.iterates.count - 1) steps and the solver "
            + "\(inputs.path.count - 1); \(steps) and \(steps * stride) are compared")
      }
      return weighted(inputs, { _ in 1 }) { y, k in
        distance(y, inputs.path[k * stride], in: inputs.problem.domain).mean()
      }
    }
  }

  /// A weighted sum.
  public static func combination(_ parts: [(weight: Double, loss: Loss)]) -> Loss {
    guard !parts.isEmpty else { fatalError("Loss.combination: no parts") }
    let teachers = parts.compactMap(\.loss.teacher)
    guard teachers.count < 2 else { fatalError("Loss.combination: more than one imitation") }
    return Loss(
      parts.map { "\($0.weight)·\($0.loss.name)" }.joined(separator: " + "),
      parts.contains { $0.loss.needsTargets }, teachers.first
    ) { inputs in
      parts.dropFirst().reduce(parts[0].weight * parts[0].loss(inputs)) {
        $0 + $1.weight * $1.loss(inputs)
      }
    }
  }

  private static func weighted(
    _ inputs: LossInputs, _ weight: (Int) -> Double, _ term: (Tensor, Int) -> Tensor
  ) -> Tensor {
    let all = inputs.iterates
    var total: Tensor?
    var sum = 0.0
    for k in (all.count == 1 ? 0 : 1)..<all.count {
      let w = weight(k)
      if w == 0 { continue }
      let next = w * term(all[k], k)
      total = total.map { $0 + next } ?? next
      sum += w
    }
    guard let total else { fatalError("loss: all weights are 0") }
    return total / sum
  }
}
