import Networks
import Tensors

/// A network from pair statistics to a Potts model, the same for every pair of sites: how far to trust
/// what the family shows of a pair, learned from other families.
///
/// It corrects the mean-field couplings, which it scales and adds to; fields are those that explain the
/// profile under the couplings (in mean field), plus a correction. Because weights are shared, it reads
/// families of any length, and contact graphs it has never seen.
///
/// - Shapes: rows of ``PottsFamilies`` with pairs → `[n, sites · states + pairs · states²]`.
public struct PairNetwork: Layer, Sendable {
  /// From profile and depth to a site's correction of its fields.
  public var site: MLP
  /// From a pair's statistics to its couplings and how much of the mean field they keep.
  public var pair: MLP
  let parts: Parts
  let states: Int

  /// A network for families whose pairs are seen.
  public init(_ families: PottsFamilies, hidden: Int = 128, from generator: inout Generator) {
    precondition(families.seesPairs, "PairNetwork reads families with seesPairs: true")
    let q = families.coordinates.states
    (parts, states) = (families.parts, q)
    site = MLP([2 * q + 3, hidden, q], activation: .silu, from: &generator)
    pair = MLP(
      [2 * q * q + 2 * (q + 1) + 2, hidden, hidden, q * q + 1], activation: .silu,
      from: &generator)
    let last = pair.layers.count - 1
    pair.layers[last].weight = pair.layers[last].weight * 0.1
    site.layers[1].weight = site.layers[1].weight * 0.1
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let row = parts(x)
    let (profile, q) = (row.profile, states)
    let (n, sites) = (profile.dim(0), profile.dim(1))
    let pairs = sites * (sites - 1) / 2
    var (first, second) = ([Int](), [Int]())
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        first.append(i)
        second.append(j)
      }
    }
    let depth = row.depth.reshaped(n, 1, 1)
    let mean = row.mean
    let strength = sqrt(square(mean).mean(axis: -1, keepDims: true) + 1e-6)
    // Covariances of rare letters are tiny: a few times larger they are of the order of one.
    let features = concatenate(
      [
        10 * row.pairs, mean, profile.take(Tensor(first), axis: 1),
        profile.take(Tensor(second), axis: 1), depth.broadcast(to: [n, pairs, 1]), strength,
      ], axis: -1)
    let found = pair(features)
    let kept = sigmoid(found[0..., 0..., (q * q)...])
    let couplings = (kept * mean + found[0..., 0..., ..<(q * q)]).reshaped(n, pairs * q * q)
    // The mean field of the couplings at each site, which fields have to undo.
    let shares = profile[0..., 0..., ..<q]
    let dense = concatenate([couplings, Tensor.zeros([n, 1], dtype: couplings.dtype)], axis: 1)
      .take(densePositions(sites, pairs), axis: 1).reshaped(n, sites * q, sites * q)
    let pull = matmul(dense, shares.reshaped(n, sites * q, 1)).reshaped(n, sites, q)
    let smooth = log(0.9 * shares + 0.1 / Double(q))
    let corrected = site(
      concatenate(
        [
          profile, smooth, depth.broadcast(to: [n, sites, 1]),
          square(profile).sum(axis: -1, keepDims: true),
        ], axis: -1))
    let fields = (smooth - pull + corrected).reshaped(n, sites * q)
    return concatenate([fields, couplings], axis: 1)
  }

  /// Where each entry of the matrix of all couplings stands among those of pairs; the diagonal's
  /// blocks point to a zero behind them.
  private func densePositions(_ sites: Int, _ pairs: Int) -> Tensor {
    let q = states
    var positions = [Int](repeating: pairs * q * q, count: sites * q * sites * q)
    var base = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<q {
          for b in 0..<q {
            positions[(i * q + a) * sites * q + j * q + b] = base + a * q + b
            positions[(j * q + b) * sites * q + i * q + a] = base + a * q + b
          }
        }
        base += q * q
      }
    }
    return Tensor(positions)
  }
}
