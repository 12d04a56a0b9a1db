import Networks
import Tensors

/// A learned or hand-made step towards a solution, which a ``SemiAmortized`` model repeats.
///
/// ```swift
/// struct Lista: UpdateRule {
///   var f: Tensor, g: Tensor, beta: Tensor
///   func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
///     let z = matmul(setting.contexts, f) + matmul(y, g)
///     return relu(z - beta) - relu(-z - beta)
///   }
/// }
/// ```
public protocol UpdateRule: Model {
  /// What is carried from step to step besides y.
  func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor]
  /// One step.
  func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor
}

extension UpdateRule {
  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] { [] }
}

/// Where an update happens.
public struct UpdateSetting {
  /// What the steps solve.
  public let problem: ParametricProblem
  /// `[n, …]`.
  public let contexts: Tensor
  /// The noise of the objective as the steps see it.
  public let noise: StepNoise
  /// The number of the step, from 0.
  public let index: Int

  /// Where a step with this number happens.
  package init(problem: ParametricProblem, contexts: Tensor, noise: StepNoise, index: Int) {
    self.problem = problem
    self.contexts = contexts
    self.noise = noise
    self.index = index
  }

  /// A stream of random numbers of this step's own.
  public var random: Generator { noise.generator.stream(index) }

  /// ∇f at y; of a stochastic objective, with noise of this step's own.
  ///
  /// Steps that all saw the same draw would fit that draw.
  public func gradient(_ y: Tensor) -> Tensor {
    problem.gradient(y, contexts, noise: problem.isStochastic ? noise.stream(index) : noise)
  }
}

/// A start s(x) and K steps of an update: MAML, LISTA, learned optimizers, iterative inference,
/// the differentiable cross-entropy method, accelerated fixed points.
///
/// ```swift
/// let model = SemiAmortized(
///   start: LearnedPoint(weights), update: GradientUpdate(stepSize: 0.01), steps: 1)
/// ```
public struct SemiAmortized<Start: Layer, Update: UpdateRule>: AmortizedModel {
  /// s(x), in raw numbers.
  public var start: Start
  /// What is repeated.
  public var update: Update
  /// K, which may be raised after training.
  public var steps: Int
  /// What gradients of the parameters go through.
  public var differentiation: Differentiation
  /// The problem whose objective the steps see, when it is not the one the model is evaluated on:
  /// in MAML the loss on the support set.
  public var inner: ParametricProblem?

  /// A start and K steps of an update.
  public init(
    start: Start, update: Update, steps: Int, differentiation: Differentiation = .unrolled,
    inner: ParametricProblem? = nil
  ) {
    guard steps >= 0 else { fatalError("SemiAmortized: \(steps) steps") }
    if case .truncated(let horizon) = differentiation, horizon < 1 {
      fatalError("SemiAmortized: a horizon of \(horizon) steps; at least 1 must be kept")
    }
    self.start = start
    self.update = update
    self.steps = steps
    self.differentiation = differentiation
    self.inner = inner
  }

  /// The start, then the point after each step.
  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    let seen = inner ?? problem
    var y = seen.domain.embed(start(x).cast(to: seen.dtype))
    let isImplicit = differentiation == .implicit
    let rule = isImplicit ? update.mapParameters { stopGradient($0) } : update
    if isImplicit { y = stopGradient(y) }
    var memory = rule.begin(y, setting(seen, x, noise, 0))
    var all = [y]
    for k in 0..<steps {
      if case .truncated(let horizon) = differentiation, (steps - k) % horizon == 0 {
        y = stopGradient(y)
        memory = memory.map { stopGradient($0) }
      }
      y = rule.step(y, &memory, setting(seen, x, noise, k))
      if isImplicit {
        y = stopGradient(y)
        memory = memory.map { stopGradient($0) }
      }
      all.append(y)
    }
    guard isImplicit, steps > 0 else { return all }
    let last = setting(seen, x, noise, steps - 1)
    all[steps] = attachingImplicitGradient(to: y) { point in
      var carried = memory
      return update.step(point, &carried, last)
    }
    return all
  }

  private func setting(
    _ problem: ParametricProblem, _ x: Tensor, _ noise: StepNoise, _ index: Int
  ) -> UpdateSetting {
    UpdateSetting(problem: problem, contexts: x, noise: noise, index: index)
  }
}
