import Networks
import Tensors

/// The form of an input-convex neural network (arXiv:1609.07152): a function of x that is convex
/// whatever its parameters are.
///
/// z₁ = σ(x·A₀ + b₀), zₖ₊₁ = σ(zₖ·Wₖ⁺ + x·Aₖ + bₖ), f(x) = z·w⁺ + ½·q⁺·|x|² + ⟨c, x⟩,
/// with σ = softplus, which is convex and increasing, and softplus of the raw weights where they
/// must not be negative. All parameters are one vector, so that a network can predict them.
public struct ConvexForm: Sendable, Hashable {
  public let dimension: Int
  public let hidden: [Int]

  public init(dimension: Int, hidden: [Int] = [64, 64]) {
    guard dimension > 0, !hidden.isEmpty, hidden.allSatisfy({ $0 > 0 }) else {
      fatalError("ConvexForm: a positive dimension and widths, not \(dimension), \(hidden)")
    }
    self.dimension = dimension
    self.hidden = hidden
  }

  /// Shapes of the parameters in the order in which they stand in the vector.
  private var shapes: [[Int]] {
    var result: [[Int]] = []
    for (k, width) in hidden.enumerated() {
      if k > 0 { result.append([hidden[k - 1], width]) }
      result += [[dimension, width], [1, width]]
    }
    return result + [[hidden[hidden.count - 1], 1], [1, 1], [dimension, 1]]
  }

  /// Numbers in the vector of parameters.
  public var parameterCount: Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }

  /// Parameters whose function is close to ½·curvature·|x|²; with 1, the potential of the identity.
  public func initialParameters(
    curvature: Double = 1, dtype: DType = .float32, from generator: inout Generator
  ) -> Tensor {
    var parts: [Tensor] = []
    for (k, shape) in shapes.enumerated() {
      let isLast = k >= shapes.count - 3
      let part: Tensor
      if isLast && shape == [1, 1] && k == shapes.count - 2 {
        // The raw number whose softplus is the curvature.
        part = log(expm1(Tensor.full([1, 1], curvature, dtype: .float64)))
      } else if k == shapes.count - 3 {
        part = Tensor.full(shape, curvature < 0.1 ? -8 : -6, dtype: .float64)
      } else if k == shapes.count - 1 {
        part = Tensor.zeros(shape, dtype: .float64)
      } else if isBetween(k) {
        part = Tensor.normal(shape, mean: -4, std: 0.5, dtype: .float64, from: &generator)
      } else {
        part = Tensor.normal(shape, std: 1, dtype: .float64, from: &generator)
      }
      parts.append(part.flattened())
    }
    return concatenate(parts).cast(to: dtype)
  }

  /// Whether parameter `k` is a matrix from one hidden layer to the next.
  private func isBetween(_ k: Int) -> Bool { k >= 2 && k < shapes.count - 3 && (k - 2) % 3 == 0 }

  /// Values for several functions at several points each.
  ///
  /// - Shapes: parameters `[k, parameterCount]`, x `[k, n, dimension]` → `[k, n]`.
  public func callAsFunction(_ parameters: Tensor, _ x: Tensor) -> Tensor {
    guard parameters.ndim == 2, x.ndim == 3, parameters.shape[1] == parameterCount,
      x.shape[0] == parameters.shape[0], x.shape[2] == dimension
    else {
      fatalError(
        "ConvexForm: parameters [k, \(parameterCount)] and points [k, n, \(dimension)], not "
          + "\(parameters.shape) and \(x.shape)")
    }
    let functions = parameters.shape[0]
    var position = 0
    var remaining = shapes[...]
    func next() -> Tensor {
      let shape = remaining.removeFirst()
      let size = shape.reduce(1, *)
      let part = parameters[0..., position..<(position + size)].reshaped([functions] + shape)
      position += size
      return part
    }
    var z = softplus(matmul(x, next()) + next())
    for k in 1..<Swift.max(1, hidden.count) where k < hidden.count {
      z = softplus(matmul(z, softplus(next())) + matmul(x, next()) + next())
    }
    let heights = matmul(z, softplus(next()))
    let bowl = 0.5 * softplus(next()) * square(x).sum(axis: -1, keepDims: true)
    return (heights + bowl + matmul(x, next())).squeezed(axis: 2)
  }

  /// Gradients of several functions at several points each; differentiable again.
  ///
  /// - Shapes: as for the values → `[k, n, dimension]`.
  public func gradient(_ parameters: Tensor, _ x: Tensor) -> Tensor {
    Tensors.gradient(at: x) { x in self(parameters, x).sum() }
  }
}

/// One input-convex network with its parameters, as a potential: its gradient is an optimal map
/// (Brenier).
public struct ConvexNetwork: Model, Sendable {
  public let form: ConvexForm
  /// All parameters, one vector.
  public var parameters: Tensor

  public init(
    dimension: Int, hidden: [Int] = [64, 64], dtype: DType = .float32,
    from generator: inout Generator
  ) {
    form = ConvexForm(dimension: dimension, hidden: hidden)
    parameters = form.initialParameters(dtype: dtype, from: &generator)
  }

  public init(_ form: ConvexForm, parameters: Tensor) {
    self.form = form
    self.parameters = parameters
  }

  /// f(x): `[n, dimension]` → `[n]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    form(parameters.reshaped([1, parameters.size]), x.reshaped([1] + x.shape)).reshaped([x.shape[0]]
    )
  }

  /// ∇f(x), the map of the potential: `[n, dimension]` → `[n, dimension]`.
  public func map(_ x: Tensor) -> Tensor {
    form.gradient(parameters.reshaped([1, parameters.size]), x.reshaped([1] + x.shape))
      .reshaped(x.shape)
  }
}
