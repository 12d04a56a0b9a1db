import Display
import Tensors

/// Entropic optimal transport between two measures: min ⟨P, c⟩ + ε·KL(P ∣ a⊗b) over the plans
/// with marginals a and b (Cuturi 2013, arXiv:1306.0895).
///
/// ```swift
/// let result = try sinkhorn(a, b, Geometry.grid([28, 28]), epsilon: 1e-2)
/// result.cost          // ⟨P, c⟩
/// result.converged
/// ```
///
/// Works at any ε: kernels are anchored at the potentials, so that nothing underflows, and a small
/// ε is approached through larger ones. With `rowPenalty` or `columnPenalty` marginals are held
/// softly (arXiv:1607.05816).
///
/// - Parameters:
///   - a: masses of the first measure; any total, zeros allowed.
///   - b: masses of the second; the same total but for rounding.
///   - start: potentials to begin with, as an earlier result or an amortized model gives them.
/// - Throws: ``TransportError`` for NaN, infinite or negative masses, masses of different totals,
///   and matrices that the machine cannot hold.
/// - Complexity: n·m for an iteration, n·Σ extents on grids.
public func sinkhorn(
  _ a: Tensor, _ b: Tensor, _ geometry: Geometry, epsilon: Double,
  options: SinkhornOptions = SinkhornOptions(), from start: (f: Tensor?, g: Tensor?) = (nil, nil)
) throws -> SinkhornResult {
  guard epsilon > 0 && epsilon < .infinity else {
    throw TransportError(
      "epsilon is \(epsilon); it must be positive (exactTransport has none)")
  }
  try options.check()
  try geometry.requireFinite("sinkhorn")
  var (left, right): (Masses, Masses)
  if options.isBalanced {
    (left, right) = try balanced(a, b, geometry)
  } else {
    left = try Masses(a, count: geometry.rows, name: "a")
    right = try Masses(b, count: geometry.columns, name: "b")
  }
  var state = SinkhornState(
    f: try checkedPotential(start.f, geometry.rows, "f"),
    g: try checkedPotential(start.g, geometry.columns, "g"))
  let solver = try SinkhornSolver(geometry, left, right, options)
  let scale = geometry.scale()
  let isCold = state.f == nil && state.g == nil
  if options.scalesEpsilon ?? (isCold && scale > 500 * epsilon) {
    // A few iterations at each of a falling row of ε, each from the potentials before.
    var larger = scale / 20
    while larger > epsilon * 2 && state.iterations < options.maximumIterations {
      let left = Swift.min(100, options.maximumIterations - state.iterations)
      solver.run(&state, epsilon: larger, tolerance: 0.05, limit: left)
      larger /= 4
    }
  }
  state.errors = []
  let used = state.iterations
  let converged = solver.run(
    &state, epsilon: epsilon, tolerance: options.tolerance,
    limit: Swift.max(0, options.maximumIterations - used))
  return SinkhornResult(
    a: stopGradient(a), b: stopGradient(b), geometry: geometry, epsilon: epsilon,
    f: Tensor(doubles: state.f ?? []), g: Tensor(doubles: state.g ?? []),
    status: converged ? .converged : .iterationLimit, iterations: state.iterations,
    errors: state.errors, absorptions: state.absorptions, options: options, sourceMass: left,
    targetMass: right)
}

private func checkedPotential(_ tensor: Tensor?, _ count: Int, _ name: String) throws
  -> [Double]?
{
  guard let tensor else { return nil }
  guard tensor.size == count else {
    throw TransportError("the start \(name) has \(tensor.size) potentials for \(count) points")
  }
  let values = stopGradient(tensor).doubles
  for (i, value) in values.enumerated() where value.isNaN || value == .infinity {
    throw TransportError("the start \(name)[\(i)] is \(value)")
  }
  return values
}

/// Potentials on their way, and what it took.
struct SinkhornState {
  var f: [Double]?
  var g: [Double]?
  var iterations = 0
  var absorptions = 0
  var errors: [Double] = []
}

/// Chooses between the iteration over an anchored kernel and the one in logarithms.
struct SinkhornSolver {
  let geometry: Geometry
  let a: Masses
  let b: Masses
  let options: SinkhornOptions
  private let kernel: AnchoredKernel?

  init(_ geometry: Geometry, _ a: Masses, _ b: Masses, _ options: SinkhornOptions) throws {
    self.geometry = geometry
    self.a = a
    self.b = b
    self.options = options
    var usesKernel = options.isBalanced && options.form == .automatic && geometry.mayMaterialize
    if case .anderson = options.acceleration { usesKernel = false }
    kernel = usesKernel ? try AnchoredKernel(geometry, a, b, options) : nil
  }

  /// - Returns: whether the tolerance was reached.
  @discardableResult
  func run(_ state: inout SinkhornState, epsilon: Double, tolerance: Double, limit: Int) -> Bool {
    if let kernel {
      return kernel.run(&state, epsilon: epsilon, tolerance: tolerance, limit: limit)
    }
    return runLogarithmic(&state, epsilon: epsilon, tolerance: tolerance, limit: limit)
  }
}
