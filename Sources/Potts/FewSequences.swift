import Tensors

/// The objective of a pseudo-likelihood fit to few sequences, without its couplings.
///
/// What the data say of couplings, and what the penalties draw them to, are sums over sequences:
/// Jᵢⱼ(a, b) = J⁰ᵢⱼ(a, b) + Σₘ αₘᵢ(a)·[xₘⱼ = b] + [xₘᵢ = a]·αₘⱼ(b), with as many numbers α as there are
/// letters to predict. For thirty sequences of a protein of 160 residues they are a hundred thousand
/// instead of five million, and one product with the Gram matrix of the sequences gives the logits
/// (the representer theorem, doi:10.1007/3-540-44581-1_27).
final class FewSequences {
  private let alignment: Alignment
  private let prior: PottsModel?
  private let lambdaFields, lambdaCouplings: Double
  private let n, sites, q: Int
  private let dtype: DType
  /// Letters as zeros and ones, `[n, sites · q]` and `[sites, n, q]`; gaps are rows of zeros.
  private let letters, bySite: Tensor
  /// How many letters two sequences share, `[n, n]`.
  private let shared: Tensor
  /// Weights `[n, 1, 1]`, those of letters that are there `[n, sites, 1]`, and shares `[1, n]`.
  private let weights, present, shares: Tensor
  /// What the prior's couplings add to the logits, `[n, sites, q]`, and its fields.
  private let base, priorFields: Tensor

  /// Whether sums over sequences are shorter than couplings by enough to pay.
  static func suits(_ alignment: Alignment) -> Bool {
    16 * alignment.count <= alignment.sites * alignment.alphabet.states
  }

  init(
    _ alignment: Alignment, towards prior: PottsModel?, lambdaFields: Double,
    lambdaCouplings: Double, dtype: DType
  ) {
    (self.alignment, self.prior, self.dtype) = (alignment, prior, dtype)
    (self.lambdaFields, self.lambdaCouplings) = (lambdaFields, lambdaCouplings)
    let (n, sites, q) = (alignment.count, alignment.sites, alignment.alphabet.states)
    (self.n, self.sites, self.q) = (n, sites, q)
    var ones = [Double](repeating: 0, count: n * sites * q)
    for (k, letter) in alignment.letters.enumerated() where Int(letter) < q {
      ones[k * q + Int(letter)] = 1
    }
    letters = Tensor(ones, shape: [n, sites * q], dtype: dtype)
    bySite = letters.reshaped(n, sites, q).transposed(1, 0, 2)
    shared = matmul(letters, letters.mT)
    weights = Tensor(alignment.weights, shape: [n, 1, 1], dtype: dtype)
    present = weights * letters.reshaped(n, sites, q).sum(axis: -1, keepDims: true)
    let total = max(alignment.effectiveDepth, 1e-300)
    shares = Tensor(alignment.weights.map { $0 / total }, shape: [1, n], dtype: dtype)
    var pull = [Double](repeating: 0, count: n * sites * q)
    if let prior, prior.couplings.contains(where: { $0 != 0 }) {
      pull.withUnsafeMutableBufferPointer { pull in
        prior.couplings.withUnsafeBufferPointer { couplings in
          FewSequences.visit(alignment) { x, y, a, b, block in
            if b < q { for c in 0..<q { pull[x + c] += couplings[block + c * q + b] } }
            if a < q { for c in 0..<q { pull[y + c] += couplings[block + a * q + c] } }
          }
        }
      }
    }
    base = Tensor(pull, shape: [n, sites, q], dtype: dtype)
    priorFields =
      prior.map { Tensor($0.fields, shape: [sites, q], dtype: dtype) }
      ?? .zeros([sites, q], dtype: dtype)
  }

  /// A point with fields as those of `model` and the prior's couplings.
  func start(_ model: PottsModel) -> SpanVector {
    let point = SpanVector(fieldCount: sites * q, count: n * sites * q, dtype: dtype)
    point.fields = Tensor(model.fields, dtype: .float64)
    return point
  }

  /// What the couplings of `coefficients` add to the logits, `[n, sites, q]`.
  private func image(_ coefficients: Tensor) -> Tensor {
    let flat = coefficients.reshaped(n, sites * q)
    let all = matmul(shared, flat) + matmul(matmul(letters, flat.mT), letters)
    // A site is no neighbour of its own.
    let own = matmul(bySite.mT, coefficients.transposed(1, 0, 2))
    return all.reshaped(n, sites, q) - matmul(bySite, own + own.mT).transposed(1, 0, 2)
  }

  /// The mean over sequences, `[sites, q]`: what mean letters of the neighbours add to fields.
  private func mean(_ image: Tensor) -> Tensor {
    matmul(shares, image.reshaped(n, sites * q)).reshaped(sites, q)
  }

  /// The objective and its gradient, in the coordinates of ``PseudoCentring``.
  func evaluate(_ point: SpanVector, _ slope: SpanVector) -> Double {
    let image = point.image.reshaped(n, sites, q)
    let coefficients = point.coefficients.reshaped(n, sites, q)
    let away = point.fields.reshaped(sites, q) - mean(image) - priorFields
    let logits = base + (priorFields + away) + image
    let normalizer = logits.logSumExp(axis: -1, keepDims: true)
    let seen = letters.reshaped(n, sites, q)
    let each = present * normalizer - weights * (logits * seen).sum(axis: -1, keepDims: true)
    let loss: Double = each.cast(to: .float64).sum().item()
    let residuals = present * exp(logits - normalizer) - weights * seen
    let fieldSlope = residuals.sum(axis: 0) + 2 * lambdaFields * away
    let change =
      residuals + 2 * lambdaCouplings * coefficients - shares.reshaped(n, 1, 1) * fieldSlope
    slope.fields = fieldSlope
    slope.coefficients = change
    slope.image = self.image(change)
    let fieldPenalty: Double = square(away).sum().item()
    return loss + lambdaCouplings * point.squaredCouplings + lambdaFields * fieldPenalty
  }

