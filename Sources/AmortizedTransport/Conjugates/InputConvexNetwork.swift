import Networks
import Tensors

/// A function of ℝᵈ that is convex whatever its parameters are: a fully input-convex network
/// (arXiv:1609.07152) on top of a quadratic.
///
/// z₁ = σ(x·A₁ + b₁), zₖ₊₁ = σ(zₖ·Uₖ² + x·Aₖ₊₁ + bₖ₊₁),
/// f(x) = ½(α₀ + α²)|x|² + ½|x·Q|² + ⟨q, x⟩ + ⟨u², z⟩, squares taken element by element.
///
/// ```swift
/// let potential = InputConvexNetwork(2, hidden: [64, 64])
/// potential(points)                               // [n]
/// transportMap(of: potential, at: points)         // ∇f, [n, 2]
/// ```
///
/// Weights between layers are squares, so a step of any optimizer keeps f convex, and the
/// activation σ is convex and does not fall. The start is close to ½|x|², whose gradient is the
/// identity: no pretraining is needed.
public struct InputConvexNetwork: Layer, Sendable {
  /// x·A + b of each layer.
  public var skips: [Dense]
  /// Roots of the weights from a layer to the next, and to the output last.
  public var roots: [Tensor]
  /// q, `[d]`.
  public var linear: Tensor
  /// Q, `[d, rank]`, where the rank is not 0.
  public var quadratic: Tensor?
  /// α.
  public var curvature: Tensor
  /// α₀: f is strongly convex with at least this modulus, so that its conjugate is finite and
  /// smooth.
  public let strongConvexity: Double
  /// σ.
  public let activation: Activation

  /// - Parameters:
  ///   - dimension: d.
  ///   - hidden: widths of the layers.
  ///   - activation: convex and not decreasing. `.elu` bends fast enough for maps that tear apart;
  ///     `.softplus` is smoother, `.leakyRelu` sharper and harder on solvers of conjugates.
  ///   - rank: columns of Q.
  public init(
    _ dimension: Int, hidden: [Int] = [64, 64], activation: Activation = .elu, rank: Int = 0,
    strongConvexity: Double = 1e-2, dtype: DType = .float32, from generator: inout Generator
  ) {
    guard dimension > 0, !hidden.isEmpty, hidden.allSatisfy({ $0 > 0 }), rank >= 0 else {
      fatalError(
        "InputConvexNetwork: dimension \(dimension), hidden \(hidden), rank \(rank); write widths "
          + "that are positive, such as hidden: [64, 64]")
    }
    InputConvexNetwork.check(activation, strongConvexity: strongConvexity)
    skips = hidden.map {
      var layer = Dense(
        dimension, $0, initializer: .glorotNormal, dtype: dtype, from: &generator)
      // Kinks of different units lie at different places.
      layer.bias = Tensor.normal([$0], dtype: dtype, from: &generator)
      return layer
    }
    roots = InputConvexNetwork.roots(hidden, dtype: dtype, from: &generator)
    linear = Tensor.zeros([dimension], dtype: dtype)
    quadratic =
      rank == 0
      ? nil
      : Tensor.normal([dimension, rank], std: 0.1, dtype: dtype, from: &generator)
    curvature = Tensor.full([], (1 - strongConvexity).squareRoot(), dtype: dtype)
    self.strongConvexity = strongConvexity
    self.activation = activation
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ dimension: Int, hidden: [Int] = [64, 64], activation: Activation = .elu, rank: Int = 0,
    strongConvexity: Double = 1e-2, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      dimension, hidden: hidden, activation: activation, rank: rank,
      strongConvexity: strongConvexity, dtype: dtype, from: &generator)
  }

  /// Stops the cell for what would not make a convex function.
  static func check(_ activation: Activation, strongConvexity: Double) {
    guard [.softplus, .elu, .relu, .leakyRelu, .identity].contains(activation) else {
      fatalError(
        "an input-convex network: \(activation) is not convex and increasing; take .softplus, "
          + ".elu, .relu or .leakyRelu")
    }
    guard strongConvexity >= 0, strongConvexity < 1 else {
      fatalError(
        "an input-convex network: strongConvexity \(strongConvexity); the start is ½|x|², so it "
          + "lies in 0..<1")
    }
  }

  /// Roots of weights whose mean is 1/inputs: a layer passes on averages, whose size does not grow.
  static func roots(_ hidden: [Int], dtype: DType, from generator: inout Generator) -> [Tensor] {
    zip(hidden, hidden.dropFirst() + [1]).map { inputs, outputs in
      Tensor.uniform(
        [inputs, outputs], low: 0.5 / Double(inputs).squareRoot(),
        high: 1.5 / Double(inputs).squareRoot(), dtype: dtype, from: &generator)
    }
  }

  /// d.
  public var dimension: Int { linear.size }

  /// f at each row.
  ///
  /// - Shapes: `[n, d]` → `[n]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim == 2, x.dim(1) == dimension else {
      fatalError("InputConvexNetwork: points [n, \(dimension)], not \(x.shape)")
    }
    var z = activation(skips[0](x))
    for k in skips.indices.dropFirst() {
      z = activation(matmul(z, square(roots[k - 1])) + skips[k](x))
    }
    let hidden = matmul(z, square(roots[roots.count - 1])).reshaped([x.dim(0)])
    let modulus = 0.5 * (strongConvexity + square(curvature))
    let value = hidden + matmul(x, linear) + modulus * square(x).sum(axis: 1)
    guard let quadratic else { return value }
    return value + 0.5 * square(matmul(x, quadratic)).sum(axis: 1)
  }
}
