import Display
import Tensors
internal import _CVectorKernels

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

/// A fitted model with the history of its fit.
public struct PottsFit: Sendable, CustomStringConvertible {
  /// The model.
  public var model: PottsModel
  /// The objective, the start's first.
  public var values: [Double]
  /// Lengths of the gradient, the start's first.
  public var gradientNorms: [Double]
  /// Whether the gradient became as short as asked for.
  public var converged: Bool
  /// Iterations.
  public var iterations: Int { values.count - 1 }

  public var description: String {
    let share = (gradientNorms.last ?? 0) / max(gradientNorms.first ?? 1, 1e-300)
    return "\(model.sites) sites of \(model.alphabet.states) states, "
      + (converged
        ? "converged in \(iterations) iterations"
        : "stopped after \(iterations) iterations before the gradient was short enough")
      + ": objective \(shortNumber(values.last ?? .nan)), gradient at "
      + "\(shortNumber(100 * share, digits: 2)) % of the start's"
  }
}

/// Why a model cannot be fitted or asked.
public struct PottsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what helps.
  public let description: String

  /// An error with its reason.
  public init(_ description: String) { self.description = description }
}

extension Alignment {
  /// The sites without a letter in any sequence.
  var emptySites: [Int] {
    (0..<sites).filter { j in
      (0..<count).allSatisfy { Int(letters[$0 * sites + j]) >= alphabet.states }
    }
  }
}

extension PottsModel {
  /// The model of independent sites with an alignment's frequencies, with one sequence's worth of
  /// pseudocount.
  public static func independent(_ alignment: Alignment) -> PottsModel {
    let share = 1 / (1 + alignment.effectiveDepth)
    let fields = log(alignment.frequencies(pseudocount: share)).array(of: Double.self)
    var model = PottsModel(
      alphabet: alignment.alphabet, numbers: alignment.numbers, fields: fields)
    model = model.zeroSumGauge
    return model
  }

  /// Independent sites by Laplace's rule, one count more for each letter: where plmc begins.
  static func laplace(_ alignment: Alignment) -> PottsModel {
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    var counts = [Double](repeating: 1, count: sites * q)
    for n in 0..<alignment.count {
      for (i, letter) in alignment[n].enumerated() where Int(letter) < q {
        counts[i * q + Int(letter)] += alignment.weights[n]
      }
    }
    return PottsModel(
      alphabet: alignment.alphabet, numbers: alignment.numbers, fields: counts.map { log($0) }
    ).zeroSumGauge
  }

  /// The mean of −log p(xᵢ | the other sites) over an alignment's letters, weighted: in nats for a
  /// letter, lower is better.
  public func pseudoLoss(_ alignment: Alignment) -> Double {
    precondition(
      alignment.sites == sites && alignment.alphabet == alphabet,
      "an alignment of other sites or letters than the model's")
    let objective = PseudoObjective(
      alignment, lambdaFields: 0, lambdaCouplings: 0, dtype: .float64, isSymmetric: true)
    var letters = 0.0
    for k in 0..<alignment.count {
      letters +=
        alignment.weights[k]
        * Double(alignment[k].count { Int($0) < alphabet.states })
    }
    return objective.value(objective.vector(from: self), slope: nil) / letters
  }

  /// The objective of a pseudo-likelihood fit and its gradient, laid out as the model.
  public func pseudoObjective(
    _ alignment: Alignment, lambdaFields: Double, lambdaCouplings: Double
  ) -> (value: Double, gradient: PottsModel) {
    let objective = PseudoObjective(
      alignment, lambdaFields: lambdaFields, lambdaCouplings: lambdaCouplings, dtype: .float64,
      isSymmetric: true)
    let point = objective.vector(from: self)
    let slope = FlatVector(point.count, .float64)
    let value = objective.value(point, slope: slope)
    return (value, objective.model(slope))
  }
}

