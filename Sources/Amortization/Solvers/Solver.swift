import Display
import Tensors

/// A classical method for solving the problems of a family, all contexts at once.
///
/// ```swift
/// let found = LBFGS().solve(problem, contexts)
/// found.solution        // [n, dimension]
/// found                 // a table and, where it did not converge, what to change
/// ```
///
/// Solvers are values: their hyperparameters are properties.
public protocol Solver {
  /// What it is called in tables.
  var name: String { get }
  /// The limit on iterations.
  var maximumIterations: Int { get set }
  /// Solves the problems that a request describes.
  func solve(_ request: SolveRequest) -> SolverResult
}

/// What a solver is asked to do.
public struct SolveRequest {
  /// The family.
  public var problem: ParametricProblem
  /// `[n, …]`, in the problem's type.
  public var contexts: Tensor
  /// `[n, dimension]`.
  public var start: Tensor
  /// The noise of stochastic objectives and of sampling solvers.
  public var noise: StepNoise
  /// Whether the result keeps all iterates.
  public var recordsPath: Bool
  /// Whether rows i and i + n/2 are one problem from two starts: when one has converged, the other
  /// ends.
  public var races = false
}

extension Solver {
  /// Solves the problem for each context.
  ///
  /// - Parameters:
  ///   - start: `[n, dimension]`; without it, the problem's usual start.
  ///   - noise: decides the random numbers of stochastic objectives and sampling solvers.
  ///   - recordsPath: whether the result keeps all iterates.
  public func solve(
    _ problem: ParametricProblem, _ contexts: Tensor, from start: Tensor? = nil,
    noise: StepNoise = StepNoise(), recordsPath: Bool = false
  ) -> SolverResult {
    let x = problem.prepared(stopGradient(contexts))
    let y = start.map { stopGradient($0).cast(to: problem.dtype) } ?? problem.startingPoints(x)
    guard y.shape == [x.dim(0), problem.dimension] else {
      fatalError(
        "\(name): a start of shape \(y.shape) for \(x.dim(0)) contexts of a problem with "
          + "dimension \(problem.dimension)")
    }
    let request = SolveRequest(
      problem: problem, contexts: x, start: stopGradient(y), noise: noise,
      recordsPath: recordsPath)
    _checkpoint()
    return CheckPoint.holding {
      var result = solve(request)
      result.gaps = problem.dualityGap?(result.solution, x)
      return result
    }
  }

  /// The same solver with another limit on iterations.
  public func limited(to iterations: Int) -> Self {
    var copy = self
    copy.maximumIterations = iterations
    return copy
  }

  func requireSmooth(_ problem: ParametricProblem) {
    guard let part = problem.proximal else { return }
    fatalError(
      "\(name) needs a smooth objective, and this one has the part \(part.name); use FISTA(), "
        + "ProximalGradient() or, where the rest is quadratic, CoordinateDescent()")
  }

  func requireEuclidean(_ problem: ParametricProblem) {
    if problem.domain.isEuclidean { return }
    fatalError(
      "\(name) works in Euclidean space, not in \(problem.domain.name); use GradientDescent, or "
        + "solve problem.unconstrained and put the result through domain.embed")
  }
}
