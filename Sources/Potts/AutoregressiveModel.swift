import Tensors
import Networks

#if canImport(Glibc)
  import Glibc
#endif

/// A model whose sites follow one another, with an exact likelihood and independent samples (arDCA,
/// doi:10.1038/s41467-021-25756-4).
///
/// p(x) = Πₖ p(x at site oₖ | the sites before it in the order o), where the letters' log odds are
/// a field and a sum of couplings to those sites. A gap that is no state of the alphabet is left out of
/// the product and of the conditions.
public struct AutoregressiveModel: Sendable {
  /// What the letters are.
  public let alphabet: Alphabet
  /// The residue number of each site.
  public let numbers: [Int]
  /// The sites in the order in which they are drawn.
  public let order: [Int]
  /// Fields, `[sites · states]`, in the order of drawing.
  public var fields: [Double]
  /// Couplings of the k-th site drawn to the l-th, l < k, at `((k · sites + l) · states + b) · states + a`
  /// for letter a at the k-th and b at the l-th; the rest is zero.
  public var couplings: [Double]

  /// The number of sites.
  public var sites: Int { numbers.count }

  /// Log odds of the letters at the k-th site drawn, given letters in the order of drawing.
  private func logits(_ k: Int, _ x: [Int]) -> [Double] {
    let q = alphabet.states
    var result = Array(fields[(k * q)..<(k * q + q)])
    for l in 0..<k where x[l] < q {
      let base = ((k * sites + l) * q + x[l]) * q
      for a in 0..<q { result[a] += couplings[base + a] }
    }
    return result
  }

  /// log p(x), exactly.
  ///
  /// - Complexity: O(sites² · states)
  public func logLikelihood(_ sequence: some Collection<UInt8>) -> Double {
    let letters = sequence.map { Int($0) }
    precondition(
      letters.count == sites, "a sequence of \(letters.count) letters for \(sites) sites")
    let x = order.map { letters[$0] }
    var total = 0.0
    for k in 0..<sites where x[k] < alphabet.states {
      let scores = logits(k, x)
      let top = scores.max() ?? 0
      total += scores[x[k]] - top - log(scores.reduce(0.0) { $0 + exp($1 - top) })
    }
    return total
  }

  /// log p of each sequence of an alignment.
  public func logLikelihoods(_ alignment: Alignment) -> [Double] {
    (0..<alignment.count).map { logLikelihood(alignment[$0]) }
  }

  /// Independent samples: no chain, nothing to wait for.
  ///
  /// - Complexity: O(count · sites² · states)
  public func samples(_ count: Int, seed: Int) -> Alignment {
    var generator = Generator(seed: seed)
    let rows = (0..<count).map { _ in
      var x: [Int] = []
      for k in 0..<sites {
        let scores = logits(k, x)
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        var rest = generator.uniform() * weights.reduce(0, +)
        var letter = 0
        while letter < weights.count - 1 && rest >= weights[letter] {
          rest -= weights[letter]
          letter += 1
        }
        x.append(letter)
      }
      var row = [UInt8](repeating: 0, count: sites)
      for (k, site) in order.enumerated() { row[site] = UInt8(x[k]) }
      return row
    }
    return Alignment(rows, alphabet: alphabet, numbers: numbers)
  }
}

/// Fits an autoregressive model by its exact likelihood, site by site a logistic regression.
///
/// Minimizes −Σₙ wₙ log p(xₙ) + λh·Σh² + λJ·ΣJ² by L-BFGS.
public struct AutoregressiveLearning: Sendable {
  /// The order in which sites are drawn.
  public enum Order: Sendable {
    /// From the first to the last.
    case sequence
    /// From the most conserved to the most varied, as the authors of arDCA advise.
    case conservedFirst
  }

  /// The penalty of fields.
  public var lambdaFields: Double
  /// The penalty of couplings.
  public var lambdaCouplings: Double
  /// The order in which sites are drawn.
  public var order: Order
  /// The most L-BFGS iterations.
  public var maximumIterations: Int
  /// The length of the gradient to stop at, relative to that of the start.
  public var tolerance: Double
  /// The type of numbers.
  public var dtype: DType

  /// A fit by the exact likelihood.
  public init(
    lambdaFields: Double = 0.01, lambdaCouplings: Double = 1, order: Order = .conservedFirst,
    maximumIterations: Int = 200, tolerance: Double = 1e-3, dtype: DType = .float32
  ) {
    precondition(lambdaFields >= 0 && lambdaCouplings >= 0, "penalties are not negative")
    (self.lambdaFields, self.lambdaCouplings, self.order) = (lambdaFields, lambdaCouplings, order)
    (self.maximumIterations, self.tolerance, self.dtype) = (maximumIterations, tolerance, dtype)
  }

  /// A fitted model with the history of its fit.
  public struct Fit: Sendable {
    /// The model.
    public var model: AutoregressiveModel
    /// The objective, the start's first.
    public var values: [Double]
    /// Whether the gradient became as short as asked for.
    public var converged: Bool
  }

  /// The fitted model.
  ///
  /// - Throws: ``PottsError`` if there is nothing to fit or not enough memory for it.
  public func fit(_ alignment: Alignment) throws(PottsError) -> Fit {
    let check = PseudoLikelihood(form: .asymmetric, dtype: dtype)
    try check.check(alignment)
    try check.checkMemory(alignment)
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    let shares = alignment.frequencies().array(of: Double.self)
    let entropies = (0..<sites).map { i in
      shares[(i * q)..<(i * q + q)].reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    }
    let sorted =
      order == .sequence
      ? Array(0..<sites)
      : (0..<sites).sorted { (entropies[$0], $0) < (entropies[$1], $1) }
    let permuted = Alignment(
      names: alignment.names,
      letters: (0..<alignment.count).flatMap { n in
        sorted.map { alignment.letters[n * sites + $0] }
      }, alphabet: alignment.alphabet, numbers: sorted.map { alignment.numbers[$0] }
    ).weighted(by: alignment.weights)
    // The asymmetric pseudo-likelihood takes half of the penalty for each direction; here there
    // is one.
    let objective = PseudoObjective(
      permuted, lambdaFields: lambdaFields, lambdaCouplings: 2 * lambdaCouplings, dtype: dtype,
      isSymmetric: false)
    let point = objective.vector(from: .independent(permuted))
    let size = q * q * dtype.byteCount
    let (values, norms) = minimizeFlat(
      point, iterations: maximumIterations, tolerance: tolerance, memory: 5
    ) { point, slope in
      let value = objective.value(point, slope: slope)
      // Couplings to later sites are zero and stay so.
      for k in 0..<sites {
        memset(slope.offset(sites * q + (k * sites + k) * q * q), 0, (sites - k) * size)
      }
      return value
    }
    let model = AutoregressiveModel(
      alphabet: alignment.alphabet, numbers: alignment.numbers, order: sorted,
      fields: (0..<(sites * q)).map { point[$0] },
      couplings: (0..<(sites * sites * q * q)).map { point[sites * q + $0] })
    return Fit(
      model: model, values: values, converged: norms[norms.count - 1] <= tolerance * norms[0])
  }
}