/// The objective over one flat vector: fields, then couplings.
final class PseudoObjective {
  let alignment: Alignment
  let lambdaFields, lambdaCouplings: Double
  let dtype: DType
  let isSymmetric: Bool
  private var order, starts: [UInt16]
  private var perSite: [Double]

  init(
    _ alignment: Alignment, lambdaFields: Double, lambdaCouplings: Double, dtype: DType,
    isSymmetric: Bool
  ) {
    self.alignment = alignment
    (self.lambdaFields, self.lambdaCouplings) = (lambdaFields, lambdaCouplings)
    (self.dtype, self.isSymmetric) = (dtype, isSymmetric)
    let block = vk_potts_block()
    let blocks = (alignment.count + block - 1) / block
    order = [UInt16](repeating: 0, count: blocks * alignment.sites * block)
    starts = [UInt16](repeating: 0, count: blocks * alignment.sites * 34)
    perSite = [Double](repeating: 0, count: alignment.sites)
    vk_potts_buckets(
      alignment.count, alignment.sites, alignment.alphabet.states, alignment.letters, &order,
      &starts)
  }

  var q: Int { alignment.alphabet.states }
  var fieldCount: Int { alignment.sites * q }
  var couplingCount: Int {
    let sites = alignment.sites
    return (isSymmetric ? sites * (sites - 1) / 2 : sites * sites) * q * q
  }

  func value(_ point: FlatVector, slope: FlatVector?) -> Double {
    vk_potts_pseudo(
      dtype.rawValue, isSymmetric ? 1 : 0, alignment.count, alignment.sites, q, alignment.letters,
      order, starts, alignment.weights, point.bytes, point.offset(fieldCount), lambdaFields,
      lambdaCouplings, slope?.bytes, slope?.offset(fieldCount), &perSite)
  }

  func vector(from model: PottsModel) -> FlatVector {
    let point = FlatVector(fieldCount + couplingCount, dtype)
    for k in 0..<fieldCount { point[k] = model.fields[k] }
    if isSymmetric {
      for k in 0..<couplingCount { point[fieldCount + k] = model.couplings[k] }
    } else {
      visitPairs { pair, i, j, a, b in
        let value = model.couplings[(pair * q + a) * q + b]
        point[position(i, a, j, b)] = value
        point[position(j, b, i, a)] = value
      }
    }
    return point
  }

  func model(_ point: FlatVector) -> PottsModel {
    var model = PottsModel(alphabet: alignment.alphabet, numbers: alignment.numbers)
    for k in 0..<fieldCount { model.fields[k] = point[k] }
    if isSymmetric {
      for k in 0..<couplingCount { model.couplings[k] = point[fieldCount + k] }
    } else {
      // A site's own fit does not see what the couplings to it from the other side hold, and may
      // keep a part of its fields in its couplings: both directions are brought into one gauge
      // before they are averaged, or the averaged fields would be wrong.
      for i in 0..<alignment.sites {
        for j in 0..<alignment.sites where j != i { addCentred(point, i, j, to: &model) }
      }
    }
    return model
  }

  /// Adds half of site i's own couplings to j in the zero-sum gauge, and to its fields what they
  /// held of them.
  private func addCentred(_ point: FlatVector, _ i: Int, _ j: Int, to model: inout PottsModel) {
    var (rows, columns) = ([Double](repeating: 0, count: q), [Double](repeating: 0, count: q))
    var mean = 0.0
    for b in 0..<q {
      for a in 0..<q {
        let share = point[position(i, a, j, b)] / Double(q)
        rows[a] += share
        columns[b] += share
        mean += share / Double(q)
      }
    }
    let base = model.pair(min(i, j), max(i, j)) * q * q
    for a in 0..<q {
      model.fields[i * q + a] += rows[a] - mean
      for b in 0..<q {
        let centred = point[position(i, a, j, b)] - rows[a] - columns[b] + mean
        model.couplings[base + (i < j ? a * q + b : b * q + a)] += centred / 2
      }
    }
  }

