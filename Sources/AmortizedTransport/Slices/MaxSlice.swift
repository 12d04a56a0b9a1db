import Amortization
import Tensors
import Transport

extension ParametricProblem {
  /// The problems min over unit vectors θ of −Wₚᵖ(θ·X, θ·Y), one for each pair of samples: the slice in
  /// which two samples differ most (max-sliced Wasserstein, arXiv:1904.05877).
  ///
  /// ```swift
  /// let pairs = Contexts.samplePairs(.normal(dimension: 10), other, points: 64)
  /// let problem = ParametricProblem.maxSlice(points: 64, dimension: 10, contexts: pairs)
  /// let run = train(FullyAmortized(LinearSlice(points: 64, dimension: 10)), on: problem, steps: 500)
  /// run.model(contexts, on: problem)        // slices, [n, 10]
  /// ```
  ///
  /// Predicting the slice of a mini-batch is amortized sliced Wasserstein (A-SW, arXiv:2203.13417); no
  /// prediction exceeds the maximum.
  ///
  /// - Parameter contexts: pairs `[n, 2, points, dimension]`, see ``Amortization/Contexts/samplePairs(_:_:points:)``.
  /// - Complexity: points·(dimension + log points) a row.
  public static func maxSlice(
    points: Int, dimension: Int, power: Double = 2, dtype: DType = .float32, contexts: Contexts
  ) -> ParametricProblem {
    ParametricProblem(
      dimension: dimension, contexts: contexts, domain: .sphere, dtype: dtype
    ) { theta, pairs in
      let n = pairs.dim(0)
      guard pairs.shape == [n, 2, points, dimension] else {
        fatalError(
          "maxSlice: pairs [n, 2, \(points), \(dimension)], not \(pairs.shape); build them "
            + "with Contexts.samplePairs(…, points: \(points))")
      }
      let column = theta.reshaped([n, 1, dimension, 1])
      let projected = matmul(pairs, column).reshaped([n, 2, points])
      let (x, y) = (projected[0..., 0], projected[0..., 1])
      return -wasserstein1D(x, y, power: power)
    }
  }
}
