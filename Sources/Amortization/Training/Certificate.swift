import Display
import Networks
import Tensors

/// How often a learned solver may miss a tolerance on contexts to come, with a confidence.
///
/// ```swift
/// let certificate = certify(
///   model, on: problem, steps: [0, 1, 5], tolerances: [1e-1, 1e-2, 1e-3], against: LBFGS())
/// certificate            // a table: with probability 1 − δ, all of its bounds hold
/// ```
///
/// Contexts must be drawn independently of the training; the bounds then hold for any model, and
/// all of them at once.
public struct RiskCertificate: Sendable {
  /// One bound.
  public struct Line: Sendable, Hashable {
    /// Steps of the model.
    public var steps: Int
    /// What the gap is compared with.
    public var tolerance: Double
    /// Contexts whose gap was larger, or not a number.
    public var failures: Int
    /// What the probability of a failure does not exceed.
    public var bound: Double
  }

  /// Steps by steps, and tolerance by tolerance.
  public var lines: [Line]
  /// Contexts that were tried.
  public var count: Int
  /// What the contexts were.
  public var contexts: String
  /// δ: the probability that some bound does not hold.
  public var delta: Double
}

/// The largest probability of failure at which so few failures are not unlikely: the exact
/// (Clopper–Pearson, doi:10.1093/biomet/26.4.404) upper bound that fails with probability at most δ.
///
/// With no failure in n trials it is 1 − δ^(1/n).
public func failureBound(failures: Int, of count: Int, delta: Double) -> Double {
  guard count > 0, failures >= 0, failures <= count, delta > 0, delta < 1 else {
    fatalError("failureBound: \(failures) failures of \(count) at δ = \(delta)")
  }
  if failures == count { return 1 }
  // P(at most k failures | p) = 1 − I_p(k + 1, n − k) falls with p; where it is δ, there is the bound.
  let (a, b) = (Double(failures + 1), Double(count - failures))
  return bisected(from: 0, to: 1) { p in incompleteBetaComplement(a, b, p) > delta }
}

/// Bounds, on held-out contexts, the probability that f(ŷ_k(x); x) − f(y*(x); x) exceeds each of
/// several tolerances after each of several numbers of steps k.
///
/// The bounds are exact for each cell of the table, at δ divided by the number of cells, so that all
/// hold together (union bound). Optimal values are those of the ground truth, or of a solver where
/// its result is better; without a ground truth, a context that the solver did not solve counts as a
/// failure.
///
/// - Parameters:
///   - steps: of the model; its iterate k is scored. `nil` for its answer.
///   - count: contexts that are tried, if there are as many held out.
///   - delta: the probability that some bound does not hold.
/// - Note: of contexts that were used to choose the model, or that a training has seen, the bounds
///   say nothing.
public func certify<M: AmortizedModel>(
  _ model: M, on problem: ParametricProblem, steps: [Int]? = nil, tolerances: [Double],
  against solver: any Solver = LBFGS(), count: Int = 10_000, delta: Double = 1e-5,
  seed: Int = 2_000_003
) -> RiskCertificate {
  if case .rows(_, heldOut: 0) = problem.contexts.source {
    fatalError("certify: all rows are trained on; hold some out: Contexts.rows(…, heldOut: 0.2)")
  }
  let x = problem.heldOutContexts(count, seed: seed)
  let scoring = ScoreNoise(seed: seed)
  let noise = StepNoise(seed: seed)
  let iterates = notTraining { model.iterates(x, on: problem, noise: noise) }
  let chosen = steps ?? [iterates.count - 1]
  guard chosen.allSatisfy({ $0 >= 0 && $0 < iterates.count }), !tolerances.isEmpty else {
    fatalError("certify: steps \(chosen) of a model with \(iterates.count - 1), and tolerances")
  }
  let last = stopGradient(iterates[iterates.count - 1])
  let start = which(isFinite(last).all(axis: -1).expandedDims(axis: -1), last, 0)
  // From both starts: a local minimum near the prediction would flatter it.
  let near = solver.solve(problem, x, from: problem.domain.project(start), noise: noise)
  let usual = solver.solve(problem, x, noise: noise)
  var best = minimum(
    problem(near.solution, x, noise: scoring), problem(usual.solution, x, noise: scoring))
  var isSolved = zip(near.status, usual.status).map { $0 == .converged || $1 == .converged }
  if problem.solution != nil {
    best = minimum(best, problem(problem.groundTruth(x), x, noise: scoring))
    isSolved = isSolved.map { _ in true }
  }
  let cells = Double(chosen.count * tolerances.count)
  var lines: [RiskCertificate.Line] = []
  for k in chosen {
    let gaps = (problem(iterates[k], x, noise: scoring) - best).doubles
    let violations = problem.domain.violation(iterates[k]).doubles
    for tolerance in tolerances {
      let failures = gaps.indices.count {
        !isSolved[$0] || !(gaps[$0] <= tolerance) || !(violations[$0] <= 1e-4)
      }
      lines.append(
        .init(
          steps: k, tolerance: tolerance, failures: failures,
          bound: failureBound(failures: failures, of: gaps.count, delta: delta / cells)))
    }
  }
  return RiskCertificate(
    lines: lines, count: x.dim(0), contexts: problem.contexts.heldOutName(x.dim(0)), delta: delta)
}

extension RiskCertificate: CustomStringConvertible, Displayable {
  private var table: Table {
    var table = Table(
      [.right("steps"), .right("gap above"), .right("failures"), .right("probability at most")],
      caption: "With probability 1 − \(shortNumber(delta)), all bounds hold; \(count) contexts "
        + "(\(contexts))")
    for line in lines {
      table.add([
        "\(line.steps)", .init(shortNumber(line.tolerance)), "\(line.failures)",
        .init(shortNumber(100 * line.bound) + " %"),
      ])
    }
    return table
  }

  /// The bounds as a table.
  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}
