import Networks
import Tensors

/// What learns from transitions that any policy has made.
///
/// An agent is a value: a copy goes on by itself.
public protocol OffPolicyAgent {
  /// What errors and tables call it.
  var name: String { get }
  /// Numbers of an observation, and of an action.
  var widths: (observation: Int, action: Int) { get }
  /// γ.
  var discount: Double { get }
  /// What it would do, `[n, o]` → `[n, a]`.
  func action(_ observation: Tensor) -> Tensor
  /// What it does to learn.
  func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor
  /// One update.
  ///
  /// Stops the cell where a loss is not finite, with the agent as it was.
  mutating func learn(from batch: TransitionBatch)
  /// Writes everything that the next update depends on.
  func write(to file: inout Checkpoint, under prefix: String)
  /// Reads what was written of an agent with the same settings.
  mutating func read(from file: Checkpoint, under prefix: String) throws(TensorFileError)
}

/// max over u of Q(x, u) as a family of problems whose contexts are observations: what every actor
/// of an actor-critic amortizes, with a critic that changes from step to step.
extension ParametricProblem {
  /// Actions in a box that maximize `value`, for observations from `contexts`.
  ///
  /// - Parameter value: Q(x, u), `[n]`, of observations `[n, o]` and actions `[n, a]`.
  public static func greedyAction(
    in actions: ActionSpace, contexts: Contexts,
    solution: ((_ observation: Tensor) -> Tensor)? = nil,
    value: @escaping (_ observation: Tensor, _ action: Tensor) -> Tensor
  ) -> ParametricProblem {
    guard case .box(let dimension, let low, let high) = actions else {
      fatalError("greedyAction: a box of actions is needed, not \(actions)")
    }
    return ParametricProblem(
      dimension: dimension, contexts: contexts, domain: .box(low, high),
      solution: solution
    ) { u, x in -value(x, u) }
  }

  /// Distributions of actions that maximize E Q(x, u) + α·entropy: what soft actor-critics amortize
  /// (Haarnoja and others, 2018, arXiv:1801.01290), and with α = 0 stochastic value gradients.
  ///
  /// The objective is α·KL(π ‖ exp(Q/α)/Z) up to a number of x alone, an evidence bound with Q/α in the
  /// place of log p(x, z). Where Q is quadratic in u the optimum among all normal distributions has
  /// the mean argmax Q and the covariance α(−∂²Q/∂u²)⁻¹; with α = 0 it is a point.
  ///
  /// ```swift
  /// let family = GaussianPosterior(2, covariance: .full)
  /// let problem = ParametricProblem.greedyDistribution(
  ///   parameters: family.dimension, temperature: 0.2, contexts: states,
  ///   distribution: family.distribution, value: Q)
  /// ```
  ///
  /// - Parameters:
  ///   - parameters: numbers that a distribution has.
  ///   - temperature: α.
  ///   - samples: actions drawn for each row and evaluation. Gradients go through them alone, so that
  ///     their noise vanishes where the distribution is exp(Q/α) (arXiv:1703.09194).
  ///   - distribution: of parameters `[n, parameters]`, reparameterized.
  ///   - value: Q(x, u), `[n]`, of contexts `[n, o]` and actions `[n, a]`.
  public static func greedyDistribution(
    parameters: Int, temperature: Double, contexts: Contexts, samples: Int = 1,
    dtype: DType = .float32, solution: ((_ observation: Tensor) -> Tensor)? = nil,
    distribution: @escaping (_ parameters: Tensor) -> any Distribution,
    value: @escaping (_ observation: Tensor, _ action: Tensor) -> Tensor
  ) -> ParametricProblem {
    guard samples > 0, temperature >= 0 else {
      fatalError("greedyDistribution: \(samples) samples, temperature \(temperature)")
    }
    return ParametricProblem(
      dimension: parameters, contexts: contexts, dtype: dtype, solution: solution
    ) { lambda, x, noise in
      var generator = noise
      let (moving, fixed) = (distribution(lambda), distribution(stopGradient(lambda)))
      let terms = (0..<samples).map { _ in
        let u = moving.sample(from: &generator)
        return temperature * fixed.logDensity(u) - value(x, u)
      }
      return samples == 1 ? terms[0] : stack(terms, axis: 0).mean(axis: 0)
    }
  }
}

/// The factors of observations, if there are any.
func scaleOf(_ factors: [Double], _ width: Int, _ name: String) -> Tensor? {
  if factors.isEmpty { return nil }
  guard factors.count == width else {
    fatalError("\(name): \(factors.count) factors for observations of \(width) numbers")
  }
  return Tensor(factors.map { Float($0) })
}

extension Tensor {
  /// Multiplied number by number, if there are factors.
  func scaled(by factors: Tensor?) -> Tensor { factors.map { self * $0 } ?? self }
}

extension TransitionBatch {
  /// The same transitions with scaled observations.
  func scaled(by factors: Tensor?) -> TransitionBatch {
    guard let factors else { return self }
    var copy = self
    copy.observations = observations * factors
    copy.next = next * factors
    return copy
  }
}
