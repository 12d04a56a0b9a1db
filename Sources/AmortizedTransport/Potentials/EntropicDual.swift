import Amortization
import Tensors
import Transport

extension ParametricProblem {
  /// The duals of entropic transport problems over one geometry as a family of problems
  /// (Meta Optimal Transport, arXiv:2206.05262).
  ///
  /// A context is a pair of measures, `[a | b]` in one row. The variable is the potential of the
  /// first in units of ε, y = f/ε: a network with outputs of ordinary size cannot reach potentials
  /// that are tens of ε large otherwise. The objective is −(⟨f, a⟩ + ⟨g, b⟩)/ε, where g is the
  /// best answer to f, g = −ε·log Σᵢ aᵢ·exp((fᵢ − c)/ε): its minimum solves the problem, and no
  /// solution is needed to train on it.
  ///
  /// - Shapes: contexts `[count, n + m]`, variables `[count, n]`.
  public static func entropicDual(
    _ geometry: Geometry, epsilon: Double, contexts: Contexts
  ) throws -> ParametricProblem {
    guard geometry.scale() / epsilon < 650 else {
      throw TransportError(
        "the largest cost is \(geometry.scale() / epsilon) ε; the kernel of the amortized dual "
          + "reaches 650: raise epsilon (\(epsilon))")
    }
    let kernel = KernelProduct(geometry, epsilon)
    let n = geometry.rows
    let objective: (Tensor, Tensor) -> Tensor = { y, x in
      let a = x[0..., ..<n].cast(to: .float64)
      let b = x[0..., n...].cast(to: .float64)
      let f = y.cast(to: .float64)
      // The largest exponent of each row becomes 0; the sum gets it back below.
      let shift = stopGradient(f).max(axis: 1, keepDims: true)
      let sums = maximum(kernel(a * exp(f - shift)), 1e-300)
      let g = -(log(sums) + shift)
      return -((f * a).sum(axis: 1) + (g * b).sum(axis: 1))
    }
    return ParametricProblem(
      dimension: n, contexts: contexts, dtype: .float32, objective: objective)
  }
}
