import Amortization
import Tensors

extension ParametricProblem {
  /// Sparse codes of signals: min over y of ½|x − Dy|² + α|y|₁ + ρ/2·|y|² for each x (lasso, elastic net).
  ///
  /// ```swift
  /// let problem = ParametricProblem.sparseCoding(
  ///   atoms, weight: 0.1, contexts: .rows(patches))
  /// FISTA(stepSize: .constant(1 / largestCurvature(of: atoms))).solve(problem, x).gaps
  /// problem.groundTruth(x)              // by coordinate descent, see sparseCodes(of:in:weight:)
  /// ```
  ///
  /// There is a duality gap for every answer, and the ground truth is solved to a gap of 1e-12 of
  /// ½|x|².
  ///
  /// - Parameters:
  ///   - dictionary: atoms as columns, `[m, d]`.
  ///   - weight: α.
  ///   - ridge: ρ.
  ///   - contexts: signals `[n, m]`.
  public static func sparseCoding(
    _ dictionary: Tensor, weight: Double, ridge: Double = 0, contexts: Contexts,
    dtype: DType = .float32
  ) -> ParametricProblem {
    requireAtoms(dictionary)
    let part: ProximalPart =
      ridge == 0 ? .absolute(weight: weight) : .elasticNet(weight: weight, ridge: ridge)
    var problem = ParametricProblem.leastSquares(
      dictionary, plus: part, contexts: contexts, dtype: dtype)
    problem.solution = { x in
      sparseCodes(of: x, in: dictionary, weight: weight, ridge: ridge, tolerance: 1e-12).solution
    }
    return problem
  }
}

/// L = ‖D‖², the largest curvature of ½|x − Dy|²: one over the step size of (F)ISTA.
///
/// By the singular values; exact to rounding.
public func largestCurvature(of dictionary: Tensor) -> Double {
  requireAtoms(dictionary)
  do {
    let largest: Double = try svd(dictionary.cast(to: .float64)).s.max().item()
    return largest * largest
  } catch { fatalError("largestCurvature: \(error)") }
}

/// Stops the cell for what is no dictionary, with the column and the mend.
func requireAtoms(_ dictionary: Tensor) {
  guard dictionary.ndim == 2, dictionary.size > 0 else {
    fatalError("a dictionary has atoms as columns, [m, d]; not shape \(dictionary.shape)")
  }
  let lengths = dictionary.cast(to: .float64).norm(axis: 0).doubles
  if let bad = lengths.firstIndex(where: { !($0 > 0) || !$0.isFinite }) {
    fatalError(
      "dictionary: atom \(bad) has length \(lengths[bad]); drop the column or draw it anew, a code "
        + "cannot use it")
  }
}
