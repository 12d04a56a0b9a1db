import Networks
import Tensors

/// A function f(x; c) that is convex in x, whatever the condition c and the parameters are: a
/// partially input-convex network (arXiv:1609.07152) on top of a quadratic, the potential of
/// conditional optimal transport (CondOT, arXiv:2206.14262).
///
/// With u₀ = c, uₖ₊₁ = tanh(uₖ·Vₖ + vₖ), products ⊙ and squares taken element by element,
///
/// zₖ₊₁ = σ((zₖ ⊙ softplus(uₖ·Gₖ + gₖ))·Rₖ² + (x ⊙ (uₖ·Sₖ + sₖ))·Aₖ + uₖ·Bₖ + bₖ),
/// f(x; c) = ⟨r², z⟩ + ½α₀|x|² + ½|x·Q(c)|² + ⟨q(c), x⟩.
///
/// The first layer has no z. Weights on z are not negative and σ is convex and does not fall, so f
/// stays convex in x under steps of any optimizer; of c it may be any function.
///
/// ```swift
/// let potential = PartiallyInputConvexNetwork(2, conditions: 1)
/// potential(rows)                                              // [n, 1 + 2] → [n]
/// transportMap(of: potential, at: rows, conditions: 1)         // ∇ of x alone, [n, 2]
/// ```
///
/// The start is close to ½|x|² for every c. Differences from CondOT: Q and q are functions of c that
/// are learned with the rest, where the paper begins at the Gaussians' map for fixed c.
public struct PartiallyInputConvexNetwork: Layer, Sendable {
  /// V and v, from one embedding of the condition to the next.
  public var path: [Dense]
  /// G and g, for all layers but the first, and for the output last.
  public var gates: [Dense]
  /// S and s.
  public var scales: [Dense]
  /// A and b.
  public var skips: [Dense]
  /// B.
  public var shifts: [Dense]
  /// R and r.
  public var roots: [Tensor]
  /// From the last embedding to Q and q, row by row.
  public var quadratic: Dense
  /// d.
  public let dimension: Int
  /// k, the numbers of a condition.
  public let conditions: Int
  /// α₀: f is strongly convex in x with at least this modulus.
  public let strongConvexity: Double
  /// σ.
  public let activation: Activation

  /// - Parameters:
  ///   - dimension: d.
  ///   - conditions: k.
  ///   - hidden: widths of z.
  ///   - path: width of the embeddings u.
  ///   - activation: convex and not decreasing.
  public init(
    _ dimension: Int, conditions: Int, hidden: [Int] = [64, 64], path width: Int = 64,
    activation: Activation = .elu, strongConvexity: Double = 1e-2, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    guard dimension > 0, conditions > 0, width > 0, !hidden.isEmpty, hidden.allSatisfy({ $0 > 0 })
    else {
      fatalError(
        "PartiallyInputConvexNetwork: dimension \(dimension), conditions \(conditions), hidden "
          + "\(hidden), path \(width); all must be positive. Without conditions take "
          + "InputConvexNetwork")
    }
    InputConvexNetwork.check(activation, strongConvexity: strongConvexity)
    func dense(_ inputs: Int, _ outputs: Int, _ factor: Double, bias: Double? = nil) -> Dense {
      var layer = Dense(
        inputs, outputs, bias: bias != nil, initializer: .glorotNormal, dtype: dtype,
        from: &generator)
      layer.weight = factor * layer.weight
      layer.bias = bias.map { Tensor.full([outputs], $0, dtype: dtype) }
      return layer
    }
    // u₀ is the condition; an embedding for each layer of z, and one for the output.
    let embeddings = [conditions] + [Int](repeating: width, count: hidden.count)
    path = zip(embeddings, embeddings.dropFirst()).map { dense($0, $1, 1, bias: 0) }
    // softplus(0.54) = 1: gates and scales begin near 1, and depend on the condition a little.
    gates = zip(embeddings.dropFirst(), hidden).map { dense($0, $1, 0.1, bias: 0.54) }
    scales = zip(embeddings, hidden).map { u, _ in dense(u, dimension, 0.1, bias: 1) }
    shifts = zip(embeddings, hidden).map { dense($0, $1, 1) }
    skips = hidden.map {
      var layer = dense(dimension, $0, 1, bias: 0)
      // Kinks of different units lie at different places.
      layer.bias = Tensor.normal([$0], dtype: dtype, from: &generator)
      return layer
    }
    roots = InputConvexNetwork.roots(hidden, dtype: dtype, from: &generator)
    quadratic = dense(width, dimension * dimension + dimension, 0.1, bias: 0)
    let root = (1 - strongConvexity).squareRoot() * Tensor.eye(dimension, dtype: dtype)
    quadratic.bias = concatenate([root.flattened(), Tensor.zeros([dimension], dtype: dtype)])
    self.dimension = dimension
    self.conditions = conditions
    self.strongConvexity = strongConvexity
    self.activation = activation
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ dimension: Int, conditions: Int, hidden: [Int] = [64, 64], path width: Int = 64,
    activation: Activation = .elu, strongConvexity: Double = 1e-2, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      dimension, conditions: conditions, hidden: hidden, path: width, activation: activation,
      strongConvexity: strongConvexity, dtype: dtype, from: &generator)
  }

  /// f at each row.
  ///
  /// - Shapes: `[n, k + d]`, conditions first → `[n]`.
  public func callAsFunction(_ rows: Tensor) -> Tensor {
    guard rows.ndim == 2, rows.dim(1) == conditions + dimension else {
      fatalError(
        "PartiallyInputConvexNetwork: rows of a condition and a point, [n, \(conditions) + "
          + "\(dimension)], not \(rows.shape)")
    }
    let (n, d) = (rows.dim(0), dimension)
    let x = rows[0..., conditions...]
    var u = rows[0..., ..<conditions]
    var z: Tensor?
    for k in skips.indices {
      var sum = skips[k](x * scales[k](u)) + shifts[k](u)
      if let z { sum = sum + matmul(z * softplus(gates[k - 1](u)), square(roots[k - 1])) }
      z = activation(sum)
      u = tanh(path[k](u))
    }
    let last = z! * softplus(gates[skips.count - 1](u))
    let hidden = matmul(last, square(roots[skips.count - 1])).reshaped([n])
    let coefficients = quadratic(u)
    let root = coefficients[0..., ..<(d * d)].reshaped([n, d, d])
    let linear = coefficients[0..., (d * d)...]
    let bent = matmul(x.reshaped([n, 1, d]), root).reshaped([n, d])
    let squares = strongConvexity * square(x) + square(bent)
    return hidden + (0.5 * squares + linear * x).sum(axis: 1)
  }
}
