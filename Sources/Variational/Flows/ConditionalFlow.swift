import Networks
import Tensors

/// Densities over ℝᵈ whose shape a row of features decides: maps with a known derivative, one after
/// another, that carry them onto N(0, 1) (a normalizing flow, arXiv:1912.02762).
///
/// ```swift
/// let flow = ConditionalFlow(2, features: 16, from: &generator)
/// flow.logDensity(u, features)                   // [n]
/// flow.sample(features, from: &generator)        // [n, 2]
/// ```
///
/// Each map moves, stretches and bends every number by amounts that a network reads off the features
/// and the numbers before it. Numbers come one by one (``Order/each``, masked autoregressive:
/// arXiv:1705.07057) or in two halves (``Order/halves``, a coupling: arXiv:1605.08803), in turns from
/// the front and from the back. Without bins the maps are affine; with them, monotone splines follow
/// (arXiv:1906.04032).
public struct ConditionalFlow: Model, Sendable {
  /// What a number may depend on.
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// All numbers before it: the most that one map can do; a draw takes d passes.
    case each
    /// The other half: a draw takes two passes.
    case halves
  }

  /// d.
  public let dimension: Int
  /// Numbers in a row of features.
  public let features: Int
  private var maps: [AutoregressiveMap]

  /// A flow that begins near N(0, 1).
  ///
  /// - Parameters:
  ///   - maps: one after another.
  ///   - bins: pieces of each spline; 0 for affine maps.
  ///   - bound: splines bend [−bound, bound].
  ///   - hidden: widths of the networks' hidden layers.
  public init(
    _ dimension: Int, features: Int, maps: Int = 3, order: Order = .each, bins: Int = 8,
    bound: Double = 4, hidden: [Int] = [64, 64], dtype: DType = .float32,
    from generator: inout Generator
  ) {
    guard dimension > 0, features > 0, maps > 0, bins >= 0, bins < 500, bound > 0,
      hidden.allSatisfy({ $0 >= dimension })
    else {
      fatalError(
        "ConditionalFlow: \(dimension) numbers, \(features) features, \(maps) maps, \(bins) bins "
          + "within \(bound), hidden layers \(hidden); sizes are positive, and hidden layers at "
          + "least as wide as the dimension")
    }
    self.dimension = dimension
    self.features = features
    self.maps = (0..<maps).map { index in
      let half = (dimension + 1) / 2
      let ahead = (0..<dimension).map { order == .each ? $0 : ($0 < half ? 0 : 1) }
      let last = ahead.max() ?? 0
      return AutoregressiveMap(
        groups: index % 2 == 0 ? ahead : ahead.map { last - $0 }, features: features, bins: bins,
        bound: bound, hidden: hidden, dtype: dtype, from: &generator)
    }
  }

  /// The point of N(0, 1) that u is carried to, and the logarithm of the map's determinant.
  ///
  /// - Shapes: u `[n, d]`, features `[n, e]` → `[n, d]`, `[n]`.
  public func forward(_ u: Tensor, _ features: Tensor) -> (z: Tensor, logDeterminant: Tensor) {
    check(u, features)
    var z = u
    var total: Tensor?
    for map in maps {
      let (next, slopes) = map.forward(z, features)
      z = next
      total = total.map { $0 + slopes } ?? slopes
    }
    return (z, (total ?? u.zerosLike()).sum(axis: -1))
  }

  /// The u that is carried to z.
  ///
  /// - Shapes: z `[n, d]`, features `[n, e]` → `[n, d]`.
  public func inverse(_ z: Tensor, _ features: Tensor) -> Tensor {
    check(z, features)
    return maps.reversed().reduce(z) { $1.inverse($0, features) }
  }

  /// log p(u | features), `[n]`.
  public func logDensity(_ u: Tensor, _ features: Tensor) -> Tensor {
    let (z, logDeterminant) = forward(u, features)
    return Normal.standard(z.shape, dtype: z.dtype).logDensity(z) + logDeterminant
  }

  /// One draw for each row of features, `[n, d]`, differentiable in them.
  public func sample(_ features: Tensor, from generator: inout Generator) -> Tensor {
    let z = Tensor.normal(
      [features.dim(0), dimension], dtype: features.dtype, from: &generator)
    return inverse(z, features)
  }

  private func check(_ u: Tensor, _ rows: Tensor) {
    guard u.ndim == 2, rows.ndim == 2, u.dim(1) == dimension, rows.dim(1) == features,
      u.dim(0) == rows.dim(0)
    else {
      fatalError(
        "ConditionalFlow: points of shape \(u.shape) with features of shape \(rows.shape); "
          + "[n, \(dimension)] and [n, \(features)] are needed")
    }
  }
}

/// u ↦ z by numbers that depend on the groups before: zᵢ = spline(uᵢ·e^sᵢ + tᵢ).
private struct AutoregressiveMap: Model, Sendable {
  var network: MaskedNetwork
  let groups: [Int]
  let bins: Int
  let bound: Double

  init(
    groups: [Int], features: Int, bins: Int, bound: Double, hidden: [Int], dtype: DType,
    from generator: inout Generator
  ) {
    self.groups = groups
    self.bins = bins
    self.bound = bound
    let outputs = 2 + (bins > 0 ? RationalQuadraticSpline.parameters(bins) : 0)
    network = MaskedNetwork(
      groups: groups, features: features, hidden: hidden, outputs: outputs, activation: .silu,
      dtype: dtype, from: &generator)
  }

  /// Shift, logarithm of the stretch, and the spline.
  private func shape(_ u: Tensor, _ features: Tensor) -> (Tensor, Tensor, RationalQuadraticSpline?)
  {
    let all = network(u, features)
    // Within e^±5, so that no first step is lost.
    let stretch = 5 * tanh(0.2 * all[.ellipsis, 1])
    let spline =
      bins > 0
      ? RationalQuadraticSpline(all[.ellipsis, 2...], bins: bins, bound: bound) : nil
    return (all[.ellipsis, 0], stretch, spline)
  }

  func forward(_ u: Tensor, _ features: Tensor) -> (Tensor, Tensor) {
    let (shift, stretch, spline) = shape(u, features)
    let moved = u * exp(stretch) + shift
    guard let spline else { return (moved, stretch) }
    let (z, logSlope) = spline.forward(moved)
    return (z, stretch + logSlope)
  }

  func inverse(_ z: Tensor, _ features: Tensor) -> Tensor {
    // A group is right once those before it are.
    var u = z.zerosLike()
    for group in 0...(groups.max() ?? 0) {
      let (shift, stretch, spline) = shape(u, features)
      let found = ((spline?.inverse(z) ?? z) - shift) * exp(-stretch)
      let mask = Tensor(groups.map { $0 == group ? 1.0 : 0 }, shape: [1, groups.count])
      u = which((mask .> 0).broadcast(to: u.shape), found, u)
    }
    return u
  }
}
