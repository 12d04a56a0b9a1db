import Amortization
import Networks
import Tensors

extension ParametricProblem {
  /// Max-sliced distances between pairs of mini-batches as a family of problems (Amortized sliced
  /// Wasserstein, arXiv:2203.13417): the variable is a direction on the sphere, the objective the
  /// negative W₂² of the projections.
  ///
  /// - Shapes: contexts `[count, 2, points, dimension]`.
  public static func maxSliced(
    points: Int, dimension: Int, contexts: Contexts
  ) -> ParametricProblem {
    let objective: (Tensor, Tensor) -> Tensor = { slices, x in
      let count = x.shape[0]
      let along = slices.reshaped([count, 1, dimension, 1])
      let lines = matmul(x, along).reshaped([count, 2, points])
      return -wasserstein1D(
        lines[0..., 0, 0...].reshaped([count, points]),
        lines[0..., 1, 0...].reshaped([count, points]))
    }
    return ParametricProblem(
      dimension: dimension, contexts: contexts, domain: .sphere, objective: objective)
  }
}

/// The linear amortized slice: a learned combination of all points, w₀ + Σ uᵢxᵢ + Σ vᵢyᵢ.
///
/// It has 2·points + dimension parameters and is odd in the data: it cannot see differences that
/// are even. Source: arXiv:2203.13417, definition 3, with the norm in place of its square.
public struct LinearSlice: Layer, Sendable {
  public var offset: Tensor
  public var weights: Tensor

  public init(points: Int, dimension: Int, from generator: inout Generator) {
    offset = Tensor.normal([dimension], std: 0.1, from: &generator)
    weights = Tensor.normal([2 * points, 1], std: 0.1, from: &generator)
  }

  /// `[count, 2, points, dimension]` → `[count, dimension]`, not yet of length one.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (count, d) = (x.shape[0], x.shape[3])
    let all = x.reshaped([count, x.shape[1] * x.shape[2], d])
    return (all * weights).sum(axis: 1) + offset
  }
}

/// A slice from the differences of means and of covariances, through a small network: it sees
/// what the linear one cannot.
public struct MomentSlice: Layer, Sendable {
  public var layers: MLP

  public init(dimension d: Int, hidden: [Int] = [128], from generator: inout Generator) {
    layers = MLP([d + d * d] + hidden + [d], activation: .relu, from: &generator)
  }

  /// `[count, 2, points, dimension]` → `[count, dimension]`, not yet of length one.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (count, n, d) = (x.shape[0], x.shape[2], x.shape[3])
    let mean = x.mean(axis: 2, keepDims: true)
    let centred = x - mean
    let covariance = matmul(centred.swapped(2, 3), centred) / Double(n)
    func difference(_ t: Tensor, _ size: Int) -> Tensor {
      (t[0..., 0] - t[0..., 1]).reshaped([count, size])
    }
    return layers(concatenate([difference(mean, d), difference(covariance, d * d)], axis: 1))
  }
}
