import Tensors

/// What the gradient of a model with inner iterations goes through.
public enum Differentiation: Sendable, Hashable {
  /// Every step.
  case unrolled
  /// The last steps only: for a map that contracts by ρ, the gradient that is left out is of the
  /// order of ρ^horizon (arXiv:1810.10667).
  case truncated(horizon: Int)
  /// The fixed point itself, by the implicit function theorem; exact where the steps have
  /// converged, and independent of their number.
  case implicit
}

/// A fixed point y = g(y) found in any way, with the gradient of the point with respect to
/// everything that `map` depends on, row by row: (I − ∂g/∂y)·dy = ∂g.
///
/// A minimizer is the fixed point of a projected gradient step y ↦ P(y − ∇f(y)); in Euclidean
/// space I − ∂g/∂y is then the Hessian.
///
/// - Parameters:
///   - y: `[n, d]`, treated as a constant.
///   - map: rows to rows, differentiable with respect to whatever gradients are wanted for.
/// - Complexity: d walks back through the map and a d × d system for each row.
/// - Note: singular systems are solved by least squares. Second derivatives are refused.
public func attachingImplicitGradient(to y: Tensor, of map: (Tensor) -> Tensor) -> Tensor {
  let point = stopGradient(y)
  let image = map(point)
  let jacobian = stopGradient(rowJacobian(map, at: point))
  let system = Tensor.eye(point.dim(-1), dtype: jacobian.dtype) - jacobian
  // The value is the point; the image brings the derivative of the map.
  return custom(image) { _ in
    point
  } gradient: { image, _, g in
    // The system is made without a record of how: a second gradient would lack its part.
    let system = custom(image) { _ in
      system
    } gradient: { _, _, _ in
      stop(
        "an implicit gradient has no gradient here; differentiate through the steps (.unrolled), or take "
          + "`fixedPoint`, whose gradient has one")
    }
    let right = g.asColumn
    if let u = try? solve(system.mT, right) { return u.squeezed(axis: -1) }
    guard let u = try? leastSquares(system.mT, right) else {
      fatalError("implicit gradient: the map's derivative is not finite at the fixed point")
    }
    return u.squeezed(axis: -1)
  }
}