  /// Multiplies a gradient by about the inverse curvature at independent sites: that of each field,
  /// and one number for all couplings, or their sum would no longer be one over sequences.
  func precondition() -> (SpanVector) -> Void {
    let shares = alignment.frequencies(pseudocount: 1 / (1 + alignment.effectiveDepth))
      .cast(to: dtype)
    let spread = present.sum(axis: 0) * shares * (1 - shares)
    let variance = shares * (1 - shares)
    func typical(_ x: Tensor) -> Double { (square(x).sum() / (x.sum() + 1e-300)).item() }
    let couplings = 2 * typical(spread) * typical(variance) + 2 * lambdaCouplings + 1e-3
    let fields = 1 / (spread + (2 * lambdaFields + 1e-3))
    let flat = fields.reshaped(sites * q)
    return { $0.multiply(fields: flat, couplings: 1 / couplings) }
  }

  /// The model of a point, couplings written out.
  func model(_ point: SpanVector) -> PottsModel {
    var model = prior ?? PottsModel(alphabet: alignment.alphabet, numbers: alignment.numbers)
    model.fields = (point.fields.reshaped(sites, q) - mean(point.image)).array(of: Double.self)
    point.coefficients.array(of: Double.self).withUnsafeBufferPointer { alpha in
      model.couplings.withUnsafeMutableBufferPointer { couplings in
        FewSequences.visit(alignment) { x, y, a, b, block in
          if b < q { for c in 0..<q { couplings[block + c * q + b] += alpha[x + c] } }
          if a < q { for c in 0..<q { couplings[block + a * q + c] += alpha[y + c] } }
        }
      }
    }
    return model
  }

  /// All pairs of sites i < j in all sequences: where a sequence's numbers for either site begin, its
  /// letters there, and where the pair's couplings do.
  ///
  /// A pair's couplings stay in the first cache.
  @inline(__always)
  private static func visit(
    _ alignment: Alignment, _ body: (_ x: Int, _ y: Int, _ a: Int, _ b: Int, _ block: Int) -> Void
  ) {
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    alignment.letters.withUnsafeBufferPointer { letters in
      var block = 0
      for i in 0..<sites {
        for j in (i + 1)..<max(sites, i + 1) {
          for row in stride(from: 0, to: letters.count, by: sites) {
            body(
              (row + i) * q, (row + j) * q, Int(letters[row + i]), Int(letters[row + j]), block)
          }
          block += q * q
        }
      }
    }
  }
}

/// Fields and couplings, the couplings as a sum over sequences: fields `[sites, q]`, α `[n, sites, q]`,
/// and what α adds to the sequences' logits, which is linear in it and as large.
final class SpanVector: DescentVector {
  private let all: FlatVector
  private let fieldCount: Int

  init(fieldCount: Int, count: Int, dtype: DType) {
    self.fieldCount = fieldCount
    all = FlatVector(fieldCount + 2 * count, dtype)
  }

  private var sums: Range<Int> { fieldCount..<((all.count + fieldCount) / 2) }
  private var images: Range<Int> { sums.upperBound..<all.count }

  var fields: Tensor {
    get { read(0..<fieldCount) }
    set { write(newValue, 0..<fieldCount) }
  }
  var coefficients: Tensor {
    get { read(sums) }
    set { write(newValue, sums) }
  }
  var image: Tensor {
    get { read(images) }
    set { write(newValue, images) }
  }

  private func read(_ range: Range<Int>) -> Tensor {
    func part<Scalar: TensorScalar>(_ type: Scalar.Type) -> Tensor {
      Tensor(
        Array(UnsafeBufferPointer(rebasing: all.numbers(type)[range])), shape: [range.count],
        dtype: all.dtype)
    }
    return all.dtype == .float32 ? part(Float.self) : part(Double.self)
  }

  private func write(_ values: Tensor, _ range: Range<Int>) {
    func part<Scalar: TensorScalar>(_ type: Scalar.Type) {
      let target = UnsafeMutableBufferPointer(rebasing: all.numbers(type)[range])
      _ = target.update(from: values.array(of: type))
    }
    if all.dtype == .float32 { part(Float.self) } else { part(Double.self) }
  }

  func empty() -> SpanVector {
    SpanVector(fieldCount: fieldCount, count: sums.count, dtype: all.dtype)
  }

  func copy(_ x: SpanVector) { all.copy(x.all) }

  func add(_ alpha: Double, _ x: SpanVector) { all.add(alpha, x.all) }

  /// self ← self · x, where x has a number for each field and one for all couplings.
  func multiply(fields: Tensor, couplings: Double) {
    self.fields = self.fields * fields
    all.add(couplings - 1, all, in: sums.lowerBound..<all.count)
  }

  /// ΣJ², without the prior's.
  var squaredCouplings: Double { all.dot(sums, all, images) }

  /// The product of fields and of couplings, those of each pair counted once.
  func dot(_ other: SpanVector) -> Double {
    all.dot(other.all, in: 0..<fieldCount) + all.dot(sums, other.all, images)
  }
}
