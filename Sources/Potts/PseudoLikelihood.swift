import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Fits a Potts model by its pseudo-likelihood (doi:10.1103/PhysRevE.87.012707).
///
/// Minimizes −Σₙ wₙ Σᵢ log p(xᵢ | the other sites) + λh·Σh² + λJ·ΣJ², with the penalties as plmc
/// takes them (`-lh`, `-le`), by L-BFGS.
///
/// ```swift
/// let fit = try PseudoLikelihood(lambdaCouplings: 16).fit(family.weighted())
/// fit.model.contacts.ranked(separation: 6).prefix(10)
/// ```
public struct PseudoLikelihood: Sendable {
  /// How couplings are shared between the two sites of a pair.
  public enum Form: Sendable {
    /// One J for both sites.
    case symmetric
    /// Each site has its own couplings; the mean of both is the result.
    case asymmetric
  }

  /// The penalty of fields.
  public var lambdaFields: Double
  /// The penalty of couplings.
  public var lambdaCouplings: Double
  /// How couplings are shared.
  public var form: Form
  /// The most L-BFGS iterations.
  public var maximumIterations: Int
  /// The length of the gradient to stop at, relative to that of the start; in coordinates of
  /// centred letters where steps are scaled.
  public var tolerance: Double
  /// The type of numbers: `.float32` is twice as fast, `.float64` reaches smaller gradients.
  public var dtype: DType
  /// Steps that L-BFGS remembers.
  public var memory: Int
  /// Whether couplings count deviations of letters from their frequencies and steps are scaled by
  /// the curvature that independent sites would have: on dihydrofolate reductases ten iterations
  /// lead further than a hundred without.
  ///
  /// Without, the way is that of plmc, whose answers after 100 iterations are not the optimum: with
  /// its penalties and iterations, ranks of contacts are then those of plmc.
  public var isScaled: Bool

  /// A pseudo-likelihood fit.
  public init(
    lambdaFields: Double = 0.01, lambdaCouplings: Double = 16, form: Form = .symmetric,
    maximumIterations: Int = 100, tolerance: Double = 1e-3, dtype: DType = .float32,
    memory: Int = 6, scaled: Bool = true
  ) {
    isScaled = scaled
    precondition(
      lambdaFields >= 0 && lambdaCouplings >= 0 && memory > 0, "penalties are not negative")
    precondition(dtype == .float32 || dtype == .float64, "a fit is in float32 or float64")
    (self.lambdaFields, self.lambdaCouplings, self.form) = (lambdaFields, lambdaCouplings, form)
    (self.maximumIterations, self.tolerance) = (maximumIterations, tolerance)
    (self.dtype, self.memory) = (dtype, memory)
  }

  /// Bytes that a fit will need, before anything is allocated.
  public func bytesNeeded(sites: Int, states: Int, sequences: Int) -> Int {
    let pairs = sites * (sites - 1) / 2
    let couplings = (form == .symmetric ? pairs : sites * sites) * states * states
    // Point, gradient, two trials, direction, remembered steps, half of the gradient once more;
    // the result in double precision.
    let vectors = (isScaled ? 7 : 6) + 2 * memory
    let buckets = (sequences / 1024 + 1) * sites * (1024 + 34) * 2
    return couplings * dtype.byteCount * vectors + pairs * states * states * 8 + buckets
  }

