import Amortization
import Networks
import Tensors
import Transport

extension ConvexPotentials {
  /// Parameters of the optimal maps between the Gaussians that have the clouds' means and
  /// covariances, but for the family's least curvature.
  ///
  /// A variance of 10⁻⁴ of the mean variance is added, so that flat clouds have a map.
  public func gaussian(from x: Tensor, to y: Tensor) -> Tensor {
    var (matrices, offsets): ([Tensor], [Tensor]) = ([], [])
    for i in 0..<x.shape[0] {
      let (a, b) = (widened(x[i]), widened(y[i]))
      guard let map = try? a.map(to: b) else {
        fatalError("gaussian: pair \(i) has points that are not finite or all equal")
      }
      matrices.append(map.matrix)
      offsets.append(map.offset)
    }
    return quadratic(stack(matrices), offsets: stack(offsets)).cast(to: x.dtype.real)
  }

  private func widened(_ cloud: Tensor) -> GaussianMeasure {
    let fit = GaussianMeasure(fitting: stopGradient(cloud))
    let more = 1e-4 * fit.covariance.diagonal().mean()
    return GaussianMeasure(
      mean: fit.mean,
      covariance: fit.covariance + more * Tensor.eye(dimension, dtype: .float64))
  }

  /// Improves potentials on the dual of their clouds by Adam.
  ///
  /// - Parameters:
  ///   - schedule: step sizes; a row of `steps` of them.
  ///   - observe: is told each step's number and parameters before the step, and the last ones.
  /// - Returns: the best of the parameters seen, row by row, by the dual on these clouds.
  public func fineTuned(
    _ parameters: Tensor, _ x: Tensor, _ y: Tensor, steps: Int,
    schedule: Schedule = .constant(3e-3), observe: (Int, Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    var learner = Learner(stopGradient(parameters), schedule: schedule)
    var best = learner.model
    var record = Tensor.full([best.shape[0]], -Double.infinity, dtype: best.dtype)
    func keep(_ dual: Tensor, of θ: Tensor) {
      let better = dual .> record
      record = which(better, dual, record)
      best = which(better.expandedDims(axis: 1), θ, best)
    }
    for step in 0..<steps {
      let θ = learner.model
      observe(step, θ)
      learner.step { θ, _ in
        let dual = dual(θ, x, y)
        keep(stopGradient(dual), of: stopGradient(θ))
        return -dual.sum()
      }
    }
    observe(steps, learner.model)
    keep(dual(learner.model, x, y), of: learner.model)
    return best
  }
}

extension ParametricProblem {
  /// The duals of transport problems between pairs of clouds, over the potentials of one family.
  ///
  /// A context is a pair of standardised clouds of equally many points, the variable is a row of
  /// parameters, and the objective is −D (see ``ConvexPotentials/dual(_:_:_:)``): its minimum over
  /// all convex functions is −½·W₂². Solvers start at the map between Gaussians.
  ///
  /// - Shapes: contexts `[count, 2, n, d]`, variables `[count, parameterCount]`.
  public static func convexDual(_ family: ConvexPotentials, contexts: Contexts) -> ParametricProblem
  {
    ParametricProblem(
      dimension: family.parameterCount, contexts: contexts,
      start: { x in family.gaussian(from: x[0..., 0], to: x[0..., 1]) },
      objective: { θ, x in -family.dual(θ, x[0..., 0], x[0..., 1]) })
  }
}
