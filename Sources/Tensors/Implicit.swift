/// A fixed point `z = f(z, θ)` with the gradient of the point itself, not of the way to it.
///
/// At the point, (I − ∂f/∂z)·dz = ∂f/∂θ·dθ. On the way back the transposed system is solved, and
/// the steps of the solver need not be kept.
///
/// Stops the cell where plain iteration leaves the finite numbers, or has only moved away at the limit.
///
/// - Parameters:
///   - start: where the iteration begins; no gradient.
///   - parameters: what gradients flow to.
///   - maximumIterations: at most this many applications of `f`.
///   - tolerance: on the largest change of an element.
///   - solver: replaces plain iteration, for instance by an accelerated one.
/// - Note: up to 512 unknowns the system is solved directly, above by the iteration
///   `u ← g + (∂f/∂z)ᵀ·u`, which converges where plain iteration does.
public func fixedPoint<M: Model>(
  from start: Tensor, parameters: M, maximumIterations: Int = 1000, tolerance: Double = 1e-6,
  solver: ((_ f: (Tensor) -> Tensor, _ start: Tensor) -> Tensor)? = nil,
  _ function: @escaping @Sendable (_ z: Tensor, _ parameters: M) -> Tensor
) -> Tensor {
  let frozen = parameters.mapParameters { $0.plain }
  nonisolated(unsafe) let shape = parameters
  return custom(parameters.parameters) { _ in
    if let solver { return solver({ function($0, frozen) }, start.plain).plain }
    var z = start.plain
    var (first, last) = (Double.infinity, Double.infinity)
    for step in 0..<maximumIterations {
      let next = function(z, frozen).plain
      guard next.shape == z.shape else {
        stop("fixedPoint: the function makes shape \(next.shape) of shape \(z.shape)")
      }
      let change = next.size == 0 ? 0 : abs(next - z).max().item()
      z = next
      if step == 0 { first = change }
      last = change
      if change <= tolerance { break }
      guard change < .infinity else {
        stop(
          "fixedPoint: the iteration diverges, step \(step + 1) is not finite; it has to shrink "
            + "distances: damp it, as in z + 0.5 * (f(z) − z), or give a solver")
      }
    }
    guard last <= 1e6 * first else {
      stop(
        "fixedPoint: the iteration diverges, changes have grown from \(first) to \(last) in "
          + "\(maximumIterations) steps; it has to shrink distances: damp it, as in "
          + "z + 0.5 * (f(z) − z), or give a solver")
    }
    return z
  } gradient: { values, z, g in
    let theta = shape.replacingParameters(values)
    let (_, pullback) = vjp({ function($0, theta) }, at: z)
    let u: Tensor
    if z.size <= 512 {
      let rows = jacobian(at: z) { function($0, theta) }.reshaped([z.size, z.size])
      let system = (Tensor.eye(z.size, dtype: z.dtype) - rows).T
      u = ruleSolve(system, g.reshaped([z.size, 1])).reshaped(z.shape)
    } else {
      var current = g
      for _ in 0..<maximumIterations {
        let next = g + pullback(current)
        let change = abs(stopGradient(next - current)).max().item()
        current = next
        if change <= tolerance { break }
      }
      u = current
    }
    return vjp({ function(z, $0) }, at: theta).pullback(u).parameters
  }
}

/// The minimizer `argmin_y f(y, θ)` found by `solver`, with its gradient by the implicit function
/// theorem: at the minimizer ∂²f/∂y²·dy = −∂²f/∂y∂θ·dθ.
///
/// - Parameter solver: returns the minimizer; nothing in it is differentiated.
/// - Note: up to 512 unknowns the Hessian is formed and the system solved directly, above by
///   conjugate gradients on Hessian-vector products.
public func implicitArgmin<M: Model>(
  parameters: M, solver: (M) -> Tensor,
  _ objective: @escaping @Sendable (_ y: Tensor, _ parameters: M) -> Tensor
) -> Tensor {
  let frozen = parameters.mapParameters { $0.plain }
  nonisolated(unsafe) let shape = parameters
  return custom(parameters.parameters) { _ in
    solver(frozen).plain
  } gradient: { values, y, g in
    let theta = shape.replacingParameters(values)
    let u: Tensor
    if y.size <= 512 {
      let matrix = hessian(at: y) { objective($0, theta) }.reshaped([y.size, y.size])
      u = ruleSolve(matrix, g.reshaped([y.size, 1])).reshaped(y.shape)
    } else {
      u = conjugateGradients(g) { v in
        hessianVectorProduct(at: y, along: v) { objective($0, theta) }
      }
    }
    let mixed = gradient(at: theta) { (t: M) -> Tensor in
      dot(gradient(at: y) { objective($0, t) }, u)
    }
    return mixed.parameters.map { -$0 }
  }
}

/// Solves a symmetric positive definite system given as a product.
private func conjugateGradients(_ b: Tensor, _ product: (Tensor) -> Tensor) -> Tensor {
  var x = b.zerosLike()
  var residual = b
  var direction = b
  var size: Tensor = dot(residual, residual)
  let target = size.item() * 1e-12
  for _ in 0..<b.size where size.item() > target {
    let image = product(direction)
    let curvature: Tensor = dot(direction, image)
    let step = size / curvature
    x = x + step * direction
    residual = residual - step * image
    let next: Tensor = dot(residual, residual)
    direction = residual + (next / size) * direction
    size = next
  }
  return x
}
