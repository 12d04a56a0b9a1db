import Amortization
import Networks
import Tensors

/// A deep equilibrium layer (arXiv:1909.01377): its output is the z with z = g(z; x), and gradients
/// are those of that point, whatever way led to it.
///
/// ```swift
/// let layer = EquilibriumLayer(TanhCell(64, width: 32, from: &generator), width: 32)
/// let z = layer(x)                         // [n, 32], differentiable
/// AndersonAcceleration().solve(layer.problem(contexts: .rows(x)), x)      // the same, with a status
/// ```
///
/// Forward, rows are iterated together from 0 until no element moves by more than the tolerance;
/// backward, u = v + (∂g/∂z)ᵀ·u is iterated likewise, and one evaluation of the map at the
/// equilibrium brings the derivatives of its parameters and its input. No iterate is kept.
///
/// Stops the cell where an iteration leaves the finite numbers. At the limit of iterations the point
/// reached is used; ``problem(contexts:dtype:)`` tells how far it is.
///
/// - Note: second derivatives are not supported.
public struct EquilibriumLayer<Cell: EquilibriumCell>: Layer {
  /// g.
  public var cell: Cell
  /// Numbers in a state.
  public let width: Int
  /// Of the iteration, forward and backward.
  public var maximumIterations: Int
  /// On the largest change of an element; backward, relative to the largest of v.
  public var tolerance: Double
  /// Points that Anderson's mixing remembers; 0 iterates plainly.
  public var memory: Int

  /// A layer around a cell.
  public init(
    _ cell: Cell, width: Int, maximumIterations: Int = 200, tolerance: Double = 1e-5,
    memory: Int = 0
  ) {
    guard width > 0, maximumIterations > 0, tolerance >= 0, memory >= 0 else {
      fatalError(
        "EquilibriumLayer: width \(width), \(maximumIterations) iterations, tolerance \(tolerance), "
          + "memory \(memory)")
    }
    self.cell = cell
    self.width = width
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.memory = memory
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let map = cell.mapParameters { stopGradient($0) }.map(for: stopGradient(x))
    let start = Tensor.zeros([x.dim(0), width], dtype: x.dtype)
    let point = iterated(map, from: start, tolerance: tolerance, "forward")
    nonisolated(unsafe) let layer = self
    nonisolated(unsafe) let still = map
    // One more step, whose derivatives are those of the map at the equilibrium.
    return custom(cell.map(for: x)(point)) {
      $0
    } gradient: { image, _, g in
      let v = stopGradient(g)
      let (_, pullback) = vjp(still, at: point)
      let size = abs(v).max().item() as Double
      let slope = layer.iterated(
        { v + pullback($0) }, from: v, tolerance: layer.tolerance * Swift.max(size, 1e-30),
        "backward")
      // Made without a record of how: a second gradient would be zero.
      return custom([image, g]) { _ in
        slope
      } gradient: { _, _, _ in
        stop("EquilibriumLayer: the gradient has no gradient; that of `fixedPoint` has one")
      }
    }
  }

  /// The layer as a family of problems: contexts are inputs, variables states.
  public func problem(contexts: Contexts, dtype: DType = .float32) -> ParametricProblem {
    let cell = cell.mapParameters { stopGradient($0) }.settled
    return ParametricProblem(
      fixedPoint: { z, x in cell.map(for: x.cast(to: z.dtype))(z) }, dimension: width,
      contexts: contexts, dtype: dtype)
  }

  private func iterated(
    _ map: (Tensor) -> Tensor, from start: Tensor, tolerance: Double, _ direction: String
  ) -> Tensor {
    var (z, best, first, last) = (start, Double.infinity, 0.0, 0.0)
    var mixing = AndersonMixing(like: start, memory: memory, regularization: 1e-8)
    for step in 1...maximumIterations {
      let image = stopGradient(map(z))
      let residual = image - z
      let error = residual.size == 0 ? 0 : abs(residual).max().item() as Double
      if error <= tolerance { return image }
      if step == 1 { first = error }
      last = error
      guard error < .infinity else {
        fatalError(
          "EquilibriumLayer: step \(step) \(direction) is not finite; the cell has to contract: give it "
            + "a bound below 1")
      }
      if memory == 0 {
        z = image
        continue
      }
      // Where mixing leads away, it begins anew with a plain step.
      if error > 4 * best { mixing.forget() }
      best = Swift.min(best, error)
      z = mixing.next(image: image, residual: residual)
    }
    guard last <= 1e6 * first else {
      fatalError(
        "EquilibriumLayer: changes have grown from \(first) to \(last) in \(maximumIterations) steps "
          + "\(direction); the cell has to contract: give it a bound below 1")
    }
    return z
  }
}

extension EquilibriumLayer: Sendable where Cell: Sendable {}