  /// Where site i keeps its coupling of letter a to letter b at site j.
  private func position(_ i: Int, _ a: Int, _ j: Int, _ b: Int) -> Int {
    fieldCount + (((i * alignment.sites + j) * q + b) * q + a)
  }

  private func visitPairs(_ body: (_ pair: Int, _ i: Int, _ j: Int, _ a: Int, _ b: Int) -> Void) {
    var pair = 0
    for i in 0..<alignment.sites {
      for j in (i + 1)..<max(alignment.sites, i + 1) {
        for a in 0..<q { for b in 0..<q { body(pair, i, j, a, b) } }
        pair += 1
      }
    }
  }
}

/// A vector that the optimizer changes in place.
protocol DescentVector: AnyObject {
  /// Another vector of the same size, with any numbers.
  func empty() -> Self
  func copy(_ x: Self)
  func dot(_ other: Self) -> Double
  /// self ← self + alpha · x.
  func add(_ alpha: Double, _ x: Self)
}

/// L-BFGS with interpolating backtracking; the best point is left in `point`.
///
/// `precondition` multiplies by what stands for the inverse Hessian before there is any memory.
/// The generic solver of models copies each vector at every operation; here they are a hundred
/// megabytes.
func minimizeFlat<Vector: DescentVector>(
  _ point: Vector, iterations: Int, tolerance: Double, memory: Int,
  precondition: ((Vector) -> Void)? = nil,
  _ evaluate: (_ point: Vector, _ slope: Vector) -> Double
) -> (values: [Double], norms: [Double]) {
  func empty() -> Vector { point.empty() }
  var (slope, trial, trialSlope) = (empty(), empty(), empty())
  let direction = empty()
  var pairs: [(s: Vector, y: Vector, rho: Double)] = []
  var value = evaluate(point, slope)
  var (values, norms) = ([value], [slope.dot(slope).squareRoot()])
  for _ in 0..<iterations where norms[norms.count - 1] > tolerance * norms[0] {
    direction.copy(slope)
    var alphas: [Double] = []
    for pair in pairs.reversed() {
      let alpha = pair.rho * pair.s.dot(direction)
      alphas.append(alpha)
      direction.add(-alpha, pair.y)
    }
    if let precondition {
      precondition(direction)
      if let last = pairs.last {
        trial.copy(last.y)
        precondition(trial)
        direction.add(1 / (last.rho * last.y.dot(trial)) - 1, direction)
      }
    } else if let last = pairs.last {
      direction.add(1 / (last.rho * last.y.dot(last.y)) - 1, direction)
    } else {
      direction.add(1 / norms[norms.count - 1] - 1, direction)
    }
    for (pair, alpha) in zip(pairs, alphas.reversed()) {
      direction.add(alpha - pair.rho * pair.y.dot(direction), pair.s)
    }
    let descent = -slope.dot(direction)
    guard descent < 0 else { break }
    var length = 1.0
    var trialValue = 0.0
    var accepted = false
    for _ in 0..<20 {
      trial.copy(point)
      trial.add(-length, direction)
      trialValue = evaluate(trial, trialSlope)
      if trialValue <= value + 1e-4 * length * descent {
        accepted = true
        break
      }
      let curvature = trialValue - value - length * descent
      let guess = -descent * length * length / (2 * curvature)
      length = guess.isFinite ? min(max(guess, 0.1 * length), 0.5 * length) : 0.1 * length
    }
    // Where values no longer fall, rounding is all that is left.
    guard accepted, trialValue < value else { break }
    let oldest = pairs.count == memory ? pairs.removeFirst() : nil
    let (s, y) = (oldest?.s ?? empty(), oldest?.y ?? empty())
    s.copy(trial)
    s.add(-1, point)
    y.copy(trialSlope)
    y.add(-1, slope)
    let product = s.dot(y)
    if product > 0 { pairs.append((s, y, 1 / product)) }
    point.copy(trial)
    swap(&slope, &trialSlope)
    value = trialValue
    values.append(value)
    norms.append(slope.dot(slope).squareRoot())
  }
  return (values, norms)
}