  /// The fitted model and how the fit went.
  ///
  /// If there are few sequences, up to a sixteenth of sites · states, and no start, a symmetric scaled
  /// fit keeps sums over sequences in place of couplings: the same optimum, and an iteration takes
  /// O(count² · sites · states) instead of O(sites² · states · (states + count)).
  ///
  /// - Parameters:
  ///   - start: where the first iteration begins.
  ///   - prior: a model that the penalties draw to instead of zero, such as a network's prediction;
  ///     also the start, if there is no other.
  /// - Throws: ``PottsError`` if there is nothing to fit or not enough memory for it. With a prior,
  ///   a single sequence and positions with gaps only can be fitted.
  public func fit(
    _ alignment: Alignment, from start: PottsModel? = nil, towards prior: PottsModel? = nil
  ) throws(PottsError) -> PottsFit {
    // With a prior, what is not seen stays as it says.
    if prior == nil { try check(alignment) }
    try checkMemory(alignment)
    for model in [start, prior] {
      guard let model, model.sites != alignment.sites || model.alphabet != alignment.alphabet else {
        continue
      }
      throw PottsError(
        "a model of \(model.sites) sites with \(model.alphabet.states) states for an alignment of "
          + "\(alignment.sites) sites with \(alignment.alphabet.states)")
    }
    if isScaled, form == .symmetric, start == nil, FewSequences.suits(alignment) {
      return fitFew(alignment, towards: prior)
    }
    let isFree = prior != nil
    let objective = PseudoObjective(
      alignment, lambdaFields: isFree ? 0 : lambdaFields,
      lambdaCouplings: isFree ? 0 : lambdaCouplings, dtype: dtype, isSymmetric: form == .symmetric)
    let point = objective.vector(from: start ?? prior ?? .laplace(alignment))
    let anchor = prior.map { objective.vector(from: $0) }
    let difference = FlatVector(isFree ? point.count : 0, dtype)
    let fields = 0..<objective.fieldCount
    let penalties = [
      (fields, lambdaFields),
      (fields.upperBound..<point.count, form == .symmetric ? lambdaCouplings : lambdaCouplings / 2),
    ]
    let centring = isScaled ? PseudoCentring(objective) : nil
    centring?.addMeans(1, to: point)
    let scale = centring?.inverseCurvature(
      lambdaFields: lambdaFields, lambdaCouplings: lambdaCouplings)
    let (values, norms) = minimizeFlat(
      point, iterations: maximumIterations, tolerance: tolerance, memory: memory,
      precondition: scale.map { scale in { $0.multiply(by: scale) } }
    ) { point, slope in
      // Fields are put back as they were, free of rounding.
      let fields = (0..<objective.fieldCount).map { point[$0] }
      centring?.addMeans(-1, to: point)
      var value = objective.value(point, slope: slope)
      if let anchor {
        difference.copy(point)
        difference.add(-1, anchor)
        for (range, lambda) in penalties {
          value += lambda * difference.dot(difference, in: range)
          slope.add(2 * lambda, difference, in: range)
        }
      }
      for (k, field) in fields.enumerated() { point[k] = field }
      centring?.centre(slope)
      return value
    }
    centring?.addMeans(-1, to: point)
    return PottsFit(
      model: objective.model(point), values: values, gradientNorms: norms,
      converged: norms[norms.count - 1] <= tolerance * norms[0])
  }

  /// The same fit where sequences are few: sums over them stand for the couplings.
  private func fitFew(_ alignment: Alignment, towards prior: PottsModel?) -> PottsFit {
    let objective = FewSequences(
      alignment, towards: prior, lambdaFields: lambdaFields, lambdaCouplings: lambdaCouplings,
      dtype: dtype)
    let point = objective.start(prior ?? .laplace(alignment))
    let (values, norms) = minimizeFlat(
      point, iterations: maximumIterations, tolerance: tolerance, memory: memory,
      precondition: objective.precondition(), objective.evaluate)
    return PottsFit(
      model: objective.model(point), values: values, gradientNorms: norms,
      converged: norms[norms.count - 1] <= tolerance * norms[0])
  }

  /// Throws unless there is something to fit and room for it.
  func check(_ alignment: Alignment) throws(PottsError) {
    guard alignment.count > 1 else {
      throw PottsError("a fit needs two sequences at least, not \(alignment.count)")
    }
    guard alignment.sites > 1 else {
      throw PottsError("a fit needs two sites at least, not \(alignment.sites)")
    }
    if let column = alignment.emptySites.first {
      throw PottsError(
        "position \(alignment.numbers[column]) has gaps only; leave it out with filtered(gaps:)")
    }
  }

  /// Throws if the machine has not the memory for a fit.
  func checkMemory(_ alignment: Alignment) throws(PottsError) {
    let needed = bytesNeeded(
      sites: alignment.sites, states: alignment.alphabet.states, sequences: alignment.count)
    let available = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard needed < available else {
      throw PottsError(
        "a fit of \(alignment.sites) sites needs \(needed >> 20) MiB, the machine has "
          + "\(available >> 20); leave out sites with filtered(gaps:)")
    }
  }
}

extension Alignment {
  /// The sites without a letter in any sequence.
  var emptySites: [Int] {
    (0..<sites).filter { j in
      (0..<count).allSatisfy { Int(letters[$0 * sites + j]) >= alphabet.states }
    }
  }
}
