import Tensors
import Transport

/// The convex functions of one shape: input-convex networks with one hidden layer and a quadratic
/// part, where the parameters are data and not properties (arXiv:1609.07152).
///
/// φ(x) = ½·α|x|² + ½|Lᵀx|² + b·x + 1/K Σₖ softplus(vₖ)·σ(uₖ·x + cₖ), σ(t) = ½(t + √(t² + 1)).
///
/// A model can predict such parameters, and many potentials are evaluated at once. By Brenier's
/// theorem ∇φ is the optimal map from any measure to its image. σ is smooth, so that ∇φ has a
/// derivative, and φ is strongly convex, so that ∇φ has an inverse.
///
/// ```swift
/// let family = ConvexPotentials(dimension: 3)
/// let θ = family.quadratic(Tensor.eye(3).expandedDims(axis: 0))   // [1, parameterCount]
/// family.gradients(θ, points)                                     // [1, n, 3]
/// ```
///
/// - Shapes: parameters `[batch, parameterCount]`, row by row L, b, u, c, v; points
///   `[batch, n, dimension]`.
public struct ConvexPotentials: Sendable, Hashable {
  /// d.
  public let dimension: Int
  /// K.
  public let units: Int
  /// α: the least curvature of every potential.
  public let curvature: Double

  /// - Parameter curvature: what ∇φ at least stretches by, positive.
  public init(dimension: Int, units: Int = 32, curvature: Double = 0.05) {
    guard dimension > 0 && units > 0 else {
      stop("ConvexPotentials: dimension \(dimension) and units \(units); both are positive")
    }
    guard curvature > 0 && curvature < .infinity else {
      stop("ConvexPotentials: the least curvature is \(curvature); it must be positive, e.g. 0.05")
    }
    (self.dimension, self.units, self.curvature) = (dimension, units, curvature)
  }

  /// Numbers that make one potential.
  public var parameterCount: Int { sizes.reduce(0, +) }

  var sizes: [Int] {
    [dimension * dimension, dimension, units * dimension, units, units]
  }

  /// φ at each point, `[batch, n]`; gradients reach parameters and points.
  public func values(_ parameters: Tensor, _ x: Tensor) -> Tensor {
    let p = parts(parameters, x, "values")
    let t = matmul(x, p.u.swapped(-1, -2)) + p.c
    let hidden = ((t + sqrt(square(t) + 1)) * p.w).sum(axis: -1)
    let linear = (x * p.b).sum(axis: -1)
    let quadratic = square(matmul(x, p.l)).sum(axis: -1)
    return (curvature * square(x).sum(axis: -1) + quadratic + hidden) * 0.5 + linear
  }

  /// ∇φ at each point, `[batch, n, dimension]`: where the map of the potential sends it.
  public func gradients(_ parameters: Tensor, _ x: Tensor) -> Tensor {
    let p = parts(parameters, x, "gradients")
    let t = matmul(x, p.u.swapped(-1, -2)) + p.c
    let slope = 0.5 * p.w * (1 + t / sqrt(square(t) + 1))
    let quadratic = matmul(matmul(x, p.l), p.l.swapped(-1, -2))
    return curvature * x + quadratic + p.b + matmul(slope, p.u)
  }

  /// Parameters whose map is close to x ↦ A·x + b.
  ///
  /// Hidden units are spread over directions and offsets and bend the map a little, since units
  /// without weight would learn nothing; the quadratic part gives way to their mean. Directions of A
  /// in which it stretches by less than the family's curvature are stretched by that. The same for every call, so that a model can learn to correct it.
  ///
  /// - Shapes: matrices `[batch, d, d]`, symmetric and not negative; offsets `[batch, d]`.
  public func quadratic(_ matrices: Tensor, offsets: Tensor? = nil) -> Tensor {
    guard matrices.ndim == 3, matrices.shape[1...] == [dimension, dimension] else {
      fatalError(
        "quadratic: matrices [batch, \(dimension), \(dimension)], not \(matrices.shape)")
    }
    let (batch, type) = (matrices.shape[0], matrices.dtype.real)
    var roots: [Tensor] = []
    for i in 0..<batch {
      let rest =
        matrices[i].cast(to: .float64)
        - (curvature + unitCurvature) * Tensor.eye(dimension, dtype: .float64)
      guard let root = try? squareRoot(rest, ofPositivePart: true) else {
        fatalError("quadratic: matrix \(i) is not finite")
      }
      roots.append(root.cast(to: type))
    }
    var generator = Generator(seed: 7)
    let directions = Tensor.normal([units, dimension], dtype: type, from: &generator)
    let u = directions / directions.norm(axis: 1, keepDims: true)
    let c = Tensor.uniform([units], low: -1.5, high: 1.5, dtype: type, from: &generator)
    let v = Tensor.zeros([units], dtype: type)
    let hidden = concatenate([u.flattened(), c, v]).expandedDims(axis: 0)
    // What the units add to the gradient at 0 is taken off again.
    let added = matmul(0.5 * softplus(v) / Double(units) * (1 + c / sqrt(square(c) + 1)), u)
    let b = (offsets ?? Tensor.zeros([batch, dimension], dtype: type)).cast(to: type) - added
    return concatenate(
      [
        stack(roots).reshaped([batch, dimension * dimension]), b,
        hidden.broadcast(to: [batch, hidden.shape[1]]),
      ], axis: 1)
  }

  /// What units with v = 0 add to the curvature, in the mean over directions and a normal cloud.
  private var unitCurvature: Double { 0.6931 * 0.22 / Double(dimension) }

  /// The parameters in their places, with axes for points.
  func parts(_ parameters: Tensor, _ x: Tensor, _ name: String)
    -> (l: Tensor, b: Tensor, u: Tensor, c: Tensor, w: Tensor)
  {
    check(parameters, x, name)
    let blocks = parameters.split(sizes: sizes, axis: 1)
    let (batch, d) = (parameters.shape[0], dimension)
    return (
      blocks[0].reshaped([batch, d, d]), blocks[1].reshaped([batch, 1, d]),
      blocks[2].reshaped([batch, units, d]), blocks[3].reshaped([batch, 1, units]),
      softplus(blocks[4]).reshaped([batch, 1, units]) / Double(units)
    )
  }

  func check(_ parameters: Tensor, _ x: Tensor, _ name: String) {
    guard parameters.ndim == 2, parameters.shape[1] == parameterCount, x.ndim == 3,
      x.shape[0] == parameters.shape[0], x.shape[2] == dimension
    else {
      fatalError(
        "\(name): parameters [batch, \(parameterCount)] and points [batch, n, \(dimension)], not "
          + "\(parameters.shape) and \(x.shape)")
    }
  }
}

extension DType {
  /// The type itself if it has fractions, else `float32`.
  var real: DType { floating }
}
