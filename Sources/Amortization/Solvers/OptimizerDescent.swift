import Networks
import Tensors

/// Any optimiser of the house, run on all contexts at once; by default Adam, the baseline of the
/// tutorial's figures.
///
/// ```swift
/// OptimizerDescent(Adam(learningRate: 5e-3), maximumIterations: 2000)
/// ```
///
/// In a domain, each step is followed by the domain's projection. Of a stochastic objective, every
/// step sees fresh noise; solvers with line searches minimize it for one draw of the noise.
public struct OptimizerDescent<Rule: Optimizer>: Solver {
  /// The optimiser at its start.
  public var optimizer: Rule
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On ``ParametricProblem/stationarity(_:gradient:)``.
  public var tolerance: Double

  /// An optimiser at its start.
  public init(_ optimizer: Rule, maximumIterations: Int = 1000, tolerance: Double = 1e-6) {
    self.optimizer = optimizer
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "\(Rule.self)(\(optimizer.learningRate))" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    var rule = optimizer
    let loop = SolverLoop(
      name: name, maximumIterations: maximumIterations, tolerance: tolerance, compacts: false,
      advice: "use more iterations or another step size than \(optimizer.learningRate)")
    let isStochastic = request.problem.isStochastic
    func noise(_ set: SolverRows) -> StepNoise {
      isStochastic ? set.noise.stream(set.step) : set.noise
    }
    return loop.run(request) { set in
      let (value, gradient) = set.problem.valueAndGradient(set.y, set.x, noise: noise(set))
      set.memory = [gradient]
      set.note(value, gradient: gradient)
    } step: { set in
      let problem = set.problem
      var y = set.y
      rule.update(&y, along: problem.domain.tangent(y, set.memory[0]))
      set.y = problem.domain.isEuclidean ? y : problem.domain.project(y)
      let (value, gradient) = problem.valueAndGradient(set.y, set.x, noise: noise(set))
      set.memory[0] = gradient
      set.note(value, gradient: gradient)
    }
  }
}

extension OptimizerDescent: Sendable where Rule: Sendable {}

extension OptimizerDescent where Rule == Adam {
  /// Adam.
  public static func adam(learningRate: Double, maximumIterations: Int = 1000) -> OptimizerDescent {
    OptimizerDescent(Adam(learningRate: learningRate), maximumIterations: maximumIterations)
  }
}
