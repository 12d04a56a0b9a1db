import Amortization
import Networks
import Tensors

extension ParametricProblem {
  /// The duals of entropic transport problems over one geometry as a family of problems
  /// (Meta Optimal Transport, arXiv:2206.05262).
  ///
  /// A context is a pair of measures, `[a | b]` in one row. The variable is the potential of the
  /// first in units of ε, y = f/ε: a network with outputs of ordinary size cannot reach potentials
  /// that are a hundred ε large otherwise. The objective is −(⟨f, a⟩ + ⟨g, b⟩)/ε, where g is the
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

/// x ↦ x·exp(−c/ε) for rows of x, one axis of a grid at a time.
struct KernelProduct: Sendable {
  private let kernels: [Tensor]
  private let sources: [Int]
  private let targets: [Int]

  init(_ geometry: Geometry, _ epsilon: Double) {
    if case .grid(let grid) = geometry.form {
      kernels = grid.costs.indices.map { k in
        exp(
          Tensor(grid.costs[k], shape: [grid.sources[k], grid.targets[k]], .float64) / -epsilon)
      }
      (sources, targets) = (grid.sources, grid.targets)
    } else {
      kernels = [exp(geometry.costMatrix.cast(to: .float64) / -epsilon)]
      (sources, targets) = ([geometry.rows], [geometry.columns])
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.shape[0]
    if kernels.count == 1 { return matmul(x, kernels[0]) }
    // Each axis in turn becomes the last, is multiplied, and moves to the front of the others.
    var current = x.reshaped([rows] + sources)
    for k in kernels.indices.reversed() {
      let shape = current.shape
      let flat = current.reshaped([x.size == 0 ? 0 : current.size / sources[k], sources[k]])
      current = matmul(flat, kernels[k]).reshaped(shape.dropLast() + [targets[k]])
      current = current.movedAxis(-1, to: 1)
    }
    return current.reshaped([rows, targets.reduce(1, *)])
  }
}

extension Contexts {
  /// Pairs of two measures drawn with replacement from the rows of a tensor, as rows `[a | b]`.
  public static func pairs(of measures: Tensor) -> Contexts { pairs(measures, measures) }

  /// Pairs with the first measure from one tensor's rows and the second from another's.
  public static func pairs(_ first: Tensor, _ second: Tensor) -> Contexts {
    Contexts { count, generator in
      let i = Tensor.randomIntegers([count], in: 0..<first.shape[0], from: &generator)
      let j = Tensor.randomIntegers([count], in: 0..<second.shape[0], from: &generator)
      return concatenate([first.take(i), second.take(j)], axis: 1)
    }
  }
}

/// A network from pairs of measures to a dual potential in units of ε.
///
/// Masses are multiplied by the number of points, so that they are of the order of one, and the
/// last layer begins small, so that the first prediction is close to the potential 0.
public struct PotentialNetwork: Layer, Sendable {
  public var layers: MLP
  let inputScale: Double

  /// - Parameters:
  ///   - sources: points of the first measure, one output for each.
  ///   - targets: points of the second.
  ///   - hidden: widths of the layers between.
  public init(
    sources: Int, targets: Int, hidden: [Int] = [512, 512, 512], from generator: inout Generator
  ) {
    layers = MLP([sources + targets] + hidden + [sources], activation: .relu, from: &generator)
    let last = layers.layers.count - 1
    layers.layers[last].weight = layers.layers[last].weight * 0.01
    inputScale = Double(sources + targets) / 2
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { layers(x * inputScale) }
}

/// Kantorovich's potential between the Gaussians with the measures' means and covariances, at
/// given points, for the squared Euclidean cost: a start for Sinkhorn's algorithm that costs
/// little (arXiv:2206.07630).
///
/// With the map T(x) = m₂ + A(x − m₁), f(x) = |x|² − (x − m₁)ᵀA(x − m₁) − 2⟨m₂, x⟩.
///
/// - Shapes: x `[n, d]`, y `[m, d]`, a `[n]`, b `[m]` → `[n]`.
/// - Throws: where the covariance of the first measure is singular.
public func gaussianPotential(_ x: Tensor, _ y: Tensor, _ a: Tensor, _ b: Tensor) throws
  -> Tensor
{
  let first = GaussianMeasure(fitting: x, weights: a)
  let second = GaussianMeasure(fitting: y, weights: b)
  let (matrix, _) = try first.map(to: second)
  let points = x.cast(to: .float64)
  let centred = points - first.mean
  let quadratic = (matmul(centred, matrix) * centred).sum(axis: 1)
  return square(points).sum(axis: 1) - quadratic - 2 * matmul(points, second.mean)
}
