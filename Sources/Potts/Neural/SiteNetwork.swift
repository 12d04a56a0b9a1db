import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// A network from an alignment's profile, or a query, to a Potts model in factored form, the same for
/// every site: it reads proteins of any length, and its output grows with their length.
///
/// A site sees its neighbours in a window and the mean over the protein. Fields are the logarithm of
/// (1 − α)·profile + α·guess, where the network makes both the guess and its weight α: pseudocounts that
/// other families have taught. Couplings are J = Σ ±c_mf·cos(ω_f(i − j))·u_im(a)·u_jm(b)/L: the factors u are
/// predicted, waves along the sequence let their product depend on the distance (helices have a period of 3.6
/// residues, strands of 2), and division by the length keeps what a site feels alike in proteins of any length.
///
/// - Shapes: rows of ``PottsFamilies`` → `[n, sites · states · (1 + rank)]`.
public struct SiteNetwork: Layer, Sendable {
  /// From a window of profiles to features of a site.
  public var encoder: MLP
  /// From a window of features and their mean to features of a site.
  public var mixer: MLP
  /// From features to the guess and the logarithm of its odds.
  public var fields: Dense
  /// From features to factors.
  public var factors: Dense
  /// How strong each wave of each factor is, `[factors, waves]`.
  public var amplitudes: Tensor
  let states, window: Int

  /// Lengths of the waves in residues; 0 for a constant.
  private static let periods = [0, 3.6, 2.0, 7.2, 16, 40]

  /// The rank of the couplings that a network with so many factors predicts.
  public static func rank(factors: Int) -> Int { factors * (2 * periods.count - 1) }

  /// A network for alphabets of so many states.
  ///
  /// - Parameters:
  ///   - factors: vectors u for each site and letter.
  ///   - window: sites seen to either side.
  public init(
    states: Int, factors: Int = 6, window: Int = 3, features: Int = 64,
    from generator: inout Generator
  ) {
    precondition(factors > 0 && factors % 2 == 0, "an even number of factors, not \(factors)")
    (self.states, self.window) = (states, window)
    let wide = 2 * window + 1
    encoder = MLP(
      [(states + 1) * wide + 1, features, features], activation: .silu, finalActivation: .silu,
      from: &generator)
    mixer = MLP(
      [features * (wide + 1) + 1, features, features], activation: .silu, finalActivation: .silu,
      from: &generator)
    fields = Dense(features, states + 1, from: &generator)
    fields.weight = fields.weight * 0.1
    self.factors = Dense(features, states * factors, from: &generator)
    self.factors.weight = self.factors.weight * 0.3
    amplitudes = Tensor.full([factors, SiteNetwork.periods.count], 1)
  }

  /// Each site beside its neighbours, zeros beyond the ends: `[n, sites, f]` → `[n, sites, wide · f]`.
  private func windows(_ x: Tensor) -> Tensor {
    let (sites, padded) = (x.dim(1), x.padded([(0, 0), (window, window), (0, 0)]))
    return concatenate((0...(2 * window)).map { padded[0..., $0..<($0 + sites)] }, axis: -1)
  }

  /// - Shapes: profile `[n, sites, states + 1]`, depth `[n, 1]`.
  public func callAsFunction(profile: Tensor, depth: Tensor) -> Tensor {
    let (n, sites, q) = (profile.dim(0), profile.dim(1), states)
    let known = depth.reshaped(n, 1, 1).broadcast(to: [n, sites, 1])
    let seen = encoder(concatenate([windows(profile), known], axis: -1))
    let whole = seen.mean(axis: 1, keepDims: true).broadcast(to: seen.shape)
    let features = mixer(concatenate([windows(seen), whole, known], axis: -1))
    let found = fields(features)
    let shares = profile[0..., 0..., ..<q]
    // Of the letters that are there; nothing is seen of a site that has gaps only.
    let present = maximum(shares.sum(axis: -1, keepDims: true), 0.02)
    let weight = sigmoid(found[0..., 0..., q...])
    let mixed = (1 - weight) * (shares / present) + weight * softmax(found[0..., 0..., ..<q])
    let h = log(maximum(mixed, 1e-6)).reshaped(n, sites * q)
    let count = amplitudes.dim(0)
    let u = factors(features).reshaped(n, sites, q, count, 1)
    let places = Tensor.arange(sites).cast(to: profile.dtype)
    var waves: [Tensor] = []
    for period in SiteNetwork.periods {
      if period == 0 {
        waves.append(Tensor.ones([sites], dtype: profile.dtype))
      } else {
        let angle = places * (2 * Double.pi / period)
        waves += [cos(angle), sin(angle)]
      }
    }
    // The columns of a wave's cosine and sine have one amplitude.
    let columns = Tensor(SiteNetwork.periods.indices.flatMap { $0 == 0 ? [0] : [$0, $0] })
    let size = amplitudes.take(columns, axis: 1)
    let basis = stack(waves, axis: 1).reshaped(1, sites, 1, 1, waves.count)
    let shrink = 1 / Double(sites).squareRoot()
    let u2 = shrink * u * basis * size.reshaped(1, 1, 1, count, waves.count)
    // The first half of the factors counts as positive, the second as negative.
    return concatenate([h, u2.reshaped(n, sites * q * count * waves.count)], axis: 1)
  }

  /// The rows of a network alone hold profile and depth: see ``Reading``.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let sites = (x.dim(-1) - 1) / (states + 1)
    let profile = x[.ellipsis, ..<(sites * (states + 1))].reshaped(x.dim(0), sites, states + 1)
    return self(profile: profile, depth: x[.ellipsis, (sites * (states + 1))...])
  }
}
