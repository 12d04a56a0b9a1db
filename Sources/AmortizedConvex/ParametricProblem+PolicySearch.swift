import Amortization
import Convex
import Glibc
import Tensors

func logarithm(_ x: Double) -> Double { Glibc.log(x) }
func logOdds(_ p: Double) -> Double { Glibc.log(p / (1 - p)) }

/// Iterations and factorizations as one number: what an iteration costs is 1.
///
/// A factorization counts as `factorization` iterations. By multiplications of the dense forms it is
/// (n²m/2 + n³/6) / (2mn + n²): see ``init(variables:constraints:)``.
public struct SplittingWork: Sendable, Hashable {
  /// Iterations that a factorization is worth.
  public var factorization: Double

  /// By a number.
  public init(factorization: Double) { self.factorization = factorization }

  /// By multiplications for dense matrices.
  public init(variables n: Int, constraints m: Int) {
    let (n, m) = (Double(n), Double(m))
    factorization = (n * n * m / 2 + n * n * n / 6) / (2 * m * n + n * n)
  }

  /// The work of each problem; the first factorization is left out, as every solve has it.
  public func callAsFunction(_ solution: SplittingSolution) -> [Double] {
    zip(solution.iterations, solution.factorizations).map {
      Double($0) + factorization * Double(Swift.max(0, $1 - 1))
    }
  }
}

/// exp of the mean of log(1 + v), less 1: the mean of counts of which some may be 0.
public func shiftedGeometricMean(_ values: [Double]) -> Double {
  let total = values.reduce(0.0) { $0 + Glibc.log(1 + $1) }
  return values.isEmpty ? .nan : Glibc.exp(total / Double(values.count)) - 1
}

extension ParametricProblem {
  /// Parameters of a policy of operator splitting: y are the parameters, and f is the mean over training
  /// problems of the logarithm of the work that they take.
  ///
  /// There are no contexts but a place for one. Every solver of ``Amortization`` that needs no gradient
  /// searches it: ``CrossEntropyMethod``, and with ``Loss/policyGradient(_:samples:baseline:)`` a
  /// ``FullyAmortized`` network of that place learns it.
  ///
  /// - Parameter classes: training problems; classes weigh alike.
  public static func policySearch<P: ParametricPolicy>(
    _ policy: P.Type, form: P.Form, on classes: [OperatorSplitting]
  ) -> ParametricProblem {
    let initial = P.initial(form)
    let start = Tensor(initial, dtype: .float64)
    return ParametricProblem(
      dimension: initial.count, contexts: .uniform(0, 1), dtype: .float64,
      start: { x in
        start.reshaped([1, initial.count]).broadcast(to: [x.dim(0), initial.count])
      }
    ) { y, _ in
      let candidates = y.dim(0)
      var totals = [Double](repeating: 0, count: candidates)
      for splitting in classes {
        let work = SplittingWork(
          variables: splitting.variables, constraints: splitting.constraints)
        let found = splitting.solve(
          P(stopGradient(y), rows: splitting.count, form: form), copies: candidates)
        for (k, cost) in work(found).enumerated() {
          totals[k / splitting.count] += logarithm(1 + cost) / Double(splitting.count)
        }
      }
      let mean = totals.map { $0 / Double(classes.count) }
      return Tensor(mean, shape: [candidates], dtype: .float64)
    }
  }
}
